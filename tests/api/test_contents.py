"""Every recorded message over REST: as the schema says, and nothing of what is deleted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.tenancy import tenant_scope
from inbox.models import Conversation, Message, Reaction
from tests.api.client import Caller, error_code
from tests.api.test_schema import check, schema
from tests.conftest import Cast
from tests.factories import make_contact, make_conversation, make_message
from tests.inbox.webhooks import NOW, body, edited, reacted, revoked, said, take_in
from tests.integrations.whatsapp.bodies import WEBHOOKS

pytestmark = pytest.mark.django_db
assert schema  # a fixture, used by name

KINDS = {
    "text",
    "image",
    "video",
    "audio",
    "document",
    "sticker",
    "location",
    "contacts",
    "button",
    "interactive",
    "order",
    "unsupported",
    "unknown",
    "system",
}


def test_every_recorded_message_is_as_the_schema_says(cast: Cast, schema: dict[str, Any]) -> None:
    names = [path.stem for path in WEBHOOKS]
    late = [name for name in names if name.startswith(("msg_system", "user_id", "smb_"))]
    take_in(cast.app, *(name for name in names if name not in late), *late)
    ana = Caller(member=cast.ana)
    found: set[str] = set()
    for row in ana.get("conversations?limit=100").json()["results"]:
        check(schema, "Conversation", row)
        for message in ana.get(f"conversations/{row['id']}/messages?limit=100").json()["results"]:
            check(schema, "Message", message)
            found.add(message["type"])
            assert "raw" not in message["content"]
    assert found == KINDS
    for contact in ana.get("contacts").json()["results"]:
        check(schema, "Contact", contact)
    for event in ana.get("events?after=0&limit=500").json()["results"]:
        if event["type"].startswith("message.") and "message" in event["data"]:
            check(schema, "Message", event["data"]["message"])


def message_of(cast: Cast, wamid: str) -> int:
    with tenant_scope(cast.organization.pk):
        return Message.objects.get(wa_message_id=wamid).pk


def test_what_a_message_said_before_is_a_list(cast: Cast, schema: dict[str, Any]) -> None:
    first = said("uno", wamid="wamid.A")
    changes = [
        edited("wamid.A", text, at=NOW + timedelta(seconds=n)) for n, text in enumerate(["dos", "tres"], 1)
    ]
    take_in(cast.app, body([first, *changes]))
    pk = message_of(cast, "wamid.A")
    answer = Caller(member=cast.ana).get(f"messages/{pk}/edits").json()
    assert answer["results"] == [
        {"text": "uno", "edited_at": "2026-11-22T10:30:01Z"},
        {"text": "dos", "edited_at": "2026-11-22T10:30:02Z"},
    ]
    check(schema, "MessageEditPage", answer)
    take_in(cast.app, body([revoked("wamid.A", at=NOW + timedelta(seconds=9))]))
    assert Caller(member=cast.ana).get(f"messages/{pk}/edits").json()["results"] == []


def test_the_past_of_a_message_is_for_those_who_see_the_chat(cast: Cast) -> None:
    take_in(cast.app, body([said("uno", wamid="wamid.A"), edited("wamid.A", "dos")]))
    pk = message_of(cast, "wamid.A")
    assert cast.carla.organization_id != cast.organization.pk
    for caller in (Caller(member=cast.carla), Caller(member=cast.beto)):
        answer = caller.get(f"messages/{pk}/edits")
        assert (answer.status_code, error_code(answer)) == (404, "not_found")


def test_a_thread_costs_as_many_queries_with_fifty_messages_as_with_five(cast: Cast) -> None:
    ana = Caller(member=cast.ana)

    def cost(count: int, phone: str) -> int:
        row = make_conversation(cast, contact=make_contact(cast.organization, phone=phone))
        with tenant_scope(cast.organization.pk):
            for n in range(count):
                message = make_message(row, text=f"{n}", at=NOW + timedelta(seconds=n))
                Reaction.objects.create(
                    organization=cast.organization,
                    message=message,
                    side="us",
                    emoji="👍",
                    member=cast.beto,
                    at=NOW,
                )
        with CaptureQueriesContext(connection) as captured:
            results = ana.get(f"conversations/{row.pk}/messages").json()["results"]
        shown = [message["reactions"] for message in results if message["reactions"]]
        assert len(shown) == min(count, 49)
        assert shown[0] == [
            {"side": "us", "emoji": "👍", "member": {"id": cast.beto.pk, "name": "Beto Gómez"}}
        ]
        return len(captured)

    assert cost(5, "+573005550001") == cost(49, "+573005550002")


def test_a_reaction_moves_the_chat_to_the_top_of_the_list(cast: Cast) -> None:
    take_in(cast.app, body([said("uno", wamid="wamid.A")]))
    take_in(
        cast.app, body([said("dos", sender="573005550102", name="Andrés", at=NOW + timedelta(seconds=5))])
    )
    ana = Caller(member=cast.ana)
    with tenant_scope(cast.organization.pk):
        laura = Conversation.objects.get(contact__name="Laura Restrepo").pk
    assert ana.get("conversations").json()["results"][1]["id"] == laura
    take_in(cast.app, body([reacted("wamid.A", "👍", at=NOW + timedelta(seconds=9))]))
    first = ana.get("conversations").json()["results"][0]
    assert (first["id"], first["last_message"]["preview"]) == (laura, "uno")


def test_looking_for_a_reaction_costs_the_list_no_query(cast: Cast) -> None:
    """Also of a chat that came in time: it stands by our clock, which is finer than the second of its message."""
    now = datetime.now(UTC) - timedelta(minutes=1)  # whoever reacts must find the window open
    take_in(cast.app, body([said("uno", wamid="wamid.A", at=now)]), received_at=now + timedelta(seconds=2))
    ana = Caller(member=cast.ana)

    def listed() -> tuple[int, dict[str, Any]]:
        with CaptureQueriesContext(connection) as captured:
            (one,) = ana.get("conversations").json()["results"]
        return len(captured), one["last_message"]

    queries, shown = listed()
    assert (queries <= 3, shown["reaction"]) == (True, None)
    at = now + timedelta(seconds=9)
    take_in(cast.app, body([reacted("wamid.A", "👍", at=at)]), received_at=at)
    assert ana.put(f"messages/{shown['id']}/reaction", {"emoji": "🙏"}).status_code == 200
    again, shown = listed()
    assert (again, shown["reaction"]) == (queries, {"side": "us", "emoji": "🙏"})
