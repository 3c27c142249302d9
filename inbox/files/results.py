"""What fetching a file came to, written down and told: the row changes with its event, or not at all."""

from __future__ import annotations

from dataclasses import dataclass

from core.actors import system_actor
from core.events import record, service
from core.tenancy import current_organization_id
from inbox.events import MessageUpdated
from inbox.files import kinds, storage
from inbox.files.inspection import Findings
from inbox.models import Attachment, AttachmentState

_LONGEST_DETAIL = 300


@dataclass(frozen=True, slots=True)
class Stored:
    """A file that lies on our disk.

    Attributes:
        mime_type: as sniffed.
    """

    key: str
    size: int
    sha256: str
    mime_type: str
    found: Findings


def fill(row: Attachment, stored: Stored) -> None:
    """Put into a row what is known of its file."""
    found = stored.found
    settled = kinds.settle(row.kind, stored.mime_type, found)
    row.kind, row.mime_type = settled.kind, settled.mime_type
    row.state, row.failure_code, row.failure_detail = AttachmentState.STORED, "", ""
    row.storage_key, row.size_bytes, row.sha256 = stored.key, stored.size, stored.sha256
    row.thumbnail_key = stored.key + storage.THUMBNAIL if found.has_thumbnail else ""
    row.width, row.height = found.width, found.height
    row.duration_ms, row.waveform = found.duration_ms, found.waveform
    row.is_animated = found.is_animated
    row.is_voice = row.is_voice and settled.kind == "audio"


FILLED = [
    *("kind", "mime_type", "state", "failure_code", "failure_detail", "storage_key", "size_bytes", "sha256"),
    *("thumbnail_key", "width", "height", "duration_ms", "waveform", "is_animated", "is_voice"),
]


def store(attachment_id: int, stored: Stored) -> bool:
    """Show a fetched file, and tell whether it was taken: if somebody else was quicker, theirs stays and ours goes."""
    with service():
        row = _waiting(attachment_id)
        if row is not None:
            fill(row, stored)
            row.save(update_fields=FILLED)
            _tell(row)
    if row is None:
        storage.remove(current_organization_id(), stored.key)
    return row is not None


def add_playable(attachment_id: int, key: str) -> None:
    """Show that a copy lies beside the original which every browser plays."""
    with service():
        row = Attachment.objects.select_for_update(of=("self",)).filter(pk=attachment_id).first()
        if row is None or row.storage_key != key or row.playable_key:
            return
        row.playable_key = key + storage.PLAYABLE
        row.save(update_fields=["playable_key"])
        _tell(row)


def note_failure(attachment_id: int, code: str, detail: str, *, is_final: bool) -> None:
    """Write down why a try failed. It is told when it is the last one, or when the reason is another than before."""
    with service():
        row = _waiting(attachment_id)
        if row is None or (row.failure_code == code and not is_final):
            return
        row.failure_code, row.failure_detail = code, detail[:_LONGEST_DETAIL]
        row.state = AttachmentState.FAILED if is_final else AttachmentState.WAITING
        row.save(update_fields=["state", "failure_code", "failure_detail"])
        _tell(row)


def _waiting(attachment_id: int) -> Attachment | None:
    rows = Attachment.objects.select_for_update(of=("self",)).filter(pk=attachment_id)
    return rows.filter(state=AttachmentState.WAITING).first()


def _tell(row: Attachment) -> None:
    if row.message is not None:
        actor = system_actor(current_organization_id())
        record(MessageUpdated(row.message.conversation_id, row.message.pk, actor))
