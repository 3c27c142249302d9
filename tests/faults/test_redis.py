"""Redis is away for a while: slower, but everything goes on, and afterwards all is as it was."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
import redis

from tests.calls import Api, call, sign_in
from tests.copy import Copy, wait_for
from tests.faults.following import following
from tests.faults.traffic import conversation_of, post_until_taken
from tests.simulated import Phones

AWAY_SECONDS = 10.0
MARTA = "marta@aurora.example"
SLUG = "tienda-aurora"


@contextmanager
def gone(copy: Copy) -> Iterator[None]:
    """Nobody listens any more, every connection is cut, and what was queued is forgotten."""
    path = _socket(copy)
    hidden = path.with_name("hidden.sock")
    path.rename(hidden)
    try:
        with redis.Redis(unix_socket_path=str(hidden)) as own:
            own.flushall()
            for kind in ("normal", "pubsub"):
                own.client_kill_filter(_type=kind, skipme=True)
        yield
    finally:
        hidden.rename(path)


@contextmanager
def frozen(copy: Copy) -> Iterator[None]:
    """It takes connections and commands, and never answers."""
    pid = copy.pid("valkey")
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@pytest.mark.parametrize("away", [gone, frozen])
def test_without_redis_everything_goes_on(
    copy: Copy, phones: Phones, api: Api, away: Callable[[Copy], AbstractContextManager[None]]
) -> None:
    """BEY-01, BEY-03, CHAT-33: webhooks get their 200, people sign in and read, the screen moves, replies leave."""
    person = phones.person()
    phones.writes(person, "Antes")
    conversation = conversation_of(api, person)
    marta = sign_in(copy.url, MARTA, copy.password(MARTA), SLUG)
    with following(copy, marta.headers, SLUG) as follower:
        with away(copy):
            until = time.monotonic() + AWAY_SECONDS
            phones.writes(person, "Mientras no está")
            sign_in(copy.url, MARTA, copy.password(MARTA), SLUG)
            assert marta.get("/conversations").status == 200
            assert call("GET", f"{copy.url}/health/ready").status == 200
            wait_for(
                lambda: follower.has_heard("message.received", ["Mientras no está"]), "the screen to move"
            )
            post_until_taken(api, conversation, "Respuesta sin Redis")
            wait_for(lambda: phones.sent_to(person), "the reply to leave")
            wait_for(lambda: follower.has_heard("message.created", ["Respuesta sin Redis"]), "its event")
            while time.monotonic() < until:
                phones.writes(person, "Sigo aquí")
                time.sleep(1)
        phones.writes(person, "Después")
        post_until_taken(api, conversation, "Respuesta después")
        wait_for(lambda: follower.has_heard("message.received", ["Sigo aquí", "Después"]), "all to catch up")
        wait_for(lambda: follower.has_heard("message.created", ["Respuesta después"]), "the last event")
        assert follower.doubled() == []
        assert follower.resyncs == 0
    wait_for(lambda: len(phones.sent_to(person)) == 2, "the last reply to leave")
    wait_for(copy.is_ready, "the copy to call itself well")
    assert [entry["text"] for entry in phones.sent_to(person)] == ["Respuesta sin Redis", "Respuesta después"]


def _socket(copy: Copy) -> Path:
    return copy.data / "run" / "vk" / "valkey.sock"
