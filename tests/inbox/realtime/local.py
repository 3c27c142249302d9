"""The socket without a server: the hub runs in the test's own loop, where its clock and its layer can be changed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connections

from core.models import Membership
from inbox.realtime.consumer import events_consumer
from inbox.routing import socket_application
from tests.inbox.realtime.lines import PATIENCE_SECONDS, sign_in

T = TypeVar("T")

application = socket_application(events_consumer)


async def in_database(work: Callable[..., T], *values: Any) -> T:
    """Do something synchronous, in a thread that gives its connection back."""

    def run() -> T:
        try:
            return work(*values)
        finally:
            connections.close_all()

    return await sync_to_async(run)()


class LocalLine:
    """What one client of the local hub sees.

    Attributes:
        code: with which the server has closed; 0 if it never accepted.
    """

    def __init__(self, *, acknowledges: bool = True) -> None:
        self.acknowledges = acknowledges
        self.events: list[dict[str, Any]] = []
        self.code: int | None = None
        self._said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._heard: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._said.put_nowait({"type": "websocket.connect"})

    async def receive(self) -> dict[str, Any]:
        return await self._said.get()

    async def send(self, message: dict[str, Any]) -> None:
        self._heard.put_nowait(message)

    def say(self, frame: dict[str, Any]) -> None:
        self._said.put_nowait({"type": "websocket.receive", "text": json.dumps(frame)})

    def leave(self) -> None:
        self._said.put_nowait({"type": "websocket.disconnect", "code": 1001})

    async def read(self, seconds: float = PATIENCE_SECONDS) -> dict[str, Any]:
        async with asyncio.timeout(seconds):
            while True:
                message = await self._heard.get()
                if message["type"] == "websocket.close":
                    self.code = message.get("code", 0)
                    return message
                if message["type"] == "websocket.send":
                    break
        frame: dict[str, Any] = json.loads(message["text"])
        if frame["type"] == "events":
            self.events += frame["events"]
            if self.acknowledges:
                self.say({"type": "ack", "through": frame["through"]})
        return frame

    async def until(self, seq: int, seconds: float = PATIENCE_SECONDS) -> list[int]:
        """Read until an event with that number; return all numbers so far."""
        async with asyncio.timeout(seconds):
            while not self.events or self.events[-1]["seq"] < seq:
                await self.read(seconds)
        return [event["seq"] for event in self.events]


@asynccontextmanager
async def local_line(member: Membership, query: str = "", *, session: str = "") -> AsyncIterator[LocalLine]:
    """Open a socket to the hub of this loop.

    Args:
        session: one that the member has already.
    """
    session = session or await in_database(sign_in, member)
    scope = {
        "type": "websocket",
        "path": "/ws/v1/events",
        "query_string": f"organization=tienda-aurora{query}".encode(),
        "headers": [
            (b"host", b"testserver"),
            (b"origin", b"http://testserver"),
            (b"cookie", f"{settings.SESSION_COOKIE_NAME}={session}".encode()),
        ],
    }
    line = LocalLine()
    task = asyncio.ensure_future(application(scope, line.receive, line.send))
    try:
        yield line
    finally:
        line.leave()
        await asyncio.wait_for(task, PATIENCE_SECONDS)
