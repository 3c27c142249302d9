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

AT_ONCE = 20
# What is promised; the short run, on machines that do much besides, only wants an end.
HTTP_SECONDS, FRAME_SECONDS = 1.0, 5.0
SHORT_RUN_SECONDS = 30.0
WRITES_EVERY_SECONDS = 0.2
# What docs/socket.md says to whoever loses the right in this way. Who is suspended in their only organisation is signed
# out of all of bandeja.
CODES = {"sign out": 4401, "sign out everywhere": 4401, "suspend": 4401, "demote": 4410, "revoke": 4401}
# After an event about a person everyone's right is looked at, so these would hide how long the others take.
LOUD = ("suspend", "demote")
QUIET = tuple(way for way in CODES if way not in LOUD)


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
    witness = Listener(copy, api)
    with team_of(copy) as team, _writing(Meta(copy), person):
        for ways, has_redis in _batches(count):
            batch = [Loser(copy, team, way, chat) for way in ways]
            trial.dice.shuffle(batch)
            losers += batch
            with ExitStack() as stack:
                if not has_redis:
                    stack.enter_context(gone(copy))
                _run(batch, witness, has_redis=has_redis)
    http, frame = (HTTP_SECONDS, FRAME_SECONDS) if scale() is not None else (SHORT_RUN_SECONDS,) * 2
    trial.hold(f"let in by HTTP after {http:g} s", [one for one in losers if one.http_seconds > http])
    trial.hold(f"told something after {frame:g} s", [one for one in losers if one.frame_seconds > frame])
    trial.hold("let in again", [one for one in losers if one.was_let_in_again])
    trial.hold("sockets left open", [one for one in losers if not one.has_closed])
    trial.hold("closed with another code", [one for one in losers if one.close_code != CODES[one.way]])
    trial.hold(
        f"with nothing to hear in the {frame:g} s after",
        [one for one in losers if not witness.heard_between(one.lost_at, one.lost_at + frame)],
    )
    trial.hold("who kept their right and were closed", [witness.close_code] if witness.has_closed else [])
    trial.size = f"{len(losers)} people and keys"
    trial.injected = ", ".join(
        f"{times} × {way}" for way, times in Counter(one.way for one in losers).items()
    )
    without = sum(not one.has_redis for one in losers)
    trial.injected += f"; {without} of them while Redis is away"
    trial.remark(f"each had heard at least {min(one.heard_before for one in losers)} frames before")
    trial.remark(f"slowest HTTP {max(one.http_seconds for one in losers):.2f} s")
    for has_redis, words in ((True, "with Redis"), (False, "without")):
        theirs = [one for one in losers if one.has_redis == has_redis]
        told = [one for one in theirs if one.frame_seconds]
        slowest = max(one.frame_seconds for one in theirs)
        closed = max(one.closed_seconds for one in theirs)
        trial.remark(
            f"{words} {len(told)} heard something after the loss, the last frame {slowest:.2f} s after it, "
            f"the last socket closed {closed:.2f} s after it"
        )
    trial.verdict()


class Listener:
    """An open socket and when it heard something.

    Attributes:
        close_code: 0 as long as the server has not said that it is over.
    """

    def __init__(self, copy: Copy, api: Api) -> None:
        self._copy, self._api = copy, api
        self._heard: list[float] = []
        self._more = threading.Condition()
        self.closed_at = 0.0
        self.close_code = 0
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    @property
    def has_closed(self) -> bool:
        return bool(self.closed_at)

    def heard_between(self, begin: float, end: float) -> int:
        """How many frames with events came then."""
        return sum(begin < at <= end for at in list(self._heard))

    @property
    def frames(self) -> int:
        """How many frames with events came."""
        return len(self._heard)

    def wait_for_more(self, known: int) -> None:
        """Return when more such frames have come: this one is live, and something happens that it may see."""
        with self._more:
            assert self._more.wait_for(lambda: self.frames > known, 60), "the socket heard nothing"

    def _listen(self) -> None:
        address = f"ws://127.0.0.1:{self._copy.port}/ws/v1/events?organization={SLUG}"
        origin = Origin(self._copy.url)
        kept = ("Cookie", "Authorization")
        headers = {name: value for name, value in self._api.headers.items() if name in kept}
        with connect(address, additional_headers=headers, origin=origin, open_timeout=30, proxy=None) as line:
            try:
                while True:
                    frame = json.loads(line.recv())
                    if frame["type"] == "events":
                        if frame["events"]:
                            with self._more:
                                self._heard.append(time.monotonic())
                                self._more.notify_all()
                        line.send(json.dumps({"type": "ack", "through": frame["through"]}))
            except ConnectionClosed as closed:
                self.close_code = closed.rcvd.code if closed.rcvd else 0
                self.closed_at = time.monotonic()


