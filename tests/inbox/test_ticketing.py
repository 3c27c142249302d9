"""Switching ticket management moves the chats that nobody has, in both directions, and everyone loads anew."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.management import CommandError
from django.db import connection

from core.actors import Actor, member_actor
from core.errors import PermissionDenied, Resync
from core.tenancy import tenant_scope
from inbox import access, conversations, intake, suspension, ticketing
from inbox.models import Conversation, ConversationCounter
from inbox.realtime.replay import events_after
from tests.api.client import Caller
from tests.conftest import Cast
from tests.core.test_team import _command
from tests.factories import make_cast, make_contact, make_conversation, make_key
from tests.inbox.realtime.conftest import wait_for
from tests.inbox.realtime.lines import PATIENCE_SECONDS
from tests.inbox.webhooks import body, events, said, store

Place = tuple[str, int | None]


def _chat(cast: Cast, number: int, **given: Any) -> Conversation:
    contact = make_contact(cast.organization, name=f"Cliente {number}", phone=f"+57300555{number:04d}")
    return make_conversation(cast, contact=contact, **given)


def _places() -> list[Place]:
    return list(Conversation.objects.order_by("pk").values_list("status", "assignee_id"))


def _counted() -> bool:
    rows = ConversationCounter.objects.exclude(count=0)
    kept = {(row.status, row.assignee_id): row.count for row in rows}
    return kept == dict(Counter((status, assignee or 0) for status, assignee in _places()))


def _switch(cast: Cast, *, on: bool) -> None:
    ticketing.switch(on=on, by=member_actor(cast.ana))


@pytest.fixture
def committed(transactional_db: None) -> Cast:
    """The cast, in a database where others see what one commits."""
    return make_cast()


def test_what_waited_in_the_queue_is_open_without_tickets_and_waits_again_with_them(scope: Cast) -> None:
    beto = scope.beto.pk
    _chat(scope, 1)
    _chat(scope, 2)
    _chat(scope, 3, assignee=scope.beto)
    _chat(scope, 4, status="closed")
    _chat(scope, 5, status="closed", assignee=scope.beto)
    _chat(scope, 6, status="none")
    with_tickets = _places()
    others: list[Place] = [("open", beto), ("closed", None), ("closed", beto), ("none", None)]
    assert with_tickets == [("unassigned", None), ("unassigned", None), *others]
    _switch(scope, on=False)
    assert _places() == [("open", None), ("open", None), *others]
    assert _counted()
    _switch(scope, on=True)
    assert _places() == with_tickets
    assert _counted()


def test_lists_and_figures_say_so(scope: Cast) -> None:
    _chat(scope, 1)
    _chat(scope, 2, assignee=scope.diana)
    beto = Caller(member=scope.beto)
    seen: dict[bool, tuple[int, dict[str, int]]] = {}
    for on in (False, True):
        _switch(scope, on=on)
        listed = len(beto.get("conversations?status=open").json()["results"])
        seen[on] = listed, beto.get("conversations/counts").json()
    assert seen[False] == (2, {"unassigned": 0, "open": 2, "closed": 0, "all": 2})
    assert seen[True] == (0, {"unassigned": 0, "open": 0, "closed": 0, "all": 0})


def test_the_setting_is_told_once_and_everyone_loads_anew(scope: Cast) -> None:
    _chat(scope, 1)
    for _ in range(2):
        _switch(scope, on=False)
    (told,) = events(scope.organization)
    assert (told["type"], told["actor"]["name"]) == ("organization.updated", "Ana Ríos")
    assert told["audience"] == {"kind": "organization", "loads_anew": True}
    assert told["data"]["organization"] == Caller(member=scope.ana).get("me").json()["organization"]
    assert told["data"]["organization"]["ticket_management"] is False
    for actor in (member_actor(scope.ana), member_actor(scope.beto)):
        with pytest.raises(Resync):
            events_after(access.viewer(actor), scope.organization.pk, None, 0)
        assert events_after(access.viewer(actor), scope.organization.pk, None, told["seq"]).results == []
    answer = Caller(key=make_key(scope.organization)).get("events?after=0")
    assert (answer.status_code, answer.json()["error"]["details"]) == (410, {"reason": "settings_changed"})


def test_where_nothing_moves_nobody_loads_anew(scope: Cast) -> None:
    _chat(scope, 1, assignee=scope.beto)
    _switch(scope, on=False)
    (told,) = events(scope.organization)
    assert told["audience"] == {"kind": "organization"}
    assert (
        len(events_after(access.viewer(member_actor(scope.ana)), scope.organization.pk, None, 0).results) == 1
    )


def test_only_owners_switch(scope: Cast) -> None:
    key = Actor(kind="api", organization_id=scope.organization.pk, id=1, name="tienda web")
    for actor in (member_actor(scope.marta), member_actor(scope.beto), key):
        with pytest.raises(PermissionDenied):
            ticketing.switch(on=False, by=actor)
    assert events(scope.organization) == []


def test_another_organisation_keeps_its_own(scope: Cast) -> None:
    row = _chat(scope, 1)
    assert scope.carla.organization_id != scope.organization.pk
    with tenant_scope(scope.other.pk):
        ticketing.switch(on=False, by=member_actor(scope.carla))
    row.refresh_from_db()
    scope.organization.refresh_from_db()
    assert (row.status, scope.organization.ticket_management) == ("unassigned", True)


def test_without_tickets_nothing_goes_back_into_the_queue(scope: Cast) -> None:
    handed_back, reopened = _chat(scope, 1, assignee=scope.beto), _chat(scope, 2, status="closed")
    _switch(scope, on=False)
    conversations.assign(handed_back, to=None, by=member_actor(scope.ana))
    conversations.reopen(reopened, by=member_actor(scope.ana))
    assert _places() == [("open", None)] * 2
    assert _counted()


def test_without_tickets_everyone_finishes_and_reads_every_chat(scope: Cast) -> None:
    rows = [_chat(scope, 1), _chat(scope, 2, assignee=scope.diana)]
    _switch(scope, on=False)
    beto = Caller(member=scope.beto)
    for row in rows:
        through = {"through_message_id": row.last_message_id}
        answer = beto.post(f"conversations/{row.pk}/read", through)
        assert (answer.status_code, answer.json()["unread_count"]) == (200, 0)
        assert beto.post(f"conversations/{row.pk}/resolution").json()["status"] == "closed"
        assert beto.delete(f"conversations/{row.pk}/resolution").json()["status"] == "open"


def _meanwhile(cast: Cast, monkeypatch: pytest.MonkeyPatch, work: Callable[[], object]) -> None:
    """Switch the tickets off while somebody works who has read that they are on, and has not committed."""
    hold, has_read, may_go_on = ticketing.hold, threading.Event(), threading.Event()

    def read_and_wait() -> bool:
        is_managed = hold()
        has_read.set()
        assert may_go_on.wait(PATIENCE_SECONDS)
        return is_managed

    def in_thread(step: Callable[[], object]) -> None:
        try:
            with tenant_scope(cast.organization.pk):
                step()
        finally:
            connection.close()

    def is_waiting() -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND wait_event_type = 'Lock' AND query LIKE %s",
                ["%core_organization%FOR NO KEY UPDATE%"],
            )
            (count,) = cursor.fetchone()
        return bool(count)

    monkeypatch.setattr(ticketing, "hold", read_and_wait)
    with ThreadPoolExecutor(2) as pool:
        working = pool.submit(in_thread, work)
        assert has_read.wait(PATIENCE_SECONDS)
        switching = pool.submit(in_thread, lambda: _switch(cast, on=False))
        try:
            wait_for(is_waiting)
        finally:
            may_go_on.set()
        working.result(PATIENCE_SECONDS), switching.result(PATIENCE_SECONDS)


@pytest.mark.parametrize("way", ["hand back", "reopen", "suspend"])
def test_who_is_just_moving_a_chat_is_waited_for(
    committed: Cast, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    status = "closed" if way == "reopen" else "open"
    row = _chat(committed, 1, assignee=None if way == "reopen" else committed.beto, status=status)
    by = member_actor(committed.ana)
    work: dict[str, Callable[[], object]] = {
        "hand back": lambda: conversations.assign(row, to=None, by=by),
        "reopen": lambda: conversations.reopen(row, by=by),
        "suspend": lambda: suspension.suspend(committed.beto, by=by),
    }
    _meanwhile(committed, monkeypatch, work[way])
    with tenant_scope(committed.organization.pk):
        assert _places() == [("open", None)]
        assert _counted()


def test_what_comes_while_it_is_switched_is_taken_in_afterwards(committed: Cast) -> None:
    """An intake that finds us at it leaves; the bell after the commit brings it back."""
    store(committed.app, body([said()]))
    with tenant_scope(committed.organization.pk):
        _switch(committed, on=False)
    assert intake.take_in(committed.organization.pk)
    with tenant_scope(committed.organization.pk):
        assert _places() == [("open", None)]
        assert _counted()


def test_the_command_does_the_same(cast: Cast) -> None:
    _chat(cast, 1)
    assert "off" in _command("tickets", "tienda-aurora", "off")
    with tenant_scope(cast.organization.pk):
        assert _places() == [("open", None)]
    assert "on" in _command("tickets", "tienda-aurora", "on")
    with tenant_scope(cast.organization.pk):
        assert _places() == [("unassigned", None)]
    with pytest.raises(CommandError):
        _command("tickets", "nowhere", "off")
