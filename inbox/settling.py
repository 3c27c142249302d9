"""Attempts whose outcome was not known, settled by what the customer's side proves."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from core import jsons, statements
from core.tenancy import current_organization_id
from inbox import wamids
from inbox.progress import Progress

# Locked in the order in which senders lock them. One that a sender has settled meanwhile is not found any more.
_BY_CALLBACK = """
SELECT a.channel_id, a.callback_id, a.id, a.message_id, a.conversation_id
FROM inbox_sendattempt a
WHERE a.organization_id = %s AND a.callback_id = ANY(%s) AND a.state IN ('claimed', 'sending', 'unknown')
ORDER BY a.message_id, a.id FOR NO KEY UPDATE
"""

_UNSETTLED = """
SELECT a.channel_id, a.state, a.id, a.message_id, a.conversation_id
FROM inbox_sendattempt a
WHERE a.organization_id = %s AND a.conversation_id = ANY(%s) AND a.state IN ('claimed', 'sending', 'unknown')
ORDER BY a.message_id, a.id FOR NO KEY UPDATE
"""

_SETTLE_ATTEMPTS = """
UPDATE inbox_sendattempt a
SET state = i.state, wa_message_id = i.wamid, error_code = i.error_code, error_detail = i.error_detail,
    finished_at = now(), lease_until = NULL
FROM json_to_recordset(%s::json) AS i (id bigint, state text, wamid text, error_code int, error_detail text)
WHERE a.id = i.id
"""

# Whoever sends a message anew holds it meanwhile: their attempt is seen by the statements after this one.
_LOCK_MESSAGES = """
SELECT 1 FROM inbox_message m
WHERE m.id IN (SELECT a.message_id FROM inbox_sendattempt a WHERE a.id = ANY(%s)) ORDER BY m.id FOR NO KEY UPDATE
"""

# One that is claimed has not left either, and its sender does not start what is refused.
_WITHDRAW = """
UPDATE inbox_sendattempt newer
SET state = 'refused', finished_at = now(), lease_until = NULL, error_detail = 'an earlier attempt was taken'
FROM inbox_sendattempt a
WHERE a.id = ANY(%s) AND newer.message_id = a.message_id AND newer.number > a.number
  AND newer.state IN ('pending', 'claimed')
"""

# A message that somebody has sent anew shows its newest attempt, unless that one failed and an older one was taken.
_SETTLE_MESSAGES = """
UPDATE inbox_message m SET status = 'accepted', wa_message_id = i.wamid, error_code = NULL, error_detail = ''
FROM json_to_recordset(%s::json) AS i (id bigint, wamid text, state text)
JOIN inbox_sendattempt a ON a.id = i.id
WHERE m.id = a.message_id
  AND (m.status IN ('queued', 'sending', 'unknown') OR (m.status = 'failed' AND i.state = 'accepted'))
  AND NOT EXISTS (
    SELECT 1 FROM inbox_sendattempt newer
    WHERE newer.message_id = a.message_id AND newer.number > a.number AND newer.state <> 'refused'
      AND NOT (newer.state = 'accepted' AND m.status = 'failed'))
"""


@dataclass(frozen=True, slots=True)
class Reply:
    """A customer's message that quotes one which is not known."""

    message_id: int
    conversation_id: int
    channel_id: int
    quoted_wamid: str


@dataclass(frozen=True, slots=True)
class Settled:
    """An attempt that is known to have been taken, or refused, under this wamid."""

    attempt_id: int
    message_id: int
    conversation_id: int
    channel_id: int
    wamid: str


def by_callbacks(steps: Iterable[Progress]) -> list[Settled]:
    """Settle the attempts whose callback ids came back with statuses of the same channel.

    A status `failed` proves a refusal, any other that the message was taken. An id that comes by another channel than
    the attempt's proves nothing: it is of another system, or of a time before a restore.
    """
    named = {
        (step.channel_id, callback_id): step
        for step in steps
        if (callback_id := _uuid(step.callback_data)) is not None
    }
    if not named:
        return []
    found = []
    rows = _rows(_BY_CALLBACK, [callback_id for _, callback_id in named])
    for channel_id, callback_id, attempt_id, message_id, conversation_id in rows:
        step = named.get((channel_id, callback_id))
        if step is not None:
            found.append((Settled(attempt_id, message_id, conversation_id, channel_id, step.wamid), step))
    _write([attempt for attempt, _ in found], [step for _, step in found])
    return [attempt for attempt, _ in found]


def by_quotes(replies: Collection[Reply]) -> list[Settled]:
    """Settle as taken the only attempt of unknown outcome of each conversation in which one unknown message is quoted.

    Where another attempt is just being sent, or two unknown messages are quoted, nothing is certain.
    """
    taken = wamids.known({(reply.channel_id, reply.quoted_wamid) for reply in replies})
    quoted: dict[int, set[str]] = {}
    for reply in replies:
        if (reply.channel_id, reply.quoted_wamid) not in taken:
            quoted.setdefault(reply.conversation_id, set()).add(reply.quoted_wamid)
    unsettled: dict[int, list[tuple[str, int, int, int]]] = {}
    if quoted:
        for channel_id, state, attempt_id, message_id, conversation_id in _rows(_UNSETTLED, list(quoted)):
            unsettled.setdefault(conversation_id, []).append((state, attempt_id, message_id, channel_id))
    settled = [
        Settled(attempt_id, message_id, conversation_id, channel_id, next(iter(quoted[conversation_id])))
        for conversation_id, ((state, attempt_id, message_id, channel_id), *others) in unsettled.items()
        if state == "unknown" and not others and len(quoted[conversation_id]) == 1
    ]
    _write(settled, [None] * len(settled))
    return settled


def withdraw_newer(attempt_ids: Sequence[int]) -> None:
    """Refuse the attempts that were to repeat these and have not left: the customer has the message already.

    The messages stay locked, so that nobody opens another attempt before the transaction ends.
    """
    with statements.cursor() as cursor:
        cursor.execute(_LOCK_MESSAGES, [list(attempt_ids)])
        cursor.execute(_WITHDRAW, [list(attempt_ids)])


def _write(settled: Sequence[Settled], proofs: Sequence[Progress | None]) -> None:
    """Write attempts and messages.

    Args:
        proofs: the statuses that settle them; None for what was quoted.
    """
    if not settled:
        return
    rows = []
    for attempt, step in zip(settled, proofs, strict=True):
        refusal = step if step is not None and step.status == "failed" else None
        rows.append(
            {
                "id": attempt.attempt_id,
                "wamid": attempt.wamid,
                "state": "refused" if refusal else "accepted",
                "error_code": refusal.error_code if refusal else None,
                "error_detail": refusal.error_detail if refusal else "",
            }
        )
    with statements.cursor() as cursor:
        cursor.execute(_SETTLE_ATTEMPTS, [jsons.recordset(rows)])
    withdraw_newer(
        [one.attempt_id for one, row in zip(settled, rows, strict=True) if row["state"] == "accepted"]
    )
    with statements.cursor() as cursor:
        cursor.execute(_SETTLE_MESSAGES, [jsons.recordset(rows)])


def _rows(query: str, values: list[Any]) -> list[tuple[Any, ...]]:
    with statements.cursor() as cursor:
        cursor.execute(query, [current_organization_id(), values])
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _uuid(text: str | None) -> UUID | None:
    if text is None or len(text) not in (32, 36):
        return None
    try:
        return UUID(text)
    except ValueError:
        return None
