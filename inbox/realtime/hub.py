"""The hub: one for each event loop, and so for each web process. It holds all its sockets together."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings

from inbox.realtime.database import Database, Unreachable
from inbox.realtime.ears import Ears
from inbox.realtime.farewell import before_daphne_stops
from inbox.realtime.feed import Feed
from inbox.realtime.frames import Close
from inbox.realtime.limits import (
    FEED_LINGER_SECONDS,
    LAST_WORD_SECONDS,
    LOOK_SECONDS,
    RIGHTS_SECONDS,
    RIGHTS_STALE_SECONDS,
)
from inbox.realtime.socket import Socket
from inbox.realtime.standing import Doorkeeper, Principal, Standing, standing_of

logger = logging.getLogger(__name__)


class TooManySockets(Exception):
    """The person or the organisation has as many sockets here as they may have."""


class Place:
    """An organisation's feed, and all its sockets: also those that still catch up."""

    def __init__(self, feed: Feed) -> None:
        self.feed = feed
        self.sockets: set[Socket] = set()
        self.empty_since = time.monotonic()


class Hub:
    """Knows every socket of this event loop, follows their organisations, and ends those that may not stay."""

    def __init__(self) -> None:
        self.database = Database()
        self.doorkeeper = Doorkeeper(self.database)
        self._ears = Ears(self._hear)
        self._places: dict[int, Place] = {}
        self._people: Counter[str] = Counter()
        self._rights_at = time.monotonic()
        self._tasks: list[asyncio.Task[None]] = []

    @contextmanager
    def seat(self, socket: Socket) -> Iterator[Feed]:
        """Keep a place for the socket as long as it is open.

        Raises:
            TooManySockets: there is none.
        """
        self._start()
        organization_id, person = socket.principal.organization_id, socket.principal.person
        place = self._places.get(organization_id)
        if self._people[person] >= settings.SOCKETS_PER_PERSON or (
            place is not None and len(place.sockets) >= settings.SOCKETS_PER_ORGANIZATION
        ):
            raise TooManySockets
        if place is None:
            place = self._places[organization_id] = Place(self._new_feed(organization_id))
            self._ears.listen_to(organization_id)
        place.sockets.add(socket)
        self._people[person] += 1
        try:
            yield place.feed
        finally:
            place.feed.detach(socket)
            place.sockets.discard(socket)
            place.empty_since = time.monotonic()
            self._people[person] -= 1
            if not self._people[person]:
                del self._people[person]

    def feed_of(self, organization_id: int) -> Feed | None:
        """Return the feed of an organisation that has sockets here, or had some a moment ago."""
        place = self._places.get(organization_id)
        return place.feed if place is not None else None

    def _new_feed(self, organization_id: int) -> Feed:
        return Feed(
            organization_id,
            self.database,
            check_rights=self._check_rights_of,
            rights_are_fresh=self.rights_are_fresh,
        )

    def _start(self) -> None:
        if not self._tasks:
            before_daphne_stops(self.say_goodbye)
            self._rights_at = time.monotonic()
            self._tasks = [
                asyncio.create_task(self._ears.run(), name="ears"),
                asyncio.create_task(_every(LOOK_SECONDS, self._look), name="look"),
                asyncio.create_task(_every(RIGHTS_SECONDS, self.check_rights), name="rights"),
            ]

    async def say_goodbye(self) -> None:
        """Close all sockets because the server stops, and leave a moment for the words to be written."""
        for place in self._places.values():
            for socket in place.sockets:
                socket.end(Close.RESTARTING)
        await asyncio.sleep(LAST_WORD_SECONDS)

    async def close(self) -> None:
        """Stop everything; for loops that end before their process does."""
        for place in self._places.values():
            place.feed.close()
        self._places.clear()
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.database.close()

    def _hear(self, message: dict[str, Any]) -> None:
        feed = self.feed_of(message["organization_id"])
        if feed is None:
            return
        if message["type"] == "bell" and type(message["seq"]) is int:
            feed.announce(message["seq"])
        elif message["type"] == "signal":
            feed.colleagues.hear(message["data"])

    async def _look(self) -> None:
        """Once a second: where does each organisation stand, whatever the doorbells said?"""
        for organization_id, place in list(self._places.items()):
            place.feed.beat(place.sockets)
            if not place.sockets and time.monotonic() - place.empty_since > FEED_LINGER_SECONDS:
                del self._places[organization_id]
                self._ears.forget(organization_id)
                place.feed.close()
        if self._places:
            delivered = {organization_id: place.feed.head for organization_id, place in self._places.items()}
            for organization_id, now in (await self.database.heads(delivered)).items():
                feed = self.feed_of(organization_id)
                if feed is not None:
                    feed.look(now, delivered=delivered[organization_id])

    def rights_are_fresh(self) -> bool:
        """Whether it was asked within the last seconds who may stay."""
        return time.monotonic() - self._rights_at < RIGHTS_STALE_SECONDS

    async def check_rights(self) -> None:
        """End all sockets here whose right to stay has ended, and those that see something else now.

        Raises:
            Unreachable: nobody can say now.
        """
        asked_at = time.monotonic()
        await self._check([socket for place in self._places.values() for socket in place.sockets])
        self._rights_at = asked_at

    async def _check_rights_of(self, feed: Feed, fresh: bool) -> None:
        if not self.rights_are_fresh():
            await self.check_rights()
        elif fresh:
            place = self._places.get(feed.organization_id)
            await self._check(list(place.sockets) if place else [])

    async def _check(self, sockets: list[Socket]) -> None:
        by_principal: dict[Principal, list[Socket]] = {}
        for socket in sockets:
            by_principal.setdefault(socket.principal, []).append(socket)
        if by_principal:
            standings = await standing_of(self.database, list(by_principal))
            for (principal, theirs), standing in zip(by_principal.items(), standings, strict=True):
                for socket in theirs:
                    _judge(socket, principal, standing)


def _judge(socket: Socket, principal: Principal, standing: Standing) -> None:
    if standing.code is not None:
        socket.end(standing.code)
    elif standing.role != principal.role or standing.viewer != socket.viewer:
        socket.resync("rights_changed")


async def _every(seconds: float, work: Callable[[], Awaitable[None]]) -> None:
    """Work again and again; what goes wrong once may go right the next time."""
    while True:
        try:
            await work()
        except Unreachable as error:
            logger.warning("realtime.no_database", extra={"reason": str(error)})
        except Exception:
            logger.exception("realtime.failed", extra={"work": work.__name__})
        await asyncio.sleep(seconds)


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """Return the hub of the running loop. Made when it is first needed: daphne does not say when it starts."""
    loop = asyncio.get_running_loop()
    found = _hubs.get(loop)
    if found is None:
        found = _hubs[loop] = Hub()
    return found
