"""Webhook bodies as Meta writes them, stored as the webhook stores them, and what came of them."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from core.models import Event, EventCounter, Organization
from core.tenancy import tenant_scope
from integrations.models import InboundDelivery, InboundProblem, MetaApp
from tests.integrations.whatsapp.bodies import body_of

NUMBER = "417398204718336"  # of the first organisation's channel
ACCOUNT = "389201746529183"
LAURA = "573005550101"
NOW = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)  # a little after most of the recorded bodies
Json = dict[str, Any]

_wamids = itertools.count(1)


def new_wamid() -> str:
    return f"wamid.TEST{next(_wamids):08d}"


def said(
    text: str = "Hola",
    *,
    sender: str | None = LAURA,
    bsuid: str | None = None,
    parent: str | None = None,
    name: str = "Laura Restrepo",
    username: str | None = None,
    wamid: str | None = None,
    at: datetime = NOW,
    quoting: str | None = None,
    **fields: Any,
) -> tuple[Json, Json]:
    """A customer's message and the profile that comes with it."""
    message: Json = {
        "id": wamid or new_wamid(),
        "timestamp": str(int(at.timestamp())),
        "type": "text",
        "text": {"body": text},
        **fields,
    }
    profile: Json = {"profile": {"name": name}}
    if sender:
        message["from"] = profile["wa_id"] = sender
    if bsuid:
        message["from_user_id"] = profile["user_id"] = bsuid
    if parent:
        message["from_parent_user_id"] = profile["parent_user_id"] = parent
    if username:
        profile["profile"]["username"] = username
    if quoting:
        message["context"] = {"from": "573005550190", "id": quoting}
    return message, profile


def status(
    wamid: str, name: str, *, at: datetime = NOW, callback: str | None = None, code: int | None = None
) -> Json:
    """A status of a message of ours."""
    told: Json = {"id": wamid, "status": name, "timestamp": str(int(at.timestamp())), "recipient_id": LAURA}
    if callback:
        told["biz_opaque_callback_data"] = callback
    if code is not None:
        told["errors"] = [{"code": code, "title": "Title", "error_data": {"details": "Details of it"}}]
    return told


def reacted(target: str, emoji: str | None, **given: Any) -> tuple[Json, Json]:
    """A customer's reaction; None takes it back, in the newer of Meta's spellings."""
    reaction = {"message_id": target} | ({} if emoji is None else {"emoji": emoji})
    return _changed("reaction", reaction, given)


def edited(target: str, text: str, **given: Any) -> tuple[Json, Json]:
    message = {"context": {"id": "M0"}, "type": "text", "text": {"body": text}}
    return _changed("edit", {"original_message_id": target, "message": message}, given)


def revoked(target: str, **given: Any) -> tuple[Json, Json]:
    return _changed("revoke", {"original_message_id": target}, given)


def _changed(kind: str, content: Json, given: Json) -> tuple[Json, Json]:
    fields: Json = {kind: content, "type": kind}
    message, profile = said(**fields | given)
    del message["text"]
    return message, profile


def by_phone(message: Json) -> Json:
    """The same, done in the phone app of the business number."""
    return {**message, "from": "573005550190", "to": message.get("from", LAURA)}


def echoes(*messages: Json) -> bytes:
    """What was done in the phone app of the number."""
    return event("smb_message_echoes", {"message_echoes": list(messages)})


def event(field: str, value: Json, *, at: datetime | None = None, with_number: bool = True) -> bytes:
    """A body with one change of another field than `messages`.

    Args:
        at: the time of the entry, which account events have.
        with_number: whether it names the number, which account events do not.
    """
    metadata = {"display_phone_number": "573005550190", "phone_number_id": NUMBER}
    whole = {**({"metadata": metadata} if with_number else {}), **value}
    entry: Json = {"id": ACCOUNT, "changes": [{"field": field, "value": whole}]}
    if at is not None:
        entry["time"] = int(at.timestamp())
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def body(
    messages: Iterable[tuple[Json, Json]] = (),
    *,
    statuses: Sequence[Json] = (),
    number: str = NUMBER,
    account: str = ACCOUNT,
) -> bytes:
    """A whole body with one change."""
    pairs = list(messages)
    value: Json = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "573005550190", "phone_number_id": number},
    }
    if pairs:
        value["messages"] = [message for message, _ in pairs]
        value["contacts"] = [profile for _, profile in pairs]
    if statuses:
        value["statuses"] = list(statuses)
    return json.dumps(
        {
            "object": "whatsapp_business_account",
            "entry": [{"id": account, "changes": [{"field": "messages", "value": value}]}],
        }
    ).encode()


def store(
    app: MetaApp, *bodies: bytes | str, received_at: datetime = NOW + timedelta(seconds=2)
) -> list[int]:
    """Store bodies, or recorded ones by name, and return the ids of their deliveries."""
    with tenant_scope(app.organization_id):
        return [
            InboundDelivery.objects.create(
                meta_app=app,
                body=body_of(one) if isinstance(one, str) else one,
                received_at=received_at,
            ).pk
            for one in bodies
        ]


def take_in(
    app: MetaApp, *bodies: bytes | str, received_at: datetime = NOW + timedelta(seconds=2)
) -> list[int]:
    """Store bodies and take them in; return the ids of their deliveries."""
    from inbox import intake

    ids = store(app, *bodies, received_at=received_at)
    assert intake.take_in(app.organization_id)
    return ids


def problems(organization: Organization) -> list[tuple[str, str]]:
    """Return place and code of all problems, oldest first."""
    with tenant_scope(organization.pk):
        return list(InboundProblem.objects.order_by("id").values_list("pointer", "code"))


def events(organization: Organization) -> list[Json]:
    """Return all events of an organisation, and see that their numbers have no gap."""
    with tenant_scope(organization.pk):
        rows = list(Event.objects.order_by("seq").values("seq", "type", "actor", "audience", "data"))
        head = EventCounter.objects.get(organization=organization).seq
    assert [row["seq"] for row in rows] == list(range(1, head + 1))
    return [{**row, "data": json.loads(row["data"])} for row in rows]
