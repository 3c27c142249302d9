"""Making the demonstration's organisations, people and conversations, once."""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from core.actors import member_actor
from core.events import service
from core.models import ApiKey, EventCounter, Membership, Organization, User
from core.tenancy import tenant_scope
from demo.businesses import AURORA, BUSINESSES, TORNILLO, Business
from demo.scripts import AURORA_SCRIPTS, TORNILLO_SCRIPTS, Customer, Line, Script
from inbox import conversations
from inbox.jobs import take_in
from inbox.models import AttemptState, Contact, Conversation, Direction, Message, SendAttempt
from integrations.models import Channel, InboundDelivery, MetaApp

SCRIPTS = {AURORA.slug: AURORA_SCRIPTS, TORNILLO.slug: TORNILLO_SCRIPTS}
_UNDELIVERABLE = (131026, "Message undeliverable.")


def ensure() -> None:
    """Make what is missing, and tell the simulator about it. Safe to repeat."""
    now = datetime.now(UTC).replace(microsecond=0)
    for business in BUSINESSES:
        if not Organization.objects.filter(slug=business.slug).exists():
            # All of it or nothing: who was killed here begins anew.
            with transaction.atomic():
                _make(business, now)
    _write_accounts(now)


def _make(business: Business, now: datetime) -> None:
    organization = Organization.objects.create(
        slug=business.slug, name=business.name, agents_see_unassigned=business.agents_see_unassigned
    )
    EventCounter.objects.create(organization=organization)
    members = {
        person.name.split(" ")[0].lower(): Membership.objects.create(
            organization=organization,
            user=User.objects.create_user(person.email, business.password_of(person), name=person.name),
            role=person.role,
        )
        for person in business.people
    }
    key, _ = ApiKey.build(organization=organization, name="Demostración", secret=business.api_key)
    key.save()
    with tenant_scope(organization.pk):
        channel = _make_channel(business, organization)
        scripts = SCRIPTS[business.slug]
        _receive(business, channel, scripts, now)
        for script in scripts:
            _play(script, channel, members, now)


def _make_channel(business: Business, organization: Organization) -> Channel:
    app = MetaApp(organization=organization, app_id=business.app_id, webhook_key=business.webhook_key)
    app.app_secret, app.verify_token = business.app_secret, business.verify_token
    app.save()
    channel = Channel(
        organization=organization,
        meta_app=app,
        name=business.name,
        phone=business.phone,
        phone_number_id=business.phone_number_id,
        waba_id=business.waba_id,
    )
    channel.access_token = business.access_token
    channel.save()
    return channel


def _receive(business: Business, channel: Channel, scripts: tuple[Script, ...], now: datetime) -> None:
    """Take the customers' messages in the way they always come: as webhook bodies, received when written."""
    for script in scripts:
        for place, line in enumerate(script.lines):
            if line.by != "customer":
                continue
            message = _inbound(script.customer, line, place, now)
            InboundDelivery.objects.create(
                organization_id=channel.organization_id,
                meta_app_id=channel.meta_app_id,
                body=json.dumps(_envelope(business, script.customer, [message])).encode(),
                received_at=now - timedelta(minutes=line.minutes_ago),
            )
    take_in(channel.organization_id)


def _envelope(business: Business, customer: Customer, messages: list[dict[str, Any]]) -> dict[str, Any]:
    contact: dict[str, Any] = {"profile": {"name": customer.name}, "user_id": customer.user_id}
    if customer.phone:
        contact["wa_id"] = customer.phone
    if customer.username:
        contact["profile"]["username"] = customer.username
    value = {
        "messaging_product": "whatsapp",
        "metadata": {
            "display_phone_number": business.phone.lstrip("+"),
            "phone_number_id": business.phone_number_id,
        },
        "contacts": [contact],
        "messages": messages,
    }
    entry = {"id": business.waba_id, "changes": [{"field": "messages", "value": value}]}
    return {"object": "whatsapp_business_account", "entry": [entry]}


def _inbound(customer: Customer, line: Line, place: int, now: datetime) -> dict[str, Any]:
    at = int((now - timedelta(minutes=line.minutes_ago)).timestamp())
    message: dict[str, Any] = {
        "from_user_id": customer.user_id,
        "id": wamid(customer, place),
        "timestamp": str(at),
        "type": line.kind,
        line.kind: {"body": line.text} if line.kind == "text" else line.value,
    }
    if customer.phone:
        message["from"] = customer.phone
    return message


def wamid(customer: Customer, place: int) -> str:
    """Return the id of a line, the same in our database and on the simulator's phone."""
    digest = hashlib.sha256(f"{customer.user_id}/{place}".encode()).hexdigest()[:40].upper()
    return f"wamid.DEMO{digest}"


