"""Webhook bodies of the WhatsApp Cloud API in neutral types. Pure: no Django, no network."""

from integrations.whatsapp.payloads.reader import read
from integrations.whatsapp.payloads.types import (
    Context,
    InboundMedia,
    InboundMessage,
    Item,
    MediaKind,
    MessageType,
    Other,
    Pricing,
    Problem,
    Reading,
    Sender,
    StatusError,
    StatusName,
    StatusUpdate,
)

__all__ = [
    "Context",
    "InboundMedia",
    "InboundMessage",
    "Item",
    "MediaKind",
    "MessageType",
    "Other",
    "Pricing",
    "Problem",
    "Reading",
    "Sender",
    "StatusError",
    "StatusName",
    "StatusUpdate",
    "read",
]
