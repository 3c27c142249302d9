from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from integrations.whatsapp import patience as module
from integrations.whatsapp.patience import Patience


class Clock:
    """An event loop's time and timers; the time stands still until the test moves it."""

    def __init__(self) -> None:
        self._now = 100.0
        self._timers: list[tuple[float, Callable[..., object], tuple[Any, ...]]] = []

    def time(self) -> float:
        return self._now

    def call_later(self, seconds: float, callback: Callable[..., object], *words: Any) -> None:
        self._timers.append((self._now + seconds, callback, words))

    def pass_by(self, seconds: float) -> None:
        end = self._now + seconds
        while due := [timer for timer in self._timers if timer[0] <= end]:
            timer = min(due, key=lambda one: one[0])
            self._timers.remove(timer)
            self._now, callback, words = timer
            callback(*words)
        self._now = end


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(module, "asyncio", SimpleNamespace(get_running_loop=lambda: made))
    return made


def test_whoever_waits_too_long_is_given_up_once_and_nobody_else(clock: Clock) -> None:
    given_up: list[str] = []
    patience: Patience[str] = Patience(0.16, given_up.append)
    patience.begin("slow")
    patience.begin("quick")
    assert patience.end("quick")
    clock.pass_by(0.1)
    patience.begin("late")
    clock.pass_by(0.1)
    assert given_up == ["slow"]
    assert not patience.end("slow")
    assert patience.end("late")
    clock.pass_by(0.2)
    assert given_up == ["slow"]


def test_it_looks_only_while_somebody_waits(clock: Clock) -> None:
    patience: Patience[str] = Patience(0.08, lambda name: None)
    patience.begin("a")
    patience.end("a")
    clock.pass_by(0.05)
    assert not patience._is_looking
    patience.begin("b")
    assert patience._is_looking
    clock.pass_by(0.15)
    assert not patience.end("b")
    assert not patience._is_looking
