"""What a file is, by its bytes and by nothing else."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest

from inbox.files.sniffing import UNKNOWN, sniff
from tests.inbox.files import makers

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


def _many_entries() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for n in range(3_000):
            archive.writestr(f"word/{n}.xml", "")
    return out.getvalue()


def _lying_end() -> bytes:
    """A ZIP whose end says that its directory is larger than the file."""
    return makers.office("word/document.xml")[:-22] + struct.pack(
        "<IHHHHIIH", 0x06054B50, 0, 0, 1, 1, 2**31, 2**31, 0
    )


FILES = [
    (makers.PHOTO, "image/jpeg"),
    (makers.picture(kind="PNG"), "image/png"),
    (makers.picture(kind="GIF"), "image/gif"),
    (makers.picture(kind="WEBP"), "image/webp"),
    (makers.picture(kind="TIFF"), "image/tiff"),
    (makers.STICKER, "image/webp"),
    (makers.VOICE, "audio/ogg"),
    (makers.SONG, "audio/mpeg"),
    (
        makers.SONG[makers.SONG.index(b"\xff\xfb") :] if b"\xff\xfb" in makers.SONG else makers.SONG,
        "audio/mpeg",
    ),
    (b"\xff\xf1\x50\x80" + b"\x00" * 20, "audio/aac"),
    (b"#!AMR\n<\x00", "audio/amr"),
    (b"RIFF\x24\x00\x00\x00WAVEfmt ", "audio/wav"),
    (makers.VIDEO, "video/mp4"),
    (b"\x00\x00\x00\x18ftyp3gp4\x00\x00", "video/3gpp"),
    (b"\x00\x00\x00\x18ftypM4A \x00\x00", "audio/mp4"),
    (b"\x00\x00\x00\x18ftypqt  \x00\x00", "video/quicktime"),
    (b"\x00\x00\x00\x18ftypheic\x00\x00", "image/heic"),
    (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm", "video/webm"),
    (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x88matroska", "video/x-matroska"),
    (makers.PDF, "application/pdf"),
    (makers.office("word/document.xml"), DOCX),
    (makers.office("xl/workbook.xml"), XLSX),
    (makers.office("ppt/presentation.xml"), PPTX),
    (makers.office("anything/else.txt"), "application/zip"),
    (_many_entries(), "application/zip"),
    (_lying_end(), "application/zip"),
    (b"PK\x03\x04", "application/zip"),
    (makers.old_office("WordDocument"), "application/msword"),
    (makers.old_office("Workbook"), "application/vnd.ms-excel"),
    (makers.old_office("PowerPoint Document"), "application/vnd.ms-powerpoint"),
    (makers.old_office("Something"), UNKNOWN),
    (b"{\\rtf1 hola}", "application/rtf"),
    (makers.EXECUTABLE, "application/x-msdownload"),
    (b"\x7fELF\x02", "application/x-executable"),
    ("Hola, ¿qué tal?\n".encode(), "text/plain"),
    ("año;total\n2026;1\n".encode("latin-1"), "text/plain"),
    (b"\xff\xfe" + "Hola".encode("utf-16-le"), "text/plain"),
    (b'{"a": "<script>"}', "text/plain"),
    (b"see <a href='x'>", "text/plain"),
    (makers.HTML, "text/html"),
    (b"\xef\xbb\xbf \n<!-- x --><HTML >", "text/html"),
    (b"<script>alert(1)</script>", "text/html"),
    (b"\xff\xfe" + "<html><script>".encode("utf-16-le"), "text/html"),
    (makers.SVG, "image/svg+xml"),
    (b"  <svg/onload=alert(1)>", "image/svg+xml"),
    # Whoever looks for the end of each comment again and again never comes back.
    (b"<!---->" * 9_000 + b"x", "text/plain"),
    (b"<?xml ?><!---->" * 40 + b"<html>", "text/html"),
    (b"<!--" * 16_000, "text/plain"),
    (b"<!doctype " + b" " * 60_000, "text/plain"),
    (b"<?xml version='1.0'?><rss></rss>", "text/xml"),
    (makers.POLYGLOT, "image/gif"),
    (b"", UNKNOWN),
    (b"\x00\x01\x02\x03", UNKNOWN),
    (b"\xff\xff\xff\xff\x00", UNKNOWN),
]


@pytest.mark.parametrize(("data", "mime_type"), FILES, ids=[f"{i}-{one[1]}" for i, one in enumerate(FILES)])
def test_a_file_is_what_its_bytes_are(tmp_path: Path, data: bytes, mime_type: str) -> None:
    path = tmp_path / "photo.jpg.html"
    path.write_bytes(data)
    assert sniff(path) == mime_type
