"""The socket's part of the table: who gets in, and what one may say about which chat."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, get_args

import pytest
import pytest_asyncio
from channels.layers import get_channel_layer
from django.conf import LazySettings
from django.conf import settings as configured

from core.models import Organization
from inbox import signals
from inbox.realtime import speech
from inbox.realtime.frames import ACTIONS as SPOKEN
from inbox.realtime.hub import hub
from inbox.signals import SignalKind
from tests.access.callers import Asker, make_askers
from tests.access.table import ACTIONS, CALLERS, HANDSHAKES
from tests.access.world import ABSENT, World, make_world
from tests.inbox.realtime.lines import PATIENCE_SECONDS, Frame, sign_in
from tests.inbox.realtime.local import LocalLine, application, in_database

NO_FRAME: Frame = {"type": 7}
Room = tuple[World, dict[str, Asker]]


@pytest.fixture
def committed(transactional_db: None, settings: LazySettings, tmp_path: Path) -> Room:
    """The world, committed: the hub reads it by connections of its own."""
    settings.MEDIA_ROOT = tmp_path
    world = make_world()
    return world, make_askers(world)


@pytest_asyncio.fixture
async def room(committed: Room, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Room]:
    """The same, until the hub is closed; nobody reads any more when the tables are emptied."""
    monkeypatch.setattr(speech, "_show_typing", lambda organization_id, conversation_id: None)
    yield committed
    await hub().close()
    layer = get_channel_layer()
    if layer is not None:
        await layer.flush()


@asynccontextmanager
async def opened(asker: Asker, organization: str) -> AsyncIterator[LocalLine]:
    """A socket of one caller."""
    headers = [(b"host", b"testserver")]
    if "Authorization" in asker.caller.headers:
        headers.append((b"authorization", asker.caller.headers["Authorization"].encode()))
    elif asker.name != "signed out":
        session = await in_database(sign_in, asker.me)
        cookie = f"{configured.SESSION_COOKIE_NAME}={session}".encode()
        headers += [(b"origin", b"http://testserver"), (b"cookie", cookie)]
    scope = {
        "type": "websocket",
        "path": "/ws/v1/events",
        "query_string": f"organization={organization}".encode(),
        "headers": headers,
    }
    line = LocalLine()
    task = asyncio.ensure_future(application(scope, line.receive, line.send))
    try:
        yield line
    finally:
        line.leave()
        await asyncio.wait_for(task, PATIENCE_SECONDS)


def prepare(asker: Asker) -> None:
    """Set the organisation as this one finds it."""
    here = Organization.objects.filter(pk=asker.side.cast.organization.pk)
    here.update(agents_see_unassigned=asker.waiting)


def frame_of(name: str, conversation_id: int) -> Frame:
    kind, _, signal = name.partition(" ")
    if kind == "ack":
        return {"type": "ack", "through": 0}
    return {"type": kind, "signal": signal, "conversation": conversation_id}


async def code_of(line: LocalLine) -> int:
    """Read until the server closes; the answer is why."""
    while line.code is None:
        await line.read()
    return line.code


def test_every_action_stands_in_the_table() -> None:
    there = {"ack", *(f"signal {kind}" for kind in get_args(SignalKind))}
    assert {one.frame for one in ACTIONS} == there
    assert {frame.partition(" ")[0] for frame in there} == set(SPOKEN)


@pytest.mark.parametrize("whose", HANDSHAKES)
async def test_each_caller_gets_in_as_the_table_says(room: Room, whose: str) -> None:
    got: list[str | int] = []
    for asker in room[1].values():
        own = asker.side.cast.organization.slug
        async with opened(asker, own if whose == "their own" else "tienda-aurora") as line:
            first = await line.read()
            got.append(first["type"] if line.code is None else line.code)
    assert tuple(got) == HANDSHAKES[whose]


@pytest.mark.parametrize("name", CALLERS)
async def test_what_each_caller_says_has_the_effect_of_the_table(
    room: Room, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, asker = room[0], room[1][name]
    told: list[tuple[str, int]] = []

    def tell(_: int, kind: str, *, conversation_id: int, **member: Any) -> None:
        told.append((kind, conversation_id))

    monkeypatch.setattr(signals, "tell_colleagues", tell)
    cells = {(one.frame, one.about): one.cells[CALLERS.index(name)] for one in ACTIONS}
    await in_database(prepare, asker)
    async with opened(asker, asker.side.cast.organization.slug) as line:
        if (await line.read())["type"] != "hello":
            assert set(cells.values()) == {"-"}
            return
        heard: dict[tuple[str, str], str] = {}
        for frame, about in cells:
            ids = world.here.ids[about or "own"]
            line.say(frame_of(frame, ids["chat"]))
            # What is no chat of theirs is passed over in the same silence.
            line.say(frame_of(frame, ABSENT))
        line.say(NO_FRAME)
        # It goes through what was said in order: at the bad frame, all before it has been dealt with.
        assert await code_of(line) == 4400
    for frame, about in cells:
        if frame == "ack":
            heard[frame, about] = "taken"
            continue
        said = (frame.partition(" ")[2], world.here.ids[about]["chat"])
        heard[frame, about] = "heard" if said in told else "no"
    assert heard == cells
    assert all(conversation_id != ABSENT for _, conversation_id in told)


@pytest.mark.parametrize(
    "names", [["owner", "agent", "API key", "owner elsewhere", "key elsewhere"], ["owner", "agent, TICK-08"]]
)
async def test_only_those_who_see_a_chat_hear_of_it(room: Room, names: list[str]) -> None:
    """marta looks at each kind of chat; the others sit there and listen."""
    world, askers = room
    chats = {ids["chat"]: about for about, ids in world.here.ids.items()}
    await in_database(prepare, askers[names[1]])
    async with AsyncExitStack() as stack:
        lines = [
            await stack.enter_async_context(opened(askers[name], askers[name].side.cast.organization.slug))
            for name in names
        ]
        marta = await stack.enter_async_context(opened(askers["manager"], "tienda-aurora"))
        for line in (*lines, marta):
            assert (await line.read())["type"] == "hello"
        # The owner sees all: whenever they have heard, the others have been told or passed over.
        told_owner: set[int] = set()
        for chat in chats:
            told_owner |= await told_of(chat, marta, lines[0])
        heard = [told_owner, *[await signalled(line) for line in lines[1:]]]
    for name, told in zip(names, heard, strict=True):
        sees = askers[name].sees if askers[name].side is world.here else set()
        assert {chats[one] for one in told} == sees & set(chats.values()), name


async def told_of(chat: int, by: LocalLine, to: LocalLine) -> set[int]:
    """Look at a chat until somebody is told; a signal may be lost, above all just after the greeting.

    Returns:
        That chat, and others of which they were told late.
    """
    told: set[int] = set()
    for attempt in range(60):
        by.say(frame_of(f"signal {'viewing' if attempt % 2 else 'left'}", chat))
        told |= await signalled(to, seconds=1.0, enough=1)
        if chat in told:
            return told
    pytest.fail("the owner was told of nothing")


async def signalled(line: LocalLine, *, seconds: float = 0.3, enough: int = 0) -> set[int]:
    """The chats of the signals that come within a moment, or until so many have come."""
    told: set[int] = set()
    while not enough or len(told) < enough:
        try:
            frame = await line.read(seconds)
        except TimeoutError:
            break
        if frame["type"] == "signal":
            told.add(frame["conversation"])
    return told
