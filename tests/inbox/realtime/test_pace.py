"""A stream is gathered, and nothing else waits for it."""

from __future__ import annotations

from inbox.realtime.limits import SPACING_SECONDS, STREAM_SPACING_SECONDS
from inbox.realtime.pace import Pace


class _Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def _rung(clock: _Clock, pace: Pace, *, times: int, gap: float) -> float:
    for _ in range(times):
        clock.now += gap
        pace.ring()
    return pace.spacing


def test_bells_of_a_stream_are_gathered_within_a_second() -> None:
    clock = _Clock()
    assert _rung(clock, Pace(clock), times=40, gap=0.02) == STREAM_SPACING_SECONDS


def test_twenty_events_a_second_are_no_stream() -> None:
    clock = _Clock()
    assert _rung(clock, Pace(clock), times=100, gap=0.05) == SPACING_SECONDS


def test_a_burst_of_a_few_is_no_stream() -> None:
    clock = _Clock()
    assert _rung(clock, Pace(clock), times=5, gap=0.001) == SPACING_SECONDS


def test_a_stream_that_ends_is_forgotten_with_the_next_bell() -> None:
    clock = _Clock()
    pace = Pace(clock)
    _rung(clock, pace, times=40, gap=0.02)
    assert _rung(clock, pace, times=1, gap=1.0) == SPACING_SECONDS
