"""Writing to a customer."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from core import jobs
from core.actors import Actor
from core.errors import NotFound, PermissionDenied
from core.events import record, service
from core.rows import ModelInsert, first_row
from inbox import access
from inbox.conversations import changing
from inbox.errors import AlreadyAssigned, ChannelInactive, NotRetryable, WindowClosed
from inbox.events import ConversationAssigned, MessageCreated, MessageStatusChanged
from inbox.files import outgoing
from inbox.models import (
    Attachment,
    AttemptState,
    Conversation,
    ConversationStatus,
    Direction,
    Message,
    MessageStatus,
    SendAttempt,
)
from inbox.sending.attempts import OPEN, open_attempt, opening
from inbox.sight import Sight, can_see
from inbox.window import is_open

# Written out, as every reply asks them.
_BEFORE_WRITING = """
SELECT is_active, (SELECT m.id FROM inbox_message m
                   WHERE m.organization_id = c.organization_id AND m.conversation_id = %s AND m.client_id = %s)
FROM integrations_channel c WHERE c.organization_id = %s AND c.id = %s
"""
# A reply with all that it brings, in one statement. The list shows what stands last in the thread: a customer's message
# of a later second stays there.
_WRITE = ModelInsert(
    Message,
    f""", attempt AS ({OPEN}),
shown AS (
    SELECT %s::bigint AS organization_id, %s::bigint AS id, %s::bigint AS assignee_id, %s AS status,
           %s::timestamptz AS at, %s::timestamptz AS occurred_at),
kept AS (
    UPDATE inbox_conversation c
    SET last_message_id = CASE WHEN l.occurred_at > shown.occurred_at THEN l.id ELSE new.id END,
        last_activity_at = CASE WHEN l.occurred_at > shown.occurred_at THEN c.last_activity_at
                                ELSE greatest(c.last_activity_at, shown.at) END,
        assignee_id = shown.assignee_id, status = shown.status, updated_at = shown.at
    FROM new, shown JOIN inbox_conversation was ON was.organization_id = shown.organization_id AND was.id = shown.id
    LEFT JOIN inbox_message l ON l.id = was.last_message_id
    WHERE c.organization_id = shown.organization_id AND c.id = shown.id)""",  # noqa: S608 - made of constants
)


def send_text(
    conversation: Conversation,
    *,
    text: str,
    by: Actor,
    reply_to: int | None = None,
    client_id: uuid.UUID | None = None,
) -> Message:
    """Write a text to the customer; it leaves soon after the commit. See `_send`."""
    return _send(conversation, kind="text", text=text, by=by, reply_to=reply_to, client_id=client_id)


def send_file(
    conversation: Conversation,
    *,
    attachment: Attachment,
    kind: str,
    caption: str = "",
    by: Actor,
    reply_to: int | None = None,
    client_id: uuid.UUID | None = None,
) -> Message:
    """Send a file to the customer, which Meta gets before the message leaves. See `_send`.

    Raises:
        KindMismatch, UnsupportedMedia, FileTooLarge: the file cannot be sent as this kind.
    """
    return _send(
        conversation,
        kind=kind,
        text=caption,
        by=by,
        reply_to=reply_to,
        client_id=client_id,
        attachment=attachment,
    )


def _send(
    conversation: Conversation,
    *,
    kind: str,
    text: str,
    by: Actor,
    reply_to: int | None,
    client_id: uuid.UUID | None,
    attachment: Attachment | None = None,
) -> Message:
    """Write a message to the customer.

    A member's reply takes a chat that nobody has. The same `client_id` again returns the message that it made.

    Args:
        reply_to: id of the quoted message of the same conversation.
        client_id: the composer's own id of the message.

    Raises:
        AlreadyAssigned: a colleague was quicker, and it is theirs now.
        WindowClosed: the customer last wrote more than 24 hours ago.
        NotFound: the quoted message is not one of this conversation, or the conversation has left the actor's sight.
        ChannelInactive: the number is not connected any more.
    """
    with changing(conversation) as (row, before):
        is_active, known = _before_writing(row, client_id)
        if known is not None:
            return Message.objects.get(pk=known)
        _check_may_write(row, by)
        now = datetime.now(UTC)
        _check_open(row, is_active=is_active)
        message = Message(
            organization_id=row.organization_id,
            conversation=row,
            channel_id=row.channel_id,
            direction=Direction.OUTBOUND,
            type=kind,
            text=text,
            status=MessageStatus.QUEUED,
            client_id=client_id,
            quoted_message=_quoted(row, reply_to),
            member_id=by.member_id,
            api_key_id=by.id if by.kind == "api" else None,
            # Whole seconds, as Meta's times are: equal seconds keep the order of our ids.
            occurred_at=now.replace(microsecond=0),
        )
        if by.member_id is not None and row.status == ConversationStatus.UNASSIGNED:
            _take(row, by, before)
        attempt = opening(message, number=1, callback_id=uuid.uuid4())
        shown = [row.organization_id, row.pk, row.assignee_id, row.status, now, message.occurred_at]
        _WRITE(message, *attempt, *shown)
        if attachment is not None:
            outgoing.attach(message, attachment)
        record(MessageCreated(row.pk, message.pk, by))
        jobs.ring_after_commit("inbox.send", channel_id=row.channel_id)
    return message


def resend(message: Message, *, by: Actor, send_unconfirmed: bool = False) -> Message:
    """Open another attempt for a message that failed.

    Args:
        send_unconfirmed: also when the outcome of the last attempt is not known, at the risk that the customer
            receives it twice. Only a person decides that.

    Raises:
        AlreadyAssigned, NotFound, ChannelInactive: as `send_text`.
        NotRetryable: it was taken, is still under way, or its outcome is unknown and the risk was not accepted.
        WindowClosed: the customer last wrote more than 24 hours ago.
    """
    with service():
        conversation = access.locked_conversation(message.conversation_id)
        _check_may_write(conversation, by)
        if not conversation.channel.is_active:
            raise ChannelInactive
        row = Message.objects.select_for_update(of=("self",), no_key=True).get(pk=message.pk)
        allowed = [MessageStatus.FAILED, *([MessageStatus.UNKNOWN] if send_unconfirmed else [])]
        if row.direction != Direction.OUTBOUND or row.status not in allowed:
            raise NotRetryable(status=row.status)
        now = datetime.now(UTC)
        if not is_open(conversation.last_inbound_at, now=now):
            raise WindowClosed(last_inbound_at=conversation.last_inbound_at)
        last = SendAttempt.objects.filter(message_id=row.pk).order_by("-number").first()
        if row.status == MessageStatus.FAILED:
            # Taken at first, and refused by a status: nobody may think later that it has arrived.
            SendAttempt.objects.filter(message_id=row.pk, state=AttemptState.ACCEPTED).update(
                state=AttemptState.REFUSED, error_code=row.error_code, error_detail=row.error_detail
            )
        row.status, row.error_code, row.error_detail, row.wa_message_id = MessageStatus.QUEUED, None, "", None
        row.save(update_fields=["status", "error_code", "error_detail", "wa_message_id"])
        open_attempt(row, number=last.number + 1 if last else 1, callback_id=uuid.uuid4())
        record(MessageStatusChanged(row.conversation_id, [row.pk], by))
        jobs.ring_after_commit("inbox.send", channel_id=row.channel_id)
    return row


def _check_may_write(row: Conversation, by: Actor) -> None:
    """Look again under the lock: what was theirs to see a moment ago may be a colleague's by now."""
    if by.sees_all or can_see(access.viewer(by), access.sight_of(row)):
        return
    if row.assignee is None:
        raise NotFound
    raise AlreadyAssigned(assignee=row.assignee.name)


