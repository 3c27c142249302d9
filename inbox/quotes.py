"""Replies and what they quote, whichever of the two arrives first."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from core import statements
from core.actors import system_actor
from core.tenancy import current_organization_id
from inbox import news

# Only within a conversation: a wamid from elsewhere must not show another customer's words. A message of ours may
# be quoted by the wamid of an earlier attempt.
_QUOTED = """
UPDATE inbox_message m SET quoted_message_id = q.id
FROM inbox_message reply
CROSS JOIN LATERAL (
    SELECT q.id FROM inbox_message q
    WHERE q.channel_id = reply.channel_id AND q.wa_message_id = reply.quoted_wa_message_id
      AND q.conversation_id = reply.conversation_id
    UNION
    SELECT a.message_id FROM inbox_sendattempt a
    WHERE a.channel_id = reply.channel_id AND a.wa_message_id = reply.quoted_wa_message_id
      AND a.conversation_id = reply.conversation_id
    LIMIT 1) q
WHERE reply.id = ANY(%s) AND m.id = reply.id
RETURNING m.id
"""

# A reply stands below what it quotes, so that only the newer part of a thread is looked at; our clock and Meta's may
# differ a little.
_QUOTING = """
UPDATE inbox_message reply SET quoted_message_id = q.id
FROM inbox_message q
WHERE q.channel_id = %s AND q.wa_message_id = ANY(%s) AND reply.conversation_id = q.conversation_id
  AND reply.occurred_at >= q.occurred_at - interval '10 minutes'
  AND reply.quoted_wa_message_id = q.wa_message_id AND reply.quoted_message_id IS NULL
RETURNING reply.conversation_id, reply.id
"""


def find_quoted(reply_ids: Sequence[int]) -> set[int]:
    """Join replies with what they quote; return those whose quoted message is known."""
    if not reply_ids:
        return set()
    with statements.cursor() as cursor:
        cursor.execute(_QUOTED, [list(reply_ids)])
        return {pk for (pk,) in cursor.fetchall()}


def find_replies(channel_id: int, wamids: Collection[str]) -> None:
    """Join messages that have just become known by their wamid with replies that came before, and tell of these."""
    with statements.cursor() as cursor:
        cursor.execute(_QUOTING, [channel_id, list(wamids)])
        joined = cursor.fetchall()
    for conversation_id, reply_id in joined:
        news.note_message(conversation_id, reply_id, system_actor(current_organization_id()))
