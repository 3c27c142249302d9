"""What calls have proved, written down: attempts, messages, next attempts and events in one transaction."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Exists, OuterRef, QuerySet

from core.actors import system_actor
from core.events import record, service
from core.tenancy import current_organization_id
from inbox import settling, statuses
from inbox.channels import troubles
from inbox.events import MessageStatusChanged
from inbox.files import outgoing
from inbox.models import AttemptState, Message, MessageStatus, SendAttempt
from inbox.sending import retries
from inbox.sending.attempts import UNSETTLED_MESSAGE, open_attempt
from inbox.sending.letters import Letter
from integrations.whatsapp.error_codes import ErrorClass
from integrations.whatsapp.errors import Accepted, NotSent, Refused, Unknown, Verdict, retry_delay

_DETAIL_LENGTH = 500
_LEFT = (AttemptState.SENDING, AttemptState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One call and what it proved."""

    letter: Letter
    verdict: Verdict


def write(channel_id: int, outcomes: Sequence[Outcome]) -> None:
    """Write down what calls of one channel have proved. Safe to repeat; call within the tenant's scope.

    A status webhook may have settled an attempt before us: it is the better witness, and stays.
    """
    with service():
        changed: dict[int, list[int]] = {}
        wamids: list[str] = []
        # Sorted, so that two writers lock the messages in the same order.
        for outcome in sorted(outcomes, key=lambda each: each.letter.message_id):
            attempt = _locked(outcome.letter)
            if attempt is None or not _write_one(attempt, outcome):
                continue
            changed.setdefault(attempt.conversation_id, []).append(attempt.message_id)
            if isinstance(outcome.verdict, Accepted):
                wamids.append(outcome.verdict.wamid)
        if wamids:
            # A status may have outrun this very transaction; it was parked by its wamid.
            retries.after_failures(statuses.apply_parked(channel_id, wamids))
        actor = system_actor(current_organization_id())
        for conversation_id, message_ids in changed.items():
            record(MessageStatusChanged(conversation_id, message_ids, actor))


def _locked(letter: Letter) -> SendAttempt | None:
    """Return the attempt if it is still ours to settle.

    A letter that we refused ourselves was never started: if its attempt is under way, somebody else has it now.
    """
    states = _LEFT if letter.body else (AttemptState.CLAIMED,)
    rows = SendAttempt.objects.select_for_update(of=("self",), no_key=True).filter(
        pk=letter.attempt_id, state__in=states
    )
    return rows.first()


def _write_one(attempt: SendAttempt, outcome: Outcome) -> bool:
    """Write one outcome, and tell whether the message looks different now."""
    verdict = outcome.verdict
    if isinstance(verdict, Accepted):
        return _accept(attempt, verdict.wamid)
    if isinstance(verdict, Unknown):
        return _leave_unknown(attempt, verdict.reason)
    code = verdict.code if isinstance(verdict, Refused) else None
    detail = (verdict.detail or verdict.title) if isinstance(verdict, Refused) else verdict.reason
    _finish(attempt, AttemptState.REFUSED, code=code, detail=detail)
    if outcome.letter.file is not None and code in outgoing.UPLOAD_TROUBLES:
        outgoing.forget_upload(attempt.message_id)
    if isinstance(verdict, Refused) and stops_channel(verdict):
        troubles.begin(attempt.channel_id, code=verdict.code, detail=detail)
    delay = _delay_before_next(outcome.letter, verdict)
    if delay is None or _taken_before(attempt) is not None:
        return fail_message(attempt, code=code, detail=detail)
    message = _shown_by(attempt).first()
    if message is None:
        return False
    open_attempt(message, number=attempt.number + 1, callback_id=uuid.uuid4(), delay_seconds=delay)
    return _set_status(attempt, MessageStatus.QUEUED)


def _delay_before_next(letter: Letter, verdict: Refused | NotSent) -> float | None:
    if isinstance(verdict, NotSent):
        return retry_delay(None, letter.number, waited_seconds=letter.waited_seconds)
    if stops_channel(verdict):
        return 0.0  # it waits with the others of its number, however long that takes
    if not verdict.retryable:
        return None
    return retry_delay(
        verdict.code,
        letter.number,
        waited_seconds=letter.waited_seconds,
        retry_after_seconds=verdict.retry_after_seconds,
    )


def stops_channel(verdict: Refused) -> bool:
    """Whether every send of the number would be refused like this until somebody acts."""
    return verdict.channel_wide and verdict.error_class == ErrorClass.CONFIGURATION


