"""What WhatsApp takes, by kind: types and sizes, known before anything is uploaded.

Source: Meta, "Cloud API: Media, supported media types".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

KB = 1024
MB = 1024 * KB

LARGEST_INBOUND = 100 * MB
LARGEST_UPLOAD = 100 * MB
# A longer voice note is shown as a file to download.
LARGEST_VOICE_NOTE = 512 * KB

_OFFICE = "application/vnd.openxmlformats-officedocument"


@dataclass(frozen=True, slots=True)
class Limit:
    """What may be sent as one kind.

    Attributes:
        mime_types: as sniffed; those that are `converted` are sent as something else.
        max_bytes: of what is sent; for voice notes of the recording.
    """

    mime_types: tuple[str, ...]
    max_bytes: int
    converted: tuple[str, ...] = ()

    @property
    def taken(self) -> tuple[str, ...]:
        return self.mime_types + self.converted


OUTBOUND: dict[str, Limit] = {
    "image": Limit(("image/jpeg", "image/png"), 5 * MB, converted=("image/webp",)),
    "video": Limit(("video/mp4", "video/3gpp"), 16 * MB),
    "audio": Limit(("audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"), 16 * MB),
    "document": Limit(
        (
            "text/plain",
            "application/pdf",
            "application/msword",
            "application/vnd.ms-excel",
            "application/vnd.ms-powerpoint",
            f"{_OFFICE}.wordprocessingml.document",
            f"{_OFFICE}.spreadsheetml.sheet",
            f"{_OFFICE}.presentationml.presentation",
        ),
        100 * MB,
    ),
    "sticker": Limit(("image/webp",), 100 * KB),
}
LARGEST_ANIMATED_STICKER = 500 * KB
# Browsers record into what they know; all of it becomes OGG with Opus.
VOICE = Limit(
    ("audio/ogg",),
    16 * MB,
    converted=("audio/webm", "audio/mp4", "audio/mpeg", "audio/aac", "audio/amr", "audio/wav"),
)


def as_json() -> dict[str, Any]:
    """Render the table for clients, which look at it before they upload."""
    table = {**OUTBOUND, "voice": VOICE}
    limits: dict[str, Any] = {
        kind: {"mime_types": list(limit.taken), "max_bytes": limit.max_bytes} for kind, limit in table.items()
    }
    limits["sticker"]["max_bytes_animated"] = LARGEST_ANIMATED_STICKER
    return limits


def kind_of(mime_type: str) -> str | None:
    """Return as which kind a file of this type is sent when nobody says; None when it cannot be sent."""
    for kind in ("image", "video", "audio", "document"):
        if mime_type in OUTBOUND[kind].taken:
            return kind
    return None


def largest(kind: str, *, is_animated: bool = False) -> int:
    """Return how many bytes a file of the kind may have when it is sent."""
    return LARGEST_ANIMATED_STICKER if kind == "sticker" and is_animated else OUTBOUND[kind].max_bytes
