"""Another attempt for messages that Meta took and then did not deliver, for a reason that passes."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from core import jobs
from inbox import statuses
from inbox.models import AttemptState, Message, MessageStatus, SendAttempt
from inbox.sending.attempts import open_attempt
from integrations.whatsapp.error_codes import RETRYABLE_SENDS
from integrations.whatsapp.errors import retry_delay


def after_failures(failures: Iterable[statuses.Failed]) -> None:
    """Queue those messages again whose `failed` status has a retryable code; call within the same `service()`.

    The status says that this attempt did not reach the customer, so another one cannot be a second copy. The message
    gives up its wamid: what is still said about the old attempt no longer touches it.
    """
    now = datetime.now(UTC)
    for failure in sorted(failures, key=lambda each: each.message_id):
        if failure.code not in RETRYABLE_SENDS:
            continue
        message = Message.objects.select_for_update(of=("self",)).get(pk=failure.message_id)
        last = SendAttempt.objects.filter(message_id=message.pk).order_by("-number").first()
        waited = (now - message.created_at).total_seconds()
        delay = retry_delay(failure.code, last.number if last else 1, waited_seconds=waited)
        if last is None or delay is None or message.status != MessageStatus.FAILED:
            continue
        SendAttempt.objects.filter(pk=last.pk).update(
            state=AttemptState.REFUSED, error_code=failure.code, error_detail=message.error_detail
        )
        message.status, message.wa_message_id, message.error_code, message.error_detail = (
            MessageStatus.QUEUED,
            None,
            None,
            "",
        )
        message.save(update_fields=["status", "wa_message_id", "error_code", "error_detail"])
        due_at = now + timedelta(seconds=delay)
        open_attempt(message, number=last.number + 1, callback_id=uuid.uuid4(), due_at=due_at)
        jobs.ring_after_commit("inbox.send", channel_id=message.channel_id)
