"""One element of `value.statuses[]` to a StatusUpdate. A campaign brings hundreds of thousands of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from integrations.whatsapp.payloads.types import (
    Other,
    Pricing,
    Problem,
    StatusError,
    StatusName,
    StatusUpdate,
)
from integrations.whatsapp.payloads.values import (
    bsuid,
    identifier,
    integer,
    json_safe,
    moment,
    obj,
    phone,
    text,
)

_KNOWN: dict[Any, StatusName] = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "played": "played",
    "failed": "failed",
}


def read_status(
    status: dict[str, Any],
    *,
    pointer: str,
    phone_number_id: str | None,
    waba_id: str | None,
    received_at: datetime,
) -> StatusUpdate | Other | Problem:
    """Read one status. Those of calls and groups, and unknown words, have no effect on a message."""
    word = status.get("status")
    name = _KNOWN.get(word) if isinstance(word, str) else None
    kind = status.get("type")
    if kind == "call" or status.get("recipient_type") == "group" or name is None:
        if not isinstance(word, str):
            return Problem(pointer, "no_status", "the status has no name")
        what = "call_status" if kind == "call" else "unknown_status" if name is None else "group_status"
        return Other(pointer, "messages", what, phone_number_id, waba_id, json_safe(status))
    wamid = identifier(status.get("id"))
    if wamid is None:
        return Problem(pointer, "no_id", "the status names no message")
    recipient = status.get("recipient_id")
    user = status.get("recipient_user_id")
    callback_data = status.get("biz_opaque_callback_data")
    errors = status.get("errors")
    pricing = status.get("pricing")
    return StatusUpdate(
        pointer,
        phone_number_id,
        waba_id,
        wamid,
        name,
        moment(status.get("timestamp"), received_at)[0],
        None if recipient is None else phone(recipient),
        None if user is None else bsuid(user),
        callback_data if isinstance(callback_data, str) else None,
        _error(errors) if errors else None,
        _pricing(pricing) if pricing else None,
    )


def _error(errors: Any) -> StatusError | None:
    first = errors[0] if isinstance(errors, list) else errors
    if not isinstance(first, dict):
        return None
    data = first.get("error_data")
    detail = text(obj(data).get("details")) or text(data) or text(first.get("details"))
    title = text(first.get("title")) or text(first.get("message"))
    return StatusError(integer(first.get("code")), title, detail or text(first.get("message")))


def _pricing(pricing: Any) -> Pricing | None:
    if not isinstance(pricing, dict):
        return None
    return Pricing(
        model=text(pricing.get("pricing_model")),
        type=text(pricing.get("type")),
        # Meta writes authentication_international with a hyphen too.
        category=text(pricing.get("category")).replace("-", "_"),
    )
