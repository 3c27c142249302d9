"""One organisation in this process: its new events are read once, and given to each socket that may see them."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable

from inbox.realtime import frames
from inbox.realtime.colleagues import Colleagues
from inbox.realtime.database import Database, Head, Unreachable
from inbox.realtime.frames import ResyncReason
from inbox.realtime.history import History
from inbox.realtime.limits import HEARTBEAT_SECONDS, PAGE_EVENTS, REPLAY_WINDOW_BYTES
from inbox.realtime.pace import Pace
from inbox.realtime.pages import RIGHTS_EVENTS, Page
from inbox.realtime.ring import page_of
from inbox.realtime.socket import Socket
from inbox.sight import Viewer

logger = logging.getLogger(__name__)


class Feed:
    """Follows the stream of one organisation.

    Args:
        check_rights: ends the sockets of this feed that may not stay, before anything is delivered: by a look at
            the database now, or with `fresh` False by one of the last seconds.

    Attributes:
        head: the last number that was delivered.
    """

    def __init__(
        self,
        organization_id: int,
        database: Database,
        *,
        check_rights: Callable[[Feed, bool], Awaitable[None]],
        rights_are_fresh: Callable[[], bool],
    ) -> None:
        self.organization_id = organization_id
        self.stream_id = ""
        self.head = 0
        self.history = History(organization_id, database)
        self._live: dict[Viewer, set[Socket]] = {}
        self.colleagues = Colleagues(self.history, self._live, rights_are_fresh)
        self._database = database
        self._check_rights = check_rights
        self._announced = 0
        self._pace = Pace(time.monotonic)
        self._news = asyncio.Event()
        self._delivered = asyncio.Event()
        self._opening: asyncio.Task[None] | None = None
        self._following: asyncio.Task[None] | None = None

    async def opened(self) -> None:
        """Know where the stream stands, and follow it from there.

        Raises:
            Unreachable: the database does not answer now.
        """
        while self._following is None:
            if self._opening is None or self._opening.done():
                self._opening = asyncio.create_task(self._open())
            await asyncio.shield(self._opening)

    async def _open(self) -> None:
        head = await self._database.head(self.organization_id)
        if head is None:
            raise Unreachable("the organisation has no stream")
        rung = self._announced
        self._start_at(head)
        self.announce(rung)
        self._following = asyncio.create_task(self._follow(), name=f"feed {self.organization_id}")

    def _start_at(self, head: Head) -> None:
        self.stream_id, self.head, self._announced = head.stream_id, head.seq, head.seq
        self.history.begin(head.seq)

    def close(self) -> None:
        self.colleagues.close()
        for task in (self._opening, self._following):
            if task is not None:
                task.cancel()

    def attach(self, socket: Socket) -> None:
        """Give the socket, which has reached `head`, everything that comes after."""
        self._live.setdefault(socket.viewer, set()).add(socket)

    def detach(self, socket: Socket) -> None:
        sockets = self._live.get(socket.viewer)
        if sockets is not None:
            sockets.discard(socket)
            if not sockets:
                del self._live[socket.viewer]

    def announce(self, seq: int) -> None:
        """Hear that the stream reaches `seq`. Whether that is true the table will tell."""
        if seq > self._announced:
            self._announced = seq
            self._pace.ring()
            self._news.set()

    def look(self, now: Head, *, delivered: int) -> None:
        """Take note of where the table says the stream stands.

        Args:
            delivered: `head` when the table was asked; what was delivered since, the answer need not know.
        """
        if self._following is None:
            return
        if now.stream_id != self.stream_id or now.seq < delivered:
            self._begin_anew(now, "stream_changed")
        else:
            self.announce(now.seq)

    async def reach(self, seq: int) -> bool:
        """Wait until `seq` is delivered; False if this stream does not reach so far.

        Raises:
            Unreachable: the database does not answer now.
        """
        delivered = self.head
        now = await self._database.head(self.organization_id)
        if now is None or now.seq < seq:
            return False
        self.look(now, delivered=delivered)
        stream_id = self.stream_id
        while self.head < seq and self.stream_id == stream_id:
            self._delivered.clear()
            await self._delivered.wait()
        return self.head >= seq

    def _begin_anew(self, head: Head, reason: ResyncReason) -> None:
        """The numbers do not go on from where we are, as after a restore: everyone loads anew."""
        logger.warning(
            "realtime.begun_anew", extra={"organization_id": self.organization_id, "reason": reason}
        )
        self._load_anew(reason)
        self._start_at(head)
        self._delivered.set()

    def _load_anew(self, reason: ResyncReason) -> None:
        for sockets in self._live.values():
            for socket in sockets:
                socket.resync(reason)

    async def _follow(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            try:
                while self._announced > self.head:
                    await self._deliver_next()
            except Unreachable:
                # The look of the next second brings us back here.
                self._announced = self.head
            except Exception:
                # One event that cannot be told must not silence the rest of the product.
                logger.exception("realtime.delivery_failed", extra={"organization_id": self.organization_id})
                self._announced = self.head
                await asyncio.sleep(1)

    async def _deliver_next(self) -> None:
        """Read what is new and give it out; then leave the loop to others before the next."""
        stream_id, head = self.stream_id, self.head
        entries = await self._database.entries(self.organization_id, after=head, limit=PAGE_EVENTS)
        if not entries or entries[0].seq != head + 1:
            await self._find_out(head)
            return
        await self._check_rights(self, any(entry.type in RIGHTS_EVENTS for entry in entries))
        if (stream_id, head) != (self.stream_id, self.head):
            return  # begun anew meanwhile
        started = time.monotonic()
        if any(entry.audience.loads_anew for entry in entries):
            # Whoever still catches up comes to it there.
            self._load_anew("settings_changed")
        self.history.extend(entries)
        while entries:
            page = Page(page_of(entries))
            self._deliver(page)
            entries = entries[len(page.entries) :]
        self._delivered.set()
        # All sockets that were woken write before this goes on, so that it shows what a delivery costs.
        await asyncio.sleep(0)
        cost = time.monotonic() - started
        await asyncio.sleep(max(self._pace.spacing, 1.5 * cost) - cost)

    async def _find_out(self, head: int) -> None:
        """What should come next did not: the doorbell was wrong, or events are missing."""
        now = await self._database.head(self.organization_id)
        if now is None or self.head != head:
            return
        if now.stream_id != self.stream_id or now.seq < head:
            self._begin_anew(now, "stream_changed")
            return
        rows = await self._database.entries(self.organization_id, after=head, limit=1)
        if now.seq > head and (not rows or rows[0].seq != head + 1):
            self._begin_anew(now, "too_old")
        else:
            self._announced = now.seq

    def _deliver(self, page: Page) -> None:
        through = page.through
        behind: list[Socket] = []
        for viewer, sockets in self._live.items():
            frame = page.now(viewer)
            for socket in sockets:
                if frame is None:
                    socket.position = through
                elif socket.outstanding > REPLAY_WINDOW_BYTES:
                    behind.append(socket)
                else:
                    socket.push_events(frame)
        for socket in behind:
            # It gets this when it has room again, from the past. Nobody can acknowledge what comes in one turn.
            self.detach(socket)
            socket.fall_behind()
        for conversation_id in page.conversation_ids:
            self.colleagues.forget(conversation_id)
        self.head = through

    def beat(self, sockets: Iterable[Socket]) -> None:
        """Tell sockets how far they are, and that we live. Called about each second.

        Args:
            sockets: all of the organisation here, also those that still catch up.
        """
        self.history.tidy()
        now = asyncio.get_running_loop().time()
        through, heartbeat = frames.events([], self.head), frames.heartbeat(self.head, self.head)
        for socket in sockets:
            is_there = socket.position == self.head
            if socket.lags:
                socket.push_events(through if is_there else frames.events([], socket.position))
            if now >= socket.heartbeat_at:
                socket.heartbeat_at = now + HEARTBEAT_SECONDS
                socket.push(heartbeat if is_there else frames.heartbeat(self.head, socket.position))
