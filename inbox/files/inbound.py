"""Files that customers send: noted with their messages, and fetched at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core import jobs, outbox
from core.actors import Actor
from core.errors import NotFound
from core.events import record, service
from core.tenancy import current_organization_id
from inbox.errors import NotRetryable
from inbox.events import MessageUpdated
from inbox.files.names import clean_name
from inbox.models import Attachment, AttachmentState
from integrations.whatsapp.payloads import InboundMedia

FETCH = "whatsapp.media"
LANE_PREFIX = "media:"
_LONGEST_MEDIA_ID = 120


@dataclass(frozen=True, slots=True)
class Announced:
    """A file that a webhook has named, and the message that carries it."""

    message_id: int
    channel_id: int
    media: InboundMedia


def lane_of(channel_id: int) -> str:
    """Return the lane of a channel's files; another one than that of its receipts, which wait for no download."""
    return f"{LANE_PREFIX}{channel_id}"


def note(files: Iterable[Announced]) -> None:
    """Note files that have come with new messages, and have them fetched; within the messages' transaction."""
    rows = Attachment.objects.bulk_create(_row(one) for one in files)
    _have_fetched([row for row in rows if row.state == AttachmentState.WAITING])


def fetch_again(attachment: Attachment, *, by: Actor) -> Attachment:
    """Try once more to fetch a file that failed, or that still waits for its next try.

    Raises:
        NotRetryable: it is here, or Meta never named it.
        NotFound: it was removed meanwhile.
    """
    with service():
        row = Attachment.objects.select_for_update(of=("self",)).filter(pk=attachment.pk).first()
        if row is None or row.message_id is None:
            raise NotFound
        if row.state == AttachmentState.STORED or not row.media_id or row.storage_key:
            raise NotRetryable(status=row.state)
        row.state, row.failure_code, row.failure_detail = AttachmentState.WAITING, "", ""
        row.save(update_fields=["state", "failure_code", "failure_detail"])
        _have_fetched([row])
        record(MessageUpdated(_conversation_of(row), row.message_id, by))
    return row


def _row(one: Announced) -> Attachment:
    media = one.media
    is_named = media.media_id is not None and len(media.media_id) <= _LONGEST_MEDIA_ID
    return Attachment(
        organization_id=current_organization_id(),
        message_id=one.message_id,
        channel_id=one.channel_id,
        kind=media.kind,
        state=AttachmentState.WAITING if is_named else AttachmentState.FAILED,
        failure_code="" if is_named else "missing",
        media_id=(media.media_id or "") if is_named else "",
        mime_type=media.mime_type,
        sha256=media.sha256,
        file_name=clean_name(media.file_name),
        is_voice=media.is_voice,
        is_animated=media.is_animated,
    )


def _have_fetched(rows: list[Attachment]) -> None:
    outbox.post_many(
        FETCH,
        [(lane_of(row.channel_id or 0), f"attachment:{row.pk}", {"attachment": row.pk}) for row in rows],
    )
    if rows:
        jobs.ring_after_commit("inbox.fetch_files")


def _conversation_of(row: Attachment) -> int:
    assert row.message is not None  # noqa: S101 - looked at before
    return row.message.conversation_id
