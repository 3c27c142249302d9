"""Names of files, made fit for screens, headers and disks of others. Bytes are never stored under them."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 180

_EXTENSIONS = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/heic": ".heic",
    "video/mp4": ".mp4",
    "video/3gpp": ".3gp",
    "video/webm": ".webm",
    "video/quicktime": ".mov",
    "audio/ogg": ".ogg",
    "audio/mpeg": ".mp3",
    "audio/mp4": ".m4a",
    "audio/aac": ".aac",
    "audio/amr": ".amr",
    "audio/webm": ".webm",
    "audio/wav": ".wav",
    "application/pdf": ".pdf",
    "application/msword": ".doc",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.ms-powerpoint": ".ppt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/zip": ".zip",
    "text/plain": ".txt",
    "text/html": ".html",
    "image/svg+xml": ".svg",
    "text/xml": ".xml",
}
# Signs that turn the direction of text around or cannot be seen: they make an .exe look like a .pdf. The joiners
# U+200C and U+200D stay, without which Persian names and many emoji fall apart.
_UNSEEN = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]"
)
_NOT_FOR_DISKS = re.compile(r'[<>:"|?*]')
# Windows takes these for devices, whatever follows the first dot.
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)", re.IGNORECASE)


def clean_name(given: str) -> str:
    """Return a name without path, control signs, tricks of direction and what file systems refuse; may be empty.

    At most `LONGEST` characters; a long one keeps its extension.
    """
    name = unicodedata.normalize("NFC", given).replace("\\", "/").rpartition("/")[2]
    name = "".join(" " if unicodedata.category(sign) in ("Cc", "Zl", "Zp") else sign for sign in name)
    name = "".join(
        sign for sign in _UNSEEN.sub("", name) if unicodedata.category(sign) not in ("Cs", "Co", "Cn")
    )
    name = _NOT_FOR_DISKS.sub("_", " ".join(name.split())).strip(". ")
    if _DEVICES.match(name):
        name = f"_{name}"
    return _shortened(name)


def extension_of(mime_type: str) -> str:
    """Return the usual extension of a type with its dot; empty for a type that has none."""
    return _EXTENSIONS.get(mime_type, "")


def download_name(file_name: str, *, kind: str, attachment_id: int, mime_type: str) -> str:
    """Return what a file is called when it is saved; one of ours when it came without a name."""
    return file_name or f"{kind}-{attachment_id}{extension_of(mime_type)}"


def _shortened(name: str) -> str:
    if len(name) <= LONGEST:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or not stem or len(extension) > 16:
        return name[:LONGEST].rstrip(". ")
    return stem[: LONGEST - len(extension) - 1].rstrip(". ") + dot + extension