def check_window(conversation: Conversation) -> None:
    """Refuse early what `send_file` would refuse after a file was fetched.

    Raises:
        ChannelInactive, WindowClosed: as there.
    """
    is_active, _ = _before_writing(conversation, None)
    _check_open(conversation, is_active=is_active)


def written_before(row: Conversation, client_id: uuid.UUID | None) -> Message | None:
    """Return the message that the composer has written under this id of its own, if it did."""
    _, known = _before_writing(row, client_id)
    return None if known is None else Message.objects.get(pk=known)


def _before_writing(row: Conversation, client_id: uuid.UUID | None) -> tuple[bool, int | None]:
    """Return whether the number is connected, and the id of the message that the composer has written before."""
    found = first_row(_BEFORE_WRITING, [row.pk, client_id, row.organization_id, row.channel_id])
    return (False, None) if found is None else (found[0], found[1])


def _check_open(row: Conversation, *, is_active: bool) -> None:
    if not is_active:
        raise ChannelInactive
    if not is_open(row.last_inbound_at, now=datetime.now(UTC)):
        raise WindowClosed(last_inbound_at=row.last_inbound_at)


def _quoted(row: Conversation, reply_to: int | None) -> Message | None:
    if reply_to is None:
        return None
    quoted = Message.objects.filter(conversation_id=row.pk, pk=reply_to).first()
    if quoted is None:
        raise NotFound
    return quoted


def _take(row: Conversation, by: Actor, before: Sight) -> None:
    if by.member_id not in access.working([by.member_id or 0]):
        raise PermissionDenied  # suspended since they asked
    row.assignee_id, row.status = by.member_id, ConversationStatus.OPEN
    record(ConversationAssigned(row.pk, by, before))
