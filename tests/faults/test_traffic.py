"""The traffic of the scenarios itself: it goes on until asked to stop, and excuses only what has a cause."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from tests.copy import Copy
from tests.faults.killing import Death, Killer, deal
from tests.faults.test_senders import is_explained
from tests.faults.traffic import STOPPED, Pace, Unsent

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)
STOPPED_ONE = Unsent("respuesta", 7, "unknown", STOPPED, NOON, None)
BROKEN_ONE = replace(STOPPED_ONE, reason="ServerDisconnectedError", finished_at=NOON + timedelta(seconds=2))


def test_whoever_writes_goes_on_until_all_is_over() -> None:
    ends = iter([False, False, True])
    assert list(Pace(3, 0, lambda: next(ends), random.Random(7))) == [0, 1, 2, 3, 4]
    assert list(Pace(3, 0, lambda: True, random.Random(7))) == [0, 1, 2]
    assert list(Pace(0, 0, lambda: False, random.Random(7))) == []


def test_nothing_of_a_number_is_lost_when_it_is_dealt() -> None:
    assert deal(5_000, range(16)) == {place: 313 if place < 8 else 312 for place in range(16)}


@pytest.mark.parametrize(
    ("unsent", "deaths", "is_it"),
    [
        (STOPPED_ONE, [], False),
        (STOPPED_ONE, [Death("worker", NOON, frozenset())], False),
        (STOPPED_ONE, [Death("worker", NOON, frozenset({7}))], True),
        (STOPPED_ONE, [Death("web", NOON, frozenset({7}))], False),
        (replace(STOPPED_ONE, state="pending"), [Death("worker", NOON, frozenset({7}))], False),
        (replace(STOPPED_ONE, reason=""), [Death("worker", NOON, frozenset({7}))], False),
        (replace(STOPPED_ONE, finished_at=NOON), [Death("worker", NOON, frozenset({7}))], False),
        (BROKEN_ONE, [], False),
        (BROKEN_ONE, [Death("worker", NOON, frozenset({7}))], False),
        (BROKEN_ONE, [Death("simulator", NOON + timedelta(seconds=1), frozenset())], True),
        (BROKEN_ONE, [Death("simulator", NOON + timedelta(seconds=3), frozenset())], False),
        (BROKEN_ONE, [Death("simulator", NOON - timedelta(seconds=60), frozenset())], False),
        (replace(BROKEN_ONE, reason=""), [Death("simulator", NOON, frozenset())], False),
    ],
)
def test_only_a_call_that_a_death_met_may_stay_unconfirmed(
    unsent: Unsent, deaths: list[Death], is_it: bool
) -> None:
    killer = Killer(cast(Copy, None), 7, rest_seconds=0)
    killer.deaths += deaths
    assert is_explained(unsent, killer) is is_it
