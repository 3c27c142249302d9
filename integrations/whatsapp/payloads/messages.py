"""One element of `value.messages[]` to an InboundMessage, or to an Other when it is none of a thread's."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast, get_args

from integrations.whatsapp.payloads.media import read_media
from integrations.whatsapp.payloads.people import Profiles
from integrations.whatsapp.payloads.text import plain_text
from integrations.whatsapp.payloads.types import Context, InboundMessage, MessageType, Other, Problem
from integrations.whatsapp.payloads.values import identifier, json_safe, moment, obj, phone, text

RAW_TYPE_LENGTH = 40
_SHOWN = frozenset(get_args(MessageType))
# Meta does not say whether a message that it could not hand over opens the window, so it does not here.
_OPEN_WINDOW = _SHOWN - {"unsupported", "unknown"}
# These change or annotate another message, or concern the person; they are no bubbles of their own.
_WITHOUT_BUBBLE = frozenset({"reaction", "edit", "revoke", "system", "request_welcome"})
_KEPT_ASIDE = ("referral", "errors", "unsupported", "identity")


def read_message(
    message: dict[str, Any],
    *,
    pointer: str,
    phone_number_id: str | None,
    waba_id: str | None,
    own_phone: str | None,
    profiles: Profiles,
    received_at: datetime,
) -> InboundMessage | Other | Problem:
    """Read one message of a customer.

    Args:
        own_phone: digits of the business number; what comes from it is an echo of ours.
    """
    raw_type = text(message.get("type"), RAW_TYPE_LENGTH)
    aside = _aside(message, raw_type, own_phone)
    if aside is not None:
        return Other(pointer, "messages", aside, phone_number_id, waba_id, json_safe(message))
    wamid = identifier(message.get("id"))
    if wamid is None:
        return Problem(pointer, "no_id", "the message has no id")
    sender = profiles.sender_of(message)
    if sender is None:
        return Problem(pointer, "no_sender", "the message does not say who wrote it")
    kind = cast(MessageType, raw_type if raw_type in _SHOWN else "unknown")
    sent_at, is_time_certain = moment(message.get("timestamp"), received_at)
    return InboundMessage(
        pointer=pointer,
        phone_number_id=phone_number_id,
        waba_id=waba_id,
        wamid=wamid,
        sent_at=sent_at,
        is_time_certain=is_time_certain,
        sender=sender,
        type=kind,
        raw_type=raw_type,
        text=plain_text(kind, message),
        context=_context(message.get("context")),
        opens_window=is_time_certain and kind in _OPEN_WINDOW,
        content=_content(raw_type, message),
        media=read_media(raw_type, message.get(raw_type)),
    )


def _aside(message: dict[str, Any], raw_type: str, own_phone: str | None) -> str | None:
    """Name what is no message of a thread; None for one that is."""
    if message.get("group_id") is not None:
        return "group_message"
    if own_phone is not None and phone(message.get("from")) == own_phone:
        return "echo"
    return raw_type if raw_type in _WITHOUT_BUBBLE else None


def _context(context: Any) -> Context | None:
    if not isinstance(context, dict):
        return None
    wamid = identifier(context.get("id"))
    forwarded, frequently = context.get("forwarded") is True, context.get("frequently_forwarded") is True
    if wamid is None and not forwarded and not frequently:
        return None
    return Context(wamid=wamid, forwarded=forwarded or frequently, frequently_forwarded=frequently)


def _content(raw_type: str, message: dict[str, Any]) -> dict[str, Any]:
    content = {key: json_safe(message[key]) for key in _KEPT_ASIDE if message.get(key) is not None}
    if raw_type not in ("", "text") and message.get(raw_type) is not None:
        content[raw_type] = json_safe(message[raw_type])
    product = obj(message.get("context")).get("referred_product")
    if product is not None:
        content["referred_product"] = json_safe(product)
    return content
