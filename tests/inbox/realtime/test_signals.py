"""Who writes and who looks: told to colleagues who may see the chat, and to nobody else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from core.models import OutboxItem
from core.tenancy import tenant_scope
from inbox.realtime.hub import Hub
from inbox.realtime.limits import SIGNAL_SECONDS
from inbox.receipts import TYPING
from tests.factories import make_key
from tests.inbox.realtime.conftest import Inbox, wait_for
from tests.inbox.realtime.lines import PATIENCE_SECONDS, Frame, line, sign_in
from tests.inbox.realtime.local import in_database, local_line
from tests.inbox.realtime.servers import Server


def signal(kind: str, conversation_id: int) -> Frame:
    return {"type": "signal", "signal": kind, "conversation": conversation_id}


@pytest.mark.parametrize("kind", ["typing", "viewing", "left"])
def test_colleagues_who_see_the_chat_are_told(server: Server, inbox: Inbox, kind: str) -> None:
    cast = inbox.cast
    row = inbox.chat(assignee=cast.beto)
    with (
        line(server, cast.beto) as beto,
        line(server, cast.ana) as ana,
        line(server, cast.diana) as diana,
        line(server, cast.carla, organization="cafe-lejano") as carla,
        line(server, key=make_key(inbox.organization)) as program,
    ):
        for one in (beto, ana, diana, carla, program):
            one.hello()
        beto.say(signal(kind, row.pk))
        expected = signal(kind, row.pk) | {"member": {"id": cast.beto.pk, "name": "Beto Gómez"}}
        assert ana.next_of("signal") == expected
        assert program.next_of("signal") == expected
        for one in (beto, diana, carla):
            assert one.quiet(0.4) == []


def test_signals_reach_other_processes_but_not_other_tabs_of_the_same_person(
    servers: dict[str, Server], inbox: Inbox
) -> None:
    row = inbox.chat()
    with (
        line(servers["daphne"], inbox.cast.ana) as ana,
        line(servers["uvicorn"], inbox.cast.ana) as tab,
        line(servers["uvicorn"], inbox.cast.marta) as marta,
    ):
        ana.hello(), tab.hello(), marta.hello()
        ana.say(signal("viewing", row.pk))
        assert marta.next_of("signal")["signal"] == "viewing"
        assert tab.quiet(0.3) == []


@pytest.mark.parametrize("place", ["of a colleague", "of another organisation", "nowhere"])
def test_signals_about_chats_that_are_not_theirs_go_nowhere(
    one_server: Server, inbox: Inbox, place: str
) -> None:
    cast = inbox.cast
    row = inbox.chat(assignee=cast.diana)
    if place == "of a colleague":
        sender, organization, target = cast.beto, "tienda-aurora", row.pk
    elif place == "of another organisation":
        sender, organization, target = cast.carla, "cafe-lejano", row.pk
    else:
        sender, organization, target = cast.ana, "tienda-aurora", 2**62
    with (
        line(one_server, sender, organization=organization) as one,
        line(one_server, cast.marta) as marta,
    ):
        one.hello(), marta.hello()
        one.say(signal("typing", target))
        assert marta.quiet(0.6) == []
        one.say({"type": "wave"})
    with tenant_scope(inbox.organization.pk):
        assert not OutboxItem.objects.filter(kind=TYPING).exists()


def test_a_key_has_no_colleagues(one_server: Server, inbox: Inbox) -> None:
    row = inbox.chat()
    with (
        line(one_server, key=make_key(inbox.organization)) as program,
        line(one_server, inbox.cast.ana) as ana,
    ):
        program.hello(), ana.hello()
        program.say(signal("typing", row.pk))
        assert ana.quiet(0.6) == []


async def test_the_same_signal_again_and_again_is_told_once_a_second(
    inbox: Inbox, own_hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    clock = SimpleNamespace(now=100.0)
    monkeypatch.setattr("inbox.signals.tell_colleagues", lambda organization, kind, **ids: told.append(kind))
    monkeypatch.setattr("inbox.realtime.speech.time", SimpleNamespace(monotonic=lambda: clock.now))
    row = await in_database(inbox.chat)
    async with local_line(inbox.cast.ana) as ana:
        assert (await ana.read())["type"] == "hello"
        for _ in range(15):
            ana.say(signal("viewing", row.pk))
        ana.say(signal("left", row.pk))
        await _until(lambda: "left" in told)
        assert told == ["viewing", "left"]
        clock.now += 0.9
        ana.say(signal("left", row.pk))
        clock.now += SIGNAL_SECONDS
        ana.say(signal("left", row.pk))
        await _until(lambda: len(told) > 2)
        assert told == ["viewing", "left", "left"]


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():
            await asyncio.sleep(0.01)


def test_whoever_goes_has_left(one_server: Server, inbox: Inbox) -> None:
    row = inbox.chat()
    with line(one_server, inbox.cast.marta) as marta:
        marta.hello()
        with line(one_server, inbox.cast.ana) as ana:
            ana.hello()
            ana.say(signal("viewing", row.pk))
            assert marta.next_of("signal")["signal"] == "viewing"
        assert marta.next_of("signal")["signal"] == "left"


def test_the_customer_is_shown_that_we_write(one_server: Server, inbox: Inbox) -> None:
    row = inbox.chat(assignee=inbox.cast.beto)
    session = sign_in(inbox.cast.beto)

    def shown() -> list[str]:
        with tenant_scope(inbox.organization.pk):
            return [item.payload["wamid"] for item in OutboxItem.objects.filter(kind=TYPING)]

    with line(one_server, session=session) as beto, line(one_server, session=session) as tab:
        beto.hello(), tab.hello()
        beto.say(signal("viewing", row.pk))
        beto.say(signal("typing", row.pk))
        tab.say(signal("typing", row.pk))
        wait_for(shown)
        assert row.last_message is not None
        assert shown() == [row.last_message.wa_message_id]


def test_a_customer_outside_the_window_is_shown_nothing(one_server: Server, inbox: Inbox) -> None:
    row = inbox.chat(assignee=inbox.cast.beto)
    with tenant_scope(inbox.organization.pk):
        row.last_inbound_at = None
        row.save(update_fields=["last_inbound_at"])
    with line(one_server, inbox.cast.beto) as beto, line(one_server, inbox.cast.ana) as ana:
        beto.hello(), ana.hello()
        beto.say(signal("typing", row.pk))
        ana.next_of("signal")
        beto.say(signal("left", row.pk))
        ana.next_of("signal")
    with tenant_scope(inbox.organization.pk):
        assert not OutboxItem.objects.filter(kind=TYPING).exists()
