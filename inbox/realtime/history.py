"""What was missed: pages of past events, shared by all sockets that come back."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from inbox.realtime.batcher import Batcher
from inbox.realtime.database import Database
from inbox.realtime.entries import Entry
from inbox.realtime.limits import PAGE_EVENTS
from inbox.realtime.pages import Page
from inbox.realtime.ring import Ring, page_of
from inbox.sight import Sight

PAGES_KEPT = 32
_DELETED = '"deleted_at":"'
_PAGES_KEPT_SECONDS = 10.0


class TooOld(Exception):
    """The events after that number are not kept any more."""


class History:
    """The past of one organisation, up to what has been delivered."""

    def __init__(self, organization_id: int, database: Database) -> None:
        self._organization_id = organization_id
        self._database = database
        self._ring = Ring()
        self._pages: dict[tuple[int, int], Page] = {}
        self._pages_used_at = 0.0
        self._head = 0
        self._table: Batcher[int, Page] = Batcher(self._read_pages)
        self._present: Batcher[tuple[int, ...], Mapping[int, Sight]] = Batcher(self._read_sights)

    def begin(self, head: int) -> None:
        """Forget everything; the past reaches to `head` now."""
        self._ring.clear()
        self._pages.clear()
        self._head = head

    def extend(self, entries: Sequence[Entry]) -> None:
        """Take in what is being delivered.

        What told the words of a message that is deleted now has been emptied in the table, where it is read anew.
        """
        if any(entry.type == "message.updated" and _DELETED in entry.data for entry in entries):
            self._ring.clear()
            self._pages.clear()
        self._ring.extend(entries)
        self._head = entries[-1].seq

    async def page_after(self, seq: int) -> Page:
        """Return one page of the events that follow `seq`, of those that were delivered.

        Raises:
            TooOld: they are not kept any more.
            Unreachable: the database does not answer now.
        """
        if self._ring.holds(seq + 1):
            return self._page(self._ring.after(seq))
        page = await self._table.ask(seq)
        if page is None:
            raise TooOld
        return page

    async def _read_pages(self, numbers: list[int]) -> dict[int, Page]:
        pages: dict[int, Page] = {}
        # The oldest first: what it reads may hold what the others want.
        for seq in sorted(numbers):
            if self._ring.holds(seq + 1):
                pages[seq] = self._page(self._ring.after(seq))
                continue
            rows = await self._database.entries(self._organization_id, after=seq, limit=PAGE_EVENTS)
            entries = [entry for entry in rows if entry.seq <= self._head]
            if entries and entries[0].seq == seq + 1:
                self._ring.prepend(entries, head=self._head)
                pages[seq] = self._page(page_of(entries))
        return pages

    def tidy(self) -> None:
        """Forget pages when the crowd that shared them is through."""
        if self._pages and time.monotonic() - self._pages_used_at > _PAGES_KEPT_SECONDS:
            self._pages.clear()

    def _page(self, entries: Sequence[Entry]) -> Page:
        self._pages_used_at = time.monotonic()
        key = (entries[0].seq, entries[-1].seq)
        page = self._pages.get(key)
        if page is None:
            if len(self._pages) >= PAGES_KEPT:
                self._pages.clear()
            page = self._pages[key] = Page(entries)
        return page

    async def present(self, conversation_ids: tuple[int, ...]) -> Mapping[int, Sight]:
        """Return how conversations stand now; whoever asks at the same time shares the answer."""
        return await self._present.ask(conversation_ids) or {}

    async def _read_sights(self, asked: list[tuple[int, ...]]) -> dict[tuple[int, ...], Mapping[int, Sight]]:
        sights = await self._database.sights(self._organization_id, {pk for ids in asked for pk in ids})
        return dict.fromkeys(asked, sights)
