"""The socket's part of the table: who gets in, and what one may say about which chat."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, get_args
from unittest.mock import patch

import pytest
import pytest_asyncio
from channels.layers import get_channel_layer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings as configured
from django.urls import URLPattern
from django.utils.module_loading import import_string

from inbox import signals
from inbox.realtime import history, resume, ring, speech
from inbox.realtime.frames import ACTIONS as SPOKEN
from inbox.realtime.hub import hub
from inbox.routing import websocket_urls
from inbox.signals import SignalKind
from integrations.whatsapp.webhook import WebhookApplication
from tests.access.callers import Asker
from tests.access.conftest import Committed
from tests.access.sides import ABSENT
from tests.access.table import ACTIONS, CALLERS, HANDSHAKES, SOCKETS
from tests.inbox.realtime.lines import PATIENCE_SECONDS, Frame, sign_in
from tests.inbox.realtime.local import LocalLine, in_database

NO_FRAME: Frame = {"type": 7}
PAGE = 5
Room = Committed
Shown = list[tuple[int, int]]

with patch("core.garbage.settle"):
    # What answers connections in production, but for what it does to the process that it finds itself in.
    application: ProtocolTypeRouter = import_string(configured.ASGI_APPLICATION)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    """Organisation and chat of each customer who would have been shown that we write."""
    shown: Shown = []
    monkeypatch.setattr(speech, "_show_typing", lambda *whom: shown.append(whom))
    return shown


@pytest_asyncio.fixture
async def room(committed: Committed, shown: Shown) -> AsyncIterator[Room]:
    """The same, until the hub is closed; nobody reads any more when the tables are emptied."""
    yield committed
    await hub().close()
    layer = get_channel_layer()
    if layer is not None:
        await layer.flush()


@asynccontextmanager
async def opened(
    asker: Asker,
    organization: str,
    *,
    since: int | None = None,
    path: str = SOCKETS[0],
    acknowledges: bool = True,
) -> AsyncIterator[LocalLine]:
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
        "path": path,
        "query_string": f"organization={organization}{'' if since is None else f'&since={since}'}".encode(),
        "headers": headers,
    }
    line = LocalLine(acknowledges=acknowledges)
    task = asyncio.ensure_future(application(scope, line.receive, line.send))
    try:
        yield line
    finally:
        line.leave()
        await asyncio.wait_for(task, PATIENCE_SECONDS)


def frame_of(name: str, conversation_id: int) -> Frame:
    kind, _, signal = name.partition(" ")
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
    room: Room, shown: Shown, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, asker = room[0], room[1][name]
    told: list[tuple[str, int]] = []
    by: set[tuple[int, int]] = set()

    def tell(organization_id: int, kind: str, *, conversation_id: int, member_id: int, **_: Any) -> None:
        told.append((kind, conversation_id))
        by.add((organization_id, member_id))

    monkeypatch.setattr(signals, "tell_colleagues", tell)
    cells = {(one.frame, one.about): one.cells[CALLERS.index(name)] for one in ACTIONS if one.frame != "ack"}
    await in_database(asker.prepare)
    organization = asker.side.cast.organization
    async with opened(asker, organization.slug) as line:
        if (await line.read())["type"] != "hello":
            assert set(cells.values()) == {"-"}
            return
        for frame, about in cells:
            line.say(frame_of(frame, world.here.ids[about]["chat"]))
            # What is no chat of theirs is passed over in the same silence.
            line.say(frame_of(frame, ABSENT))
        line.say(NO_FRAME)
        # It goes through what was said in order: at the bad frame, all before it has been dealt with.
        assert await code_of(line) == 4400
        await courtesies()
    heard: dict[tuple[str, str], str] = {}
    for frame, about in cells:
        said = (frame.partition(" ")[2], world.here.ids[about]["chat"])
        heard[frame, about] = "heard" if said in told else "no"
    assert heard == cells
    assert all(conversation_id != ABSENT for _, conversation_id in told)
    assert by <= {(organization.pk, asker.me.pk)}
    # The customer is shown it exactly when colleagues are.
    typed = [
        world.here.ids[about]["chat"] for (frame, about), cell in cells.items() if (frame, cell) == TYPED
    ]
    assert sorted(shown) == sorted((organization.pk, chat) for chat in typed)


TYPED = ("signal typing", "heard")


async def courtesies() -> None:
    """Wait for what goes on in threads of its own after a signal."""
    at_work = [one for one in asyncio.all_tasks() if getattr(one.get_coro(), "__name__", "") == "to_thread"]
    if at_work:
        await asyncio.wait(at_work, timeout=PATIENCE_SECONDS)


@pytest.mark.parametrize("name", CALLERS)
async def test_an_acknowledgement_counts_as_the_table_says(
    room: Room, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was missed comes in pages, and no further than has been acknowledged."""
    monkeypatch.setattr(resume, "REPLAY_WINDOW_BYTES", 0)
    monkeypatch.setattr(history, "PAGE_EVENTS", PAGE)
    monkeypatch.setattr(ring, "PAGE_EVENTS", PAGE)
    asker = room[1][name]
    ((cells),) = [one.cells for one in ACTIONS if one.frame == "ack"]
    await in_database(asker.prepare)
    since = asker.side.settled
    async with opened(asker, asker.side.cast.organization.slug, since=since, acknowledges=False) as line:
        if (await line.read())["type"] != "hello":
            assert cells[CALLERS.index(name)] == "-"
            return
        first = await next_events(line)
        assert first["through"] == since + PAGE
        # What is known already counts for nothing, and neither does what was never told.
        line.say({"type": "ack", "through": since})
        with pytest.raises(TimeoutError):
            await next_events(line, 0.5)
        line.say({"type": "ack", "through": first["through"]})
        following = await next_events(line)
        assert following["through"] == since + 2 * PAGE
    assert cells[CALLERS.index(name)] == "taken"


