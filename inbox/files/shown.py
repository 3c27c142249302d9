"""Files as resources: for messages, and for the last message of each conversation; at most one query a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from inbox.files.failures import failure
from inbox.models import Attachment, AttachmentState

Resource = dict[str, Any]

# Only messages of these types carry files: a page of plain texts needs no query for them.
TYPES_WITH_FILES = frozenset({"image", "video", "audio", "document", "sticker"})

FIELDS = (
    "id",
    "message_id",
    "kind",
    "state",
    "is_voice",
    "is_animated",
    "mime_type",
    "file_name",
    "size_bytes",
    "width",
    "height",
    "duration_ms",
    "waveform",
    "storage_key",
    "thumbnail_key",
    "playable_key",
    "failure_code",
    "organization__slug",
)
_OF_LAST_MESSAGE = ("message_id", "is_voice", "duration_ms", "file_name")


def of_messages(rows: Iterable[Mapping[str, Any]]) -> dict[int, list[Resource]]:
    """Return the files of messages by message id; those of deleted messages are not shown.

    Args:
        rows: with `id` and `type`.
    """
    ids = [row["id"] for row in rows if row["type"] in TYPES_WITH_FILES]
    found: dict[int, list[Resource]] = {}
    if ids:
        for row in _shown(ids).values(*FIELDS):
            found.setdefault(row["message_id"], []).append(attachment(row))
    return found


def of_last_messages(rows: Iterable[Mapping[str, Any]]) -> dict[int, Mapping[str, Any]]:
    """Return what the list of conversations says of files, by message id.

    Args:
        rows: with `last_message_id` and `last_message__type`.
    """
    ids = [row["last_message_id"] for row in rows if row["last_message__type"] in TYPES_WITH_FILES]
    return {row["message_id"]: row for row in _shown(ids).values(*_OF_LAST_MESSAGE)} if ids else {}


def one(attachment_id: int) -> Resource:
    """Return a file as it is now."""
    return attachment(Attachment.objects.values(*FIELDS).get(pk=attachment_id))


def attachment(row: Mapping[str, Any]) -> Resource:
    """Render a row of `FIELDS`."""
    is_stored = row["state"] == AttachmentState.STORED
    return {
        "id": row["id"],
        "kind": row["kind"],
        "state": row["state"],
        "is_voice": row["is_voice"],
        "is_animated": row["is_animated"],
        "mime_type": row["mime_type"],
        "file_name": row["file_name"],
        "size_bytes": row["size_bytes"],
        "width": row["width"],
        "height": row["height"],
        "duration_ms": row["duration_ms"],
        "waveform": row["waveform"],
        "url": _url(row) if is_stored else None,
        "thumbnail_url": _url(row, variant="thumbnail") if is_stored and row["thumbnail_key"] else None,
        "playable_url": _url(row, variant="playable") if is_stored and row["playable_key"] else None,
        # Also while it waits for another try: why the last one failed.
        "failure": failure(row["failure_code"]),
    }


def _shown(message_ids: list[int]) -> Any:
    return Attachment.objects.filter(message_id__in=message_ids, message__deleted_at__isnull=True).order_by(
        "id"
    )


def _url(row: Mapping[str, Any], **query: str) -> str:
    """Return the address of a file. It names the organisation, as an element of a page can send no header."""
    return f"/api/v1/attachments/{row['id']}/content?{urlencode({'organization': row['organization__slug'], **query})}"
