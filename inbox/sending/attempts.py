"""The steps of an attempt in the database, before the call."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from core import statements
from core.rows import change
from inbox.files import outgoing
from inbox.models import Message, MessageStatus, SendAttempt
from inbox.sending.letters import TYPES_WITH_FILES, Letter, address_of, filled
from inbox.sending.recipients import recipients_of
from inbox.window import is_open
from integrations.whatsapp.error_codes import UNSENDABLE, lookup
from integrations.whatsapp.errors import Refused

logger = logging.getLogger(__name__)

LEASE_SECONDS = 45  # more than twice the longest call, so that a living sender never loses its attempt
WINDOW_CLOSED = 131047

# Of each conversation only the oldest unsettled message may leave: what was written first is read first. A message
# whose outcome is unknown does not hold up the next one, as that may never be settled.
_CLAIM = """
WITH due AS (
    SELECT a.id FROM inbox_sendattempt a
    WHERE a.channel_id = %(channel)s AND a.lane = %(lane)s AND a.state = 'pending' AND a.due_at <= now()
      AND NOT EXISTS (
        SELECT 1 FROM integrations_channel c WHERE c.id = a.channel_id AND c.trouble_since IS NOT NULL)
      AND NOT EXISTS (
        SELECT 1 FROM inbox_sendattempt earlier
        WHERE earlier.conversation_id = a.conversation_id AND earlier.message_id < a.message_id
          AND earlier.state IN ('pending', 'claimed', 'sending'))
      AND (%(left_out)s::text[] = '{}' OR NOT EXISTS (
        SELECT 1 FROM inbox_message m WHERE m.id = a.message_id AND m.type = ANY(%(left_out)s::text[])))
    ORDER BY a.due_at, a.id LIMIT %(limit)s
    FOR UPDATE OF a SKIP LOCKED)
UPDATE inbox_sendattempt a
SET state = 'claimed', lease_until = now() + %(lease)s * interval '1 second'
FROM due WHERE a.id = due.id AND a.state = 'pending'
RETURNING a.id
"""

_START = """
UPDATE inbox_sendattempt
SET state = 'sending', sending_at = now(), lease_until = now() + %(lease)s * interval '1 second'
WHERE id = ANY(%(ids)s) AND state = 'claimed' AND lease_until > now()
RETURNING id
"""


_HOLD = """
UPDATE inbox_sendattempt SET lease_until = now() + %(lease)s * interval '1 second'
WHERE id = %(id)s AND state = 'claimed' AND lease_until > now()
RETURNING id
"""

_RELEASE = """
UPDATE inbox_sendattempt SET state = 'pending', lease_until = NULL, sending_at = NULL
WHERE id = %(id)s AND state IN ('claimed', 'sending')
"""


OPEN = """
INSERT INTO inbox_sendattempt (organization_id, message_id, conversation_id, channel_id, number, lane, state,
                               callback_id, due_at, error_detail, created_at)
