"""The traffic of the scenarios itself."""

from __future__ import annotations

from tests.faults.killing import deal


def test_nothing_of_a_number_is_lost_when_it_is_dealt() -> None:
    assert deal(5_000, range(16)) == {place: 313 if place < 8 else 312 for place in range(16)}
