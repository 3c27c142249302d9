"""The traffic of the scenarios itself: it goes on until asked to stop."""

from __future__ import annotations

import random

from tests.faults.killing import deal
from tests.faults.traffic import Pace


def test_whoever_writes_goes_on_until_all_is_over() -> None:
    ends = iter([False, False, True])
    assert list(Pace(3, 0, lambda: next(ends), random.Random(7))) == [0, 1, 2, 3, 4]
    assert list(Pace(3, 0, lambda: True, random.Random(7))) == [0, 1, 2]
    assert list(Pace(0, 0, lambda: False, random.Random(7))) == []


def test_nothing_of_a_number_is_lost_when_it_is_dealt() -> None:
    assert deal(5_000, range(16)) == {place: 313 if place < 8 else 312 for place in range(16)}
