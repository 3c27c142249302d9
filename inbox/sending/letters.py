"""What leaves: the body of a message, and what has to be done before there is one. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast
from uuid import UUID

from inbox.files.outgoing import Outgoing
from inbox.models import AttachmentKind, Message, SendAttempt
from integrations.whatsapp.messages import Recipient, media_body, text_body
from integrations.whatsapp.payloads import MediaKind

TYPES_WITH_FILES = frozenset(AttachmentKind.values)


@dataclass(frozen=True, slots=True)
class Address:
    """Whom a letter goes to, and what it answers."""

    recipient: Recipient
    quoted_wamid: str | None
    callback_id: UUID


@dataclass(frozen=True, slots=True)
class Letter:
    """An attempt that is ready to leave, or will be when Meta has its file.

    Attributes:
        waited_seconds: since the message's first attempt was made, for giving up.
        body: empty until there is one.
        caption: what the file says; other messages have it all in their body.
        file: None for a message that carries none.
    """

    attempt_id: int
    message_id: int
    conversation_id: int
    number: int
    waited_seconds: float
    body: dict[str, object]
    caption: str = ""
    file: Outgoing | None = None
    address: Address | None = None

    @property
    def needs_upload(self) -> bool:
        return self.file is not None and not self.file.media_id


def address_of(attempt: SendAttempt, recipient: Recipient) -> Address:
    quoted = attempt.message.quoted_message
    return Address(recipient, quoted.wa_message_id if quoted else None, attempt.callback_id)


def filled(letter: Letter, message: Message, file: Outgoing | None, address: Address) -> Letter:
    """Return the letter with its body; without one when Meta has to get the file first.

    Raises:
        ValueError: nobody could send it as it is.
    """
    if message.type not in TYPES_WITH_FILES:
        body = text_body(
            address.recipient,
            message.text,
            reply_to_wamid=address.quoted_wamid,
            callback_data=address.callback_id.hex,
        )
        return replace(letter, body=body)
    if file is None:
        raise ValueError("the file of the message is not there")
    waiting = replace(letter, caption=message.text, file=file, address=address)
    return with_file(waiting, file.media_id) if file.media_id else waiting


def with_file(letter: Letter, media_id: str) -> Letter:
    """Return a letter with its body, now that Meta has its file under this id."""
    if letter.file is None or letter.address is None:
        raise ValueError("only a letter that carries a file is completed")
    body = media_body(
        letter.address.recipient,
        cast(MediaKind, letter.file.kind),
        media_id=media_id,
        caption=letter.caption,
        file_name=letter.file.file_name,
        voice=letter.file.is_voice,
        reply_to_wamid=letter.address.quoted_wamid,
        callback_data=letter.address.callback_id.hex,
    )
    return replace(letter, body=body, file=replace(letter.file, media_id=media_id))
