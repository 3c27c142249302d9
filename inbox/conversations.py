"""Changing a conversation: take, assign, hand back, close, reopen, read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from core.actors import Actor
from core.errors import NotFound, PermissionDenied
from core.events import record, service
from core.models import Membership
from inbox import access, receipts, ticketing
from inbox.counters import note_move
from inbox.errors import AlreadyAssigned, NotAMember
from inbox.events import ConversationAssigned, ConversationClosed, ConversationRead, ConversationReopened
from inbox.models import Conversation, ConversationStatus, Direction, Message, Ticket
from inbox.paging import beyond
from inbox.sight import Sight


@contextmanager
def changing(conversation: Conversation) -> Iterator[tuple[Conversation, Sight]]:
    """Lock a conversation for a change, and keep the counters right.

    Yields the conversation as it is now, and how it stood.
    """
    with service():
        locked = access.locked_conversation(conversation.pk)
        before = access.sight_of(locked)
        yield locked, before
        note_move(before, access.sight_of(locked))


@contextmanager
def _standing(
    conversation: Conversation, *, asks_for_tickets: bool = True
) -> Iterator[tuple[Conversation, Sight, bool]]:
    """As `changing`; yields also whether tickets are managed, which decides how a chat stands that nobody has."""
    with service():
        is_managed = ticketing.hold() if asks_for_tickets else True
        with changing(conversation) as (row, before):
            yield row, before, is_managed


def assign(conversation: Conversation, *, to: Membership | None, by: Actor) -> Conversation:
    """Give the conversation to a member, or back to the unassigned queue when `to` is None.

    Without ticket management there is no queue: a chat that nobody has is open.
    An agent takes an unassigned one for themselves and hands back their own; managers assign to anyone.

    Raises:
        NotAMember: `to` is not an active member of the conversation's organisation.
        AlreadyAssigned: a colleague was quicker.
        PermissionDenied: an agent may not assign others, nor move what is not theirs.
    """
    with _standing(conversation, asks_for_tickets=to is None) as (row, before, is_managed):
        if to is not None and to.pk not in access.working([to.pk]):
            raise NotAMember(member=to.pk)
        if not by.may_assign_others:
            _check_agent_may_move(row, to=to, by=by)
        if row.assignee_id == (to.pk if to else None):
            return row
        row.assignee = to
        if row.status in (ConversationStatus.OPEN, ConversationStatus.UNASSIGNED):
            row.status = ticketing.status_of(row.assignee_id, is_managed=is_managed)
        row.save(update_fields=["assignee", "status", "updated_at"])
        record(ConversationAssigned(row.pk, by, before))
    return row


def close(conversation: Conversation, *, by: Actor) -> Conversation:
    """Finish the present episode. Closing a closed one changes nothing.

    Raises:
        PermissionDenied: an agent closes their own only, with ticket management.
    """
    with changing(conversation) as (row, before):
        _check_may_finish(row, by=by)
        if row.status == ConversationStatus.CLOSED:
            return row
        if row.ticket_id is not None:
            Ticket.objects.filter(pk=row.ticket_id).update(closed_at=_now(), closed_by_id=by.member_id)
        row.status, row.ticket, row.unread_count = ConversationStatus.CLOSED, None, 0
        row.save(update_fields=["status", "ticket", "unread_count", "updated_at"])
        record(ConversationClosed(row.pk, by, before))
    return row


def reopen(conversation: Conversation, *, by: Actor) -> Conversation:
    """Go on with the last episode of a closed conversation. Reopening an open one changes nothing.

    Raises:
        PermissionDenied: an agent reopens their own only, with ticket management.
    """
    with _standing(conversation) as (row, before, is_managed):
        _check_may_finish(row, by=by)
        if row.status != ConversationStatus.CLOSED:
            return row
        ticket = Ticket.objects.filter(conversation_id=row.pk).order_by("-number").first()
        if ticket is None:
            ticket = Ticket(organization_id=row.organization_id, conversation=row, number=1, opened_at=_now())
        ticket.closed_at = ticket.closed_by = None
        ticket.save()
        if row.assignee_id is not None and not access.working([row.assignee_id]):
            row.assignee = None
        row.ticket = ticket
        row.status = ticketing.status_of(row.assignee_id, is_managed=is_managed)
        row.save(update_fields=["status", "ticket", "assignee", "updated_at"])
        record(ConversationReopened(row.pk, by, before))
    return row


def mark_read(conversation: Conversation, *, through_message_id: int, by: Actor) -> Conversation:
    """Clear the unread counter up to a message, and show the customer blue ticks.

    Only for the one in charge, or anyone while nobody is: a manager who looks changes nothing. Without ticket
    management everyone is in charge of every chat.

    Raises:
        NotFound: the message is not one of this conversation.
    """
    with service():
        row = access.locked_conversation(conversation.pk)
        if row.assignee_id not in (None, by.member_id) and ticketing.is_managed():
            return row
        inbound = Message.objects.filter(conversation_id=row.pk, direction=Direction.INBOUND)
        inbound = inbound.exclude(type="system")  # a line of ours in the thread, which nobody wrote
        through = Message.objects.filter(conversation_id=row.pk, pk=through_message_id).first()
        if through is None:
            raise NotFound
        place = (through.occurred_at, through.pk)
        newer = inbound.filter(beyond(("occurred_at", "id"), place, forwards=True))
        unread = min(row.unread_count, newer.count())
        if unread == row.unread_count:
            return row
        row.unread_count = unread
        row.save(update_fields=["unread_count", "updated_at"])
        seen = inbound.filter(occurred_at__lte=through.occurred_at).order_by("-occurred_at", "-id").first()
        if seen is not None and seen.wa_message_id:
            receipts.post_read(row, wamid=seen.wa_message_id)
        record(ConversationRead(row.pk, by))
    return row


def _check_agent_may_move(row: Conversation, *, to: Membership | None, by: Actor) -> None:
    if to is None:
        # A closed chat that nobody has would be out of every agent's sight.
        if row.assignee_id != by.member_id or row.status == ConversationStatus.CLOSED:
            raise PermissionDenied
        return
    if to.pk != by.member_id:
        raise PermissionDenied
    if row.assignee_id not in (None, by.member_id):
        raise AlreadyAssigned(assignee=_name(row.assignee))


def _check_may_finish(row: Conversation, *, by: Actor) -> None:
    if not by.sees_all and row.assignee_id != by.member_id and ticketing.is_managed():
        raise PermissionDenied


def _name(member: Membership | None) -> str:
    return member.name if member else ""


def _now() -> datetime:
    return datetime.now(UTC)
