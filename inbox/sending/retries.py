"""Another attempt for messages that Meta took and then did not deliver, for a reason that passes."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime

from core import jobs
from inbox import statuses
from inbox.channels import troubles
from inbox.models import AttemptState, Message, MessageStatus, SendAttempt
from inbox.sending.attempts import open_attempt, waited_seconds
from integrations.whatsapp.error_codes import RETRYABLE_SENDS
from integrations.whatsapp.errors import retry_delay


def after_failures(failures: Iterable[statuses.Failed]) -> None:
    """Queue those messages again whose `failed` status has a retryable code; call within the same `service()`.

    The status says that this attempt did not reach the customer, so another one cannot be a second copy. The message
    gives up its wamid: what is still said about the old attempt no longer touches it. A code that holds for all that
    the number sends stops the number, and the message waits with the others.
    """
    now = datetime.now(UTC)
    for failure in sorted(failures, key=lambda each: each.message_id):
        is_stop = troubles.stops(failure.code)
        if failure.code is None or not (is_stop or failure.code in RETRYABLE_SENDS):
            continue
        message = (
            Message.objects.select_for_update(of=("self",), no_key=True)
            .select_related("channel")
            .get(pk=failure.message_id)
        )
        last = SendAttempt.objects.filter(message_id=message.pk).order_by("-number").first()
        if last is None or message.status != MessageStatus.FAILED:
            continue
        if is_stop:
            _stop(message, failure.code)
        waited = waited_seconds(message, message.channel.resumed_at, now=now)
        delay = 0.0 if is_stop else retry_delay(failure.code, last.number, waited_seconds=waited)
        if delay is not None:
            _queue_again(message, last, code=failure.code, delay_seconds=delay)


def _stop(message: Message, code: int) -> None:
    resumed_at, failed_at = message.channel.resumed_at, message.status_at
    # A failure from before the number went on says nothing about now.
    if resumed_at is None or failed_at is None or failed_at > resumed_at:
        troubles.begin(message.channel_id, code=code, detail=message.error_detail)


def _queue_again(message: Message, last: SendAttempt, *, code: int, delay_seconds: float) -> None:
    SendAttempt.objects.filter(pk=last.pk).update(
        state=AttemptState.REFUSED, error_code=code, error_detail=message.error_detail
    )
    message.status, message.wa_message_id = MessageStatus.QUEUED, None
    message.error_code, message.error_detail = None, ""
    message.save(update_fields=["status", "wa_message_id", "error_code", "error_detail"])
    open_attempt(message, number=last.number + 1, callback_id=uuid.uuid4(), delay_seconds=delay_seconds)
    jobs.ring_after_commit("inbox.send", channel_id=message.channel_id)
