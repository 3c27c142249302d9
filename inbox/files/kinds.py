"""As what a file is shown, once its bytes are known. Pure.

A picture that is none, or that no decoder should be given, is still a file: it is shown as a document, to be saved.
"""

from __future__ import annotations

from dataclasses import dataclass

from inbox.files.inspection import Findings

_PICTURES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
# Boxes that may hold film or sound alone.
_SOUND_IN = {
    "video/mp4": "audio/mp4",
    "video/webm": "audio/webm",
    "video/3gpp": "audio/3gpp",
    "video/quicktime": "audio/mp4",
}
# The measures of a picture are certain before its pixels are decoded.
_MEASURED_ALL_THE_SAME = "damaged"


@dataclass(frozen=True, slots=True)
class Settled:
    """What a file is: the kind as which it is shown, and its type."""

    kind: str
    mime_type: str


def settle(claimed: str, mime_type: str, found: Findings) -> Settled:
    """Return what a file is that came as `claimed`.

    Args:
        mime_type: as sniffed.
        found: of the inspector; empty for a type that it does not look at.
    """
    if not found.problem and not found.has_video and found.audio_codec:
        mime_type = _SOUND_IN.get(mime_type, mime_type)
    if claimed == "document":
        return Settled("document", mime_type)
    return Settled(_shown_as(claimed, mime_type, found), mime_type)


def _shown_as(claimed: str, mime_type: str, found: Findings) -> str:
    if found.problem not in ("", _MEASURED_ALL_THE_SAME):
        return "document"
    if mime_type in _PICTURES:
        return "sticker" if claimed == "sticker" and mime_type == "image/webp" else "image"
    if found.has_video:
        return "video"
    return "audio" if found.audio_codec else "document"


def is_shown_in_place(kind: str, mime_type: str) -> bool:
    """Tell whether browsers may show the file within a page; everything else is only saved."""
    if kind in ("image", "sticker"):
        return mime_type in _PICTURES
    if kind in ("audio", "video"):
        return mime_type in _SAFE_RECORDINGS
    return False


_SAFE_RECORDINGS = frozenset(
    {
        *(
            "audio/ogg",
            "audio/mpeg",
            "audio/aac",
            "audio/amr",
            "audio/wav",
            "audio/flac",
            "audio/mp4",
            "audio/webm",
        ),
        *("audio/3gpp", "video/mp4", "video/3gpp", "video/webm", "video/quicktime"),
    }
)
