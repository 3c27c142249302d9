"""Reacting to a message over REST."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.models import OutboxItem
from core.tenancy import tenant_scope
from inbox.models import Conversation, Message
from tests.api.client import Caller, error_code
from tests.conftest import Cast
from tests.factories import make_conversation, make_key, make_message
from tests.inbox.webhooks import events

pytestmark = pytest.mark.django_db


def chat_of(cast: Cast, **given: Any) -> tuple[Conversation, str]:
    row = make_conversation(cast, **{"assignee": cast.beto} | given)
    with tenant_scope(cast.organization.pk):
        return row, f"messages/{Message.objects.get().pk}/reaction"


def waiting(cast: Cast) -> list[str]:
    with tenant_scope(cast.organization.pk):
        return list(OutboxItem.objects.filter(state="pending").values_list("kind", flat=True))


def test_a_reaction_is_shown_told_and_queued_once(cast: Cast) -> None:
    _, path = chat_of(cast)
    beto = Caller(member=cast.beto)
    shown = beto.put(path, {"emoji": "👍"}).json()
    mine = {"side": "us", "emoji": "👍", "member": {"id": cast.beto.pk, "name": "Beto Gómez"}}
    assert shown["reactions"] == [mine]
    assert beto.put(path, {"emoji": "❤️‍🔥"}).json()["reactions"] == [mine | {"emoji": "❤️‍🔥"}]
    assert waiting(cast) == ["whatsapp.reaction"]
    assert beto.put(path, {"emoji": "❤️‍🔥"}).status_code == 200
    told = events(cast.organization)
    assert [one["type"] for one in told] == ["message.updated"] * 2
    assert told[0]["actor"]["id"] == cast.beto.pk
    assert beto.delete(path).json()["reactions"] == []
    assert len(events(cast.organization)) == 3


def test_taking_back_what_is_not_there_changes_nothing(cast: Cast) -> None:
    _, path = chat_of(cast)
    assert Caller(member=cast.beto).delete(path).status_code == 200
    assert (events(cast.organization), waiting(cast)) == ([], [])


def test_a_key_reacts_in_nobodys_name(cast: Cast) -> None:
    _, path = chat_of(cast)
    shown = Caller(key=make_key(cast.organization)).put(path, {"emoji": "👍"}).json()
    assert shown["reactions"] == [{"side": "us", "emoji": "👍", "member": None}]


@pytest.mark.parametrize("emoji", ["", "ok", "👍👍", "<script>", None, 7])
def test_what_is_no_emoji_is_refused(cast: Cast, emoji: Any) -> None:
    _, path = chat_of(cast)
    answer = Caller(member=cast.beto).put(path, {"emoji": emoji})
    assert (answer.status_code, error_code(answer)) == (422, "invalid")


def test_outside_of_the_window_nothing_is_sent(cast: Cast) -> None:
    _, path = chat_of(cast, last_inbound_minutes_ago=24 * 60 + 1)
    answer = Caller(member=cast.beto).put(path, {"emoji": "👍"})
    assert (answer.status_code, error_code(answer), waiting(cast)) == (409, "window_closed", [])


@pytest.mark.parametrize(
    "change",
    [
        {"deleted_at": datetime.now(UTC)},
        {"wa_message_id": None},
        {"type": "system"},
        {"occurred_at": datetime.now(UTC) - timedelta(days=31)},
    ],
)
def test_some_messages_take_no_reaction(cast: Cast, change: dict[str, Any]) -> None:
    _, path = chat_of(cast)
    with tenant_scope(cast.organization.pk):
        Message.objects.update(**change)
    answer = Caller(member=cast.beto).put(path, {"emoji": "👍"})
    assert (answer.status_code, error_code(answer), waiting(cast)) == (409, "not_reactable", [])


def test_our_own_messages_can_be_reacted_to(cast: Cast) -> None:
    row, _ = chat_of(cast)
    with tenant_scope(cast.organization.pk):
        ours = make_message(row, text="Sí", at=datetime.now(UTC), direction="outbound")
    assert Caller(member=cast.beto).put(f"messages/{ours.pk}/reaction", {"emoji": "👍"}).status_code == 200


def test_who_does_not_see_the_chat_cannot_react(cast: Cast) -> None:
    _, path = chat_of(cast)
    assert cast.carla.organization_id != cast.organization.pk
    for caller in (Caller(member=cast.carla), Caller(member=cast.diana)):
        for answer in (caller.put(path, {"emoji": "👍"}), caller.delete(path)):
            assert (answer.status_code, error_code(answer)) == (404, "not_found")
    assert waiting(cast) == []
