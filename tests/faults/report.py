"""The table of the scenarios: printed at the end of a run, and kept in docs/reliability.md."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.faults.trials import Trial, is_full_size

ROOT = Path(__file__).resolve().parents[2]
BEGIN, END = "<!-- results: written by `make faults` -->", "<!-- end of results -->"
PAGE = "docs/reliability.md"
HEAD = "| scenario | size | injected | counted | run |\n|---|---|---|---|---|"
# The table keeps this order, whichever of them ran last.
ORDER = (
    "senders",
    "lying",
    "storm",
    "poison",
    "statuses",
    "redis",
    "database",
    "sockets",
    "revocation",
    "rolling",
)


@dataclass(frozen=True)
class Row:
    """A finished trial. `outcome` is pytest's word for how its test ended."""

    trial: Trial
    outcome: str
    seconds: float

    def as_line(self, run: str) -> str:
        trial = self.trial
        verdict = trial.counted if self.outcome == "passed" else f"**{self.outcome}** {trial.counted}"
        when = f"{run}, {self.seconds:.0f} s, seed {trial.seed}"
        cells = (trial.name, trial.size, trial.injected, verdict, when)
        return "| " + " | ".join(cell.replace("|", "/").replace("\n", " ") for cell in cells) + " |"


def describe_run() -> str:
    """Date, commit and machine in one line."""
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, commit {_commit()}, {os.cpu_count()} cores, {memory_gb:.0f} GB, "
        f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    )


def lines_of(rows: Sequence[Row]) -> list[str]:
    run = describe_run()
    return [row.as_line(run) for row in rows]


def write_if_full(path: Path, lines: Sequence[str]) -> str:
    """Write the lines of a run at full size, and leave the page alone after a smaller one; says which it was."""
    if not is_full_size():
        return f"Not written to {path}: only runs at full size (SCALE=1 or more) are."
    write(path, lines)
    return f"Written to {path}."


def write(path: Path, lines: Sequence[str]) -> None:
    """Put the lines into the table of the page; those of scenarios that did not run stay."""
    before, _, rest = path.read_text().partition(BEGIN)
    table, _, after = rest.partition(END)
    assert after, f"{path.name} has no place for the table"
    kept = {_name(line): line for line in table.splitlines() if _name(line) in ORDER}
    kept |= {_name(line): line for line in lines}
    ordered = [kept[name] for name in ORDER if name in kept]
    path.write_text("\n".join([before + BEGIN, HEAD, *ordered, END]) + after)


def _name(line: str) -> str:
    return line.split("|")[1].strip() if line.startswith("|") else ""


def _commit() -> str:
    """The commit, with a plus sign if anything but the page itself differs from it."""
    commit = _git("rev-parse", "--short=8", "HEAD") or "unknown"
    return commit + ("+" if _git("status", "--porcelain", "--", ".", f":!{PAGE}") else "")


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()