SELECT %s, new.id, %s, %s, %s, 'interactive', 'pending', %s, statement_timestamp() + %s * interval '1 second', '', %s
FROM new
"""
"""Opens an attempt of the message `new.id`; the values are `opening(…)`."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What one claim brought.

    Attributes:
        letters: to send; committed as `sending`.
        refused: without asking Meta.
        uploads: whose files Meta has to get first; until then they are only claimed.
    """

    letters: list[Letter] = field(default_factory=list)
    refused: list[tuple[Letter, Refused]] = field(default_factory=list)
    uploads: list[Letter] = field(default_factory=list)


def claim(channel_id: int, *, lane: str, limit: int, with_files: bool = True) -> Batch:
    """Claim due attempts of a channel and commit them as `sending`. Call within the tenant's scope.

    What happens between the two commits has left nothing: a claimed attempt goes back to pending by its lease.
    """
    parameters: dict[str, int | str | list[str]] = {
        "channel": channel_id,
        "lane": lane,
        "limit": limit,
        "lease": LEASE_SECONDS,
        "left_out": [] if with_files else sorted(TYPES_WITH_FILES),
    }
    with transaction.atomic(), statements.cursor() as cursor:
        cursor.execute(_CLAIM, parameters)
        ids = [pk for (pk,) in cursor.fetchall()]
    if not ids:
        return Batch()
    batch = _prepare(ids)
    started = start([letter.attempt_id for letter in batch.letters])
    return replace(batch, letters=[letter for letter in batch.letters if letter.attempt_id in started])


def start(ids: list[int]) -> set[int]:
    """Commit claimed attempts as `sending`, and return those that were still ours: from here on they may leave."""
    with transaction.atomic(), statements.cursor() as cursor:
        cursor.execute(_START, {"ids": ids, "lease": LEASE_SECONDS})
        return {pk for (pk,) in cursor.fetchall()}


def hold(attempt_id: int) -> bool:
    """Keep a claimed attempt while its file is uploaded; False when it is no longer ours."""
    with transaction.atomic(), statements.cursor() as cursor:
        cursor.execute(_HOLD, {"id": attempt_id, "lease": LEASE_SECONDS})
        return cursor.fetchone() is not None


def release(attempt_id: int) -> None:
    """Give an attempt back of which its sender knows that it has not left."""
    with transaction.atomic(), statements.cursor() as cursor:
        cursor.execute(_RELEASE, {"id": attempt_id})


def _prepare(ids: list[int]) -> Batch:
    """Read what the letters need in four queries, and check the window anew: it may have closed while waiting."""
    now = datetime.now(UTC)
    rows = (
        SendAttempt.objects.filter(pk__in=ids)
        .select_related("message__conversation", "message__quoted_message")
        .annotate(resumed_at=F("channel__resumed_at"))
        .order_by("message_id")
    )
    attempts = list(rows)
    recipients = recipients_of({attempt.message.conversation.contact_id for attempt in attempts})
    with_files = [attempt.message_id for attempt in attempts if attempt.message.type in TYPES_WITH_FILES]
    files = outgoing.of_messages(with_files, now=now) if with_files else {}
    batch = Batch()
    for attempt in attempts:
        message = attempt.message
        letter = Letter(
            attempt_id=attempt.pk,
            message_id=message.pk,
            conversation_id=message.conversation_id,
            number=attempt.number,
            waited_seconds=waited_seconds(message, attempt.resumed_at, now=now),
            body={},
        )
        recipient = recipients.get(message.conversation.contact_id)
        if recipient is None or not is_open(message.conversation.last_inbound_at, now=now):
            batch.refused.append((letter, _refusal(WINDOW_CLOSED if recipient else UNSENDABLE)))
            continue
        try:
            letter = filled(letter, message, files.get(message.pk), address_of(attempt, recipient))
        except ValueError as error:
            # Nobody can send it as it is, and it must not hold up what can be sent.
            logger.error("sender.no_body", extra={"attempt": attempt.pk, "reason": str(error)[:200]})
            batch.refused.append((letter, _refusal(UNSENDABLE)))
        else:
            (batch.uploads if letter.needs_upload else batch.letters).append(letter)
    return batch


def waited_seconds(message: Message, resumed_at: datetime | None, *, now: datetime) -> float:
    """Return how long a message has been tried, for giving up; while its number was stopped it only waited."""
    since = message.created_at if resumed_at is None else max(message.created_at, resumed_at)
    return (now - since).total_seconds()


def _refusal(code: int) -> Refused:
    """A refusal of our own, without asking Meta, in the shape of Meta's."""
    meaning = lookup(code)
    return Refused(
        code=code,
        error_class=meaning.error_class.value,
        retryable=False,
        retry_after_seconds=None,
        channel_wide=False,
        title=meaning.title("en"),
        detail="",
    )


def open_attempt(message: Message, *, number: int, callback_id: UUID, delay_seconds: float = 0) -> None:
    """Write the next attempt of a message; the database refuses a second open one.

    Args:
        delay_seconds: how long it waits, by the database's clock: ours may differ from that of other machines.
    """
    values = opening(message, number=number, callback_id=callback_id, delay_seconds=delay_seconds)
    change(f"WITH new AS (SELECT %s::bigint AS id) {OPEN}", [message.pk, *values])


def opening(message: Message, *, number: int, callback_id: UUID, delay_seconds: float = 0) -> list[Any]:
    """Return the values of `OPEN`; the message need not have its id yet."""
    whose = [message.organization_id, message.conversation_id, message.channel_id]
    return [*whose, number, callback_id, delay_seconds, datetime.now(UTC)]


UNSETTLED_MESSAGE = (MessageStatus.QUEUED, MessageStatus.SENDING, MessageStatus.UNKNOWN)
