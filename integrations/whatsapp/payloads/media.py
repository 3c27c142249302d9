"""The file of a message: what the webhook says of it, which is all claims."""

from __future__ import annotations

import base64
import binascii
from typing import Any, get_args

from integrations.whatsapp.payloads.types import InboundMedia, MediaKind
from integrations.whatsapp.payloads.values import identifier, obj, text

_KINDS: dict[str, MediaKind] = {kind: kind for kind in get_args(MediaKind)}
_LONGEST_TYPE = 120
_LONGEST_NAME = 4_096


def read_media(raw_type: str, content: Any) -> InboundMedia | None:
    """Return what a message of this type says of its file; None for a type that has none."""
    kind = _KINDS.get(raw_type)
    if kind is None:
        return None
    said = obj(content)
    return InboundMedia(
        kind=kind,
        media_id=identifier(said.get("id")),
        mime_type=text(said.get("mime_type"), _LONGEST_TYPE).partition(";")[0].strip().lower(),
        sha256=digest(said.get("sha256")),
        file_name=text(said.get("filename"), _LONGEST_NAME),
        is_voice=said.get("voice") is True,
        is_animated=said.get("animated") is True,
    )


def digest(value: object) -> str:
    """Return a SHA-256 as 64 hexadecimal digits; empty when it is none.

    Meta's examples spell it in base64 and elsewhere in hexadecimal digits.
    """
    given = text(value, 100)
    try:
        raw = bytes.fromhex(given) if len(given) == 64 else base64.b64decode(given, validate=True)
    except (ValueError, binascii.Error):
        return ""
    return raw.hex() if len(raw) == 32 else ""
