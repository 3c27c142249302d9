"""What a file is by its bytes. What a sender, a header or an extension claims decides nothing."""

from __future__ import annotations

import re
from pathlib import Path

from inbox.files import archives

UNKNOWN = "application/octet-stream"
_HEAD_BYTES = 64 * 1024

_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (0, b"OggS", "audio/ogg"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"#!AMR\n", "audio/amr"),
    (0, b"#!AMR-WB\n", "audio/amr"),
    (0, b"fLaC", "audio/flac"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"MZ", "application/x-msdownload"),
    (0, b"\x7fELF", "application/x-executable"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_BRANDS = {
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
    b"qt  ": "video/quicktime",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"heim": "image/heic",
    b"heis": "image/heic",
    b"hevc": "image/heic",
    b"mif1": "image/heic",
    b"msf1": "image/heic",
    b"avif": "image/avif",
    b"avis": "image/avif",
}
_OFFICE = {
    b"word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    b"xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    b"ppt/presentation.xml": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
# Names of streams in the directory of an old Office file, in UTF-16.
_OLE = {
    "WordDocument": "application/msword",
    "Workbook": "application/vnd.ms-excel",
    "Book": "application/vnd.ms-excel",
    "PowerPoint Document": "application/vnd.ms-powerpoint",
}
_OLE_BYTES = 8 * 1024 * 1024
# What browsers take for a page, and for a drawing that may hold script. Source: WHATWG, "MIME Sniffing".
# Possessive: a comment ends where it first can, or a file of comments alone would be taken apart in every possible way.
_OPENING = rb"(?>\s|<!--.*?-->|<\?xml.*?\?>)*+"
_PAGE = re.compile(
    _OPENING
    + rb"<(?:!doctype\s+html|html|head|body|script|iframe|title|meta|base|link|style|form|img|a|div|p|table|h1|br)"
    rb"[\s>/]",
    re.IGNORECASE | re.DOTALL,
)
_DRAWING = re.compile(
    _OPENING + rb"(?:<!doctype\s+svg[^>]*>" + _OPENING + rb")?<svg[\s>/]", re.IGNORECASE | re.DOTALL
)
_NOT_IN_TEXT = re.compile(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f\x7f]")


def sniff(path: Path) -> str:
    """Return the MIME type of a file, `UNKNOWN` for what is not known; an empty file is of no type."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if not head:
        return UNKNOWN
    found = _by_magic(head)
    if found == "application/x-ole-storage":
        return _old_office(path)
    if found:
        return found
    if head.startswith(b"PK\x03\x04"):
        return _archive(path)
    return _text(head)


def _by_magic(head: bytes) -> str:
    for offset, magic, mime_type in _MAGIC:
        if head.startswith(magic, offset):
            return mime_type
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12], UNKNOWN)
    if head[4:8] == b"ftyp":
        return _by_brand(head[8:12])
    if head.startswith(b"\x1aE\xdf\xa3"):
        return "video/webm" if b"webm" in head[:64] else "video/x-matroska"
    if head[:1] == b"\xff" and _is_sound(head):
        return "audio/aac" if head[1] & 0xF6 == 0xF0 else "audio/mpeg"
    return ""


def _by_brand(brand: bytes) -> str:
    if brand[:3] in (b"3gp", b"3g2"):
        return "video/3gpp"
    return _BRANDS.get(brand, "video/mp4")


def _is_sound(head: bytes) -> bool:
    """Tell a frame of MP3 or ADTS from other bytes that happen to begin with twelve ones."""
    if len(head) < 4 or head[1] & 0xE0 != 0xE0:
        return False
    if head[1] & 0xF6 == 0xF0:
        return (head[2] >> 2) & 0xF < 13
    has_layer_3 = head[1] & 0x06 == 0x02
    return (
        has_layer_3 and head[1] & 0x18 != 0x08 and head[2] & 0xF0 not in (0, 0xF0) and head[2] & 0x0C != 0x0C
    )


def _archive(path: Path) -> str:
    """Tell a file of Office from any other ZIP; one that is damaged or a trap is any other."""
    names = archives.names_in(path)
    if b"[Content_Types].xml" in names:
        for part, mime_type in _OFFICE.items():
            if part in names:
                return mime_type
    return "application/zip"


def _old_office(path: Path) -> str:
    with path.open("rb") as file:
        content = file.read(_OLE_BYTES)
    for name, mime_type in _OLE.items():
        if name.encode("utf-16-le") + b"\x00\x00" in content:
            return mime_type
    return UNKNOWN


def _text(head: bytes) -> str:
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8"),
        (b"\xff\xfe", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be"),
    ):
        if head.startswith(mark):
            head = head[len(mark) :].decode(encoding, "replace").encode()
            break
    if _DRAWING.match(head):
        return "image/svg+xml"
    if _PAGE.match(head):
        return "text/html"
    if head.lstrip().startswith(b"<?xml"):
        return "text/xml"
    return UNKNOWN if _NOT_IN_TEXT.search(head) else "text/plain"
