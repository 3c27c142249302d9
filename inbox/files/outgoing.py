"""Files on their way to customers: joined with messages, and handed over to Meta before the message is sent."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from core.errors import NotFound
from inbox.errors import FileTooLarge, KindMismatch, UnsupportedMedia
from inbox.files import limits
from inbox.files.names import extension_of
from inbox.models import Attachment, AttachmentState, Message

# Meta keeps an upload for 30 days; an id that ends while its message waits would be refused.
MEDIA_ID_LIVES = timedelta(days=29)
# What Meta answers about an id that it does not know (any more), or cannot use.
UPLOAD_TROUBLES = frozenset({100, 131009, 131052, 131053})


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A file of a message that is about to leave.

    Attributes:
        media_id: Meta's id of it; empty when it has to be uploaded first.
        file_name: as the customer sees it, of a document.
    """

    attachment_id: int
    organization_id: int
    key: str
    kind: str
    mime_type: str
    file_name: str
    is_voice: bool
    media_id: str

    @property
    def upload_name(self) -> str:
        """A name for the upload, which nobody sees; its extension is the type's."""
        return f"file{extension_of(self.mime_type)}"


def of_messages(message_ids: Collection[int], *, now: datetime) -> dict[int, Outgoing]:
    """Return the files of messages by message id."""
    rows = Attachment.objects.filter(message_id__in=message_ids, state=AttachmentState.STORED)
    found: dict[int, Outgoing] = {}
    for row in rows.order_by("id"):
        is_known = bool(row.media_id) and row.media_id_until is not None and row.media_id_until > now
        found[row.message_id or 0] = Outgoing(
            attachment_id=row.pk,
            organization_id=row.organization_id,
            key=row.storage_key,
            kind=row.kind,
            mime_type=row.mime_type,
            file_name=row.file_name or f"{row.kind}{extension_of(row.mime_type)}",
            is_voice=row.is_voice,
            media_id=row.media_id if is_known else "",
        )
    return found


def attach(message: Message, attachment: Attachment) -> Attachment:
    """Let a message carry a file; one that another message carries is carried by both, and lies on the disk once.

    Raises:
        NotFound: it was removed meanwhile.
        KindMismatch, UnsupportedMedia, FileTooLarge: it cannot be sent as this type of message.
    """
    row = Attachment.objects.select_for_update(of=("self",)).filter(pk=attachment.pk).first()
    if row is None or row.state != AttachmentState.STORED:
        raise NotFound
    check(row, message.type)
    if row.message_id is not None:
        row.pk, row.message_id, row.member_id = None, None, message.member_id
        row._state.adding = True
    if row.channel_id != message.channel_id or row.media_id_until is None:
        # Ids belong to the number that uploaded them, and those of inbound files cannot be sent.
        row.media_id, row.media_id_until = "", None
    row.message, row.channel_id = message, message.channel_id
    row.save()
    return row


def check(row: Attachment, kind: str) -> None:
    """Refuse what WhatsApp would not take as this kind.

    Raises:
        KindMismatch, UnsupportedMedia, FileTooLarge: with the limits.
    """
    if row.kind != kind:
        raise KindMismatch(kind=row.kind, asked=kind)
    if row.mime_type not in limits.OUTBOUND[kind].mime_types:
        raise UnsupportedMedia(mime_type=row.mime_type, kind=kind, limits=limits.as_json())
    most = limits.largest(kind, is_animated=row.is_animated)
    if (row.size_bytes or 0) > most:
        raise FileTooLarge(kind=kind, size_bytes=row.size_bytes, max_bytes=most, limits=limits.as_json())


def note_uploaded(attachment_id: int, media_id: str) -> None:
    """Remember Meta's id of a file, for as long as it holds."""
    until = datetime.now(UTC) + MEDIA_ID_LIVES
    Attachment.objects.filter(pk=attachment_id).update(media_id=media_id, media_id_until=until)


def forget_upload(message_id: int) -> None:
    """Have the files of a message uploaded anew before its next attempt: Meta could not use the id."""
    Attachment.objects.filter(message_id=message_id).update(media_id="", media_id_until=None)
