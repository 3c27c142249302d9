"""Telling the customer that we have read, or are writing."""

from __future__ import annotations

from core import jobs, outbox
from inbox.models import Conversation

READ = "whatsapp.read"
TYPING = "whatsapp.typing"
TYPING_SECONDS = 20.0  # after it nobody knows whether the person still writes


def lane_of(channel_id: int) -> str:
    return f"channel:{channel_id}"


def post_read(conversation: Conversation, *, wamid: str) -> None:
    """Show blue ticks for a message and those before it, soon after the commit."""
    outbox.post(
        READ,
        lane=lane_of(conversation.channel_id),
        key=f"conversation:{conversation.pk}",
        payload={"wamid": wamid},
    )
    jobs.ring_after_commit("inbox.send", channel_id=conversation.channel_id)


def post_typing(conversation: Conversation, *, wamid: str) -> None:
    """Show that we are writing an answer to a message, once and soon after the commit, or not at all."""
    outbox.post(
        TYPING,
        lane=lane_of(conversation.channel_id),
        key=f"conversation:{conversation.pk}",
        payload={"wamid": wamid},
    )
    jobs.ring_after_commit("inbox.send", channel_id=conversation.channel_id)
