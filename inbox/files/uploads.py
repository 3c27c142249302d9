"""Taking in a file that is to be sent: checked by its bytes, made fit for WhatsApp, kept."""

from __future__ import annotations

from dataclasses import replace

from django.conf import settings
from django.db.models import Sum
from django.utils.translation import gettext as _

from core.actors import Actor
from core.errors import Invalid
from inbox.errors import FileTooLarge, KindMismatch, TooMuchUnsent, UnsupportedMedia
from inbox.files import inspection, kinds, limits, results, storage
from inbox.files.inspection import Findings
from inbox.files.limits import Limit
from inbox.files.names import clean_name, extension_of
from inbox.files.results import Stored
from inbox.files.sniffing import sniff
from inbox.files.storage import Incoming
from inbox.models import Attachment

# What WhatsApp decodes; everything else in the same box it refuses.
_CODECS = {
    "audio/aac": {"aac"},
    "audio/mp4": {"aac"},
    "audio/mpeg": {"mp3", "mp3float"},
    "audio/amr": {"amrnb", "amr_nb", "libopencore_amrnb"},
}


def check_room() -> None:
    """Look whether the organisation in scope may upload more; what is not sent goes after a day.

    Raises:
        TooMuchUnsent: it keeps too much that was not sent.
    """
    most = settings.MEDIA_UNSENT_BYTES
    kept = Attachment.objects.filter(message=None).aggregate(bytes=Sum("size_bytes"))["bytes"] or 0
    if kept >= most:
        raise TooMuchUnsent(max_bytes=most)


def take(file: Incoming, *, file_name: str, kind: str | None, voice: bool, by: Actor) -> Attachment:
    """Keep a file that somebody of the actor's organisation wants to send; it is theirs until it is sent.

    Args:
        kind: as what it is to be sent; by its type when not given.
        voice: make a voice note of it.

    Raises:
        Invalid: it is empty.
        UnsupportedMedia, KindMismatch, FileTooLarge: it cannot be sent, with the limits in the details.
    """
    organization_id = by.organization_id
    file.flush()
    if file.size == 0:
        raise Invalid(file=[_("The file is empty.")])
    mime_type = sniff(file.path)
    key = file.keep()
    made: list[str] = [key]
    try:
        stored = _looked_at(organization_id, Stored(key, file.size, file.sha256, mime_type, Findings()))
        wanted = "audio" if voice else kind
        settled = kinds.settle(wanted or _kind_of(stored), stored.mime_type, stored.found)
        stored = replace(stored, mime_type=settled.mime_type)
        chosen = _chosen(wanted, stored, settled.kind, voice=voice)
        stored = _made_fit(organization_id, stored, chosen, made, voice=voice)
        _check_size(chosen, stored)
        row = _row(stored, chosen, file_name=file_name, voice=voice, by=by)
    except BaseException:
        for one in made:
            storage.remove(organization_id, one)
        raise
    if stored.key != key:
        storage.remove(organization_id, key)
    return row


def _looked_at(organization_id: int, stored: Stored) -> Stored:
    if not inspection.may_be_looked_at(stored.mime_type):
        return stored
    return replace(stored, found=inspection.look(organization_id, stored.key, stored.mime_type))


def _kind_of(stored: Stored) -> str:
    return limits.kind_of(stored.mime_type) or "document"


def _chosen(wanted: str | None, stored: Stored, shown_as: str, *, voice: bool) -> str:
    """Return as what the file is sent.

    Raises:
        UnsupportedMedia, KindMismatch, FileTooLarge: it cannot be sent so.
    """
    kind = wanted or limits.kind_of(stored.mime_type)
    limit = limits.VOICE if voice else limits.OUTBOUND.get(kind or "", Limit((), 0))
    if kind is None or stored.mime_type not in limit.taken:
        other = limits.kind_of(stored.mime_type)
        if wanted is not None and other is not None and other != wanted:
            raise KindMismatch(kind=other, asked=wanted, mime_type=stored.mime_type, limits=limits.as_json())
        raise UnsupportedMedia(mime_type=stored.mime_type, kind=kind, limits=limits.as_json())
    _check_size("voice" if voice else kind, stored)
    if kind != "document" and (shown_as != kind or stored.found.problem):
        # It begins like one and is none: a bomb, a torso, or a page under a false flag.
        raise UnsupportedMedia(mime_type=stored.mime_type, kind=kind, limits=limits.as_json())
    if not voice and not _is_decoded(kind, stored):
        raise UnsupportedMedia(
            mime_type=stored.mime_type,
            kind=kind,
            video_codec=stored.found.video_codec,
            audio_codec=stored.found.audio_codec,
            limits=limits.as_json(),
        )
    return kind


def _is_decoded(kind: str, stored: Stored) -> bool:
    found = stored.found
    if kind == "video":
        return found.video_codec == "h264" and found.audio_codec in (None, "aac")
    if kind == "audio" and stored.mime_type in _CODECS:
        return found.audio_codec in _CODECS[stored.mime_type]
    return True


def _made_fit(organization_id: int, stored: Stored, kind: str, made: list[str], *, voice: bool) -> Stored:
    """Return what is sent: the file, or what was made from it; new keys are added to `made`."""
    is_other_ogg = (
        kind == "audio"
        and stored.mime_type == "audio/ogg"
        and (stored.found.audio_codec, stored.found.channels) != ("opus", 1)
    )
    if kind != "image" and not voice and not is_other_ogg:
        return stored
    target = storage.new_key()
    made.append(target)
    if kind == "image":
        most = limits.OUTBOUND["image"].max_bytes
        done = inspection.prepare_picture(
            organization_id, stored.key, stored.mime_type, to=target, max_bytes=most
        )
    else:
        done = inspection.make_voice_note(
            organization_id, stored.key, stored.mime_type, to=target, max_bytes=limits.LARGEST_VOICE_NOTE
        )
    if done.problem:
        raise UnsupportedMedia(
            mime_type=stored.mime_type, kind=kind, problem=done.problem, limits=limits.as_json()
        )
    if not done.mime_type:
        return stored
    size, sha256 = storage.measured(organization_id, target)
    return _looked_at(organization_id, Stored(target, size, sha256, done.mime_type, Findings()))


def _check_size(kind: str, stored: Stored) -> None:
    most = (
        limits.VOICE.max_bytes
        if kind == "voice"
        else limits.largest(kind, is_animated=stored.found.is_animated)
    )
    if stored.size > most:
        raise FileTooLarge(kind=kind, size_bytes=stored.size, max_bytes=most, limits=limits.as_json())


def _row(stored: Stored, kind: str, *, file_name: str, voice: bool, by: Actor) -> Attachment:
    row = Attachment(
        organization_id=by.organization_id,
        member_id=by.member_id,
        kind=kind,
        file_name=_named(clean_name(file_name), stored.mime_type, kind),
        is_voice=voice,
    )
    results.fill(row, stored)
    if stored.found.is_recording and not stored.found.is_playable and kind != "document":
        made = inspection.make_playable(by.organization_id, stored.key, stored.mime_type)
        row.playable_key = "" if made.problem else stored.key + storage.PLAYABLE
    row.save()
    return row


def _named(name: str, mime_type: str, kind: str) -> str:
    """Return the name with the extension of what the file has become; documents keep theirs."""
    extension = extension_of(mime_type)
    if not name or kind == "document" or not extension or name.lower().endswith(extension):
        return name
    stem, dot, _ = name.rpartition(".")
    return clean_name((stem if dot else name) + extension)
