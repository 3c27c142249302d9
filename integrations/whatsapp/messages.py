"""Bodies of `POST /{phone-number-id}/messages`. Pure.

Source: Meta, "Cloud API: Messages".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from integrations.whatsapp.payloads.types import MediaKind

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
WITHOUT_CAPTION = frozenset({"audio", "sticker"})
LONGEST_CALLBACK_DATA = 512
_NOT_UTF8 = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a message is for: the phone if it is known, else the business-scoped user id.

    Attributes:
        phone: digits with country code, with or without a plus.
    """

    phone: str | None = None
    bsuid: str | None = None

    def as_json(self) -> dict[str, str]:
        """Return the part of the body that names the recipient.

        Raises:
            ValueError: neither is known.
        """
        if self.phone:
            # Without the plus Meta takes the number for one of the business's own country.
            return {"to": "+" + self.phone.lstrip("+")}
        if self.bsuid:
            return {"recipient": self.bsuid}
        raise ValueError("a message needs a recipient")


def text_body(
    to: Recipient,
    text: str,
    *,
    reply_to_wamid: str | None = None,
    callback_data: str | None = None,
    preview_url: bool | None = None,
) -> dict[str, Any]:
    """Return the body of a text message.

    Args:
        callback_data: comes back with every status of the message; names our attempt.
        preview_url: whether the first link is shown with a preview; None leaves it to Meta.

    Raises:
        ValueError: the text is empty or longer than 4096 characters.
    """
    if not 1 <= len(text) <= LONGEST_TEXT:
        raise ValueError(f"a text has 1 to {LONGEST_TEXT} characters")
    content: dict[str, Any] = {"body": _NOT_UTF8.sub("\ufffd", text)}
    if preview_url is not None:
        content["preview_url"] = preview_url
    return _envelope(to, reply_to_wamid, callback_data) | {"type": "text", "text": content}


def reaction_body(to: Recipient, wamid: str, emoji: str) -> dict[str, Any]:
    """Return the body of our reaction to a message; an empty emoji takes it back."""
    body = _envelope(to, None, None)
    return body | {"type": "reaction", "reaction": {"message_id": wamid, "emoji": emoji}}


def media_body(
    to: Recipient,
    kind: MediaKind,
    *,
    media_id: str,
    caption: str = "",
    file_name: str = "",
    voice: bool = False,
    reply_to_wamid: str | None = None,
    callback_data: str | None = None,
) -> dict[str, Any]:
    """Return the body of a message that carries a file.

    Args:
        media_id: Meta's id of an upload.
        file_name: only documents have one.
        voice: whether a sound is shown as a voice note.

    Raises:
        ValueError: there is no id, or a caption that is too long or that this kind cannot have.
    """
    if not media_id:
        raise ValueError("a file is named by its id")
    if len(caption) > LONGEST_CAPTION or (caption and kind in WITHOUT_CAPTION):
        raise ValueError(f"a caption has at most {LONGEST_CAPTION} characters, and {kind} may have none")
    content: dict[str, Any] = {"id": media_id}
    if kind == "document" and file_name:
        content["filename"] = _NOT_UTF8.sub("\ufffd", file_name)
    if caption:
        content["caption"] = _NOT_UTF8.sub("\ufffd", caption)
    if kind == "audio" and voice:
        content["voice"] = True
    return _envelope(to, reply_to_wamid, callback_data) | {"type": kind, kind: content}


def read_body(wamid: str, *, typing: bool = False) -> dict[str, Any]:
    """Return the body that marks a customer's message, and all before it, as read.

    Args:
        typing: also show that we write, for 25 seconds or until we answer.
    """
    body: dict[str, Any] = {"messaging_product": "whatsapp", "status": "read", "message_id": wamid}
    if typing:
        body["typing_indicator"] = {"type": "text"}
    return body


def _envelope(to: Recipient, reply_to_wamid: str | None, callback_data: str | None) -> dict[str, Any]:
    body: dict[str, Any] = {"messaging_product": "whatsapp", "recipient_type": "individual", **to.as_json()}
    if reply_to_wamid:
        body["context"] = {"message_id": reply_to_wamid}
    if callback_data:
        if len(callback_data) > LONGEST_CALLBACK_DATA:
            raise ValueError(f"callback data has at most {LONGEST_CALLBACK_DATA} characters")
        body["biz_opaque_callback_data"] = callback_data
    return body
