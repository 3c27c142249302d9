"""Our reaction to a message: one for each message, whoever of us it was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from core import jobs, outbox
from core.actors import Actor, system_actor
from core.errors import NotFound
from core.events import service
from inbox import access, news
from inbox.errors import ChannelInactive, NotReactable, WindowClosed
from inbox.models import Message, Reaction, ReactionSide
from inbox.receipts import lane_of
from inbox.sending.recipients import recipients_of
from inbox.sight import can_see
from inbox.window import is_open
from integrations.whatsapp.messages import reaction_body

REACTION = "whatsapp.reaction"
OLDEST = timedelta(days=30)  # WhatsApp takes no reaction to what is older


@dataclass(frozen=True, slots=True)
class Leaf:
    """A reaction as it leaves: the present one, which a later change replaces."""

    emoji: str
    body: dict[str, Any]


def react(message: Message, *, emoji: str, by: Actor) -> Message:
    """Show the customer our reaction, soon after the commit; it replaces the one before.

    Args:
        emoji: empty to take it back.

    Raises:
        NotFound: the chat is not theirs to see any more.
        NotReactable: the message is deleted, is no message of WhatsApp's, or is older than 30 days.
        WindowClosed: the customer last wrote more than 24 hours ago.
        ChannelInactive: the number is not connected any more.
    """
    with service():
        conversation = access.locked_conversation(message.conversation_id)
        if not (by.sees_all or can_see(access.viewer(by), access.sight_of(conversation))):
            raise NotFound  # a colleague's by now
        row = Message.objects.select_for_update(of=("self",), no_key=True).get(pk=message.pk)
        now = datetime.now(UTC).replace(microsecond=0)
        held = Reaction.objects.filter(message_id=row.pk, side=ReactionSide.US).first()
        if emoji == (held.emoji if held else ""):
            return row
        if row.deleted_at is not None or not row.wa_message_id or row.type == "system":
            raise NotReactable
        if now - row.occurred_at > OLDEST:
            raise NotReactable(oldest_days=OLDEST.days)
        if not conversation.channel.is_active:
            raise ChannelInactive
        if not is_open(conversation.last_inbound_at, now=now):
            raise WindowClosed(last_inbound_at=conversation.last_inbound_at)
        _write(row, held, emoji=emoji, member_id=by.member_id, at=now)
        outbox.post(
            REACTION, lane=lane_of(row.channel_id), key=f"message:{row.pk}", payload={"message": row.pk}
        )
        news.note_message(row.conversation_id, row.pk, by)
        jobs.ring_after_commit("inbox.send", channel_id=row.channel_id)
    return row


def leaf(message_id: int) -> Leaf | None:
    """Return our present reaction to a message as it is sent, None when there is nothing to send any more."""
    held = (
        Reaction.objects.filter(message_id=message_id, side=ReactionSide.US)
        .select_related("message__conversation")
        .first()
    )
    if held is None or not held.message.wa_message_id or held.message.deleted_at is not None:
        return None
    contact_id = held.message.conversation.contact_id
    recipient = recipients_of({contact_id}).get(contact_id)
    if recipient is None:
        return None
    return Leaf(held.emoji, reaction_body(recipient, held.message.wa_message_id, held.emoji))


def take_off(message_id: int, *, emoji: str | None = None) -> None:
    """Show our reaction no more, as the customer will never see it.

    Args:
        emoji: only if it is still this one.
    """
    with service():
        held = (
            Reaction.objects.select_for_update(of=("self",))
            .select_related("message")
            .filter(message_id=message_id, side=ReactionSide.US)
            .exclude(emoji="")
            .first()
        )
        if held is None or emoji not in (None, held.emoji):
            return
        Reaction.objects.filter(pk=held.pk).update(emoji="", member=None)
        news.note_message(held.message.conversation_id, message_id, system_actor(held.organization_id))


def _write(row: Message, held: Reaction | None, *, emoji: str, member_id: int | None, at: datetime) -> None:
    if held is None:
        Reaction.objects.create(
            organization_id=row.organization_id,
            message=row,
            side=ReactionSide.US,
            emoji=emoji,
            member_id=member_id,
            at=at,
        )
        return
    held.emoji, held.member_id = emoji, member_id if emoji else None
    # The phone app's clock is Meta's, and may be ahead of ours.
    held.at = max(at, held.at)
    held.save(update_fields=["emoji", "member", "at"])
