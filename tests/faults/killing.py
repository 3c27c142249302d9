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
from typing import TypeVar

from core.launcher.processes import identify
from tests.copy import Copy, wait_for

Name = TypeVar("Name")
Revived = Callable[[str], None]


class Killer:
    """Kills each of the parts as often as asked, each at moments of its own dice.

    A part is back before it dies again, but it may die while another one is away.

    Attributes:
        diary: what happened, in order.
        kills: how many there were.
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
        self.kills = 0

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
            pid = self._copy.kill(name)
            self.kills += 1
            self._note(f"{name} killed ({pid})")
            self._copy.wait_for_return(name, pid)
            self._note(f"{name} is back")
            self._revived(name)

    def stop(self) -> None:
        self._stopping.set()

    def _note(self, text: str) -> None:
        self.diary.append(f"{time.monotonic() - self._begun:5.1f} s  {text}")


def deal(count: int, names: Sequence[Name]) -> dict[Name, int]:
    """Divide a number into whole shares that differ by one at most."""
    return {name: len(range(place, count, len(names))) for place, name in enumerate(names)}


@contextmanager
def killing(killer: Killer, turns: dict[str, int]) -> Iterator[None]:
    """Kill beside what the block does; all turns are over when it is left, unless it fails."""
    with ThreadPoolExecutor(1) as pool:
        work = pool.submit(killer.run, turns)
        try:
            yield
        except BaseException:
            killer.stop()
            raise
        work.result()


def ask_to_end(copy: Copy, name: str) -> float:
    """Send SIGTERM to a part, and wait until it has ended and another one is there.

    Returns:
        Seconds until it had ended.
    """
    pid = copy.pid(name)
    process = identify(pid)
    assert process is not None, f"{name} is not running"
    copy.note_processes()
    began = time.monotonic()
    os.kill(pid, signal.SIGTERM)
    wait_for(lambda: not process.is_running(), f"{name} to end")
    seconds = time.monotonic() - began
    copy.wait_for_return(name, pid)
    return seconds
