"""Clients of the agent socket that keep what is on screen: the list of conversations, moved by events alone."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Origin

from tests.calls import Api

Json = dict[str, Any]
CUT = (ConnectionClosed, InvalidHandshake, OSError, EOFError, TimeoutError)
SLUG = "tienda-aurora"


class Screen:
    """One person's window. It comes back after each cut, at any of the web processes.

    Attributes:
        shown: each conversation as the screen knows it.
        position: the number up to which it knows everything.
        began: the number from which on every event has to come, since what was before was loaded.
        seen: the numbers of the events that came since then.
        disordered: numbers that came although the screen had said that it knows them, or out of order.
        resyncs: the reasons for which it had to load anew.
        closes: how connections ended that it did not cut itself.
        delays: of each frame with something new, when it came and how many seconds after its first event.
    """

    def __init__(
        self, who: str, doors: Sequence[tuple[int, Api]], *, sees_all: bool, dice: random.Random
    ) -> None:
        self.who = who
        self._doors = doors
        self._dice = dice
        self._connection: ClientConnection | None = None
        self._stream = ""
        self._is_away = False
        self._is_over = False
        self._has_cut = False
        self._last = self._live_after = 0
        self.sees_all = sees_all
        self.shown: dict[int, Json] = {}
        self.position: int | None = None
        self.began = 0
        self.seen: set[int] = set()
        self.disordered: list[int] = []
        self.resyncs: list[str] = []
        self.closes: list[str] = []
        self.delays: list[tuple[float, float]] = []
        self.connections = 0

    async def run(self) -> None:
        """Follow until `finish`."""
        while not self._is_over:
            if not self._is_away:
                self._has_cut = False
                try:
                    await self._listen()
                except CUT as error:
                    self._note_end(str(error) or type(error).__name__)
                else:
                    self._note_end("closed")
                self._connection = None
            await asyncio.sleep(self._dice.uniform(0.05, 0.5))

    def cut(self) -> None:
        """Lose the connection without a word."""
        self._has_cut = True
        if self._connection is not None:
            self._connection.transport.abort()

    def leave(self) -> None:
        """Lose the connection, and do not come back before `come_back`."""
        self._is_away = True
        self.cut()

    def come_back(self) -> None:
        self._is_away = False

    def finish(self) -> None:
        self._is_over = True
        self.cut()

    def fresh(self) -> dict[int, Json]:
        """What a window that is opened now would show."""
        return load(self._doors[0][1])

    async def _listen(self) -> None:
        port, api = self._dice.choice(self._doors)
        query = {"organization": SLUG}
        if self.position is not None:
            query |= {"since": str(self.position), "stream": self._stream}
        kept = ("Cookie", "Authorization")
        headers: dict[str, str] = {name: value for name, value in api.headers.items() if name in kept}
        async with connect(
            f"ws://127.0.0.1:{port}/ws/v1/events?{urlencode(query)}",
            additional_headers=headers,
            origin=Origin(f"http://127.0.0.1:{port}"),
            open_timeout=30,
            compression=None,
            proxy=None,
        ) as connection:
            if self._is_away or self._is_over:
                self._has_cut = True
                return
            self._connection = connection
            self.connections += 1
            self._last = 0
            async for text in connection:
                await self._take(json.loads(text), api, connection)

    def _note_end(self, how: str) -> None:
        # After `resync` a close is part of what was said.
        if not self._has_cut and self.position is not None:
            self.closes.append(f"{self.who}: {how}")

    async def _take(self, frame: Json, api: Api, connection: ClientConnection) -> None:
        """Apply one frame."""
        if frame["type"] == "hello":
            self._live_after = frame["seq"]
            if self.position is None:
                # What happens while it loads waits in the socket, and is applied afterwards.
                self.shown = await asyncio.to_thread(load, api)
                self.position = self.began = frame["seq"]
                self._stream = frame["stream_id"]
                self.seen.clear()
        elif frame["type"] == "resync":
            self.resyncs.append(f"{self.who}: {frame['reason']}")
            self.position = None
        elif frame["type"] == "events":
            self._note_delay(frame["events"])
            for event in frame["events"]:
                # Up to its position it has said that it knows everything: in the address, or by acknowledging.
                if self.position is None or event["seq"] <= max(self.position, self._last):
                    self.disordered.append(event["seq"])
                self._last = event["seq"]
                self._apply(event)
        if frame["type"] in ("events", "heartbeat") and self.position is not None:
            self.position = max(self.position, frame["through"])
            # What came before the end is read to the end.
            with suppress(ConnectionClosed):
                await connection.send(json.dumps({"type": "ack", "through": frame["through"]}))

    def _note_delay(self, events: Sequence[Json]) -> None:
        """Note how late the first of what happened after the greeting comes."""
        for event in events:
            if event["seq"] > self._live_after:
                happened = datetime.fromisoformat(event["at"])
                self.delays.append((time.monotonic(), (datetime.now(UTC) - happened).total_seconds()))
                return

    def _apply(self, event: Json) -> None:
        if self.position is None or event["seq"] <= self.began:
            return
        self.seen.add(event["seq"])
        data = event["data"]
        if event["type"] == "conversation.removed":
            self.shown.pop(data["id"], None)
        elif "conversation" in data:
            self.shown[data["conversation"]["id"]] = data["conversation"]
        elif event["type"] == "message.status_changed" and data["conversation_id"] in self.shown:
            self.shown[data["conversation_id"]]["last_message"] = data["last_message"]


def load(api: Api) -> dict[int, Json]:
    """All conversations that someone sees."""
    found: dict[int, Json] = {}
    cursor = ""
    while True:
        query = {"status": "all", "limit": "100"} | ({"cursor": cursor} if cursor else {})
        page = api.get("/conversations", **query).json()
        found |= {one["id"]: one for one in page["results"]}
        if not page["next"]:
            return found
        cursor = parse_qs(urlsplit(page["next"]).query)["cursor"][0]


def differences(shown: dict[int, Json], fresh: dict[int, Json]) -> list[str]:
    """Where a screen differs from a fresh one."""
    found = [f"conversation {number} is missing" for number in fresh.keys() - shown.keys()]
    found += [f"conversation {number} should be gone" for number in shown.keys() - fresh.keys()]
    for number in fresh.keys() & shown.keys():
        wrong = [name for name, value in fresh[number].items() if shown[number].get(name) != value]
        found += [f"conversation {number}: {name}" for name in wrong]
    return found
