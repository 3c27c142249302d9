"""Hints are carried out by one thread: the newest of equal ones, and whatever happens to the others."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from core import ringing
from core.ringing import Ringer


class Door:
    """Delivers when the test lets it, and remembers."""

    def __init__(self) -> None:
        self.heard: list[list[str]] = []
        self.open = threading.Event()
        self.arrived = threading.Semaphore(0)
        self.trouble: Callable[[], None] = lambda: None

    def __call__(self, batch: list[str]) -> None:
        self.open.wait(60)
        self.heard.append(batch)
        try:
            self.trouble()
        finally:
            self.arrived.release()

    def wait(self) -> None:
        assert self.arrived.acquire(timeout=60)


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ringing, "_QUIET_SECONDS_AFTER_TROUBLE", 0.01)


def test_of_equal_hints_that_wait_the_newest_is_delivered() -> None:
    door = Door()
    ringer: Ringer[str] = Ringer("test", door)
    ringer.ring("first", "first")
    while ringer._waiting:
        pass
    for number in range(100):
        ringer.ring("a", f"a{number}")
        ringer.ring("b", f"b{number}")
    door.open.set()
    door.wait()
    door.wait()
    assert door.heard == [["first"], ["a99", "b99"]]


def test_ringing_never_waits() -> None:
    door = Door()
    ringer: Ringer[str] = Ringer("test", door)
    for number in range(10_000):
        ringer.ring(number % 10, "x")
    assert door.heard == []
    door.open.set()
    door.wait()


def test_the_thread_survives_trouble() -> None:
    door = Door()
    door.open.set()

    def fail() -> None:
        raise ConnectionError("Redis is away")

    door.trouble = fail
    ringer: Ringer[str] = Ringer("test", door)
    ringer.ring("a", "lost")
    door.wait()
    door.trouble = lambda: None
    ringer.ring("a", "heard")
    door.wait()
    assert door.heard == [["lost"], ["heard"]]


def test_hints_that_come_during_a_delivery_are_not_forgotten() -> None:
    door = Door()
    ringer: Ringer[str] = Ringer("test", door)
    ringer.ring("a", "one")
    while ringer._waiting:
        pass
    ringer.ring("a", "two")
    door.open.set()
    door.wait()
    door.wait()
    assert door.heard == [["one"], ["two"]]


def test_many_threads_may_ring() -> None:
    door = Door()
    door.open.set()
    ringer: Ringer[str] = Ringer("test", door)
    threads = [threading.Thread(target=ringer.ring, args=(n, str(n))) for n in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while sum(map(len, door.heard)) < 50:
        door.wait()
    assert sorted(hint for batch in door.heard for hint in batch) == sorted(map(str, range(50)))


def test_one_thread_is_enough() -> None:
    door = Door()
    door.open.set()
    ringer: Ringer[str] = Ringer("only-one", door)
    for number in range(20):
        ringer.ring(number, "x")
    door.wait()
    assert [thread.name for thread in threading.enumerate()].count("only-one") == 1


def test_the_first_of_a_stream_goes_out_at_once_and_the_next_waits() -> None:
    door = Door()
    door.open.set()
    ringer: Ringer[str] = Ringer("test", door, spacing_seconds=3600)
    ringer.ring("a", "a1")
    door.wait()
    ringer.ring("a", "a2")
    ringer.ring("b", "b1")
    door.wait()
    assert door.heard == [["a1"], ["b1"]]


def test_what_waits_for_its_turn_is_not_forgotten() -> None:
    door = Door()
    door.open.set()
    ringer: Ringer[str] = Ringer("test", door, spacing_seconds=0.05)
    ringer.ring("a", "a1")
    door.wait()
    for number in range(2, 10):
        ringer.ring("a", f"a{number}")
    while door.heard[-1] != ["a9"]:
        door.wait()
    assert door.heard[0] == ["a1"]


def test_what_is_rung_for_later_waits() -> None:
    door = Door()
    door.open.set()
    ringer: Ringer[str] = Ringer("test", door, spacing_seconds=0.01)
    ringer.ring("a", "later", after_seconds=3600)
    ringer.ring("b", "now")
    door.wait()
    assert door.heard == [["now"]]
    ringer.ring("c", "soon", after_seconds=0.05)
    door.wait()
    assert door.heard == [["now"], ["soon"]]


def test_of_two_that_wait_the_chosen_one_goes_out() -> None:
    door = Door()
    door.open.set()
    ringer: Ringer[str] = Ringer("test", door, spacing_seconds=0.05, choose=max)
    ringer.ring("a", "a1")
    door.wait()
    for hint in ("a2", "a9", "a3"):
        ringer.ring("a", hint)
    while len(door.heard) < 2:
        door.wait()
    assert door.heard == [["a1"], ["a9"]]
