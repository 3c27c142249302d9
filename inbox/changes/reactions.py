"""Reactions that WhatsApp tells of: one of each side for a message, the latest by Meta's clock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection

from core import jsons
from core.tenancy import current_organization_id
from inbox import news
from inbox.changes.targets import Change, Target
from inbox.models import ReactionSide

# One that was taken back stays with an empty emoji, so that an older one that comes late does not bring it again.
_WRITE = """
WITH told AS (
    SELECT * FROM json_to_recordset(%s::json) AS i (message_id bigint, side text, emoji text, at timestamptz)),
before AS (SELECT r.message_id, r.side, r.emoji FROM inbox_reaction r JOIN told USING (message_id, side)),
written AS (
    INSERT INTO inbox_reaction (organization_id, message_id, side, emoji, at)
    SELECT %s, * FROM told ORDER BY message_id, side
    ON CONFLICT (message_id, side) DO UPDATE SET emoji = excluded.emoji, at = excluded.at, member_id = NULL
    WHERE excluded.at > inbox_reaction.at
       OR (excluded.at = inbox_reaction.at AND excluded.emoji <> inbox_reaction.emoji)
    RETURNING message_id, side, emoji)
SELECT w.message_id, w.side, w.emoji FROM written w LEFT JOIN before b USING (message_id, side)
WHERE w.emoji <> coalesce(b.emoji, '')
"""

_LOCK = "SELECT id FROM inbox_conversation WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
_STIR = """
UPDATE inbox_conversation c SET last_activity_at = i.at, updated_at = now()
FROM json_to_recordset(%s::json) AS i (id bigint, at timestamptz)
WHERE c.id = i.id AND c.last_activity_at < i.at
"""


def write(found: Sequence[tuple[Change, Target]]) -> None:
    """Let each side's latest reaction be the one that is shown.

    A customer's reaction moves the chat up in the list. It opens no window and no ticket, and is not unread.
    """
    latest: dict[tuple[int, str], tuple[Change, Target]] = {}
    for change, target in found:
        latest[target.message_id, change.side] = (change, target)
    if not latest:
        return
    _lock(target for _, target in latest.values())
    rows = [
        {"message_id": message_id, "side": side, "emoji": change.words, "at": change.at}
        for (message_id, side), (change, _) in latest.items()
    ]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [jsons.recordset(rows), current_organization_id()])
        changed = [(latest[message_id, side], emoji) for message_id, side, emoji in cursor.fetchall()]
    for (change, target), _ in changed:
        news.note_message(target.conversation_id, target.message_id, target.actor(change.side))
    _stir((one for one, emoji in changed if emoji))


def _lock(targets: Iterable[Target]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [sorted({target.conversation_id for target in targets})])


def _stir(added: Iterable[tuple[Change, Target]]) -> None:
    newest: dict[int, Change] = {}
    for change, target in added:
        if change.side == ReactionSide.CONTACT:
            known = newest.setdefault(target.conversation_id, change)
            newest[target.conversation_id] = max(known, change, key=lambda each: each.at)
    if newest:
        rows = [{"id": pk, "at": change.at} for pk, change in newest.items()]
        with connection.cursor() as cursor:
            cursor.execute(_STIR, [jsons.recordset(rows)])
