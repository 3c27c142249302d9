"""What a run is asked for, and what a path measures with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.figures import Line
from bench.stage import Stage

if TYPE_CHECKING:
    from bench.seed import Tenant

SERVERS = ("uvicorn", "daphne")


@dataclass(frozen=True, slots=True)
class Options:
    """What the caller asked for.

    Attributes:
        only: the short names of the paths to measure; empty for all.
        is_full: the long paths last as long as their definitions say; else a part of it.
        rounds: how often floor and product alternate.
    """

    scale: float = 0.1
    only: tuple[str, ...] = ()
    is_full: bool = False
    rounds: int = 3


@dataclass(frozen=True, slots=True)
class Bench:
    """What a path measures with."""

    stage: Stage
    options: Options
    tenants: list[Tenant]

    @property
    def tenant(self) -> Tenant:
        """The large organisation."""
        return self.tenants[0]


Path = Callable[[Bench], list[Line]]


def say(text: str) -> None:
    """Tell whoever waits what is going on."""
    print(text, flush=True)
