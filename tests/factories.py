"""Rows for tests, made as the product makes them."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from django.contrib.auth.hashers import make_password

from core.events import service
from core.models import ApiKey, EventCounter, Membership, Organization, Role, User
from core.tenancy import tenant_scope
from inbox.access import sight_of
from inbox.counters import note_move
from inbox.models import Contact, ContactIdentity, Conversation, Message, Ticket
from integrations.models import Channel, MetaApp

if TYPE_CHECKING:
    from tests.conftest import Cast

APP_SECRET = "test_app_secret"
VERIFY_TOKEN = "test-verify-token"
ACCESS_TOKEN = "EAAB_TEST_TOKEN"


PASSWORD = "una-clave-larga-9"


@cache
def _password_hash() -> str:
    """Hashed once: argon2 is slow on purpose, and every test has the whole cast."""
    return make_password(PASSWORD)


def make_user(name: str, email: str | None = None) -> User:
    address = email or f"{name.split(' ')[0].lower()}@example.com"
    return User.objects.create(email=address, name=name, password=_password_hash())


def make_organization(name: str, slug: str, **fields: Any) -> Organization:
    organization = Organization.objects.create(name=name, slug=slug, **fields)
    EventCounter.objects.create(organization=organization)
    return organization


def make_channel(
    organization: Organization, *, key: str, phone_number_id: str, waba_id: str, phone: str
) -> tuple[MetaApp, Channel]:
    with tenant_scope(organization.pk):
        app = MetaApp(organization=organization, app_id=f"app-{key}", webhook_key=key)
        app.app_secret, app.verify_token = APP_SECRET, VERIFY_TOKEN
        app.save()
        channel = Channel(
            organization=organization,
            meta_app=app,
            name=organization.name,
            phone=phone,
            phone_number_id=phone_number_id,
            waba_id=waba_id,
        )
        channel.access_token = ACCESS_TOKEN
        channel.save()
    return app, channel


def make_cast() -> Cast:
    from tests.conftest import Cast

    aurora = make_organization("Tienda Aurora", "tienda-aurora")
    other = make_organization("Café Lejano", "cafe-lejano")

    def member(organization: Organization, name: str, role: Role) -> Membership:
        return Membership.objects.create(organization=organization, user=make_user(name), role=role)

    app, channel = make_channel(
        aurora,
        key="aurora-key",
        phone_number_id="417398204718336",
        waba_id="389201746529183",
        phone="+573005550190",
    )
    other_app, other_channel = make_channel(
        other,
        key="lejano-key",
        phone_number_id="900000000000001",
        waba_id="900000000000002",
        phone="+573005550999",
    )
    return Cast(
        organization=aurora,
        other=other,
        ana=member(aurora, "Ana Ríos", Role.OWNER),
        marta=member(aurora, "Marta Peña", Role.MANAGER),
        beto=member(aurora, "Beto Gómez", Role.AGENT),
        diana=member(aurora, "Diana Solís", Role.AGENT),
        carla=member(other, "Carla Nieto", Role.OWNER),
        app=app,
        channel=channel,
        other_app=other_app,
        other_channel=other_channel,
    )


def make_contact(
    organization: Organization, *, name: str = "Laura Restrepo", phone: str = "+573005550101"
) -> Contact:
    with tenant_scope(organization.pk):
        contact = Contact.objects.create(
            organization=organization,
            name=name,
            profile_name=name,
            phone=phone,
            search_text=f"{name.lower()} {phone[1:]}",
        )
        ContactIdentity.objects.create(
            organization=organization, contact=contact, kind="phone", value=phone[1:], provider_id=phone[1:]
        )
    return contact


def make_conversation(
    cast: Cast,
    *,
    contact: Contact | None = None,
    assignee: Membership | None = None,
    status: str | None = None,
    last_inbound_minutes_ago: int | None = 5,
) -> Conversation:
    """A conversation of the first organisation with one message of the customer, made as the intake makes it."""
    contact = contact or make_contact(cast.organization)
    now = datetime.now(UTC).replace(microsecond=0)
    wrote_at = None if last_inbound_minutes_ago is None else now - timedelta(minutes=last_inbound_minutes_ago)
    with tenant_scope(cast.organization.pk), service():
        row = Conversation.objects.create(
            organization=cast.organization,
            contact=contact,
            channel=cast.channel,
            status=status or ("open" if assignee else "unassigned"),
            assignee=assignee,
            last_activity_at=wrote_at or now,
            last_inbound_at=wrote_at,
        )
        note_move(None, sight_of(row))
        if row.status in ("open", "unassigned"):
            row.ticket = Ticket.objects.create(
                organization=cast.organization, conversation=row, number=1, opened_at=wrote_at or now
            )
        if wrote_at is not None:
            row.last_message = make_message(row, text="Hola, ¿tienen esta blusa en talla M?", at=wrote_at)
            row.unread_count = 1
        row.save()
    return row


def make_message(
    conversation: Conversation, *, text: str, at: datetime, direction: str = "inbound"
) -> Message:
    return Message.objects.create(
        organization_id=conversation.organization_id,
        conversation=conversation,
        channel_id=conversation.channel_id,
        direction=direction,
        text=text,
        wa_message_id=f"wamid.{uuid.uuid4().hex}",
        status=None if direction == "inbound" else "sent",
        occurred_at=at,
    )


def make_key(organization: Organization, name: str = "tienda web") -> str:
    """An API key; the answer is the whole secret."""
    key, secret = ApiKey.build(organization=organization, name=name)
    key.save()
    return secret
