"""What messages do: contacts, conversations and messages of a whole batch in a few statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from core import jsons, statements
from core.actors import contact_actor, system_actor
from core.events import record
from core.tenancy import current_organization_id
from inbox import contacts, quotes, wamids
from inbox.contacts import Known, Sighting
from inbox.events import MessageCreated, MessageReceived
from inbox.files import inbound
from inbox.files.inbound import Announced
from inbox.intake import threads
from inbox.intake.threads import Arrived, Thread
from inbox.merging import proposals
from inbox.settling import Reply
from inbox.sight import Sight
from integrations.whatsapp.payloads import Echo, InboundMessage

LATE_AFTER = timedelta(minutes=10)
_LONGEST_WAMID = 250

_INSERT = """
INSERT INTO inbox_message
    (organization_id, direction, status, origin, sent_at, conversation_id, channel_id, type, raw_type, text, content,
     forwarded, referral, wa_message_id, quoted_wa_message_id, is_late, occurred_at, error_detail, created_at)
SELECT %s, CASE WHEN i.is_ours THEN 'outbound' ELSE 'inbound' END, CASE WHEN i.is_ours THEN 'sent' END,
       CASE WHEN i.is_ours THEN 'phone' ELSE '' END, CASE WHEN i.is_ours THEN i.occurred_at END,
       i.conversation_id, i.channel_id, i.type, i.raw_type, i.text, i.content, i.forwarded, i.referral, i.wamid,
       i.quoted, i.is_late, i.occurred_at, '', now()
FROM ROWS FROM (json_to_recordset(%s::json)
        AS (is_ours boolean, conversation_id bigint, channel_id bigint, type text, raw_type text, text text,
            content jsonb, forwarded text, referral jsonb, wamid text, quoted text, is_late boolean,
            occurred_at timestamptz)) WITH ORDINALITY
    AS i (is_ours, conversation_id, channel_id, type, raw_type, text, content, forwarded, referral, wamid, quoted,
          is_late, occurred_at, place)
ORDER BY i.place
ON CONFLICT (channel_id, wa_message_id) DO NOTHING
RETURNING channel_id, wa_message_id, id
"""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A customer's message, and the channel that it came by.

    Attributes:
        delivery_id: of the body that it stood in.
        occurred_at: Meta's second, its place in the thread.
        is_late: it reached us long after it was written: nothing automatic answers it.
        is_ours: written to the customer in the phone app of the number.
    """

    message: InboundMessage
    channel_id: int
    delivery_id: int
    occurred_at: datetime
    stirred_at: datetime
    is_late: bool
    is_ours: bool = False

    @classmethod
    def of(
        cls, item: InboundMessage | Echo, *, channel_id: int, delivery_id: int, received_at: datetime
    ) -> Arrival:
        message = item.message if isinstance(item, Echo) else item
        is_late = received_at - message.sent_at > LATE_AFTER
        occurred_at = message.sent_at.replace(microsecond=0)
        return cls(
            message=message,
            is_ours=isinstance(item, Echo),
            channel_id=channel_id,
            delivery_id=delivery_id,
            occurred_at=occurred_at,
            # Meta gives whole seconds. The list needs to know which of two chats of one second was the later.
            stirred_at=occurred_at if is_late else max(occurred_at, received_at),
            is_late=is_late,
        )

    @property
    def key(self) -> tuple[int, str]:
        return self.channel_id, self.message.wamid

    @property
    def quoted_wamid(self) -> str | None:
        context = self.message.context
        # One that cannot be ours must not keep the reply from being shown.
        return context.wamid if context and context.wamid and len(context.wamid) <= _LONGEST_WAMID else None

    @property
    def forwarded(self) -> str:
        context = self.message.context
        if context is None or not context.forwarded:
            return ""
        return "frequently" if context.frequently_forwarded else "forwarded"


@dataclass(slots=True)
class Taken:
    """What came of a batch of messages, and what is left to be done.

    Attributes:
        added: wamids of those that were not known before, with their channels.
        ours: those of them that the business itself has written.
        replies: those of customers that quote a message which is not known.
    """

    added: list[wamids.Key] = field(default_factory=list)
    ours: list[wamids.Key] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)

    def extend(self, other: Taken) -> None:
        self.added += other.added
        self.ours += other.ours
        self.replies += other.replies


