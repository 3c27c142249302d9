"""One element of `value.messages[]` or of `message_echoes[]` to the item that it is."""

from __future__ import annotations

from typing import Any, cast, get_args

from integrations.whatsapp.payloads import changes
from integrations.whatsapp.payloads.contents import answer_kind, content_of, read_referral
from integrations.whatsapp.payloads.identities import read_system
from integrations.whatsapp.payloads.media import read_media
from integrations.whatsapp.payloads.people import Profiles
from integrations.whatsapp.payloads.place import Place
from integrations.whatsapp.payloads.text import plain_text
from integrations.whatsapp.payloads.types import (
    Context,
    Echo,
    InboundMessage,
    Item,
    MessageType,
    Problem,
    Sender,
)
from integrations.whatsapp.payloads.values import identifier, moment, phone, text

RAW_TYPE_LENGTH = 40
_SHOWN = frozenset(get_args(MessageType))
# Meta does not say whether a message that it could not hand over opens the window, so it does not here.
_OPEN_WINDOW = _SHOWN - {"unsupported", "unknown"}


def read_message(message: dict[str, Any], place: Place, profiles: Profiles) -> Item | Problem:
    """Read one message of a customer, or one that the business number is told of itself."""
    if message.get("group_id") is not None:
        return place.other("group_message", message)
    if place.own_phone is not None and phone(message.get("from")) == place.own_phone:
        return read_echo(message, place, profiles)
    raw_type = text(message.get("type"), RAW_TYPE_LENGTH)
    if raw_type in changes.KINDS:
        return changes.read_change(raw_type, message, place, "contact")
    if raw_type == "system":
        return read_system(message, place, profiles)
    if raw_type == "request_welcome":  # retired by Meta; nobody has written anything
        return place.other(raw_type, message)
    sender = profiles.sender_of(message)
    if sender is None:
        return Problem(place.pointer, "no_sender", "the message does not say who wrote it")
    return _message(message, place, raw_type, sender)


def read_echo(message: dict[str, Any], place: Place, profiles: Profiles) -> Item | Problem:
    """Read what somebody of the business did in the WhatsApp Business app of the number."""
    if message.get("group_id") is not None:
        return place.other("group_message", message)
    raw_type = text(message.get("type"), RAW_TYPE_LENGTH)
    if raw_type in changes.KINDS:
        return changes.read_change(raw_type, message, place, "us")
    recipient = profiles.recipient_of(message)
    if recipient is None or raw_type == "system":
        return place.other("echo", message)
    found = _message(message, place, raw_type, recipient)
    return Echo(found) if isinstance(found, InboundMessage) else found


def _message(
    message: dict[str, Any], place: Place, raw_type: str, person: Sender
) -> InboundMessage | Problem:
    wamid = identifier(message.get("id"))
    if wamid is None:
        return Problem(place.pointer, "no_id", "the message has no id")
    kind = _kind(raw_type, message)
    sent_at, is_time_certain = moment(message.get("timestamp"), place.received_at)
    return InboundMessage(
        pointer=place.pointer,
        phone_number_id=place.phone_number_id,
        waba_id=place.waba_id,
        wamid=wamid,
        sent_at=sent_at,
        is_time_certain=is_time_certain,
        sender=person,
        type=kind,
        raw_type=raw_type,
        text=plain_text(kind, message),
        context=_context(message.get("context")),
        # A tap that we do not understand is a tap all the same.
        opens_window=is_time_certain and raw_type in _OPEN_WINDOW,
        content=content_of(kind, message),
        media=read_media(raw_type, message.get(raw_type)),
        referral=read_referral(message.get("referral")),
    )


def _kind(raw_type: str, message: dict[str, Any]) -> MessageType:
    if raw_type not in _SHOWN or (raw_type == "interactive" and not answer_kind(message)):
        return "unknown"
    return cast(MessageType, raw_type)


def _context(context: Any) -> Context | None:
    if not isinstance(context, dict):
        return None
    wamid = identifier(context.get("id"))
    forwarded, frequently = context.get("forwarded") is True, context.get("frequently_forwarded") is True
    if wamid is None and not forwarded and not frequently:
        return None
    return Context(wamid=wamid, forwarded=forwarded or frequently, frequently_forwarded=frequently)