class Loser(Listener):
    """Someone with a socket who is about to lose the right to it."""

    def __init__(self, copy: Copy, team: Team, way: str, chat: int) -> None:
        self.way = way
        self.has_redis = True
        self.http_seconds = self.lost_at = 0.0
        self.heard_before = 0
        self.was_let_in_again = False
        self._team = team
        self._path = f"/conversations/{chat}"
        made = team("key" if way == "revoke" else "enlist")
        self._number = made["number"]
        token = secrets.token_hex(32)
        super().__init__(
            copy,
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
            ),
        )

    def __str__(self) -> str:
        return (
            f"{self.way} (Redis {self.has_redis}): HTTP {self.http_seconds:.2f} s, frame {self.frame_seconds:.1f} s, "
            f"closed with {self.close_code} after {self.closed_seconds:.1f} s"
        )

    @property
    def frame_seconds(self) -> float:
        """From the loss to the last event heard; 0 if none came after it."""
        return max(0.0, self._heard[-1] - self.lost_at)

    @property
    def closed_seconds(self) -> float:
        """From the loss to the close."""
        return max(0.0, self.closed_at - self.lost_at)

    def wait_until_there(self, known: int) -> None:
        """Return when it has heard more frames than those, and is let in."""
        self.wait_for_more(known)
        assert self._api.get(self._path).status == 200

    def lose(self) -> None:
        """Take the right away, and see how long HTTP goes on."""
        if self.way == "sign out":
            sent = call("POST", f"{self._copy.url}/accounts/logout/", b"", headers=self._api.headers)
            assert sent.status == 302, sent.status
        else:
            self._team(self.way, self._number)
        self.lost_at = time.monotonic()
        self.heard_before = self.heard_between(0.0, self.lost_at)
        wait_for(lambda: self._api.get(self._path).status != 200, "HTTP to refuse", SHORT_RUN_SECONDS)
        self.http_seconds = time.monotonic() - self.lost_at

    def end(self) -> None:
        self.was_let_in_again = self._api.get(self._path).status == 200
        self._thread.join(SHORT_RUN_SECONDS)


def _batches(count: int) -> list[tuple[list[str], bool]]:
    """Ways for each batch, and whether Redis is there: of each kind at least two, so that one meets it away."""
    found = []
    for kind in (QUIET, LOUD):
        ways = [kind[number % len(kind)] for number in range(count * len(kind) // len(CODES))]
        size = min(AT_ONCE, (len(ways) + 1) // 2)
        for place, begin in enumerate(range(0, len(ways), size)):
            found.append((ways[begin : begin + size], place % 2 == 0))
    return found


def _run(batch: list[Loser], witness: Listener, *, has_redis: bool) -> None:
    for one, known in [(one, one.frames) for one in batch]:
        one.has_redis = has_redis
        one.wait_until_there(known)
    for one in batch:
        one.lose()
    # What is promised is about these seconds, so something has to happen in all of them, whoever is closed before.
    while time.monotonic() < batch[-1].lost_at + FRAME_SECONDS:
        witness.wait_for_more(witness.frames)
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
