"""What an exchange with Meta proves about a message: taken, refused, unknown, or never sent. Pure.

A message may only be sent again when it has certainly not been taken. That is so when Meta refused it with a code
that the table lists as retryable, or when the failure provably preceded the request. Everything else that is no
clear answer is `Unknown`, whatever its HTTP status: Meta gives no key that would make a second send harmless.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Literal

import orjson

from integrations.whatsapp.error_codes import ErrorClass, MetaError, is_listed, lookup
from integrations.whatsapp.payloads.values import clean

Stage = Literal["before_body", "after_body"]
GIVE_UP_AFTER_SECONDS = 3600.0  # for a chat; a campaign has a day
_LONGEST_WAIT_SECONDS = 24 * 3600
_TEXT_LENGTH = 500
_LARGEST_NUMBER = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was seen of one call.

    Attributes:
        stage: how far the request had come; "before_body" only if provably nothing of it was written.
        status: HTTP status; None when no complete answer came.
        body: of the answer.
        failure: name of what went wrong when no complete answer came.
    """

    stage: Stage
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """Meta took the message.

    Attributes:
        wa_id: digits as Meta spells the phone; may differ from what we sent to.
        message_status: only for templates: "accepted", "held_for_quality_assessment", "paused".
    """

    wamid: str
    wa_id: str | None = None
    user_id: str | None = None
    message_status: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """Meta did not take it, and said why.

    Attributes:
        retryable: whether the same message may be sent again.
        retry_after_seconds: how long Meta asks to wait, if it does.
        channel_wide: whether the next message of the same number would be refused too.
        title, detail: Meta's words, for people; `error_codes.lookup(code)` has ours.
    """

    code: int
    error_class: str
    retryable: bool
    retry_after_seconds: float | None
    channel_wide: bool
    title: str
    detail: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Meta may have taken it. Never send it again by itself."""

    reason: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """Nothing of the request left; it may be sent again."""

    reason: str


@dataclass(frozen=True, slots=True)
class Done:
    """A call that changes nothing for a customer succeeded."""

    data: dict[str, Any]


Verdict = Accepted | Refused | Unknown | NotSent
Reply = Done | Refused | Unknown | NotSent


def classify_send(outcome: Outcome) -> Verdict:
    """Say what one `POST …/messages` that sends a message proves."""
    if outcome.status is None:
        return _without_answer(outcome)
    document = _json_object(outcome.body)
    if 200 <= outcome.status < 300:
        return _accepted(document) or Unknown(f"HTTP {outcome.status} without a message id")
    known = _error_of(document)
    if known is None:
        return Unknown(f"HTTP {outcome.status} without an error code")
    error, code = known
    meaning = lookup(code, _integer(error.get("error_subcode")))
    if meaning.error_class is ErrorClass.UNCLEAR:
        return Unknown(f"HTTP {outcome.status} with code {code}")
    if outcome.status >= 500 and not is_listed(code):
        return Unknown(f"HTTP {outcome.status} with unlisted code {code}")
    return _refused(error, code, meaning, outcome, retryable=meaning.is_retryable)


def classify_call(outcome: Outcome) -> Reply:
    """Say what a call proves that may be repeated at will: reads, marking as read."""
    if outcome.status is None:
        return _without_answer(outcome)
    document = _json_object(outcome.body)
    known = _error_of(document)
    if known is not None:
        error, code = known
        meaning = lookup(code, _integer(error.get("error_subcode")))
        passing = meaning.error_class in (ErrorClass.LATER, ErrorClass.UNCLEAR) or outcome.status >= 500
        return _refused(error, code, meaning, outcome, retryable=passing)
    if 200 <= outcome.status < 300 and document is not None:
        return Done(document)
    return Unknown(f"HTTP {outcome.status} without an error code")


def retry_delay(
    code: int | None,
    attempt_number: int,
    *,
    waited_seconds: float = 0.0,
    retry_after_seconds: float | None = None,
    give_up_after_seconds: float = GIVE_UP_AFTER_SECONDS,
    chance: Callable[[], float] = random.random,
) -> float | None:
    """Return how many seconds to wait before the next attempt, None to give up.

    Args:
        code: of the refusal; None when nothing was sent.
        attempt_number: 1 for the attempt that has just failed first.
        waited_seconds: time since the first attempt.
        retry_after_seconds: what Meta asked for; never waits less.
        chance: a number from 0 to 1, spreads the attempts of many messages.

    Source: Meta, "Pair rate limits" (4^n seconds).
    """
    step = max(attempt_number, 1) - 1
    if code == 131056:
        base = 4.0 ** min(step, 10)
    else:
        base = max(_FIRST_WAIT_SECONDS.get(code, 1.0), min(2.0 ** min(step, 16), 300.0))
    delay = max(base, retry_after_seconds or 0.0) * (1 + chance() / 4)
    return None if waited_seconds + delay > give_up_after_seconds else delay


_FIRST_WAIT_SECONDS: dict[int | None, float] = {
    4: 60.0,
    613: 60.0,
    80007: 60.0,
    131057: 60.0,  # the upgrade of a number's throughput takes about a minute
    133015: 300.0,
    134101: 120.0,  # a new template takes up to ten minutes
}


def _without_answer(outcome: Outcome) -> Unknown | NotSent:
    reason = outcome.failure or "no answer"
    return NotSent(reason) if outcome.stage == "before_body" else Unknown(reason)


def _json_object(body: bytes) -> dict[str, Any] | None:
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return document if isinstance(document, dict) else None


def _accepted(document: dict[str, Any] | None) -> Accepted | None:
    if document is None or "error" in document:
        return None
    message = _first(document.get("messages"))
    wamid = message.get("id")
    if not isinstance(wamid, str) or not wamid.strip() or len(wamid) > 250 or not wamid.isprintable():
        return None
    contact = _first(document.get("contacts"))
    return Accepted(
        wamid=wamid,
        wa_id=_text_or_none(contact.get("wa_id")),
        user_id=_text_or_none(contact.get("user_id")),
        message_status=_text_or_none(message.get("message_status")),
    )


def _error_of(document: dict[str, Any] | None) -> tuple[dict[str, Any], int] | None:
    """Return Meta's error object and its code; None when the body has no such thing."""
    error = (document or {}).get("error")
    if not isinstance(error, dict):
        return None
    code = _integer(error.get("code"))
    return None if code is None else (error, code)


