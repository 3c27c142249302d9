"""Which of WhatsApp's message ids are known here."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection

Key = tuple[int, str]  # channel and wamid

_KNOWN = """
SELECT i.channel_id, i.wamid FROM unnest(%s::bigint[], %s::text[]) AS i (channel_id, wamid)
WHERE EXISTS (SELECT 1 FROM inbox_message m WHERE m.channel_id = i.channel_id AND m.wa_message_id = i.wamid)
   OR EXISTS (SELECT 1 FROM inbox_sendattempt a WHERE a.channel_id = i.channel_id AND a.wa_message_id = i.wamid)
"""


def known(keys: Collection[Key]) -> set[Key]:
    """Return those that belong to a message, or to an attempt that is no longer its message's current one."""
    if not keys:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, columns(keys))
        return set(cursor.fetchall())


def columns(keys: Collection[Key]) -> list[list[int] | list[str]]:
    """Return the two arrays that `unnest` makes rows of."""
    return [[channel_id for channel_id, _ in keys], [wamid for _, wamid in keys]]