async def next_events(line: LocalLine, seconds: float = PATIENCE_SECONDS) -> Frame:
    async with asyncio.timeout(seconds):
        while (frame := await line.read(seconds))["type"] == "heartbeat":
            pass
    assert frame["type"] == "events", frame
    return frame


@pytest.mark.parametrize("name", [name for name in CALLERS if name not in ("signed out", "suspended")])
async def test_each_caller_is_told_the_events_that_are_theirs(room: Room, name: str) -> None:
    asker = room[1][name]
    await in_database(asker.prepare)
    side = asker.side
    there = [one for one in side.events_seen(asker.sees) if one[0] > side.settled]
    async with opened(asker, side.cast.organization.slug, since=side.settled) as line:
        await line.read()
        through = 0
        while through < max(seq for seq, _ in side.things["events"]):
            through = (await next_events(line))["through"]
    assert [(event["seq"], event["type"]) for event in line.events] == there


def test_every_socket_stands_in_the_table() -> None:
    """The paths are read from what answers in production; the last one of them is for everything else."""
    assert set(application.application_mapping) == {"http", "websocket"}
    http = application.application_mapping["http"]
    assert isinstance(http, WebhookApplication)
    routers = list(routers_in(application.application_mapping["websocket"]))
    assert [one.routes for one in routers] == [websocket_urls]
    *paths, other = websocket_urls
    assert all(isinstance(one, URLPattern) for one in websocket_urls)
    assert tuple(f"/{one.pattern}" for one in paths) == SOCKETS
    assert (str(other.pattern), other.callback.__name__) == ("", "_nothing_here")


def routers_in(application: Any) -> list[URLRouter]:
    """The routers that stand behind an application, through what is wrapped around them."""
    if isinstance(application, URLRouter):
        return [application]
    inner = [cell.cell_contents for cell in getattr(application, "__closure__", None) or ()]
    return [router for one in inner if callable(one) for router in routers_in(one)]


@pytest.mark.parametrize(
    "path", ["/", "/ws/v1/", "/ws/v1/events/", "/ws/v1/events/1", "/ws/v2/events", "/x/ws/v1/events"]
)
async def test_on_any_other_path_nobody_is_let_in(room: Room, path: str) -> None:
    for name in ("owner", "API key"):
        async with opened(room[1][name], "tienda-aurora", path=path) as line:
            assert (await line.read())["type"] == "websocket.close"
            assert line.code == 0, "it was accepted"


@pytest.mark.parametrize(
    "names", [["owner", "agent", "API key", "owner elsewhere", "key elsewhere"], ["owner", "agent, TICK-08"]]
)
async def test_only_those_who_see_a_chat_hear_of_it(room: Room, names: list[str]) -> None:
    """marta looks at each kind of chat; the others sit there and listen."""
    world, askers = room
    chats = {ids["chat"]: about for about, ids in world.here.ids.items()}
    await in_database(askers[names[1]].prepare)
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
