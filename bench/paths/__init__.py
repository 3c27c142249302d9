"""The paths: one module each, named after its figure, with what the figure means in its first lines."""

from __future__ import annotations

import inspect
from collections.abc import Sequence

from bench.options import Path
from bench.paths import copy, f1, f3, f4, f7, growth, i4, i5, i6, sends, w1, w2, w3, w4

PATHS: dict[str, Path] = {
    "W1": w1.measure,
    "W2": w2.measure,
    "W3": w3.measure,
    "W4": w4.measure,
    "F1": f1.measure,
    "F3": f3.measure,
    "F4": f4.measure,
    "F7": f7.measure,
    "I4": i4.measure,
    "I5": i5.measure,
    "I6": i6.measure,
    "SENDS": sends.measure,
    "COPY": copy.measure,
    "GROWTH": growth.measure,
}


def tenants_for(only: Sequence[str]) -> int:
    """How many organisations the paths need: a large one and a small one, and for the growth nineteen more."""
    return 21 if "GROWTH" in wanted(only) else 2


def wanted(only: Sequence[str]) -> dict[str, Path]:
    """The paths to measure, in their order.

    Raises:
        SystemExit: there is no path of that name.
    """
    unknown = [name for name in only if name not in PATHS]
    if unknown:
        raise SystemExit(f"There is no {', '.join(unknown)}; there are {', '.join(PATHS)}.")
    return {name: path for name, path in PATHS.items() if not only or name in only}


def meaning(path: Path) -> str:
    """What a figure means, as its module says."""
    text = inspect.getdoc(inspect.getmodule(path)) or ""
    return " ".join(text.split()).partition(": ")[2]
