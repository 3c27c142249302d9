"""HTTP load: as fast as answers come (closed), or at a pace that waits for nobody (open)."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import cast

# Makes the bytes of the next request; None ends the load.
Next = Callable[[], bytes | None]
_PATIENCE_SECONDS = 30.0


def request(method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> bytes:
    """The bytes of a request to this machine."""
    lines = [f"{method} {path} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in {"Host": "127.0.0.1", **(headers or {})}.items()]
    if body or method != "GET":
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass
class Load:
    """What came of a load.

    Attributes:
        latencies: seconds from the moment when a request was due to its answer.
        bad: answers that were no success.
    """

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    bad: int = 0
    lost: int = 0
    first_bad: bytes = b""

    @property
    def answered(self) -> int:
        return len(self.latencies)

    @property
    def rate(self) -> float:
        return self.answered / self.seconds if self.seconds else 0.0

    def check(self) -> None:
        """Nothing may be lost or refused in a measurement.

        Raises:
            RuntimeError: something was.
        """
        if self.bad or self.lost:
            shown = self.first_bad[:300].decode(errors="replace")
            raise RuntimeError(f"{self.bad} bad answers, {self.lost} lost connections: {shown}")


class _Connection(asyncio.Protocol):
    """One kept-alive connection with one request under way."""

    def __init__(self, load: Load, done: Callable[[_Connection], None]) -> None:
        self._load = load
        self._done = done
        self._buffer = b""
        self._due = 0.0
        self._is_busy = False
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def ask(self, request: bytes, due: float) -> None:
        self._due, self._is_busy = due, True
        cast(asyncio.Transport, self.transport).write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        if not is_whole(self._buffer):
            return
        answer, self._buffer, self._is_busy = self._buffer, b"", False
        if answer[9:10] != b"2":
            self._load.bad += 1
            self._load.first_bad = self._load.first_bad or answer
        self._load.latencies.append(time.monotonic() - self._due)
        self._done(self)

    def connection_lost(self, error: Exception | None) -> None:
        if self._is_busy:
            self._load.lost += 1


def is_whole(buffer: bytes) -> bool:
    """Tell whether an answer has come to its end."""
    end = buffer.find(b"\r\n\r\n")
    if end < 0:
        return False
    head = buffer[:end].lower()
    at = head.find(b"\r\ncontent-length:")
    if at >= 0:
        stop = head.find(b"\r\n", at + 2)
        length = int(head[at + 17 : stop if stop >= 0 else None])
        return len(buffer) >= end + 4 + length
    return buffer.endswith(b"0\r\n\r\n")  # chunked


async def _connect(
    ports: list[int], count: int, load: Load, done: Callable[[_Connection], None]
) -> list[_Connection]:
    loop = asyncio.get_running_loop()
    made = []
    for place in range(count):
        port = ports[place % len(ports)]
        _, connection = await loop.create_connection(lambda: _Connection(load, done), "127.0.0.1", port)
        made.append(connection)
    return made


def _close(connections: list[_Connection]) -> None:
    for connection in connections:
        if connection.transport is not None:
            connection.transport.abort()


async def closed(ports: list[int], next_request: Next, *, clients: int, seconds: float) -> Load:
    """Ask as fast as answers come: each client sends its next request with the answer to the last."""
    load, ends, idle = Load(), time.monotonic() + seconds, 0
    finished = asyncio.Event()

    def go_on(connection: _Connection) -> None:
        nonlocal idle
        now = time.monotonic()
        request = next_request() if now < ends else None
        if request is not None:
            connection.ask(request, now)
            return
        idle += 1
        if idle == clients:
            finished.set()

    connections = await _connect(ports, clients, load, go_on)
    started = time.monotonic()
    for connection in connections:
        go_on(connection)
    async with asyncio.timeout(seconds + _PATIENCE_SECONDS):
        await finished.wait()
    load.seconds = time.monotonic() - started
    _close(connections)
    return load


async def paced(ports: list[int], next_request: Next, *, rate: float, seconds: float, clients: int) -> Load:
    """Ask at a pace, whatever becomes of the answers: who has to wait for a free connection has waited."""
    load = Load()
    free: deque[_Connection] = deque()
    waiting: deque[tuple[bytes, float]] = deque()

    def go_on(connection: _Connection) -> None:
        if waiting:
            connection.ask(*waiting.popleft())
        else:
            free.append(connection)

    connections = await _connect(ports, clients, load, go_on)
    free.extend(connections)
    started, asked = time.monotonic(), 0
    total = int(rate * seconds)
    while asked < total:
        now = time.monotonic()
        while asked < total and (due := started + asked / rate) <= now:
            request = next_request()
            if request is None:
                total = asked
                break
            if free:
                free.popleft().ask(request, due)
            else:
                waiting.append((request, due))
            asked += 1
        await asyncio.sleep(min(0.001, 1 / rate))
    load.seconds = time.monotonic() - started
    async with asyncio.timeout(_PATIENCE_SECONDS):
        while load.answered < asked and not load.lost:
            await asyncio.sleep(0.005)
    _close(connections)
    return load
