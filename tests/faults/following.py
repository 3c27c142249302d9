"""A client of the agent socket as plain as can be: it follows, comes back after each cut, and keeps what it heard."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlencode

from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.sync.client import connect
from websockets.typing import Origin

from tests.copy import Copy, wait_for

# What a client may expect whose network or server was gone for a moment.
CUT = (ConnectionClosed, InvalidHandshake, OSError, EOFError, TimeoutError)
REST_SECONDS = 0.2


class Follower:
    """Hears the events of one organisation.

    Attributes:
        closes: the code of each close by the server, 0 for a connection that ended without a word.
        close_code: set once the server has said that it is over.
    """

    def __init__(self, copy: Copy, headers: Mapping[str, str], organization: str) -> None:
        self._address = f"ws://127.0.0.1:{copy.port}/ws/v1/events"
        self._origin = copy.url
        self._headers = dict(headers)
        self._organization = organization
        self._position: dict[str, Any] = {}
        self._stopping = threading.Event()
        self.events: list[dict[str, Any]] = []
        self.resyncs = 0
        self.connections = 0
        self.closes: list[int] = []
        self.close_code: int | None = None
        self._thread = threading.Thread(target=self._follow, name="follower", daemon=True)

    def start(self, *, is_welcome: bool) -> None:
        self._thread.start()
        if is_welcome:
            wait_for(lambda: self._position, "the socket to greet")

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(60)

    def has_heard(self, kind: str, texts: Iterable[str]) -> bool:
        """Tell whether an event of this type has told of each text."""
        heard = {event["data"]["message"]["text"] for event in list(self.events) if event["type"] == kind}
        return heard.issuperset(texts)

    def doubled(self) -> list[int]:
        """Numbers of events that came more than once."""
        return [seq for seq, count in Counter(event["seq"] for event in self.events).items() if count > 1]

    def _follow(self) -> None:
        while not self._stopping.is_set():
            with suppress(*CUT):
                self._listen()
            if self.close_code is not None:
                return
            self._stopping.wait(REST_SECONDS)

    def _listen(self) -> None:
        query = urlencode({"organization": self._organization, **self._position})
        with connect(
            f"{self._address}?{query}",
            additional_headers=self._headers,
            origin=Origin(self._origin),
            open_timeout=30,
            proxy=None,
        ) as socket:
            self.connections += 1
            try:
                while not self._stopping.is_set():
                    with suppress(TimeoutError):
                        self._take(json.loads(socket.recv(timeout=0.5)), socket)
            except ConnectionClosed as closed:
                code = closed.rcvd.code if closed.rcvd else 0
                self.closes.append(code)
                if code in (4401, 4404):
                    self.close_code = code
                raise

    def _take(self, frame: dict[str, Any], socket: Any) -> None:
        if frame["type"] == "hello":
            self._position.setdefault("since", frame["seq"])
            self._position["stream"] = frame["stream_id"]
        elif frame["type"] == "resync":
            self.resyncs += 1
        elif frame["type"] == "events":
            self.events += frame["events"]
        if frame["type"] in ("events", "heartbeat"):
            self._position["since"] = max(self._position["since"], frame["through"])
            socket.send(json.dumps({"type": "ack", "through": frame["through"]}))


@contextmanager
def following(
    copy: Copy, headers: Mapping[str, str], organization: str = "tienda-aurora", *, is_welcome: bool = True
) -> Iterator[Follower]:
    """Follow while the block lasts, which begins after the greeting of someone who is welcome."""
    follower = Follower(copy, headers, organization)
    follower.start(is_welcome=is_welcome)
    try:
        yield follower
    finally:
        follower.stop()
