"""Which of WhatsApp's message ids are known here."""

from __future__ import annotations

from collections.abc import Collection

from core import jsons, statements

Key = tuple[int, str]  # channel and wamid

_KNOWN = """
SELECT i.channel_id, i.wamid FROM json_to_recordset(%s::json) AS i (channel_id bigint, wamid text)
WHERE EXISTS (SELECT 1 FROM inbox_message m WHERE m.channel_id = i.channel_id AND m.wa_message_id = i.wamid)
   OR EXISTS (SELECT 1 FROM inbox_sendattempt a WHERE a.channel_id = i.channel_id AND a.wa_message_id = i.wamid)
"""


def known(keys: Collection[Key]) -> set[Key]:
    """Return those that belong to a message, or to an attempt that is no longer its message's current one."""
    if not keys:
        return set()
    with statements.cursor() as cursor:
        cursor.execute(_KNOWN, [recordset(keys)])
        return set(cursor.fetchall())


def lock_name(channel_id: int) -> str:
    """Return the lock of what is parked: whoever parks has it alone, whoever makes wamids known shares it."""
    return f"parked statuses of channel {channel_id}"


def recordset(keys: Collection[Key]) -> str:
    """Return the parameter of a `json_to_recordset` AS (channel_id bigint, wamid text)."""
    return jsons.recordset({"channel_id": channel_id, "wamid": wamid} for channel_id, wamid in keys)
