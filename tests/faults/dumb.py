"""Clients of the event socket that never read, and clients that never acknowledge."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.faults.screens import SLUG
from tests.silent import open_unread


class Dumb:
    """Both kinds. `let_go` counts those who read and were told to load anew, as they acknowledged nothing."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = headers
        self._unread: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._is_over = False
        self._let_go: list[int] = []

    @property
    def let_go(self) -> int:
        return len(self._let_go)

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
        with (
            connect(
                address, additional_headers=self._headers, compression=None, proxy=None, open_timeout=60
            ) as line,
            suppress(ConnectionClosed),
        ):
            while not self._is_over:
                if _says_resync(line):
                    # Of several threads, each counts its own.
                    self._let_go.append(port)
                    return


def _says_resync(line: ClientConnection) -> bool:
    try:
        return bool(json.loads(line.recv(timeout=1))["type"] == "resync")
    except TimeoutError:
        return False


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
