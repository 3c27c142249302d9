"""W1's floor: an ASGI application that checks an HMAC and stores the body by a grouped INSERT.

It does nothing that the product leaves out: the body is not parsed, requests of one turn share a group, and texts that
differ by their number of rows are not prepared.
"""

from __future__ import annotations

import asyncio
import hmac
import os
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import psycopg
from psycopg.types.numeric import Int8

from core import garbage

SECRET = os.environ["BENCH_APP_SECRET"].encode()
ORGANIZATION, APP = Int8(int(os.environ["BENCH_ORGANIZATION"])), Int8(int(os.environ["BENCH_APP"]))
ROWS = 256
_INSERT = "INSERT INTO integrations_inbounddelivery (organization_id, meta_app_id, body, state, received_at) VALUES "
_VALUES = "(%b,%b,%b,'pending',%b)"

_Waiting = tuple[bytes, "asyncio.Future[None]"]


class Writer:
    """Writes what waits in groups; while one is written the next gathers."""

    def __init__(self) -> None:
        self._waiting: list[_Waiting] = []
        self._task: asyncio.Task[None] | None = None
        self._connection: psycopg.AsyncConnection[tuple[Any, ...]] | None = None

    async def store(self, body: bytes) -> None:
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((body, stored))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._write())
        await stored

    async def _write(self) -> None:
        if self._connection is None:
            url = os.environ["DATABASE_URL"]
            self._connection = await psycopg.AsyncConnection.connect(
                url, autocommit=True, prepare_threshold=None
            )
        await asyncio.sleep(0)
        while self._waiting:
            group, self._waiting = self._waiting[:ROWS], self._waiting[ROWS:]
            now = datetime.now(UTC)
            values: list[Any] = []
            for body, _ in group:
                values += (ORGANIZATION, APP, body, now)
            await self._connection.execute((_INSERT + ",".join([_VALUES] * len(group))).encode(), values)
            for _, stored in group:
                if not stored.done():
                    stored.set_result(None)


_writer = Writer()


async def application(
    scope: dict[str, Any],
    receive: Callable[[], Awaitable[dict[str, Any]]],
    send: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    if scope["type"] != "http":
        return
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    signature = dict(scope["headers"]).get(b"x-hub-signature-256", b"")
    is_right = hmac.compare_digest(b"sha256=" + hmac.digest(SECRET, body, "sha256").hex().encode(), signature)
    if is_right:
        await _writer.store(body)
    status = 200 if is_right else 401
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})


garbage.settle()
