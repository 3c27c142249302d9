"""Parts of a copy that end again and again: without a warning, or when asked to."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from core.launcher.processes import identify
from tests.calls import Broken, call
from tests.copy import Copy, wait_for

Name = TypeVar("Name")
Revived = Callable[[str], None]
# The part that calls Meta.
SENDER = "worker"
HEARTBEATS = {"worker": "worker:interactive", "bulk": "worker:bulk", "scheduler": "scheduler"}


@dataclass(frozen=True, slots=True)
class Death:
    """One kill.

    Attributes:
        cut_off: the attempts whose calls the sender left under way.
    """

    name: str
    at: datetime
    cut_off: frozenset[int]


@dataclass(frozen=True, slots=True)
class Exit:
    """One end that was asked for.

    Attributes:
        at: when it was asked for.
        seconds: until it had ended.
        met: how many calls a sender had under way when asked.
        left: the attempts whose calls it left under way.
    """

    name: str
    at: datetime
    seconds: float
    met: int
    left: frozenset[int]


class Killer:
    """Kills each of the parts as often as asked, each at moments of its own dice.

    A part serves again before it dies again, but it may die while another one is away.

    Attributes:
        diary: what happened, in order.
        deaths: the kills.
    """

    def __init__(
        self, copy: Copy, seed: int, *, rest_seconds: float, revived: Revived = lambda name: None
    ) -> None:
        self._copy = copy
        self._seed = seed
        self._rest = rest_seconds
        self._revived = revived
        self._stopping = threading.Event()
        self._begun = time.monotonic()
        self.diary: list[str] = []
        self.deaths: list[Death] = []

    def run(self, turns: dict[str, int]) -> None:
        """Kill each part so often; returns when the last one is back."""
        with ThreadPoolExecutor(len(turns)) as pool:
            for work in [pool.submit(self._kill, name, count) for name, count in turns.items()]:
                work.result()

    def _kill(self, name: str, count: int) -> None:
        dice = random.Random(f"{self._seed}/{name}")
        for _ in range(count):
            if self._stopping.wait(dice.uniform(0, 2 * self._rest)):
                return
            wait_for(lambda: self._copy.pid(name), f"{name} to be there")
            # Before it: what follows from the kill may be written down before this thread goes on.
            at = datetime.now(UTC)
            pid = self._copy.kill(name)
            self._note(f"{name} killed ({pid})")
            cut_off = _wait_for_next(self._copy, name, pid) - self.cut_off(name)
            self.deaths.append(Death(name, at, cut_off))
            wait_to_serve(self._copy, name)
            self._note(f"{name} is back" + (f"; it left {len(cut_off)} calls under way" if cut_off else ""))
            self._revived(name)

    def stop(self) -> None:
        self._stopping.set()

    def of(self, *names: str) -> list[Death]:
        """The deaths of these parts."""
        return [death for death in self.deaths if death.name in names]

    def cut_off(self, name: str = SENDER) -> frozenset[int]:
        """The attempts whose calls were under way at any death of the part."""
        return frozenset().union(*(death.cut_off for death in self.of(name)))

    def _note(self, text: str) -> None:
        self.diary.append(f"{time.monotonic() - self._begun:5.1f} s  {text}")


def deal(count: int, names: Sequence[Name]) -> dict[Name, int]:
    """Divide a number into whole shares that differ by one at most."""
    return {name: len(range(place, count, len(names))) for place, name in enumerate(names)}


@contextmanager
def killing(killer: Killer, turns: dict[str, int]) -> Iterator[Callable[[], bool]]:
    """Kill beside what the block does, which is given whether that is over; it is when the block is left.

    A block that fails ends it early.
    """
    with ThreadPoolExecutor(1) as pool:
        work = pool.submit(killer.run, turns)
        try:
            yield work.done
        except BaseException:
            killer.stop()
            raise
        work.result()


def wait_to_serve(copy: Copy, name: str) -> None:
    """Wait until a part that was started anew does its work: that there is a process says little."""
    if name == "simulator":
        wait_for(lambda: _answers(f"{copy.simulator_url}/_sim/health"), "the simulator to answer")
    elif name == "web":
        wait_for(lambda: _answers(f"{copy.url}/health/live"), "web to answer")
    else:
        # The dead one beats no more: it had ended before the new one was started.
        [(started,)] = copy.sql("SELECT now()")
        beat = "SELECT 1 FROM core_heartbeat WHERE name = %s AND at >= %s"
        wait_for(lambda: copy.sql(beat, HEARTBEATS[name], started), f"{name} to beat")


def ask_to_end(copy: Copy, name: str) -> Exit:
    """Send SIGTERM to a part, and wait until it has ended and another one does its work."""
    pid = copy.pid(name)
    process = identify(pid)
    assert process is not None, f"{name} is not running"
    copy.note_processes()
    met = len(_calling(copy)) if name == SENDER else 0
    at, began = datetime.now(UTC), time.monotonic()
    os.kill(pid, signal.SIGTERM)
    wait_for(lambda: not process.is_running(), f"{name} to end")
    seconds = time.monotonic() - began
    left = _wait_for_next(copy, name, pid)
    wait_to_serve(copy, name)
    return Exit(name, at, seconds, met, left)


def _wait_for_next(copy: Copy, name: str, before: int) -> frozenset[int]:
    """Wait until a part is started anew; gives the attempts that wait for an answer while there is no sender."""
    found: set[int] = set()

    def is_there() -> bool:
        is_another = copy.pid(name) not in (0, before)
        if name == SENDER:
            # Also after the next one was started, which takes longer than this to begin: the last word of the
            # dead one may still be on its way to the disk.
            found.update(_calling(copy))
        return is_another

    wait_for(is_there, f"{name} to be started again")
    return frozenset(found)


def _calling(copy: Copy) -> set[int]:
    """The attempts that are said to be in a call."""
    return {number for (number,) in copy.sql("SELECT id FROM inbox_sendattempt WHERE state = 'sending'")}


def _answers(url: str) -> bool:
    try:
        return call("GET", url).status == 200
    except Broken:
        return False
