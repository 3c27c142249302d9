"""The paths: one module each, named after its figure, with what the figure means in its first lines."""

from __future__ import annotations

import inspect
from collections.abc import Sequence

from bench.options import Path
from bench.paths import w1

PATHS: dict[str, Path] = {"W1": w1.measure}
# The large organisation and small ones beside it.
TENANTS = 20


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
