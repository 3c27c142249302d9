"""Two conversations of one number that become one, and come apart again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import F

from core.actors import Actor
from core.events import record
from inbox import access, ticketing
from inbox.access import sight_of
from inbox.counters import note_move
from inbox.events import ConversationRebuilt, ConversationRemoved
from inbox.models import (
    AttemptState,
    Conversation,
    ConversationStatus,
    Direction,
    Message,
    SendAttempt,
    Ticket,
)

State = dict[str, Any]

# Which of two decides who has the joined chat: somebody works on it, it waits, it is done, it never began.
_RANKS = {
    ConversationStatus.OPEN: 3,
    ConversationStatus.UNASSIGNED: 2,
    ConversationStatus.CLOSED: 1,
    ConversationStatus.NONE: 0,
}
_STATE = ("status", "assignee_id", "ticket_id", "unread_count", "last_message_id")
_TIMES = ("last_activity_at", "last_inbound_at", "created_at")
# What a sender may hold. Whoever sends anew changes the others, with the conversation locked.
_UNDER_WAY = (AttemptState.PENDING, AttemptState.CLAIMED, AttemptState.SENDING, AttemptState.UNKNOWN)
_MUCH = 1_000_000  # beyond every number of a ticket

# A quotation never shows the words of another customer's chat.
_UNQUOTE = """
UPDATE inbox_message reply SET quoted_message_id = NULL FROM inbox_message q
WHERE reply.conversation_id = ANY(%s) AND q.id = reply.quoted_message_id AND q.conversation_id <> reply.conversation_id
"""

_RENUMBER = """
UPDATE inbox_ticket t SET number = n.number
FROM (
    SELECT id, row_number() OVER (ORDER BY closed_at IS NULL, opened_at, id) AS number
    FROM inbox_ticket WHERE conversation_id = %s
) n
WHERE t.id = n.id
"""


@dataclass(frozen=True, slots=True)
class Joined:
    """What joining has moved, so that it can be taken apart.

    Attributes:
        gone: the conversation that is no more, as it was.
        before, after: the other one, as it was and as it became.
        messages, tickets: ids of those that belonged to the one that is no more.
        newest: the largest id that a message of either had; what has come since has larger ones.
        closed_ticket: the ticket that was closed because there is room for one only.
    """

    gone: State
    before: State
    after: State
    messages: list[int]
    tickets: list[int]
    newest: int
    closed_ticket: int | None

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


def hold_sends(contact_ids: Iterable[int]) -> None:
    """Wait for the senders of what is under way to these contacts. Call it before their conversations are locked.

    Senders lock an attempt first, then its message and, for another attempt, the key of its conversation.
    """
    rows = SendAttempt.objects.select_for_update(of=("self",), no_key=True).filter(
        conversation__contact_id__in=list(contact_ids), state__in=_UNDER_WAY
    )
    list(rows.order_by("message_id", "pk").values_list("pk", flat=True))


def join(into: Conversation, gone: Conversation, *, by: Actor) -> Joined:
    """Let a conversation become part of another one of the same number; both are locked, within `service()`."""
    before, after_gone = sight_of(into), sight_of(gone)
    was, other = state_of(into), state_of(gone)
    lead, yielding = (gone, into) if _RANKS[_status(gone)] > _RANKS[_status(into)] else (into, gone)
    messages = list(
        Message.objects.filter(conversation_id=gone.pk).order_by("pk").values_list("pk", flat=True)
    )
    tickets = list(Ticket.objects.filter(conversation_id=gone.pk).order_by("pk").values_list("pk", flat=True))
    both = Message.objects.filter(conversation_id__in=(into.pk, gone.pk))
    newest = both.order_by("-pk").values_list("pk", flat=True).first() or 0
    closed = _make_room(yielding.ticket_id if lead.ticket_id is not None else None, by=by)
    _move_tickets(tickets, to=into)
    _renumber(into.pk)
    SendAttempt.objects.filter(conversation_id=gone.pk).update(conversation_id=into.pk)
    Message.objects.filter(conversation_id=gone.pk).update(conversation_id=into.pk)
    into.status, into.assignee_id, into.ticket_id = lead.status, lead.assignee_id, lead.ticket_id
    into.unread_count += gone.unread_count
    into.last_activity_at = max(into.last_activity_at, gone.last_activity_at)
    into.last_inbound_at = max(filter(None, (into.last_inbound_at, gone.last_inbound_at)), default=None)
    into.last_message_id = _newest(into.pk)
    into.save()
    Conversation.objects.filter(pk=gone.pk).delete()
    note_move(after_gone, None)
    note_move(before, sight_of(into))
    record(ConversationRemoved(gone.pk, into.pk, after_gone, by))
    record(ConversationRebuilt(into.pk, by, before))
    return Joined(other, was, state_of(into), messages, tickets, newest, closed)


def part(into: Conversation, joined: dict[str, Any], *, contact_id: int, by: Actor) -> None:
    """Take a conversation out of another one again, with all that it had when they were joined.

    What has come since stays where it is: by whom it was meant, nobody can say any more.
    """
    before = sight_of(into)
    gone, was = joined["gone"], joined["before"]
    again = _again(gone, into, contact_id)
    mine = Message.objects.filter(pk__in=joined["messages"], conversation_id=into.pk)
    SendAttempt.objects.filter(message_id__in=mine.values("pk")).update(conversation_id=again.pk)
    mine.update(conversation_id=again.pk)
    _move_tickets(joined["tickets"], to=again)
    _give_room_back(joined, into, again)
    for row in (into, again):
        _renumber(row.pk)
    with connection.cursor() as cursor:
        cursor.execute(_UNQUOTE, [[into.pk, again.pk]])
    _settle(again, gone)
    if into.ticket_id in joined["tickets"] or into.ticket_id is None:
        if into.ticket_id is not None:
            _open_for_what_came(into, joined)
        _settle(into, was)
    if into.last_inbound_at == _time(joined["after"]["last_inbound_at"]):
        into.last_inbound_at = _time(was["last_inbound_at"])
    again.unread_count = min(int(gone["unread_count"]), into.unread_count)
    into.unread_count -= again.unread_count
    for row, state in ((into, was), (again, gone)):
        row.last_message_id = _newest(row.pk)
        row.last_activity_at = _last_activity(row, state)
        row.save()
    note_move(before, sight_of(into))
    note_move(None, sight_of(again))
    record(ConversationRebuilt(into.pk, by, before))
    record(ConversationRebuilt(again.pk, by))


def give(row: Conversation, contact_id: int, *, by: Actor) -> None:
    """Give a whole conversation to another contact."""
    row.contact_id = contact_id
    row.save(update_fields=["contact", "updated_at"])
    record(ConversationRebuilt(row.pk, by))


def state_of(row: Conversation) -> State:
    """Return what of a conversation has to be known to make it again."""
    kept: State = {"id": row.pk, "channel_id": row.channel_id}
    kept |= {name: getattr(row, name) for name in _STATE}
    return kept | {name: _text(getattr(row, name)) for name in _TIMES}


def _again(gone: State, into: Conversation, contact_id: int) -> Conversation:
    """Make a conversation again, under its old id, as links to it may be anywhere."""
    row = Conversation(
        pk=gone["id"],
        organization_id=into.organization_id,
        contact_id=contact_id,
        channel_id=gone["channel_id"],
        status=ConversationStatus.NONE,
        last_activity_at=_moment(gone["last_activity_at"]),
        last_inbound_at=_time(gone["last_inbound_at"]),
    )
    row.save(force_insert=True)
    row.created_at = _moment(gone["created_at"])
    return row


def _settle(row: Conversation, state: State) -> None:
    """Let a conversation stand as it stood, as far as that is still possible."""
    is_open = state["status"] in (ConversationStatus.OPEN, ConversationStatus.UNASSIGNED)
    ticket = Ticket.objects.filter(conversation_id=row.pk, closed_at__isnull=True).first()
    row.assignee_id, row.ticket_id = _active(state["assignee_id"]), None
    if ticket is not None:
        row.ticket_id = ticket.pk
        row.status = ticketing.status_of(row.assignee_id, is_managed=ticketing.is_managed())
    else:
        # Its ticket was closed in the meantime.
        row.status = ConversationStatus.CLOSED if is_open else ConversationStatus(state["status"])


def _open_for_what_came(into: Conversation, joined: dict[str, Any]) -> None:
    """Open an episode for what the customer has written since, where the ticket that it came into goes away."""
    came = Message.objects.filter(
        conversation_id=into.pk, direction=Direction.INBOUND, pk__gt=joined["newest"]
    ).exclude(type="system")
    first_at = came.order_by("pk").values_list("created_at", flat=True).first()
    tickets = Ticket.objects.filter(conversation_id=into.pk)
    if first_at is None or tickets.filter(closed_at__isnull=True).exists():
        return
    tickets.create(
        organization_id=into.organization_id,
        conversation_id=into.pk,
        number=tickets.count() + 1,
        opened_at=first_at,
    )


def _active(member_id: int | None) -> int | None:
    if member_id is None:
        return None
    return member_id if access.working([member_id]) else None


def _make_room(ticket_id: int | None, *, by: Actor) -> int | None:
    """Close a ticket, as a conversation has one open at most."""
    if ticket_id is not None:
        rows = Ticket.objects.filter(pk=ticket_id, closed_at__isnull=True)
        rows.update(closed_at=datetime.now(UTC), closed_by_id=by.member_id)
    return ticket_id


def _give_room_back(joined: dict[str, Any], into: Conversation, again: Conversation) -> None:
    """Open the ticket again that was closed for want of room, where there is room now."""
    closed = Ticket.objects.filter(pk=joined["closed_ticket"]).first() if joined["closed_ticket"] else None
    if closed is None:
        return
    home = again.pk if closed.pk in joined["tickets"] else into.pk
    if not Ticket.objects.filter(conversation_id=home, closed_at__isnull=True).exists():
        Ticket.objects.filter(pk=closed.pk).update(closed_at=None, closed_by=None)


def _move_tickets(ids: Iterable[int], *, to: Conversation) -> None:
    """Move tickets out of the way of the numbers that are there."""
    rows = Ticket.objects.filter(pk__in=list(ids))
    rows.update(conversation_id=to.pk, number=F("number") + 2 * _MUCH)


def _renumber(conversation_id: int) -> None:
    """Number the episodes of a conversation by their beginning, the open one last."""
    # Out of the way first: a number is never given twice, not even within one statement.
    Ticket.objects.filter(conversation_id=conversation_id).update(number=F("number") + _MUCH)
    with connection.cursor() as cursor:
        cursor.execute(_RENUMBER, [conversation_id])


def _newest(conversation_id: int) -> int | None:
    rows = Message.objects.filter(conversation_id=conversation_id).exclude(type="system")
    return rows.order_by("-occurred_at", "-pk").values_list("pk", flat=True).first()


def _last_activity(row: Conversation, state: State) -> datetime:
    then = _moment(state["last_activity_at"])
    if row.last_message_id is None:
        return then
    return max(then, Message.objects.values_list("occurred_at", flat=True).get(pk=row.last_message_id))


def _status(row: Conversation) -> ConversationStatus:
    return ConversationStatus(row.status)


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
