"""One connection's queue: bounded, and silent after its end."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from inbox.realtime import frames
from inbox.realtime.limits import FRAMES_A_SECOND, FRAMES_BURST, OUTSTANDING_BYTES
from inbox.realtime.socket import Socket
from inbox.realtime.standing import Principal
from inbox.sight import Viewer

PRINCIPAL = Principal(1, "Beto", "agent", user_id=1, member_id=2)
VIEWER = Viewer(2, sees_all=False, sees_unassigned=False)


class Wire:
    """The server's side of a connection; `open` lets frames through."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.open = asyncio.Event()
        self.open.set()

    async def send(self, message: dict[str, Any]) -> None:
        await self.open.wait()
        self.sent.append(message)

    @property
    def texts(self) -> list[dict[str, Any]]:
        return [json.loads(message["text"]) for message in self.sent if "text" in message]

    @property
    def code(self) -> int | None:
        return next((message["code"] for message in self.sent if message["type"] == "websocket.close"), None)


class Clock:
    """A time that stands still until the test moves it."""

    def __init__(self, now: float) -> None:
        self.now = now

    def time(self) -> float:
        return self.now


def big(through: int, size: int = 100_000) -> frames.Frame:
    return frames.events([json.dumps("x" * size)], through)


def make_socket(wire: Wire) -> tuple[Socket, asyncio.Task[None]]:
    socket = Socket(PRINCIPAL, VIEWER, wire.send)
    socket.start_at(0)
    writing = asyncio.create_task(socket.write())
    socket.give_up = writing.cancel
    return socket, writing


async def test_frames_leave_in_order() -> None:
    wire = Wire()
    socket, writing = make_socket(wire)
    for number in range(1, 6):
        socket.push_events(frames.events([], number))
        if number in (1, 3):
            await asyncio.sleep(0)
    socket.end(4404)
    await writing
    # What still waited at the end is dropped: nobody gets an event after losing the right to it.
    assert [frame["through"] for frame in wire.texts] == [1, 2, 3]
    assert wire.code == 4404


async def test_a_client_that_acknowledges_nothing_is_told_to_load_anew() -> None:
    wire = Wire()
    socket, writing = make_socket(wire)
    for number in range(1, 50):
        socket.push_events(big(number))
        await asyncio.sleep(0)
    await writing
    assert wire.texts[-1] == {"type": "resync", "reason": "overflow"}
    assert wire.code == 4410
    assert sum(len(message.get("text", "")) for message in wire.sent) <= OUTSTANDING_BYTES


async def test_a_client_that_reads_nothing_is_let_go() -> None:
    wire = Wire()
    wire.open.clear()
    socket, writing = make_socket(wire)
    for number in range(1, 50):
        socket.push_events(big(number))
    assert socket.is_ending
    with pytest.raises(asyncio.CancelledError):
        await writing


async def test_the_last_word_is_said_although_the_writer_is_stopped_first() -> None:
    """A server that stops says goodbye and cancels its applications in one breath."""
    wire = Wire()
    socket, writing = make_socket(wire)
    await asyncio.sleep(0)
    socket.end(4012)
    writing.cancel()
    await asyncio.gather(writing, return_exceptions=True)
    await socket.close_now(4011)
    await socket.close_now(4011)
    assert wire.sent == [{"type": "websocket.close", "code": 4012}]


async def test_acknowledging_makes_room() -> None:
    wire = Wire()
    socket, writing = make_socket(wire)
    for number in range(1, 50):
        socket.push_events(big(number))
        await asyncio.sleep(0)
        assert socket.acknowledge(number)
    assert not socket.is_ending
    assert socket.outstanding == 0
    writing.cancel()


async def test_acknowledging_the_future_or_the_past_is_no_news() -> None:
    wire = Wire()
    socket, writing = make_socket(wire)
    socket.push_events(big(3))
    assert socket.acknowledge(10**15)
    assert not socket.acknowledge(10**15)
    assert not socket.acknowledge(2)
    socket.push_events(big(4))
    assert socket.outstanding > 0
    assert socket.acknowledge(4)
    writing.cancel()


async def test_hints_are_dropped_for_a_client_that_does_not_keep_up() -> None:
    wire = Wire()
    socket, writing = make_socket(wire)
    hint = frames.signal("typing", 1, {"id": 1, "name": "Ana"})
    for number in range(1, 6):
        socket.push_events(big(number))
        await asyncio.sleep(0)
    before = len(wire.sent)
    socket.push_hint(hint)
    await asyncio.sleep(0)
    assert len(wire.sent) == before
    socket.acknowledge(5)
    socket.push_hint(hint)
    await asyncio.sleep(0)
    assert wire.texts[-1]["type"] == "signal"
    writing.cancel()


async def test_a_replay_waits_for_room_and_not_for_ever() -> None:
    wire = Wire()
    socket, writing = make_socket(wire)
    socket.push_events(big(1))
    with pytest.raises(TimeoutError):
        await socket.room(1_000, patience_seconds=0.02)
    waiting = asyncio.create_task(socket.room(1_000, patience_seconds=60))
    await asyncio.sleep(0)
    socket.acknowledge(1)
    await waiting
    writing.cancel()


async def test_whoever_speaks_too_fast_runs_out_of_words() -> None:
    socket, writing = make_socket(Wire())
    clock = Clock(socket._tokens_at)
    socket._loop = clock  # type: ignore[assignment]  # only its time is asked for
    assert all(socket.may_speak() for _ in range(int(FRAMES_BURST)))
    assert not socket.may_speak()
    # Half more than one word takes: a whole one may be a hair less than one in binary fractions.
    clock.now += 1.5 / FRAMES_A_SECOND
    assert socket.may_speak()
    assert not socket.may_speak()
    writing.cancel()
