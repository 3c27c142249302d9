"""Many sockets in one loop, each acknowledging what it gets as the browser does; and what reached the last of them."""

from __future__ import annotations

import asyncio
import base64
import os
import re
import struct
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import cast

from bench.loads import http

_SEQ = re.compile(rb'\{"seq":(\d+),')
_TEXT, _CLOSE, _PING, _PONG = 1, 8, 9, 10
_PATIENCE_SECONDS = 60.0
# As the browser does: `socket.ts`.
_ACKNOWLEDGE_SECONDS, _UNACKNOWLEDGED_SIZE = 0.25, 64 * 1024


@dataclass(frozen=True, slots=True)
class Seat:
    """One socket to open.

    Attributes:
        group: whose events it gets; those of one group all get the same.
    """

    port: int
    path: str
    headers: dict[str, str]
    group: int = 0


def seat_of(port: int, slug: str, session: str, *, group: int = 0, query: str = "") -> Seat:
    """The socket of a person's browser on the product."""
    headers = {"Cookie": f"sessionid_{port}={session}", "Origin": f"http://127.0.0.1:{port}"}
    return Seat(port, f"/ws/v1/events?organization={slug}{query}", headers, group)


@dataclass
class Crowd:
    """Open sockets together.

    Attributes:
        arrivals: by group and number of the event, how many sockets have it and when the last one got it.
        listen: called with each frame of events, for those who look for something in it.
    """

    clients: list[Client] = field(default_factory=list)
    arrivals: dict[tuple[int, int], tuple[int, float]] = field(default_factory=dict)
    hellos: int = 0
    frames: int = 0
    doubled: int = 0
    ended: list[int] = field(default_factory=list)
    listen: Callable[[bytes], None] | None = None

    async def open(self, seats: Sequence[Seat], *, pause_seconds: float = 0.002) -> None:
        """Open all, one after the other by default."""
        loop = asyncio.get_running_loop()
        opening = []
        for seat in seats:
            making = loop.create_connection(lambda seat=seat: Client(self, seat), "127.0.0.1", seat.port)  # type: ignore[misc]  # the default binds it
            opening.append(asyncio.create_task(making))
            if pause_seconds:
                await asyncio.sleep(pause_seconds)
        for task in opening:
            _, client = await task
            self.clients.append(client)

    async def greeted(self) -> None:
        """Wait until every socket was let in.

        Raises:
            TimeoutError, RuntimeError: one was not.
        """
        await self.until(lambda: self.hellos >= len(self.clients))

    async def until(self, condition: Callable[[], bool], seconds: float = _PATIENCE_SECONDS) -> None:
        async with asyncio.timeout(seconds):
            while not condition():
                if self.ended:
                    raise RuntimeError(f"{len(self.ended)} sockets were closed: {self.ended[:5]}")
                await asyncio.sleep(0.005)

    def leave(self) -> None:
        for client in self.clients:
            client.leave()

    def note(self, group: int, seq: int, now: float) -> None:
        count, _ = self.arrivals.get((group, seq), (0, 0.0))
        self.arrivals[group, seq] = count + 1, now


class Client(asyncio.Protocol):
    """One socket."""

    def __init__(self, crowd: Crowd, seat: Seat) -> None:
        self.through = 0
        self._crowd = crowd
        self._seat = seat
        self._buffer = b""
        self._is_up = False
        self._is_leaving = False
        self._loop = asyncio.get_running_loop()
        self._unacknowledged = 0
        self._telling: asyncio.TimerHandle | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        headers = {
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
            "Sec-WebSocket-Version": "13",
            **self._seat.headers,
        }
        self._transport.write(http.request("GET", self._seat.path, headers))

    def leave(self) -> None:
        self._is_leaving = True
        if self._telling is not None:
            self._telling.cancel()
        if self._transport is not None:
            self._transport.abort()

    def connection_lost(self, error: Exception | None) -> None:
        if not self._is_leaving:
            self._crowd.ended.append(0)

    def data_received(self, data: bytes) -> None:
        buffer = self._buffer + data if self._buffer else data
        if not self._is_up:
            end = buffer.find(b"\r\n\r\n")
            if end < 0:
                self._buffer = buffer
                return
            self._is_up = True
            buffer = buffer[end + 4 :]
        self._buffer = buffer[self._read_frames(buffer) :]

    def _read_frames(self, buffer: bytes) -> int:
        """Read what is whole; return how much that was."""
        at, size = 0, len(buffer)
        while size - at >= 2:
            length, head = buffer[at + 1], 2
            if length >= 126:
                head = 4 if length == 126 else 10
                if size - at < head:
                    break
                (length,) = struct.unpack_from("!H" if head == 4 else "!Q", buffer, at + 2)
            if size - at < head + length:
                break
            self._hear(buffer[at] & 15, buffer[at + head : at + head + length])
            at += head + length
        return at

    def _hear(self, kind: int, body: bytes) -> None:
        if kind == _PING:
            self._say(_PONG, body)
        elif kind == _CLOSE:
            self._crowd.ended.append(int.from_bytes(body[:2], "big"))
            self.leave()
        elif body.startswith(b'{"type":"events"'):
            self._hear_events(body)
        elif body.startswith(b'{"type":"hello"'):
            self._crowd.hellos += 1

    def _hear_events(self, body: bytes) -> None:
        crowd, now = self._crowd, time.monotonic()
        crowd.frames += 1
        for found in _SEQ.findall(body):
            seq = int(found)
            if seq <= self.through:
                crowd.doubled += 1
            else:
                crowd.note(self._seat.group, seq, now)
        self.through = int(body[body.rfind(b":") + 1 : -1])
        if crowd.listen is not None:
            crowd.listen(body)
        self._unacknowledged += len(body)
        if self._unacknowledged >= _UNACKNOWLEDGED_SIZE:
            self._acknowledge()
        elif self._telling is None:
            self._telling = self._loop.call_later(_ACKNOWLEDGE_SECONDS, self._acknowledge)

    def _acknowledge(self) -> None:
        if self._telling is not None:
            self._telling.cancel()
        self._telling, self._unacknowledged = None, 0
        self._say(_TEXT, b'{"type":"ack","through":%d}' % self.through)

    def _say(self, kind: int, body: bytes) -> None:
        # The mask of zeros is a mask, and costs nothing.
        if self._transport is not None:
            self._transport.write(bytes([0x80 | kind, 0x80 | len(body)]) + b"\0\0\0\0" + body)
