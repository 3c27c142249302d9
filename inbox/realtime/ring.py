"""The recent events of an organisation, kept so that sockets which come back share them."""

from __future__ import annotations

from collections.abc import Sequence

from inbox.realtime.entries import Entry
from inbox.realtime.limits import PAGE_BYTES, PAGE_EVENTS, RING_BYTES, RING_EVENTS


class Ring:
    """A gapless run of events that ends at the newest one, bounded in number and size."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._bytes = 0

    def holds(self, seq: int) -> bool:
        return bool(self._entries) and self._entries[0].seq <= seq <= self._entries[-1].seq

    def extend(self, entries: Sequence[Entry]) -> None:
        """Add what follows; whatever does not follow begins a new run."""
        if self._entries and entries and entries[0].seq != self._entries[-1].seq + 1:
            self.clear()
        self._entries.extend(entries)
        self._bytes += sum(entry.size for entry in entries)
        self._shrink()

    def prepend(self, entries: Sequence[Entry], *, head: int) -> None:
        """Add what came before, as far as there is room.

        Args:
            head: the newest number, to which the entries must reach while nothing is kept yet.
        """
        follows = self._entries[0].seq if self._entries else head + 1
        if not entries or entries[-1].seq != follows - 1:
            return
        size = sum(entry.size for entry in entries)
        if len(self._entries) + len(entries) <= RING_EVENTS and self._bytes + size <= RING_BYTES:
            self._entries[:0] = entries
            self._bytes += size

    def after(self, seq: int) -> Sequence[Entry]:
        """Return one page of what follows number `seq`; `holds(seq + 1)` was true."""
        start = seq + 1 - self._entries[0].seq
        return page_of(self._entries[start : start + PAGE_EVENTS])

    def clear(self) -> None:
        self._entries.clear()
        self._bytes = 0

    def _shrink(self) -> None:
        # In larger steps, as cutting the beginning moves all the rest.
        if len(self._entries) <= RING_EVENTS * 1.25 and self._bytes <= RING_BYTES * 1.25:
            return
        drop = 0
        while len(self._entries) - drop > RING_EVENTS or self._bytes > RING_BYTES:
            self._bytes -= self._entries[drop].size
            drop += 1
        del self._entries[:drop]


def page_of(entries: Sequence[Entry]) -> Sequence[Entry]:
    """Return as many of the first entries as make one frame, at least one."""
    size = 0
    for count, entry in enumerate(entries):
        size += entry.size
        if count == PAGE_EVENTS or (count and size > PAGE_BYTES):
            return entries[:count]
    return entries
