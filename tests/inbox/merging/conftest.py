"""Laura, who writes from two numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from core.actors import member_actor
from inbox.models import Contact, Conversation, ConversationCounter, Message, Ticket
from tests.conftest import Cast
from tests.inbox.webhooks import NOW, body, said, take_in

HOME, WORK = "573005550101", "573005550102"


@dataclass
class People:
    """Two contacts of one person, each with a chat of the same number."""

    cast: Cast

    def write(self, text: str, phone: str, *, at: datetime = NOW, **given: Any) -> None:
        name = "Laura" if phone == HOME else "Laura (oficina)"
        told = body([said(text, sender=phone, name=name, at=at, **given)])
        take_in(self.cast.app, told, received_at=at + timedelta(seconds=2))

    @property
    def home(self) -> Contact:
        return Contact.objects.get(profile_name="Laura")

    @property
    def work(self) -> Contact:
        return Contact.objects.get(profile_name="Laura (oficina)")

    def chat(self, contact: Contact) -> Conversation:
        return Conversation.objects.get(contact=contact)

    def texts(self, conversation: Conversation) -> list[str]:
        rows = Message.objects.filter(conversation=conversation).order_by("occurred_at", "pk")
        return list(rows.values_list("text", flat=True))


def everything() -> dict[str, Any]:
    """All rows that a merge may touch, to be compared."""
    fields = (
        "pk",
        "contact_id",
        "status",
        "assignee_id",
        "ticket_id",
        "unread_count",
        "last_message_id",
        "last_activity_at",
        "last_inbound_at",
        "created_at",
    )
    names = (
        "pk",
        "name",
        "phone",
        "bsuid",
        "username",
        "first_name",
        "opted_out_at",
        "archived_at",
        "merged_into_id",
    )
    return {
        "conversations": list(Conversation.objects.order_by("pk").values_list(*fields)),
        "messages": list(Message.objects.order_by("pk").values_list("pk", "conversation_id", "text")),
        "tickets": list(
            Ticket.objects.order_by("pk").values_list("pk", "conversation_id", "number", "closed_at")
        ),
        "contacts": list(Contact.objects.order_by("pk").values_list(*names)),
        "identities": sorted(
            (one.contact_id, one.kind, one.value)
            for contact in Contact.objects.all()
            for one in contact.identities.all()
        ),
    }


def counted() -> bool:
    """Whether the counters say what counting would say."""
    rows = ConversationCounter.objects.filter(count__gt=0)
    kept = {(row.status, row.assignee_id): row.count for row in rows}
    return kept == dict(Counter((row.status, row.assignee_id or 0) for row in Conversation.objects.all()))


@pytest.fixture
def people(scope: Cast) -> People:
    found = People(scope)
    found.write("hola desde casa", HOME, bsuid="CO.11111")
    found.write("hola desde la oficina", WORK, at=NOW + timedelta(minutes=1), bsuid="CO.22222")
    found.write("otra desde casa", HOME, at=NOW + timedelta(minutes=2), bsuid="CO.11111")
    return found


def ana(cast: Cast) -> Any:
    return member_actor(cast.ana)
