"""Messages of ours as the sender leaves them, and what is told of them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta

from inbox.models import Conversation, Direction, Message, SendAttempt
from tests.conftest import Cast
from tests.inbox.webhooks import NOW, Json, body, events, new_wamid, take_in


def make_sent(
    row: Conversation, *, state: str = "accepted", wamid: str | None = None, number: int = 1
) -> SendAttempt:
    """A message of ours with one attempt, as the sender leaves them."""
    known = (wamid or new_wamid()) if state == "accepted" else None
    message = Message.objects.create(
        organization_id=row.organization_id,
        conversation=row,
        channel_id=row.channel_id,
        direction=Direction.OUTBOUND,
        text="Sí, tenemos",
        status={"claimed": "queued"}.get(state, state),
        wa_message_id=known,
        occurred_at=NOW - timedelta(minutes=1),
    )
    return make_attempt(message, state=state, wamid=known, number=number)


def make_attempt(message: Message, *, state: str, wamid: str | None = None, number: int = 1) -> SendAttempt:
    return SendAttempt.objects.create(
        organization_id=message.organization_id,
        message=message,
        conversation_id=message.conversation_id,
        channel_id=message.channel_id,
        number=number,
        state=state,
        callback_id=uuid.uuid4(),
        wa_message_id=wamid,
        due_at=NOW,
    )


def told(cast: Cast, *bodies: Sequence[Json]) -> None:
    take_in(cast.app, *(body(statuses=one) for one in bodies))


def changes(cast: Cast) -> list[Json]:
    found = [event for event in events(cast.organization) if event["type"] == "message.status_changed"]
    return [event["data"] for event in found]
