"""What became of our messages, as Meta tells it: in any order, repeatedly, and sometimes before we know the message.

A status only moves forward: accepted < sent < delivered < read < played. `failed` holds against what comes later, but
not against what proves delivery: a message that was delivered keeps its status and the error as a note. The wamid
belongs to an attempt; a message carries the one of its current attempt (whoever opens another attempt clears it), so
that a late status of an old attempt finds no message and has no effect.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TypeGuard

from core import jsons, statements
from core.actors import system_actor
from core.events import current_work, record
from core.tenancy import current_organization_id
from inbox import changes, locks, quotes, settling, wamids
from inbox.events import MessageStatusChanged
from inbox.progress import Progress, fold
from inbox.wamids import Key
from integrations.whatsapp.payloads import StatusUpdate

# `failed` stands where it beats `sent` and loses to `delivered`.
_ORDER = "'{queued,sending,unknown,accepted,sent,failed,delivered,read,played}'::text[]"
_IS_FURTHER = f"array_position({_ORDER}, i.status) > array_position({_ORDER}, m.status::text)"
_IS_FORWARD = f"(m.status <> 'failed' AND {_IS_FURTHER})"

# `least` passes over nulls. The first word on a time holds, whatever the order in which copies arrive.
_ADVANCE = f"""
UPDATE inbox_message m
SET status = CASE WHEN {_IS_FORWARD} THEN i.status ELSE m.status END,
    status_at = CASE WHEN {_IS_FORWARD} THEN i.at ELSE m.status_at END,
    sent_at = least(m.sent_at, i.sent_at),
    delivered_at = least(m.delivered_at, i.delivered_at),
    read_at = least(m.read_at, i.read_at),
    error_code = coalesce(m.error_code, i.error_code),
    error_detail = CASE WHEN m.error_code IS NULL AND m.error_detail = '' THEN i.error_detail
                        ELSE m.error_detail END
FROM json_to_recordset(%s::json)
    AS i (channel_id bigint, wamid text, status text, at timestamptz, sent_at timestamptz,
          delivered_at timestamptz, read_at timestamptz, error_code int, error_detail text)
WHERE m.organization_id = %s AND m.channel_id = i.channel_id AND m.wa_message_id = i.wamid
  AND m.direction = 'outbound'
  AND ({_IS_FORWARD} OR least(m.sent_at, i.sent_at) IS DISTINCT FROM m.sent_at
       OR least(m.delivered_at, i.delivered_at) IS DISTINCT FROM m.delivered_at
       OR least(m.read_at, i.read_at) IS DISTINCT FROM m.read_at
       OR (m.error_code IS NULL AND i.error_code IS NOT NULL))
RETURNING m.id, m.conversation_id, i.channel_id, i.wamid, m.status
"""  # noqa: S608 - made of constants

_PARK = """
INSERT INTO inbox_parkedstatus
    (organization_id, channel_id, wa_message_id, status, at, error_code, error_detail, created_at)
SELECT %s, *, now() FROM json_to_recordset(%s::json)
    AS i (channel_id bigint, wamid text, status text, at timestamptz, error_code int, error_detail text)
ON CONFLICT (channel_id, wa_message_id, status) DO NOTHING
"""

_UNPARK = """
DELETE FROM inbox_parkedstatus p USING json_to_recordset(%s::json) AS i (channel_id bigint, wamid text)
WHERE p.channel_id = i.channel_id AND p.wa_message_id = i.wamid
RETURNING p.channel_id, p.wa_message_id, p.status, p.at, p.error_code, p.error_detail
"""

Waiting = dict[Key, Progress]


@dataclass(frozen=True, slots=True)
class Failed:
    """A message that Meta took and then did not deliver; whoever may open another attempt decides on `code`."""

    message_id: int
    code: int | None


def apply(updates: Iterable[tuple[int, StatusUpdate]]) -> list[Failed]:
    """Apply a batch of statuses of the organisation, each with the id of the channel that it came by.

    One whose message is not known settles an attempt of unknown outcome, if it carries its callback id; else it
    waits until the message appears. Call within `service()`.

    Returns:
        Messages that have failed by this batch.
    """
    waiting = fold(updates)
    failed = _advance(waiting)
    failed += _leave_known(waiting)
    if waiting:
        failed += _settle(waiting)
    if waiting:
        failed += _park(waiting)
    return failed


def apply_parked(channel_id: int, new: Collection[str]) -> list[Failed]:
    """Apply what came before the messages were known by these wamids: statuses, reactions, replies that quote them.

    Call it in the transaction that has written the wamids to messages and attempts, after that: a status that is
    taken in at the same moment either is seen here, or waits for the commit and then finds the message.

    Args:
        new: the wamids.

    Returns:
        Messages that have failed by what was parked.
    """
    if not new:
        return []
    locks.lock_shared(wamids.lock_name(channel_id))
    keys = [(channel_id, wamid) for wamid in new]
    changes.apply_parked(keys)
    failed = _apply_parked(keys)
    quotes.find_replies(channel_id, new)
    return failed


def settle_by_quotes(replies: Collection[settling.Reply]) -> None:
    """Let replies that quote an unknown message settle the only attempt of unknown outcome in their conversation."""
    settled = settling.by_quotes(replies)
    if not settled:
        return
    for attempt in settled:
        note_changed(attempt.conversation_id, attempt.message_id)
    for channel_id in {attempt.channel_id for attempt in settled}:
        apply_parked(channel_id, [one.wamid for one in settled if one.channel_id == channel_id])
    quotes.find_quoted([reply.message_id for reply in replies])


def note_changed(conversation_id: int, message_id: int) -> None:
    """Tell of a message's new status at the end of the transaction: one event for each conversation."""
    changes = current_work().endings.setdefault("changed statuses", _Changes())
    assert isinstance(changes, _Changes)  # noqa: S101 - the key is ours
    changes.by_conversation.setdefault(conversation_id, set()).add(message_id)


