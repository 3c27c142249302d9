"""Each role gets what is theirs to see, and nothing of anybody else's."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack

import pytest

from core.models import Membership, Organization
from inbox.models import Conversation
from inbox.realtime.limits import LOOK_SECONDS
from tests.conftest import Cast
from tests.factories import make_key
from tests.inbox.realtime.conftest import Inbox
from tests.inbox.realtime.lines import Line, line
from tests.inbox.realtime.servers import Server

EVERYTHING = {"waiting", "of beto", "of diana", "closed of beto", "ours"}
Who = Callable[[Cast], Membership]


def canaries(inbox: Inbox) -> dict[str, Conversation]:
    cast = inbox.cast
    return {
        "waiting": inbox.chat(),
        "of beto": inbox.chat(assignee=cast.beto),
        "of diana": inbox.chat(assignee=cast.diana),
        "closed of beto": inbox.chat(assignee=cast.beto, status="closed"),
        "ours": inbox.chat(status="none"),
    }


def heard(one: Line, head: int) -> set[str]:
    """The canaries in everything that came, whatever it was."""
    one.until_through(head)
    assert "canary" not in one.text.replace("canary of", "")
    return {name for name in EVERYTHING if f"canary of: {name}." in one.text}


def test_each_role_hears_what_it_may_see(server: Server, inbox: Inbox) -> None:
    cast = inbox.cast
    rows = canaries(inbox)
    with ExitStack() as stack:
        lines = {
            name: stack.enter_context(line(server, member))
            for name, member in [("ana", cast.ana), ("marta", cast.marta), ("beto", cast.beto)]
        }
        lines["key"] = stack.enter_context(line(server, key=make_key(inbox.organization)))
        lines["carla"] = stack.enter_context(line(server, cast.carla, organization="cafe-lejano"))
        for one in lines.values():
            one.hello()
        for name, row in rows.items():
            head = inbox.receive(row, text=f"canary of: {name}.")
        for name in ("ana", "marta", "key"):
            assert heard(lines[name], head) == EVERYTHING
        assert heard(lines["beto"], head) == {"of beto", "closed of beto"}
        assert lines["carla"].quiet(0.5) == []


def test_an_agent_hears_of_waiting_chats_when_the_setting_says_so(server: Server, inbox: Inbox) -> None:
    Organization.objects.filter(pk=inbox.organization.pk).update(agents_see_unassigned=True)
    rows = canaries(inbox)
    with line(server, inbox.cast.beto) as beto, line(server, inbox.cast.diana) as diana:
        beto.hello(), diana.hello()
        for name, row in rows.items():
            head = inbox.receive(row, text=f"canary of: {name}.")
        assert heard(beto, head) == {"waiting", "of beto", "closed of beto"}
        assert heard(diana, head) == {"waiting", "of diana"}


def test_without_tickets_everyone_hears_everything(one_server: Server, inbox: Inbox) -> None:
    Organization.objects.filter(pk=inbox.organization.pk).update(ticket_management=False)
    rows = canaries(inbox)
    with line(one_server, inbox.cast.beto) as beto:
        beto.hello()
        for name, row in rows.items():
            head = inbox.receive(row, text=f"canary of: {name}.")
        assert heard(beto, head) == EVERYTHING


def test_whoever_loses_a_chat_is_told_its_id_and_nothing_more(server: Server, inbox: Inbox) -> None:
    row = inbox.chat(assignee=inbox.cast.beto)
    with line(server, inbox.cast.beto) as beto, line(server, inbox.cast.diana) as diana:
        beto.hello(), diana.hello()
        head = inbox.give(row, inbox.cast.diana)
        (gone,) = beto.until_through(head)
        (got,) = diana.until_through(head)
    assert gone | {"at": got["at"]} == {
        "seq": head,
        "type": "conversation.removed",
        "version": 1,
        "at": got["at"],
        "actor": {"kind": "system", "id": None, "name": ""},
        "data": {"id": row.pk},
    }
    assert got["type"] == "conversation.assigned"
    assert got["data"]["conversation"]["assignee"]["id"] == inbox.cast.diana.pk


@pytest.mark.parametrize("sees_waiting", [True, False])
def test_a_chat_that_is_taken_leaves_the_sight_of_colleagues(
    one_server: Server, inbox: Inbox, sees_waiting: bool
) -> None:
    Organization.objects.filter(pk=inbox.organization.pk).update(agents_see_unassigned=sees_waiting)
    row = inbox.chat()
    with line(one_server, inbox.cast.beto) as beto, line(one_server, inbox.cast.diana) as diana:
        beto.hello(), diana.hello()
        head = inbox.give(row, inbox.cast.beto)
        assert [event["type"] for event in beto.until_through(head)] == ["conversation.assigned"]
        assert [event["type"] for event in diana.until_through(head)] == (
            ["conversation.removed"] if sees_waiting else []
        )


def test_numbers_that_are_not_theirs_pass_by_without_a_storm(server: Server, inbox: Inbox) -> None:
    foreign, own = inbox.chat(assignee=inbox.cast.diana), inbox.chat(assignee=inbox.cast.beto)
    with line(server, inbox.cast.beto) as beto:
        beto.hello()
        began = time.monotonic()
        for _ in range(10):
            inbox.receive(*[foreign] * 20)
        beto.until_through(200)
        assert beto.events == []
        # At each look one may tell how far the numbers have got, however long it took here.
        assert len(beto.frames) < 8 + (time.monotonic() - began) / LOOK_SECONDS
        head = inbox.receive(own)
        assert [event["seq"] for event in beto.until_through(head)] == [201]


def test_two_processes_hear_the_same(servers: dict[str, Server], inbox: Inbox) -> None:
    row = inbox.chat(assignee=inbox.cast.beto)
    with line(servers["daphne"], inbox.cast.beto) as one, line(servers["uvicorn"], inbox.cast.beto) as other:
        one.hello(), other.hello()
        for _ in range(20):
            head = inbox.receive(row)
        assert one.until_through(head) == other.until_through(head)
        assert [event["seq"] for event in one.events] == list(range(1, head + 1))