def _refused(
    error: dict[str, Any], code: int, meaning: MetaError, outcome: Outcome, *, retryable: bool
) -> Refused:
    data = error.get("error_data")
    detail = data.get("details") if isinstance(data, dict) else data
    title = _text_or_none(error.get("error_user_title")) or _text_or_none(error.get("message")) or ""
    return Refused(
        code=code,
        error_class=meaning.error_class.value,
        retryable=retryable,
        retry_after_seconds=_retry_after(outcome.headers) if retryable else None,
        channel_wide=meaning.channel_wide,
        title=title[:_TEXT_LENGTH],
        detail=(_text_or_none(error.get("error_user_msg")) or _text_or_none(detail) or "")[:_TEXT_LENGTH],
    )


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the longest wait that the headers ask for, at most a day."""
    lower = {name.lower(): value for name, value in headers.items()}
    waits = [_seconds_of(lower.get("retry-after")), _regained_after(lower.get("x-business-use-case-usage"))]
    asked = [wait for wait in waits if wait is not None]
    return min(max(asked), _LONGEST_WAIT_SECONDS) if asked else None


def _seconds_of(value: str | None) -> float | None:
    if not value:
        return None
    if value.strip().isdecimal():
        return float(value.strip()[:9])
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, ((at if at.tzinfo else at.replace(tzinfo=UTC)) - datetime.now(UTC)).total_seconds())


def _regained_after(value: str | None) -> float | None:
    usage = _json_object((value or "").encode())
    minutes = [
        _integer(use.get("estimated_time_to_regain_access"))
        for uses in (usage or {}).values()
        if isinstance(uses, list)
        for use in uses
        if isinstance(use, dict)
    ]
    return max((60.0 * minute for minute in minutes if minute and minute > 0), default=None)


def _first(value: Any) -> dict[str, Any]:
    return value[0] if isinstance(value, list) and value and isinstance(value[0], dict) else {}


def _text_or_none(value: Any) -> str | None:
    return clean(value) if isinstance(value, str) and value else None


def _integer(value: Any) -> int | None:
    """Return a number as the database holds it; a larger one is none of Meta's."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 12:
        value = int(value)
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and abs(value) <= _LARGEST_NUMBER else None