def stop_channel(channel_id: int, verdict: Refused) -> None:
    """Let the sends of the number wait; within the tenant's scope."""
    with service():
        troubles.begin(channel_id, code=verdict.code, detail=verdict.detail or verdict.title)


def _accept(attempt: SendAttempt, wamid: str) -> bool:
    # Only while it counted as unknown could somebody send the message anew.
    may_be_repeated = attempt.state == AttemptState.UNKNOWN
    _finish(attempt, AttemptState.ACCEPTED, wamid=wamid)
    # Meta echoes what was written in the phone app only. Should it ever echo one of ours before it answers us, the
    # wamid is ours, and its statuses are.
    echo = Message.objects.filter(channel_id=attempt.channel_id, wa_message_id=wamid, origin="phone")
    echo.update(wa_message_id=None)
    if may_be_repeated:
        settling.withdraw_newer([attempt.pk])
    fields = {"status": MessageStatus.ACCEPTED, "error_code": None, "error_detail": ""}
    return bool((_shown_by(attempt) | _failed_after(attempt)).update(wa_message_id=wamid, **fields))


def _leave_unknown(attempt: SendAttempt, reason: str) -> bool:
    if attempt.state == AttemptState.UNKNOWN:
        return False
    _finish(attempt, AttemptState.UNKNOWN, detail=reason)
    return _set_status(attempt, MessageStatus.UNKNOWN)


def refuse(attempt: SendAttempt, *, code: int, detail: str) -> bool:
    """End a locked attempt that has not left, and its message with it; tell whether that looks different now."""
    _finish(attempt, AttemptState.REFUSED, code=code, detail=detail)
    return fail_message(attempt, code=code, detail=detail)


def fail_message(attempt: SendAttempt, *, code: int | None, detail: str) -> bool:
    """Show the message of an attempt as failed, with the reason, unless it has got further.

    If an earlier attempt turned out to have been taken, the customer has the message by that one.
    """
    taken = _taken_before(attempt)
    if taken is not None:
        shown = {"status": MessageStatus.ACCEPTED, "error_code": None, "error_detail": ""}
        return bool(_shown_by(attempt).update(wa_message_id=taken.wa_message_id, **shown))
    fields = {"status": MessageStatus.FAILED, "error_code": code, "error_detail": detail[:_DETAIL_LENGTH]}
    return bool(_shown_by(attempt).update(**fields))


def _set_status(attempt: SendAttempt, status: MessageStatus) -> bool:
    return bool(_shown_by(attempt).update(status=status))


def _shown_by(attempt: SendAttempt) -> QuerySet[Message]:
    """The message, as long as the attempt speaks for it: it got no further, and nobody has sent it anew."""
    newer = SendAttempt.objects.filter(message_id=OuterRef("pk"), number__gt=attempt.number)
    return Message.objects.filter(
        ~Exists(newer.exclude(state=AttemptState.REFUSED)),
        pk=attempt.message_id,
        status__in=UNSETTLED_MESSAGE,
    )


def _taken_before(attempt: SendAttempt) -> SendAttempt | None:
    """Return an earlier attempt of the message that Meta took; `messages.resend` sees to it that none failed later."""
    rows = SendAttempt.objects.filter(message_id=attempt.message_id, number__lt=attempt.number)
    return rows.filter(state=AttemptState.ACCEPTED).order_by("-number").first()


def _failed_after(attempt: SendAttempt) -> QuerySet[Message]:
    """The message, if it failed because of a newer attempt: the customer has it by this one."""
    newer = SendAttempt.objects.filter(message_id=OuterRef("pk"), number__gt=attempt.number)
    return Message.objects.filter(
        Exists(newer),
        ~Exists(newer.exclude(state__in=[AttemptState.REFUSED, AttemptState.ACCEPTED])),
        pk=attempt.message_id,
        status=MessageStatus.FAILED,
    )


def _finish(
    attempt: SendAttempt,
    state: AttemptState,
    *,
    wamid: str | None = None,
    code: int | None = None,
    detail: str = "",
) -> None:
    attempt.state, attempt.wa_message_id = state, wamid
    attempt.error_code, attempt.error_detail = code, detail[:_DETAIL_LENGTH]
    attempt.finished_at, attempt.lease_until = datetime.now(UTC), None
    attempt.save(
        update_fields=["state", "wa_message_id", "error_code", "error_detail", "finished_at", "lease_until"]
    )