def _play(script: Script, channel: Channel, members: dict[str, Membership], now: datetime) -> None:
    """Write our side of a conversation, and leave it as the script says."""
    conversation = Conversation.objects.get(
        contact__identities__value=script.customer.user_id, contact__identities__kind="bsuid", channel=channel
    )
    for place, line in enumerate(script.lines):
        if line.by != "customer":
            _write_ours(conversation, line, wamid(script.customer, place), members[line.by], now)
    owner = member_actor(next(iter(members.values())))
    if script.assignee:
        conversation = conversations.assign(conversation, to=members[script.assignee], by=owner)
    reader = member_actor(members[script.assignee]) if script.assignee else owner
    # What was read was read long ago: no blue ticks are sent for it now.
    unread = sum(_is_unread(script, place) for place in range(len(script.lines)))
    began = now - timedelta(minutes=script.lines[0].minutes_ago)
    Conversation.objects.filter(pk=conversation.pk).update(unread_count=unread, created_at=began)
    Contact.objects.filter(pk=conversation.contact_id).update(created_at=began)
    if script.is_closed:
        conversations.close(conversation, by=reader)


def _write_ours(
    conversation: Conversation, line: Line, wa_id: str, author: Membership, now: datetime
) -> None:
    """Write a message that left long ago, with the attempt that it left by."""
    at = now - timedelta(minutes=line.minutes_ago)
    is_taken = line.status not in ("failed", "unknown")
    code, detail = _UNDELIVERABLE if line.status == "failed" else (None, "")
    with service():
        message = Message.objects.create(
            organization_id=conversation.organization_id,
            conversation=conversation,
            channel_id=conversation.channel_id,
            direction=Direction.OUTBOUND,
            text=line.text,
            member=author,
            status=line.status,
            wa_message_id=wa_id if line.status != "unknown" else None,
            error_code=code,
            error_detail=detail,
            sent_at=at if is_taken else None,
            delivered_at=at if line.status in ("delivered", "read") else None,
            read_at=at if line.status == "read" else None,
            occurred_at=at,
        )
        SendAttempt.objects.create(
            organization_id=conversation.organization_id,
            message=message,
            conversation=conversation,
            channel_id=conversation.channel_id,
            state=AttemptState.UNKNOWN if line.status == "unknown" else AttemptState.ACCEPTED,
            callback_id=uuid.uuid4(),
            wa_message_id=message.wa_message_id,
            due_at=at,
            finished_at=at,
        )
        conversation.refresh_from_db()
        if conversation.last_activity_at <= at:
            conversation.last_message, conversation.last_activity_at = message, at
            conversation.save(update_fields=["last_message", "last_activity_at"])


def _write_accounts(now: datetime) -> None:
    """Tell the simulator who the businesses and customers are, and what stands on their phones."""
    scripts = [(business, script) for business in BUSINESSES for script in SCRIPTS[business.slug]]
    content = {
        "accounts": [business.account() for business in BUSINESSES],
        "customers": [
            {"wa_id": one.phone, "user_id": one.user_id, "name": one.name, "username": one.username}
            for one in (script.customer for _, script in scripts)
        ],
        "media": [
            {
                "id": line.value["id"],
                "sample": _SAMPLES[line.kind],
                "phone_number_id": business.phone_number_id,
            }
            for business, script in scripts
            for line in script.lines
            if line.kind in _SAMPLES
        ],
        "chats": [_chat(business, script, now) for business, script in scripts],
    }
    path = Path(settings.DATA_DIR) / "simulator" / "accounts.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(content, file, ensure_ascii=False, indent=1)
    draft.replace(path)


_SAMPLES = {"image": "photo", "audio": "voice", "document": "invoice", "sticker": "sticker"}


def _is_unread(script: Script, place: int) -> bool:
    """Whether a customer's line came after all of ours, in a chat that nobody has looked at since."""
    return not script.is_read and all(line.by == "customer" for line in script.lines[place:])


def _state(script: Script, place: int) -> str:
    """Return the ticks of a line on the customer's phone."""
    line = script.lines[place]
    if line.by != "customer":
        return line.status
    return "delivered" if _is_unread(script, place) else "read"


def _chat(business: Business, script: Script, now: datetime) -> dict[str, Any]:
    return {
        "phone_number_id": business.phone_number_id,
        "user_id": script.customer.user_id,
        "messages": [
            {
                "wamid": wamid(script.customer, place),
                "direction": "in" if line.by == "customer" else "out",
                "type": line.kind,
                "text": line.text or line.value.get("caption", ""),
                "content": line.value,
                "at": int((now - timedelta(minutes=line.minutes_ago)).timestamp()),
                "state": _state(script, place),
            }
            for place, line in enumerate(script.lines)
            if line.status not in ("failed", "unknown")
        ],
    }
