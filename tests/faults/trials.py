"""A scenario of faults as a row of the table: how large it was, what was done to the copy, and what was found."""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

SHOWN = 5
SEED, LOSSES = "BANDEJA_FAULTS_SEED", "BANDEJA_FAULTS_LOSSES"


def scale() -> float | None:
    """The share of the full size that is wanted, 1 for all of it; None for the short run that is part of CI."""
    text = os.environ.get("BANDEJA_FAULTS_SCALE", "")
    return float(text) if text else None


def is_full_size() -> bool:
    """Tell whether what is found may stand in the page: nothing of a smaller run says what a full one would find."""
    return (scale() or 0) >= 1


def new_seed() -> int:
    """The seed of a run; BANDEJA_FAULTS_SEED repeats the order of an earlier one."""
    seed = int(os.environ.get(SEED) or random.SystemRandom().randrange(10**6))
    note(f"{SEED}={seed}")
    return seed


def note(text: str) -> None:
    """Say something that a failing test shows."""
    sys.stdout.write(f"{text}\n")


@dataclass
class Trial:
    """One run of one scenario.

    Attributes:
        size: what was asked of the copy, in words.
        injected: what was done to it meanwhile.
        found: for each thing that must not happen, those that it happened to.
        remarks: what may happen and did, in words.
    """

    name: str
    seed: int
    size: str = ""
    injected: str = ""
    found: dict[str, list[str]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.dice = random.Random(self.seed)

    def part(self, full: int, *, short: int) -> int:
        """How many of something this run takes: `full`, a share of it, or what CI has the time for."""
        share = scale()
        return short if share is None else max(short, round(full * share))

    def hold(self, what: str, offenders: Iterable[object]) -> None:
        """Note those to which something happened that must not; none is the hope."""
        self.found.setdefault(what, []).extend(str(one) for one in offenders)

    def hold_all(self, findings: Mapping[str, Iterable[object]]) -> None:
        for what, offenders in findings.items():
            self.hold(what, offenders)

    def remark(self, text: str) -> None:
        """Say in the table what is no fault but should be known."""
        note(text)
        self.remarks.append(text)

    def verdict(self) -> None:
        """Fail if anything was found, with the first examples of each."""
        assert self.found, "nothing was judged"
        examples = [
            f"{len(offenders)} {what}: {'; '.join(offenders[:SHOWN])}"
            for what, offenders in self.found.items()
            if offenders
        ]
        assert not examples, "\n".join(examples)

    @property
    def counted(self) -> str:
        zeros = [f"{len(offenders)} {what}" for what, offenders in self.found.items()]
        return "; ".join([", ".join(zeros), *self.remarks])
