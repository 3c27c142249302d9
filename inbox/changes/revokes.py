"""Deletions: the row stays, its words are never told again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from core import jsons
from inbox import news
from inbox.changes import redaction
from inbox.changes.targets import Change, Target

_WRITE = """
UPDATE inbox_message m SET deleted_at = i.at
FROM json_to_recordset(%s::json) AS i (id bigint, at timestamptz)
WHERE m.id = i.id AND m.deleted_at IS NULL
RETURNING m.id
"""


def write(found: Sequence[tuple[Change, Target]]) -> None:
    """Mark messages as deleted. Only who wrote one may delete it, and the first deletion counts."""
    first: dict[int, tuple[Change, Target]] = {}
    for change, target in found:
        if target.is_theirs(change.side):
            first.setdefault(target.message_id, (change, target))
    if not first:
        return
    rows = [{"id": pk, "at": change.at} for pk, (change, _) in sorted(first.items())]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [jsons.recordset(rows)])
        deleted = [pk for (pk,) in cursor.fetchall()]
    gone: dict[int, datetime] = {}
    for pk in deleted:
        change, target = first[pk]
        gone[pk] = change.at
        news.note_message(target.conversation_id, pk, target.actor(change.side))
    if gone:
        redaction.redact_events(
            gone,
            conversation_ids={first[pk][1].conversation_id for pk in gone},
            since=min(first[pk][1].created_at for pk in gone),
        )
