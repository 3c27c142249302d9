"""Small files to send without having any at hand. `samples/README.md` tells where they come from."""

from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "samples"

# name → (file, type as WhatsApp tells it, kind of message)
SAMPLES: dict[str, tuple[str, str, str]] = {
    "photo": ("photo.jpg", "image/jpeg", "image"),
    "receipt": ("receipt.png", "image/png", "image"),
    "video": ("video.mp4", "video/mp4", "video"),
    "voice": ("voice.ogg", "audio/ogg; codecs=opus", "audio"),
    "song": ("song.mp3", "audio/mpeg", "audio"),
    "invoice": ("invoice.pdf", "application/pdf", "document"),
    "sticker": ("sticker.webp", "image/webp", "sticker"),
    "sticker_animated": ("sticker-animated.webp", "image/webp", "sticker"),
}
# What is sent when only the kind is named.
USUAL = {
    "image": "photo", "video": "video", "audio": "song", "voice": "voice", "document": "invoice",
    "sticker": "sticker", "receipt": "receipt",
}  # fmt: skip


@cache
def data(name: str) -> bytes:
    """The bytes of a sample.

    Raises:
        KeyError: there is no such sample.
    """
    return (FOLDER / SAMPLES[name][0]).read_bytes()


def listed() -> list[dict[str, Any]]:
    """All samples, for the phone page."""
    return [
        {"name": name, "file_name": file, "mime_type": mime_type, "kind": kind}
        for name, (file, mime_type, kind) in SAMPLES.items()
    ]
