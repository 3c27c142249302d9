"""Stored events are told again to whoever comes back: the words of deleted messages are taken out of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson
from django.db import connection

from core import jsons
from core.tenancy import current_organization_id

# What a message said may have been told under other conversations than its present one: merges move it, and so does
# undoing them. Each merge since the message was made is an event itself.
_EVENTS = """
WITH RECURSIVE joined AS MATERIALIZED (
    SELECT (audience->>'id')::bigint AS gone, (data::json->>'moved_to')::bigint AS kept FROM core_event
    WHERE organization_id = %(organization)s AND at >= %(since)s AND type = 'conversation.removed'
), told AS (
    SELECT unnest(%(conversations)s::bigint[]) AS id
    UNION
    SELECT CASE WHEN j.gone = t.id THEN j.kept ELSE j.gone END
    FROM told t JOIN joined j ON t.id IN (j.gone, j.kept)
)
SELECT seq, data FROM core_event
WHERE organization_id = %(organization)s AND at >= %(since)s AND audience->>'kind' = 'conversation'
  AND (audience->>'id')::bigint IN (SELECT id FROM told) AND type <> 'conversation.removed'
ORDER BY seq FOR UPDATE
"""

_WRITE = """
UPDATE core_event e SET data = i.data
FROM json_to_recordset(%s::json) AS i (seq bigint, data text)
WHERE e.organization_id = %s AND e.seq = i.seq
"""

# What a message, its preview in the list, or a quotation of it may tell, and what it tells when it is deleted.
_SILENT: dict[str, Any] = {
    "text": "",
    "preview": "",
    "content": {},
    "attachments": [],
    "reactions": [],
    "reaction": None,
    "referral": None,
    "file_name": "",
    "duration_ms": None,
}


def redact_events(
    deleted: Mapping[int, datetime], *, conversation_ids: Collection[int], since: datetime
) -> None:
    """Take what deleted messages said out of the events of their conversations, present and former.

    Args:
        deleted: when each message was deleted, by id.
        since: when the oldest of them was made; no event before it tells of them.
    """
    organization_id = current_organization_id()
    with connection.cursor() as cursor:
        # Clocks of two machines may differ a little.
        cursor.execute(
            _EVENTS,
            {
                "organization": organization_id,
                "since": since - timedelta(minutes=1),
                "conversations": list(conversation_ids),
            },
        )
        rows = []
        for seq, data in cursor.fetchall():
            value = orjson.loads(data)
            if silence(value, deleted):
                rows.append({"seq": seq, "data": jsons.dumps(value).decode()})
        if rows:
            cursor.execute(_WRITE, [jsons.recordset(rows), organization_id])


def silence(value: Any, deleted: Mapping[int, datetime]) -> bool:
    """Empty all that a JSON value says of deleted messages, in place; tell whether it said anything."""
    if isinstance(value, list):
        return sum(silence(one, deleted) for one in value) > 0
    if not isinstance(value, dict):
        return False
    key = value.get("id")
    is_about = isinstance(key, int) and key in deleted and "direction" in value
    if is_about:
        value |= {name: empty for name, empty in _SILENT.items() if name in value}
        value["deleted_at"] = deleted[value["id"]]
    return sum(silence(one, deleted) for one in value.values()) > 0 or is_about
