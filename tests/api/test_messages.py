"""Writing to a customer over REST."""

from __future__ import annotations

import uuid

import pytest

from core.models import Organization
from core.tenancy import tenant_scope
from inbox.models import Message, MessageStatus, SendAttempt
from tests.api.client import Caller, error_code
from tests.conftest import Cast
from tests.factories import make_conversation, make_key

pytestmark = pytest.mark.django_db


def attempts(cast: Cast) -> list[str]:
    with tenant_scope(cast.organization.pk):
        return list(SendAttempt.objects.order_by("id").values_list("state", flat=True))


def test_a_reply_is_queued_with_one_attempt(cast: Cast) -> None:
    conversation = make_conversation(cast, assignee=cast.beto)
    client_id = str(uuid.uuid4())
    beto = Caller(member=cast.beto)
    answer = beto.post(
        f"conversations/{conversation.pk}/messages", {"text": "¡Claro! 👗", "client_id": client_id}
    )
    assert answer.status_code == 201, answer.content
    message = answer.json()
    assert (message["status"], message["text"], message["client_id"]) == ("queued", "¡Claro! 👗", client_id)
    assert message["author"] == {"kind": "member", "id": cast.beto.pk, "name": "Beto Gómez"}
    assert attempts(cast) == ["pending"]
    row = beto.get(f"conversations/{conversation.pk}").json()
    assert row["last_message"]["id"] == message["id"]
    (event,) = beto.get("events?after=0").json()["results"]
    assert event["data"] == {"conversation": row, "message": message}


def test_replying_takes_a_chat_that_nobody_has(cast: Cast) -> None:
    Organization.objects.filter(pk=cast.organization.pk).update(agents_see_unassigned=True)
    conversation = make_conversation(cast)
    beto = Caller(member=cast.beto)
    beto.post(f"conversations/{conversation.pk}/messages", {"text": "Hola"})
    row = beto.get(f"conversations/{conversation.pk}").json()
    assert (row["status"], row["assignee"]["id"]) == ("open", cast.beto.pk)
    assert beto.get("conversations/counts").json() == {"unassigned": 0, "open": 1, "closed": 0, "all": 1}


def test_a_key_writes_without_taking_the_chat(cast: Cast) -> None:
    conversation = make_conversation(cast)
    caller = Caller(key=make_key(cast.organization))
    message = caller.post(f"conversations/{conversation.pk}/messages", {"text": "Su pedido salió"}).json()
    assert message["author"]["kind"] == "api"
    assert caller.get(f"conversations/{conversation.pk}").json()["assignee"] is None


@pytest.mark.parametrize("minutes", [24 * 60, 24 * 60 + 1, None])
def test_a_closed_window_refuses_free_text(cast: Cast, minutes: int | None) -> None:
    conversation = make_conversation(cast, assignee=cast.beto, last_inbound_minutes_ago=minutes)
    answer = Caller(member=cast.beto).post(f"conversations/{conversation.pk}/messages", {"text": "Hola"})
    assert (answer.status_code, error_code(answer)) == (409, "window_closed")
    assert attempts(cast) == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "text"),
        ({"text": ""}, "text"),
        ({"text": "  \n "}, "text"),
        ({"text": "x" * 4097}, "text"),
        ({"text": 5}, "text"),
        ({"text": "a", "client_id": "no"}, "client_id"),
        ({"text": "a", "reply_to": -1}, "reply_to"),
        ({"text": "a", "reply_to": 2**63}, "reply_to"),
        ({"text": "a", "organization": 2}, "organization"),
        ({"type": "carrier-pigeon", "text": "a"}, "type"),
    ],
)
def test_bad_input_is_named(cast: Cast, body: dict[str, object], field: str) -> None:
    conversation = make_conversation(cast, assignee=cast.beto)
    refused = Caller(member=cast.beto).post(f"conversations/{conversation.pk}/messages", body)
    assert refused.status_code == 422
    assert field in refused.json()["error"]["details"]


def test_limits_are_told_in_the_language_of_whoever_asks(cast: Cast) -> None:
    path = f"conversations/{make_conversation(cast, assignee=cast.beto).pk}/messages"
    beto, program = Caller(member=cast.beto), Caller(key=make_key(cast.organization))
    callers, body = (program, beto, program), {"text": "x" * 4097}
    told = [one.post(path, body).json()["error"]["details"]["text"] for one in callers]
    assert told[0] == told[2] == ["Ensure this field has no more than 4096 characters."]
    assert told[1] != told[0]


@pytest.mark.parametrize("raw", [b"{", b"[]", b"null", b'"text"', b"\xff", b'{"text": "\\ud800"}'])
def test_a_broken_body_is_malformed(cast: Cast, raw: bytes) -> None:
    conversation = make_conversation(cast, assignee=cast.beto)
    beto = Caller(member=cast.beto)
    path = f"/api/v1/conversations/{conversation.pk}/messages"
    refused = beto.http.generic("POST", path, raw, content_type="application/json", headers=beto.headers)
    assert (refused.status_code, error_code(refused)) == (400, "malformed")


