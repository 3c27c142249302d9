"""Signals: who writes and who looks, right now. They are told to colleagues, and writing to the customer too."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

from core import bells
from core.events import service
from inbox.models import Conversation, Direction, Message
from inbox.receipts import post_typing
from inbox.window import is_open

SignalKind = Literal["typing", "viewing", "left"]


def tell_colleagues(
    organization_id: int, kind: SignalKind, *, conversation_id: int, member_id: int, member_name: str
) -> None:
    """Tell the hubs of all processes, which pass it on to those who may see the conversation."""
    bells.signal(
        organization_id,
        f"{member_id}:{conversation_id}",
        {
            "signal": kind,
            "conversation": conversation_id,
            "member": {"id": member_id, "name": member_name},
        },
    )


def typing_seen(conversation_id: int) -> None:
    """Show the customer that we write, if they wait for an answer. The caller asks at most every 20 seconds.

    Meta shows it for 25 seconds, as an answer to the customer's last message.
    """
    with service():
        row = Conversation.objects.select_related("channel").filter(pk=conversation_id).first()
        if (
            row is None
            or not row.channel.is_active
            or not is_open(row.last_inbound_at, now=datetime.now(UTC))
        ):
            return
        inbound = Message.objects.filter(conversation_id=row.pk, direction=Direction.INBOUND)
        inbound = inbound.exclude(type="system")
        last = inbound.exclude(wa_message_id=None).order_by("-occurred_at", "-id").first()
        if last is not None and last.wa_message_id:
            post_typing(row, wamid=last.wa_message_id)
