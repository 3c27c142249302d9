"""Someone loses a right, in any of five ways, with Redis and without: HTTP and the socket end with it."""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Origin

from tests.calls import Api, call
from tests.copy import Copy, wait_for
from tests.faults.away import gone
from tests.faults.meta import Meta, said
from tests.faults.team import SLUG, Team, team_of
from tests.faults.traffic import conversation_of
from tests.faults.trials import Trial, scale
from tests.simulated import Person, Phones

WAYS = ("sign out", "sign out everywhere", "suspend", "demote", "revoke")
AT_ONCE = 20
# What is promised; the short run, on machines that do much besides, only wants an end.
HTTP_SECONDS, FRAME_SECONDS = 1.0, 5.0
SHORT_RUN_SECONDS = 30.0
WRITES_EVERY_SECONDS = 0.2


@pytest.mark.scenario("revocation")
def test_rights_that_are_taken_away_are_gone(trial: Trial, copy: Copy, phones: Phones, api: Api) -> None:
    """TEAM-12, CHAT-33: HTTP refuses within a second, the last frame comes within five."""
    count = trial.part(300, short=20)
    person = phones.person()
    phones.writes(person, "Hola")
    chat = conversation_of(api, person)
    colleague = next(one["id"] for one in api.get("/members").json()["results"] if one["role"] == "agent")
    assert api.post(f"/conversations/{chat}/assignment", {"member": colleague}).status == 200
    losers: list[Loser] = []
    with team_of(copy) as team, _writing(Meta(copy), person):
        for number, size in enumerate(_batches(count)):
            ways = [WAYS[(len(losers) + place) % len(WAYS)] for place in range(size)]
            batch = [Loser(copy, team, way, chat) for way in ways]
            trial.dice.shuffle(batch)
            losers += batch
            with ExitStack() as stack:
                if number % 2:
                    stack.enter_context(gone(copy))
                _run(batch, has_redis=not number % 2)
    http, frame = (HTTP_SECONDS, FRAME_SECONDS) if scale() is not None else (SHORT_RUN_SECONDS,) * 2
    trial.hold(f"let in by HTTP after {http:g} s", [one for one in losers if one.http_seconds > http])
    trial.hold(f"told something after {frame:g} s", [one for one in losers if one.frame_seconds > frame])
    trial.hold("let in again", [one for one in losers if one.was_let_in_again])
    trial.hold("sockets left open", [one for one in losers if not one.is_closed])
    trial.size = f"{count} people and keys"
    trial.injected = ", ".join(
        f"{times} × {way}" for way, times in Counter(one.way for one in losers).items()
    )
    without = sum(not one.has_redis for one in losers)
    trial.injected += f"; {without} of them while Redis is away"
    trial.remark(f"slowest HTTP {max(one.http_seconds for one in losers):.2f} s")
    for has_redis, words in ((True, "with Redis"), (False, "without")):
        slowest = max((one.frame_seconds for one in losers if one.has_redis == has_redis), default=0.0)
        trial.remark(f"last frame {words} after {slowest:.1f} s")
    trial.verdict()


class Loser:
    """Someone with a socket who is about to lose the right to it."""

    def __init__(self, copy: Copy, team: Team, way: str, chat: int) -> None:
        self.way = way
        self.has_redis = True
        self.http_seconds = self.lost_at = self._heard_at = 0.0
        self.is_closed = self.was_let_in_again = False
        self._copy, self._team = copy, team
        self._path = f"/conversations/{chat}"
        made = team("key" if way == "revoke" else "enlist")
        self._number = made["number"]
        token = secrets.token_hex(32)
        self._api = (
            Api.by_key(copy.url, made["secret"])
            if way == "revoke"
            else Api(
                copy.url,
                {
                    "Cookie": f"{made['session']}; csrftoken={token}",
                    "X-CSRFToken": token,
                    "X-Organization": SLUG,
                    "Referer": copy.url,
                },
            )
        )
        self._is_there = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def __str__(self) -> str:
        return f"{self.way} (Redis {self.has_redis}): HTTP {self.http_seconds:.2f} s, frame {self.frame_seconds:.1f} s"

    @property
    def frame_seconds(self) -> float:
        """From the loss to the last event heard."""
        return max(0.0, self._heard_at - self.lost_at)

    def wait_until_there(self) -> None:
        assert self._is_there.wait(60), "the socket did not greet"
        assert self._api.get(self._path).status == 200

    def lose(self) -> None:
        """Take the right away, and see how long HTTP goes on."""
        if self.way == "sign out":
            sent = call("POST", f"{self._copy.url}/accounts/logout/", b"", headers=self._api.headers)
            assert sent.status == 302, sent.status
        else:
            self._team(self.way, self._number)
        self.lost_at = time.monotonic()
        wait_for(lambda: self._api.get(self._path).status != 200, "HTTP to refuse", SHORT_RUN_SECONDS)
        self.http_seconds = time.monotonic() - self.lost_at

    def end(self) -> None:
        self.was_let_in_again = self._api.get(self._path).status == 200
        self._thread.join(SHORT_RUN_SECONDS)

    def _listen(self) -> None:
        address = f"ws://127.0.0.1:{self._copy.port}/ws/v1/events?organization={SLUG}"
        origin = Origin(self._copy.url)
        kept = ("Cookie", "Authorization")
        headers = {name: value for name, value in self._api.headers.items() if name in kept}
        with connect(address, additional_headers=headers, origin=origin, open_timeout=30, proxy=None) as line:
            self._is_there.set()
            try:
                while True:
                    frame = json.loads(line.recv())
                    if frame["type"] == "events":
                        if frame["events"]:
                            self._heard_at = time.monotonic()
                        line.send(json.dumps({"type": "ack", "through": frame["through"]}))
            except ConnectionClosed:
                self.is_closed = True


def _batches(count: int) -> list[int]:
    """At least two, so that one meets Redis away."""
    size = min(AT_ONCE, (count + 1) // 2)
    return [min(size, count - begin) for begin in range(0, count, size)]


def _run(batch: list[Loser], *, has_redis: bool) -> None:
    for one in batch:
        one.has_redis = has_redis
        one.wait_until_there()
    for one in batch:
        one.lose()
    for one in batch:
        one.end()


@contextmanager
def _writing(meta: Meta, person: Person) -> Iterator[None]:
    """A customer writes without a pause while the block lasts, so that there is something to hear."""
    over = threading.Event()

    def write() -> None:
        while not over.wait(WRITES_EVERY_SECONDS):
            meta.post(meta.body([meta.messages([(person, said(person, "Sigo aquí"))])]))

    with ThreadPoolExecutor(1) as pool:
        work = pool.submit(write)
        try:
            yield
        finally:
            over.set()
        work.result()
