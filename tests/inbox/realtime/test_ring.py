"""The kept past stays gapless and bounded."""

from __future__ import annotations

from inbox.realtime.entries import Entry
from inbox.realtime.limits import PAGE_BYTES, PAGE_EVENTS, RING_BYTES, RING_EVENTS
from inbox.realtime.ring import Ring, page_of
from inbox.realtime.sightlines import Audience


def run(first: int, last: int, size: int = 10) -> list[Entry]:
    return [
        Entry(seq, "x.done", Audience("organization"), "x" * size, "", "{}") for seq in range(first, last + 1)
    ]


def numbers(ring: Ring, after: int) -> list[int]:
    return [entry.seq for entry in ring.after(after)]


def test_it_keeps_the_newest_and_no_more_than_it_may() -> None:
    ring = Ring()
    for first in range(1, 3_000, 50):
        ring.extend(run(first, first + 49))
    assert ring.holds(3_000)
    assert not ring.holds(3_000 - 2 * RING_EVENTS)
    assert numbers(ring, 2_990) == list(range(2_991, 3_001))


def test_large_events_count_by_their_size() -> None:
    ring = Ring()
    for seq in range(1, 100):
        ring.extend(run(seq, seq, size=RING_BYTES // 10))
    assert ring.holds(99)
    assert not ring.holds(80)
    ring.extend(run(100, 100, size=RING_BYTES * 3))
    assert not ring.holds(99)


def test_a_gap_begins_a_new_run() -> None:
    ring = Ring()
    ring.extend(run(1, 5))
    ring.extend(run(9, 12))
    assert not ring.holds(5)
    assert numbers(ring, 8) == [9, 10, 11, 12]


def test_what_came_before_is_joined_only_where_it_touches() -> None:
    ring = Ring()
    ring.prepend(run(1, 5), head=10)
    assert not ring.holds(5)
    ring.prepend(run(6, 10), head=10)
    ring.prepend(run(1, 4), head=10)
    assert not ring.holds(4)
    ring.prepend(run(1, 5), head=10)
    ring.extend(run(11, 11))
    assert numbers(ring, 0) == list(range(1, 12))


def test_a_page_is_bounded_and_never_empty() -> None:
    assert len(page_of(run(1, 999))) == PAGE_EVENTS
    assert len(page_of(run(1, 9, size=PAGE_BYTES // 2))) == 2
    assert len(page_of(run(1, 9, size=PAGE_BYTES * 2))) == 1