def take_in(arrivals: Sequence[Arrival]) -> Taken:
    """Put messages into their threads; one that is known already has no effect.

    Whoever writes with identities of several contacts writes in the thread of the one that decides, and a merge is
    proposed.
    """
    fresh = _fresh(arrivals)
    if not fresh:
        return Taken()
    known = contacts.resolve([Sighting(one.message.sender, is_news=not one.is_late) for one in fresh])
    locked = _lock_threads(fresh, known)
    ids = _insert(fresh, locked)
    added = [
        _Added(ids[one.key], one, contact, thread)
        for one, contact, thread in zip(fresh, known, locked, strict=True)
        if one.key in ids
    ]
    for one in added:
        message = one.arrival.message
        one.thread.arrived.append(
            Arrived(
                one.id,
                one.arrival.occurred_at,
                one.arrival.stirred_at,
                message.opens_window,
                one.arrival.is_late,
                one.arrival.is_ours,
            )
        )
    before = threads.advance({thread.id: thread for thread in locked}.values())
    inbound.note(
        Announced(one.id, one.arrival.channel_id, one.arrival.message.media)
        for one in added
        if one.arrival.message.media is not None
    )
    for one in added:
        _tell(one, before.pop(one.thread.id, None))
    proposals.propose(
        (one.known.contact.pk, other.pk, proposals.CLASH) for one in added for other in one.known.others
    )
    return Taken(
        added=[one.arrival.key for one in added],
        ours=[one.arrival.key for one in added if one.arrival.is_ours],
        replies=_join_quotes(added),
    )


@dataclass(frozen=True, slots=True)
class _Added:
    """A message that was not known before."""

    id: int
    arrival: Arrival
    known: Known
    thread: Thread


def _fresh(arrivals: Sequence[Arrival]) -> list[Arrival]:
    """Leave out copies, and what is known: a copy must not make a contact, nor open what was closed."""
    first: dict[wamids.Key, Arrival] = {}
    for one in arrivals:
        first.setdefault(one.key, one)
    known = wamids.known(first.keys())
    return [one for key, one in first.items() if key not in known]


def _lock_threads(fresh: Sequence[Arrival], known: Sequence[Known]) -> list[Thread]:
    pairs = [(one.contact.pk, arrival.channel_id) for one, arrival in zip(known, fresh, strict=True)]
    first_at: dict[tuple[int, int], datetime] = {}
    for pair, arrival in zip(pairs, fresh, strict=True):
        first_at[pair] = min(first_at.get(pair, arrival.occurred_at), arrival.occurred_at)
    locked = threads.lock(first_at)
    return [locked[pair] for pair in pairs]


def _insert(fresh: Sequence[Arrival], locked: Sequence[Thread]) -> dict[tuple[int, str], int]:
    """Add messages in their order, and return the ids of those that nobody has added meanwhile."""
    rows = [
        {
            "conversation_id": thread.id,
            "channel_id": one.channel_id,
            "type": one.message.type,
            "is_ours": one.is_ours,
            "forwarded": one.forwarded,
            "referral": asdict(one.message.referral) if one.message.referral else None,
            "raw_type": one.message.raw_type if one.message.raw_type != one.message.type else None,
            "text": one.message.text,
            "content": one.message.content,
            "wamid": one.message.wamid,
            "quoted": one.quoted_wamid,
            "is_late": one.is_late,
            "occurred_at": one.occurred_at,
        }
        for one, thread in zip(fresh, locked, strict=True)
    ]
    with statements.cursor() as cursor:
        cursor.execute(_INSERT, [current_organization_id(), jsons.recordset(rows)])
        return {(channel_id, wamid): pk for channel_id, wamid, pk in cursor.fetchall()}


def _tell(one: _Added, before: Sight | None) -> None:
    if one.arrival.is_ours:
        record(MessageCreated(one.thread.id, one.id, system_actor(current_organization_id()), before))
        return
    contact = one.known.contact
    actor = contact_actor(current_organization_id(), contact.pk, contact.name)
    record(MessageReceived(one.thread.id, one.id, actor, before))


def _join_quotes(added: Sequence[_Added]) -> list[Reply]:
    """Join replies with what they quote, both ways, and return those that quote what is not known."""
    quoting = {one.id: one for one in added if one.arrival.quoted_wamid}
    found = quotes.find_quoted(list(quoting))
    by_channel: dict[int, list[str]] = {}
    for one in added:
        by_channel.setdefault(one.arrival.channel_id, []).append(one.arrival.message.wamid)
    for channel_id, names in by_channel.items():
        quotes.find_replies(channel_id, names)
    return [
        Reply(pk, one.thread.id, one.arrival.channel_id, one.arrival.quoted_wamid or "")
        for pk, one in quoting.items()
        if pk not in found and not one.arrival.is_ours
    ]
