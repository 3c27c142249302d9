"""Bringing one file of a customer here: asked for, downloaded, looked at, shown."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from inbox.files import inspection, results, storage
from inbox.files.failures import FINAL
from inbox.files.inspection import Findings
from inbox.files.limits import LARGEST_INBOUND
from inbox.files.results import Stored
from inbox.files.sniffing import sniff
from inbox.models import Attachment, AttachmentKind, AttachmentState
from inbox.sending.database import in_scope
from integrations.whatsapp.client import GraphClient
from integrations.whatsapp.errors import NotSent, Refused, Unknown
from integrations.whatsapp.media import DownloadFailed, MediaInfo, SinkFailed

logger = logging.getLogger(__name__)

# Meta keeps what customers send for seven days.
GIVE_UP_AFTER = timedelta(days=7)
_WAITS_SECONDS = (5.0, 15.0, 60.0, 300.0, 900.0)
_LONGEST_WAIT_SECONDS = 3600.0
_RECORDED = (AttachmentKind.AUDIO, AttachmentKind.VIDEO)
_NO_SUCH_OBJECT = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to be fetched, and what its number needs for that.

    Attributes:
        claimed_type, claimed_sha256: what the webhook said of it.
        access_token: None where the number is not connected any more.
        key: not empty when the file is here already, and only its playable copy may be missing.
    """

    attachment_id: int
    organization_id: int
    kind: str
    media_id: str
    claimed_type: str
    claimed_sha256: str
    created_at: datetime
    phone_number_id: str
    access_token: str | None
    key: str


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a try failed: one of `inbox.files.failures`, and what was seen."""

    code: str
    detail: str = ""


def load(attachment_id: int) -> Wanted | None:
    """Return what is to be fetched; None when nothing is left to do. Call within the tenant's scope."""
    row = Attachment.objects.select_related("channel", "message").filter(pk=attachment_id).first()
    if row is None or row.message is None or row.message.deleted_at is not None or row.channel is None:
        return None
    is_here = row.state == AttachmentState.STORED
    if row.state == AttachmentState.FAILED or (is_here and (row.playable_key or row.kind not in _RECORDED)):
        return None
    return Wanted(
        attachment_id=row.pk,
        organization_id=row.organization_id,
        kind=row.kind,
        media_id=row.media_id,
        claimed_type=row.mime_type,
        claimed_sha256=row.sha256,
        created_at=row.created_at,
        phone_number_id=row.channel.phone_number_id,
        access_token=row.channel.access_token if row.channel.is_active else None,
        key=row.storage_key if is_here else "",
    )


def wait_seconds(tries: int) -> float:
    """Return how long to wait after so many tries."""
    return _WAITS_SECONDS[tries - 1] if 0 < tries <= len(_WAITS_SECONDS) else _LONGEST_WAIT_SECONDS


def is_last_try(wanted: Wanted, code: str, *, wait: float, now: datetime) -> bool:
    """Tell whether another try makes no sense: nothing would be different, or the file would be gone."""
    return code in FINAL or now + timedelta(seconds=wait) > wanted.created_at + GIVE_UP_AFTER


async def fetch(wanted: Wanted, client: GraphClient) -> Failure | None:
    """Fetch a file and show it; then make the copy that every browser plays. None when all is done."""
    try:
        if wanted.key:
            found = await asyncio.to_thread(
                inspection.look, wanted.organization_id, wanted.key, wanted.claimed_type
            )
            await _make_playable(wanted, wanted.key, wanted.claimed_type, found)
            return None
        info = await client.media_url(wanted.media_id, wanted.phone_number_id)
        if not isinstance(info, MediaInfo):
            return _unnamed(info)
        stored = await _download(wanted, info, client)
        if isinstance(stored, Failure):
            return stored
        if await in_scope(wanted.organization_id, lambda: results.store(wanted.attachment_id, stored)):
            await _make_playable(wanted, stored.key, stored.mime_type, stored.found)
        return None
    except OSError as error:
        logger.error("files.disk", extra={"attachment": wanted.attachment_id, "reason": type(error).__name__})
        return Failure("no_room", type(error).__name__)


def judge(wanted: Wanted, info: MediaInfo, *, size: int, sha256: str, mime_type: str) -> Failure | None:
    """Tell whether what has come is the file; a digest that differs proves nothing by itself.

    Meta spells digests in several ways and sometimes names that of another copy. One that matches settles it; one
    that does not makes us look twice at what came.
    """
    if size == 0:
        return Failure("empty")
    claims = {digest for digest in (wanted.claimed_sha256, info.sha256) if digest}
    if sha256 in claims:
        return None
    if info.size is not None and size < info.size:
        return Failure("broken", f"{size} of {info.size} bytes")
    if claims and not _may_be(wanted, mime_type):
        return Failure("wrong_type", mime_type)
    return None


def _may_be(wanted: Wanted, mime_type: str) -> bool:
    family = mime_type.partition("/")[0]
    if wanted.kind in (AttachmentKind.IMAGE, AttachmentKind.STICKER):
        return family == "image" and mime_type != "image/svg+xml"
    if wanted.kind in _RECORDED:
        return family in ("audio", "video")
    # An error page in the place of a document.
    return mime_type != "text/html" or wanted.claimed_type == "text/html"


def _unnamed(answer: Refused | Unknown | NotSent) -> Failure:
    if isinstance(answer, Refused):
        # Meta answers alike for what is gone and for what the token may not see.
        code = "gone" if answer.code == _NO_SUCH_OBJECT else "refused"
        return Failure("unreachable" if answer.retryable else code, f"code {answer.code}")
    return Failure("timed_out" if "Timeout" in answer.reason else "unreachable", answer.reason)


async def _download(wanted: Wanted, info: MediaInfo, client: GraphClient) -> Stored | Failure:
    if info.size is not None and info.size > LARGEST_INBOUND:
        return Failure("too_large", f"{info.size} bytes")
    with storage.Incoming(wanted.organization_id, max_bytes=LARGEST_INBOUND) as file:
        try:
            came = await client.download(info.url, file.write, max_bytes=LARGEST_INBOUND)
        except SinkFailed as error:
            if isinstance(error.__cause__, OSError):
                raise error.__cause__ from error
            raise
        if isinstance(came, DownloadFailed):
            return Failure(came.reason, came.detail)
        return await asyncio.to_thread(_take, wanted, info, file)


def _take(wanted: Wanted, info: MediaInfo, file: storage.Incoming) -> Stored | Failure:
    """Look at what has come, and keep it. Runs in a thread."""
    file.flush()
    mime_type = sniff(file.path)
    failure = judge(wanted, info, size=file.size, sha256=file.sha256, mime_type=mime_type)
    if failure is not None:
        return failure
    key = file.keep()
    found = Findings()
    if inspection.may_be_looked_at(mime_type):
        found = inspection.look(wanted.organization_id, key, mime_type)
    return Stored(key, file.size, file.sha256, mime_type, found)


async def _make_playable(wanted: Wanted, key: str, mime_type: str, found: Findings) -> None:
    """Make the copy that every browser plays, where the original is not such; without one it can still be saved."""
    if wanted.kind == AttachmentKind.DOCUMENT or found.problem or found.is_playable or not found.is_recording:
        return
    made = await asyncio.to_thread(inspection.make_playable, wanted.organization_id, key, mime_type)
    if not made.problem:
        await in_scope(wanted.organization_id, lambda: results.add_playable(wanted.attachment_id, key))