def test_the_same_key_has_its_effect_once(cast: Cast) -> None:
    conversation = make_conversation(cast, assignee=cast.beto)
    beto, path = Caller(member=cast.beto), f"conversations/{conversation.pk}/messages"
    first = beto.post(path, {"text": "Hola"}, Idempotency_Key="k1")
    again = beto.post(path, {"text": "Hola"}, Idempotency_Key="k1")
    other = beto.post(path, {"text": "Adiós"}, Idempotency_Key="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert (other.status_code, error_code(other)) == (409, "idempotency_conflict")
    elsewhere = Caller(member=cast.ana).post(path, {"text": "Hola"}, Idempotency_Key="k1")
    assert elsewhere.status_code == 201
    assert attempts(cast) == ["pending", "pending"]


def test_the_same_client_id_has_its_effect_once(cast: Cast) -> None:
    conversation = make_conversation(cast, assignee=cast.beto)
    beto, path = Caller(member=cast.beto), f"conversations/{conversation.pk}/messages"
    body = {"text": "Hola", "client_id": str(uuid.uuid4())}
    assert beto.post(path, body).json()["id"] == beto.post(path, body).json()["id"]
    assert attempts(cast) == ["pending"]


def test_a_refused_request_leaves_its_key_free(cast: Cast) -> None:
    conversation = make_conversation(cast, assignee=cast.beto)
    beto, path = Caller(member=cast.beto), f"conversations/{conversation.pk}/messages"
    assert beto.post(path, {"text": ""}, Idempotency_Key="k2").status_code == 422
    assert beto.post(path, {"text": "ya"}, Idempotency_Key="k2").status_code == 201


def test_a_failed_message_is_tried_again_and_an_unknown_one_only_on_demand(cast: Cast) -> None:
    conversation = make_conversation(cast, assignee=cast.beto)
    beto = Caller(member=cast.beto)
    pk = beto.post(f"conversations/{conversation.pk}/messages", {"text": "Hola"}).json()["id"]
    assert error_code(beto.post(f"messages/{pk}/attempts", {})) == "not_retryable"
    for state, message_status in (("refused", MessageStatus.FAILED), ("unknown", MessageStatus.UNKNOWN)):
        with tenant_scope(cast.organization.pk):
            SendAttempt.objects.filter(state="pending").update(state=state)
            Message.objects.filter(pk=pk).update(status=message_status)
        if message_status == MessageStatus.UNKNOWN:
            assert error_code(beto.post(f"messages/{pk}/attempts", {})) == "not_retryable"
        again = beto.post(f"messages/{pk}/attempts", {"even_if_unconfirmed": True})
        assert (again.status_code, again.json()["status"]) == (201, "queued")
    assert attempts(cast) == ["refused", "unknown", "pending"]
    assert Caller(member=cast.carla).post(f"messages/{pk}/attempts", {}).status_code == 404
    assert Caller(member=cast.diana).post(f"messages/{pk}/attempts", {}).status_code == 404


def test_a_quoted_message_belongs_to_the_same_conversation(cast: Cast) -> None:
    conversation = make_conversation(cast, assignee=cast.beto)
    beto, path = Caller(member=cast.beto), f"conversations/{conversation.pk}/messages"
    quoted = beto.get(path).json()["results"][0]
    answer = beto.post(path, {"text": "Sí", "reply_to": quoted["id"]}).json()
    assert answer["reply_to"]["id"] == quoted["id"]
    assert answer["reply_to"]["author_name"] == "Laura Restrepo"
    assert beto.post(path, {"text": "Sí", "reply_to": quoted["id"] + 1000}).status_code == 404


def test_writing_by_phone_finds_the_conversation(cast: Cast) -> None:
    make_conversation(cast)
    caller = Caller(key=make_key(cast.organization))
    assert caller.post("messages/text", {"to": "+57 300 555 0101", "text": "Hola"}).status_code == 201
    assert caller.post("messages/text", {"to": "+573009999999", "text": "Hola"}).status_code == 404
    assert caller.post("messages/text", {"to": "no es un número", "text": "Hola"}).status_code == 404


def test_a_form_with_an_idempotency_key_is_refused(cast: Cast) -> None:
    """The check against forgery looks for its token in a form, and leaves no body to be read."""
    conversation = make_conversation(cast, assignee=cast.beto)
    beto = Caller(member=cast.beto)
    path = f"/api/v1/conversations/{conversation.pk}/messages"
    answer = beto.http.post(path, {"text": "Hola"}, headers={**beto.headers, "Idempotency-Key": "one"})
    assert (answer.status_code, error_code(answer)) == (415, "unsupported_media_type")
    assert attempts(cast) == []