class _Changes:
    """The messages whose status changed in one transaction."""

    def __init__(self) -> None:
        self.by_conversation: dict[int, set[int]] = {}

    def __call__(self) -> None:
        told = {event.conversation_id: event for event in current_work().events if _is_about_statuses(event)}
        actor = system_actor(current_organization_id())
        for conversation_id, message_ids in self.by_conversation.items():
            if conversation_id in told:
                ids = told[conversation_id].message_ids
                ids += sorted(message_ids.difference(ids))
            else:
                record(MessageStatusChanged(conversation_id, sorted(message_ids), actor))
        self.by_conversation = {}


def _is_about_statuses(event: object) -> TypeGuard[MessageStatusChanged]:
    return isinstance(event, MessageStatusChanged)


def _advance(waiting: Waiting) -> list[Failed]:
    """Move messages forward, in one statement; what has found its message waits no longer."""
    if not waiting:
        return []
    steps = jsons.recordset(step.as_row() for step in waiting.values())
    with statements.cursor() as cursor:
        cursor.execute(_ADVANCE, [steps, current_organization_id()])
        rows = cursor.fetchall()
    failed = []
    for message_id, conversation_id, channel_id, wamid, status in rows:
        note_changed(conversation_id, message_id)
        step = waiting.pop((channel_id, wamid))
        if status == step.status == "failed":
            failed.append(Failed(message_id, step.error_code))
    return failed


def _leave_known(waiting: Waiting) -> list[Failed]:
    """Forget what says nothing new, and what belongs to an attempt that is no longer a message's current one.

    A message may have become known since it was last looked for; so all that is known is applied once more.
    """
    return _advance({key: waiting.pop(key) for key in wamids.known(waiting.keys())})


def _settle(waiting: Waiting) -> list[Failed]:
    """Settle attempts by the callback ids that came with statuses, and apply these."""
    settled = settling.by_callbacks(waiting.values())
    if not settled:
        return []
    for one in settled:
        note_changed(one.conversation_id, one.message_id)
    keys = [(one.channel_id, one.wamid) for one in settled]
    failed = _advance({key: waiting.pop(key) for key in keys})
    changes.apply_parked(keys)
    failed += _apply_parked(keys)
    for channel_id, wamid in keys:
        quotes.find_replies(channel_id, [wamid])
    return failed


def _park(waiting: Waiting) -> list[Failed]:
    """Keep statuses until their messages appear, unless these have just been committed."""
    for channel_id in sorted({channel_id for channel_id, _ in waiting}):
        locks.lock(wamids.lock_name(channel_id))
    failed = _advance(waiting)
    failed += _leave_known(waiting)
    rows = [row for step in waiting.values() for row in step.as_parked()]
    if rows:
        with statements.cursor() as cursor:
            cursor.execute(_PARK, [current_organization_id(), jsons.recordset(rows)])
    return failed


def _apply_parked(keys: Collection[Key]) -> list[Failed]:
    with statements.cursor() as cursor:
        cursor.execute(_UNPARK, [wamids.recordset(keys)])
        rows = cursor.fetchall()
    steps: Waiting = {}
    for channel_id, wamid, status, at, code, detail in rows:
        step = steps.setdefault((channel_id, wamid), Progress(channel_id, wamid))
        step.add(status, at, code, detail)
    return _advance(steps)
