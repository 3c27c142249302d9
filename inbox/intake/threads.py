"""The conversations that a batch of customers' messages belongs to: locked, moved and written in a few statements."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core import jsons, statements
from core.tenancy import current_organization_id
from inbox import access, ticketing
from inbox.counters import note_move
from inbox.sight import Sight

Pair = tuple[int, int]  # contact and channel


@dataclass(frozen=True, slots=True)
class Arrived:
    """A message that has just been added to a thread.

    Attributes:
        stirred_at: when it moves its chat up in the list.
        is_ours: written in the phone app: it asks for no answer, and opens nothing.
    """

    message_id: int
    occurred_at: datetime
    stirred_at: datetime
    opens_window: bool
    is_late: bool
    is_ours: bool = False


@dataclass(slots=True)
class Thread:
    """A locked conversation.

    Attributes:
        is_new: made by this transaction, so that nobody has seen or counted it.
    """

    id: int
    contact_id: int
    channel_id: int
    status: str
    assignee_id: int | None
    ticket_id: int | None
    unread_count: int
    last_message_id: int | None
    last_message_at: datetime | None
    last_activity_at: datetime
    last_inbound_at: datetime | None
    is_new: bool = False
    arrived: list[Arrived] = field(default_factory=list)

    @property
    def asking(self) -> list[Arrived]:
        """What the customer wrote."""
        return [one for one in self.arrived if not one.is_ours]

    @property
    def sight(self) -> Sight:
        return Sight(self.status, self.assignee_id)


_LOCK = """
SELECT c.id, c.contact_id, c.channel_id, c.status, c.assignee_id, c.ticket_id, c.unread_count,
       c.last_message_id, l.occurred_at, c.last_activity_at, c.last_inbound_at
FROM json_to_recordset(%s::json) AS wanted (contact_id bigint, channel_id bigint)
JOIN inbox_conversation c ON c.contact_id = wanted.contact_id AND c.channel_id = wanted.channel_id
LEFT JOIN inbox_message l ON l.id = c.last_message_id
WHERE c.organization_id = %s
ORDER BY c.id FOR NO KEY UPDATE OF c
"""

_MAKE = """
INSERT INTO inbox_conversation
    (organization_id, contact_id, channel_id, status, unread_count, last_activity_at, created_at, updated_at)
SELECT %s, wanted.contact_id, wanted.channel_id, 'none', 0, wanted.first_at, now(), now()
FROM json_to_recordset(%s::json)
    AS wanted (contact_id bigint, channel_id bigint, first_at timestamptz)
ORDER BY wanted.contact_id, wanted.channel_id
ON CONFLICT (contact_id, channel_id) DO NOTHING
RETURNING id
"""

_EPISODES = """
SELECT conversation_id, max(number), max(closed_at) FROM inbox_ticket
WHERE conversation_id = ANY(%s) GROUP BY conversation_id
"""

_OPEN_TICKETS = """
INSERT INTO inbox_ticket (organization_id, conversation_id, number, opened_at)
SELECT %s, *, now() FROM json_to_recordset(%s::json) AS i (conversation_id bigint, number int)
RETURNING conversation_id, id
"""

_WRITE = """
UPDATE inbox_conversation c
SET status = n.status, assignee_id = n.assignee_id, ticket_id = n.ticket_id, unread_count = n.unread_count,
    last_message_id = n.last_message_id, last_activity_at = n.last_activity_at,
    last_inbound_at = n.last_inbound_at, updated_at = now()
FROM json_to_recordset(%s::json)
    AS n (id bigint, status text, assignee_id bigint, ticket_id bigint, unread_count int, last_message_id bigint,
          last_activity_at timestamptz, last_inbound_at timestamptz)
