"""Numbers out of numbers: medians, percentiles, ratios, and whether a target is met. Pure."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table.

    Attributes:
        path: the figure's short name, such as W1.
        what: what was measured, and on which server.
        floor: what the bare program reached; empty where there is none.
        ours: what the product reached.
        ratio: ours by floor, the median over the rounds; None where there is no floor.
        target: what is asked for, in words.
        is_met: None where nothing is asked for.
    """

    path: str
    what: str
    ours: str
    floor: str = ""
    ratio: float | None = None
    target: str = ""
    is_met: bool | None = None


def median(values: Sequence[float]) -> float:
    """The middle value; 0 of nothing."""
    return statistics.median(values) if values else 0.0


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` (0 to 1) of the values do not exceed; 0 of nothing."""
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def ratio_of_rounds(ours: Sequence[float], floors: Sequence[float]) -> float:
    """The median of the rounds' ratios: what disturbs both halves of a round cancels out.

    Raises:
        ValueError: a round lacks one of its halves.
    """
    return median([mine / floor if floor else 0.0 for mine, floor in zip(ours, floors, strict=True)])


@dataclass(frozen=True, slots=True)
class Latencies:
    """Milliseconds."""

    p50: float
    p99: float
    longest: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Latencies:
        return cls(
            p50=percentile(seconds, 0.5) * 1e3,
            p99=percentile(seconds, 0.99) * 1e3,
            longest=max(seconds, default=0.0) * 1e3,
        )

    def __str__(self) -> str:
        return f"p50 {self.p50:.1f}, p99 {self.p99:.1f}, max {self.longest:.0f} ms"


def is_flat(values: Sequence[float], *, slack: float) -> bool:
    """Tell whether the last quarter is about as low as the first: a queue that grows shows as delays that grow.

    Args:
        slack: by how much the later median may exceed twice the earlier one.
    """
    quarter = len(values) // 4
    if not quarter:
        return True
    return median(values[-quarter:]) <= 2 * median(values[:quarter]) + slack


def per_second(count: float, seconds: float) -> float:
    return count / seconds if seconds > 0 else 0.0
