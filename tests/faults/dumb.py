"""Clients of the event socket that never read, and clients that never acknowledge."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.faults.screens import SLUG
from tests.silent import open_unread


@dataclass(frozen=True, slots=True)
class Fate:
    """How the server let one go that read and acknowledged nothing.

    Attributes:
        reason: of the `resync` before the close.
        size: of all that came with a number, in characters.
    """

    reason: str
    code: int
    size: int


class Dumb:
    """Both kinds. Those that never read cannot be told; the server has to give up their connections.

    Attributes:
        fates: of those who read and acknowledged nothing.
    """

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = headers
        self._unread: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._is_over = False
        self.fates: list[Fate] = []

    def held(self) -> int:
        """How many that never read are held by a server still."""
        ends = {(one.getpeername()[1], one.getsockname()[1]) for one in self._unread if _is_connected(one)}
        return len(ends & _held_by_processes())

    def never_reads(self, port: int) -> None:
        self._unread.append(open_unread(port, SLUG, self._headers))

    def never_acknowledges(self, port: int) -> None:
        thread = threading.Thread(target=self._read, args=(port,), daemon=True)
        thread.start()
        self._threads.append(thread)

    def end(self) -> None:
        self._is_over = True
        for one in self._unread:
            one.close()
        for thread in self._threads:
            thread.join(10)

    def _read(self, port: int) -> None:
        address = f"ws://127.0.0.1:{port}/ws/v1/events?organization={SLUG}"
        reason, size = "", 0
        with connect(
            address, additional_headers=self._headers, compression=None, proxy=None, open_timeout=60
        ) as line:
            try:
                while not self._is_over:
                    text = _next(line)
                    frame = json.loads(text) if text else {"type": ""}
                    if frame["type"] == "events":
                        size += len(text)
                    elif frame["type"] == "resync":
                        reason = frame["reason"]
            except ConnectionClosed as closed:
                # Of several threads, each adds its own.
                self.fates.append(Fate(reason, closed.rcvd.code if closed.rcvd else 0, size))


def _next(line: ClientConnection) -> str:
    try:
        return str(line.recv(timeout=1))
    except TimeoutError:
        return ""


def _is_connected(one: socket.socket) -> bool:
    try:
        one.getpeername()
    except OSError:
        return False
    return True


def _held_by_processes() -> set[tuple[int, int]]:
    """Own and other port of each connection that a process has open, not only the kernel."""
    found = set()
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, own, other, *rest = line.split()
        if rest[6] != "0":
            found.add((int(own.rpartition(":")[2], 16), int(other.rpartition(":")[2], 16)))
    return found


@contextmanager
def dumb_clients(ports: Sequence[int], headers: Mapping[str, str], count: int) -> Iterator[Dumb]:
    """So many of each kind while the block lasts."""
    dumb = Dumb(headers)
    try:
        for number in range(count):
            dumb.never_reads(ports[number % len(ports)])
            dumb.never_acknowledges(ports[number % len(ports)])
        yield dumb
    finally:
        dumb.end()