WHERE c.id = n.id
"""

_WRITTEN = (
    "id",
    "status",
    "assignee_id",
    "ticket_id",
    "unread_count",
    "last_message_id",
    "last_activity_at",
    "last_inbound_at",
)


def lock(first_at: Mapping[Pair, datetime]) -> dict[Pair, Thread]:
    """Return the locked conversations of contacts and channels, made where there was none yet.

    Args:
        first_at: Meta's time of the first message of each, where a new conversation begins.
    """
    threads = _locked(first_at)
    missing = first_at.keys() - threads.keys()
    if missing:
        made = _make({pair: first_at[pair] for pair in missing})
        threads |= _locked(missing, made=made)
    return threads


def advance(threads: Iterable[Thread]) -> dict[int, Sight]:
    """Let the arrived messages move their conversations, and write these.

    Returns:
        How each conversation stood before, by id, for those that have moved out of somebody's sight.
    """
    touched = sorted((thread for thread in threads if thread.arrived), key=lambda thread: thread.id)
    before = {thread.id: thread.sight for thread in touched}
    for thread in touched:
        _show(thread)
    _open_episodes(touched)
    _write(touched)
    for thread in touched:
        note_move(None if thread.is_new else before[thread.id], thread.sight)
    return {
        thread.id: before[thread.id]
        for thread in touched
        if not thread.is_new and before[thread.id] != thread.sight
    }


def _show(thread: Thread) -> None:
    """Let the newest message be the last one, and the newest of those that open the window open it."""
    thread.unread_count += len(thread.asking)
    newest = max(thread.arrived, key=lambda one: (one.occurred_at, one.message_id))
    # Ids grow, so that in an equal second the new one stands below. A reaction may have come after the last message.
    if thread.last_message_at is None or thread.last_message_at <= newest.occurred_at:
        thread.last_message_id = newest.message_id
    thread.last_activity_at = max(thread.last_activity_at, *(one.stirred_at for one in thread.arrived))
    opening = [one.occurred_at for one in thread.asking if one.opens_window]
    if thread.last_inbound_at is not None:
        opening.append(thread.last_inbound_at)
    thread.last_inbound_at = max(opening, default=None)


def _open_episodes(threads: Sequence[Thread]) -> None:
    """Open a ticket for each conversation that had none open.

    A customer who writes again gets the agent who had the chat last, if that one still works here; else the chat is
    unassigned (TICK-07; the setting that decides otherwise, TICK-06, comes with the rules of assignment). A message
    that is older than the closing and came late is no reason to open again: it belongs to what was closed.
    """
    idle = [thread for thread in threads if thread.status in ("none", "closed") and thread.asking]
    if not idle:
        return
    is_managed = ticketing.is_managed()
    episodes = _episodes([thread.id for thread in idle if not thread.is_new])
    assignees = {thread.assignee_id for thread in idle if thread.assignee_id is not None}
    working = access.working(assignees) if assignees else set()
    numbers: dict[int, int] = {}
    for thread in idle:
        last, closed_at = episodes.get(thread.id, (0, None))
        if closed_at is not None and all(
            one.is_late and one.occurred_at < closed_at for one in thread.asking
        ):
            continue
        numbers[thread.id] = last + 1
        if thread.assignee_id not in working:
            thread.assignee_id = None
        thread.status = ticketing.status_of(thread.assignee_id, is_managed=is_managed)
    tickets = _open_tickets(numbers)
    for thread in idle:
        thread.ticket_id = tickets.get(thread.id, thread.ticket_id)


def _locked(pairs: Iterable[Pair], *, made: Collection[int] = ()) -> dict[Pair, Thread]:
    wanted = [{"contact_id": contact_id, "channel_id": channel_id} for contact_id, channel_id in pairs]
    with statements.cursor() as cursor:
        cursor.execute(_LOCK, [jsons.recordset(wanted), current_organization_id()])
        threads = [Thread(*row) for row in cursor.fetchall()]
    for thread in threads:
        thread.is_new = thread.id in made
    return {(thread.contact_id, thread.channel_id): thread for thread in threads}


def _make(first_at: Mapping[Pair, datetime]) -> set[int]:
    rows = [
        {"contact_id": contact_id, "channel_id": channel_id, "first_at": at}
        for (contact_id, channel_id), at in first_at.items()
    ]
    with statements.cursor() as cursor:
        cursor.execute(_MAKE, [current_organization_id(), jsons.recordset(rows)])
        return {pk for (pk,) in cursor.fetchall()}


def _episodes(ids: list[int]) -> dict[int, tuple[int, datetime | None]]:
    if not ids:
        return {}
    with statements.cursor() as cursor:
        cursor.execute(_EPISODES, [ids])
        return {pk: (number, closed_at) for pk, number, closed_at in cursor.fetchall()}


def _open_tickets(numbers: Mapping[int, int]) -> dict[int, int]:
    if not numbers:
        return {}
    rows = [{"conversation_id": pk, "number": number} for pk, number in numbers.items()]
    with statements.cursor() as cursor:
        cursor.execute(_OPEN_TICKETS, [current_organization_id(), jsons.recordset(rows)])
        return dict(cursor.fetchall())


def _write(threads: Sequence[Thread]) -> None:
    rows = [{name: getattr(thread, name) for name in _WRITTEN} for thread in threads]
    with statements.cursor() as cursor:
        cursor.execute(_WRITE, [jsons.recordset(rows)])
