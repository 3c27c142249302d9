"""Changes, the messages that they are about, and those whose message is not known yet."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from core import jsons, statements
from core.actors import Actor, contact_actor, system_actor
from core.tenancy import current_organization_id
from inbox import wamids
from inbox.models import ChangeKind, Direction, ReactionSide
from inbox.wamids import Key
from integrations.whatsapp.payloads import Change as Said
from integrations.whatsapp.payloads import Edit, Reaction

# A message of ours may be meant by the wamid of an earlier attempt, and an edited one by that of its last edit.
_FIND = """
SELECT i.channel_id, i.wamid, m.id, m.conversation_id, m.direction, m.created_at, c.contact_id, p.name
FROM json_to_recordset(%s::json) AS i (channel_id bigint, wamid text)
CROSS JOIN LATERAL (
    SELECT id FROM inbox_message WHERE channel_id = i.channel_id AND wa_message_id = i.wamid
    UNION ALL
    SELECT message_id FROM inbox_sendattempt WHERE channel_id = i.channel_id AND wa_message_id = i.wamid
    UNION ALL
    SELECT e.message_id FROM inbox_messageedit e JOIN inbox_message o ON o.id = e.message_id
    WHERE e.wa_message_id = i.wamid AND o.channel_id = i.channel_id
    LIMIT 1) found
JOIN inbox_message m ON m.id = found.id
JOIN inbox_conversation c ON c.id = m.conversation_id
JOIN inbox_contact p ON p.id = c.contact_id
WHERE m.organization_id = %s
"""

_PARK = """
INSERT INTO inbox_parkedchange
    (organization_id, channel_id, kind, wa_message_id, own_wa_message_id, at, data, created_at)
SELECT %s, *, now() FROM json_to_recordset(%s::json)
    AS i (channel_id bigint, kind text, target text, own text, at timestamptz, data jsonb)
ON CONFLICT (channel_id, own_wa_message_id) DO NOTHING
"""

_UNPARK = """
DELETE FROM inbox_parkedchange p USING json_to_recordset(%s::json) AS i (channel_id bigint, wamid text)
WHERE p.channel_id = i.channel_id AND p.wa_message_id = i.wamid
RETURNING p.id, p.channel_id, p.kind, p.wa_message_id, p.own_wa_message_id, p.at, p.data::text
"""


@dataclass(frozen=True, slots=True)
class Change:
    """One change to a message.

    Attributes:
        target: wamid of what is changed; of the message, or of its last edit.
        own: wamid of the change itself.
        at: Meta's second.
        side: who did it.
        words: the new text of an edit, the emoji of a reaction; empty for a deletion.
    """

    channel_id: int
    kind: str
    target: str
    own: str
    at: datetime
    side: str
    words: str

    @classmethod
    def of(cls, said: Said, *, channel_id: int) -> Change:
        if isinstance(said, Reaction):
            kind, words = ChangeKind.REACTION, said.emoji
        elif isinstance(said, Edit):
            kind, words = ChangeKind.EDIT, said.text
        else:
            kind, words = ChangeKind.REVOKE, ""
        at = said.sent_at.replace(microsecond=0)
        return cls(channel_id, kind.value, said.target, said.wamid, at, said.side, words)

    @property
    def place(self) -> Key:
        return self.channel_id, self.target

    @property
    def own_place(self) -> Key:
        return self.channel_id, self.own


@dataclass(frozen=True, slots=True)
class Target:
    """The message that a change is about, and whose conversation it stands in."""

    message_id: int
    conversation_id: int
    direction: str
    created_at: datetime
    contact_id: int
    contact_name: str

    def is_theirs(self, side: str) -> bool:
        """Whether this side wrote the message; only who wrote one may edit or delete it."""
        return self.direction == (Direction.INBOUND if side == ReactionSide.CONTACT else Direction.OUTBOUND)

    def actor(self, side: str) -> Actor:
        if side == ReactionSide.CONTACT:
            return contact_actor(current_organization_id(), self.contact_id, self.contact_name)
        return system_actor(current_organization_id())


def find(keys: Collection[Key]) -> dict[Key, Target]:
    """Return the messages that are known by these wamids."""
    if not keys:
        return {}
    with statements.cursor() as cursor:
        cursor.execute(_FIND, [wamids.recordset(keys), current_organization_id()])
        return {(channel_id, wamid): Target(*rest) for channel_id, wamid, *rest in cursor.fetchall()}


def keep(changes: Iterable[Change]) -> None:
    """Keep changes until their messages appear."""
    rows: list[dict[str, Any]] = [
        {
            "channel_id": one.channel_id,
            "kind": one.kind,
            "target": one.target,
            "own": one.own,
            "at": one.at,
            "data": {"side": one.side, "words": one.words},
        }
        for one in changes
    ]
    if rows:
        with statements.cursor() as cursor:
            cursor.execute(_PARK, [current_organization_id(), jsons.recordset(rows)])


def take(keys: Collection[Key]) -> list[Change]:
    """Return what was kept for these wamids, in the order of its arrival, and forget it."""
    if not keys:
        return []
    with statements.cursor() as cursor:
        cursor.execute(_UNPARK, [wamids.recordset(keys)])
        rows = sorted(cursor.fetchall())
    return [_kept(row[1:]) for row in rows]


def _kept(row: Sequence[Any]) -> Change:
    channel_id, kind, target, own, at, data = row
    said = orjson.loads(data)
    return Change(channel_id, kind, target, own, at.astimezone(UTC), said["side"], said["words"])
