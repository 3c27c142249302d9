"""Calls the webhook as a server would, and a database that can be cut off."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from integrations.whatsapp.connection import where
from integrations.whatsapp.signatures import sign
from integrations.whatsapp.webhook import Application, Message

SECRET = b"test_app_secret"
KEY = "aurora-key"


@dataclass
class Answer:
    status: int
    headers: dict[bytes, bytes]
    body: bytes


async def call(
    app: Application,
    method: str = "POST",
    key: str = KEY,
    *,
    path: str | None = None,
    query: bytes = b"",
    headers: Iterable[tuple[bytes, bytes]] = (),
    messages: Sequence[Message] = (),
) -> Answer:
    """Send one request; when `messages` are used up the client keeps the connection and says nothing."""
    sent: list[Any] = []
    waiting = list(messages)

    async def receive() -> Message:
        if waiting:
            return waiting.pop(0)
        await asyncio.sleep(3600)
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": path if path is not None else f"/webhook/whatsapp/{key}",
        "query_string": query,
        "headers": list(headers),
    }
    await app(scope, receive, send)
    if not sent:
        return Answer(0, {}, b"")
    start, body = sent
    return Answer(start["status"], dict(start["headers"]), body["body"])


def signed(body: bytes, secret: bytes = SECRET) -> list[tuple[bytes, bytes]]:
    return [
        (b"content-length", str(len(body)).encode()),
        (b"content-type", b"application/json"),
        (b"x-hub-signature-256", sign(body, secret)),
    ]


async def post(app: Application, body: bytes, *, secret: bytes = SECRET, key: str = KEY) -> Answer:
    return await call(
        app, key=key, headers=signed(body, secret), messages=[{"type": "http.request", "body": body}]
    )


async def stored() -> list[tuple[Any, ...]]:
    """Return (organisation, app, body, state) of every delivery, oldest first."""
    query = "SELECT organization_id, meta_app_id, body, state FROM integrations_inbounddelivery ORDER BY id"
    return await execute(query)


async def execute(query: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
    async with await psycopg.AsyncConnection.connect(where(), autocommit=True) as connection:
        cursor = await connection.execute(query.encode(), values)
        return await cursor.fetchall() if cursor.description else []


@dataclass
class DatabaseProxy:
    """Stands between the webhook and PostgreSQL; what passes can be cut, held or let through."""

    port: int = 0
    is_cut: bool = False
    _open: set[asyncio.StreamWriter] = field(default_factory=set)
    _flows: asyncio.Event = field(default_factory=asyncio.Event)

    def where(self) -> str:
        return make_conninfo(where(), host="127.0.0.1", port=self.port)

    def cut(self) -> None:
        """End every connection, and every new one at once."""
        self.is_cut = True
        for writer in self._open:
            writer.transport.abort()

    def restore(self) -> None:
        self.is_cut = False

    def hold(self) -> None:
        """Let nothing pass in either direction, without a word, as a network that swallows packets."""
        self._flows.clear()

    def release(self) -> None:
        self._flows.set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.is_cut:
            writer.transport.abort()
            return
        there_reader, there_writer = await asyncio.open_unix_connection(_socket_path())
        self._open |= {writer, there_writer}
        ways = asyncio.gather(self._pass(reader, there_writer), self._pass(there_reader, writer))
        with contextlib.suppress(asyncio.CancelledError, ConnectionError):
            await ways
        self._open -= {writer, there_writer}

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                await self._flows.wait()
                writer.write(data)
                await writer.drain()
        finally:
            writer.close()


def _socket_path() -> str:
    parts = conninfo_to_dict(where())
    return f"{parts['host']}/.s.PGSQL.{parts.get('port', 5432)}"


@asynccontextmanager
async def database_proxy() -> AsyncIterator[DatabaseProxy]:
    proxy = DatabaseProxy()
    proxy.release()
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        proxy.release()
        proxy.cut()
