"""A browser's or a program's side of the socket."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from core.models import Membership
from tests.inbox.realtime.servers import Server

# For what should come at once: machines for tests are slow and shared.
PATIENCE_SECONDS = 30.0

Frame = dict[str, Any]
Event = dict[str, Any]


def sign_in(member: Membership) -> str:
    """Make a session as signing in does; the answer is its key."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(member.user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = member.user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


class Line:
    """One open socket. It acknowledges what it gets, as the client does, unless told otherwise."""

    def __init__(self, connection: ClientConnection, *, acknowledges: bool = True) -> None:
        self.connection = connection
        self.acknowledges = acknowledges
        self.events: list[Event] = []
        self.frames: list[Frame] = []
        self.through = 0
        self.text = ""

    def read(self, seconds: float = PATIENCE_SECONDS) -> Frame:
        """Return the next frame.

        Raises:
            ConnectionClosed, TimeoutError
        """
        text = self.connection.recv(seconds)
        assert isinstance(text, str), "frames are text"
        self.text += text
        frame: Frame = json.loads(text)
        self.frames.append(frame)
        if frame["type"] == "events":
            assert frame["through"] >= self.through, "`through` went back"
            self.events += frame["events"]
            self.through = frame["through"]
            if self.acknowledges:
                self.say({"type": "ack", "through": self.through})
        return frame

    def hello(self) -> Frame:
        frame = self.read()
        assert frame["type"] == "hello", frame
        return frame

    def until(self, condition: Callable[[Line], bool], seconds: float = PATIENCE_SECONDS) -> Line:
        end = time.monotonic() + seconds
        while not condition(self):
            self.read(max(0.0, end - time.monotonic()))
        return self

    def until_through(self, seq: int, seconds: float = PATIENCE_SECONDS) -> list[Event]:
        self.until(lambda line: line.through >= seq, seconds)
        return self.events

    def next_of(self, kind: str, seconds: float = PATIENCE_SECONDS) -> Frame:
        """Return the next frame of a type, passing others by."""
        end = time.monotonic() + seconds
        while True:
            frame = self.read(max(0.0, end - time.monotonic()))
            if frame["type"] == kind:
                return frame

    def quiet(self, seconds: float) -> list[Frame]:
        """Return what comes within a time, heartbeats and mere numbers aside."""
        end = time.monotonic() + seconds
        heard: list[Frame] = []
        while (left := end - time.monotonic()) > 0:
            try:
                frame = self.read(left)
            except TimeoutError:
                break
            if frame["type"] != "heartbeat" and frame.get("events") != []:
                heard.append(frame)
        return heard

    def closed(self, seconds: float = PATIENCE_SECONDS) -> int:
        """Read to the end; return the code with which the server closed."""
        end = time.monotonic() + seconds
        try:
            while True:
                self.read(max(0.0, end - time.monotonic()))
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006

    def say(self, frame: Frame) -> None:
        self.connection.send(json.dumps(frame))

    @property
    def types(self) -> list[str]:
        return [event["type"] for event in self.events]


@contextmanager
def line(
    server: Server,
    member: Membership | None = None,
    *,
    key: str = "",
    session: str = "",
    organization: str | None = "tienda-aurora",
    origin: str | None = "",
    query: str = "",
    headers: dict[str, str] | None = None,
    acknowledges: bool = True,
    max_queue: int | None = None,
) -> Iterator[Line]:
    """Open a socket: as a member's browser, or as a program with a key.

    Args:
        origin: "" for the server's own page, None for no header.
        max_queue: frames that are taken from the network before they are read; None for all.
    """
    sent = dict(headers or {})
    if member is not None:
        session = sign_in(member)
    if session:
        sent["Cookie"] = f"{server.cookie_name}={session}"
    if key:
        sent["Authorization"] = f"Bearer {key}"
    if origin is not None and not key:
        sent["Origin"] = origin or server.origin
    named = "" if organization is None else f"organization={quote(organization)}"
    address = f"ws://127.0.0.1:{server.port}/ws/v1/events?{named}{query}"
    with connect(
        address,
        additional_headers=sent,
        max_size=None,
        max_queue=max_queue,
        proxy=None,
        ping_interval=None,
        open_timeout=PATIENCE_SECONDS,
        close_timeout=PATIENCE_SECONDS,
    ) as connection:
        yield Line(connection, acknowledges=acknowledges)
