"""Files that somebody made to harm those who open them; each is small, and made here byte for byte."""

from __future__ import annotations

import io
import random
import struct
import zlib
from dataclasses import dataclass
from functools import cache

from PIL import Image

from tests.inbox.files import makers
from tests.inbox.files.makers import _chunk

MB = 1024 * 1024
PARTS = {"docx": b"word/document.xml", "xlsx": b"xl/workbook.xml", "pptx": b"ppt/presentation.xml"}
SCRIPT = b"<script>alert(1)</script>"


@dataclass(frozen=True)
class Part:
    """A file in an archive: its packed bytes, and what the archive says of it."""

    name: bytes
    packed: bytes = b""
    unpacked: int = 0
    method: int = 8
    offset: int | None = None
    extra: bytes = b""
    said_packed: int | None = None
    said_unpacked: int | None = None


def archive(*parts: Part) -> bytes:
    """A ZIP of these parts; its table says what the parts say."""
    body, table = bytearray(), bytearray()
    for part in parts:
        at = len(body) if part.offset is None else part.offset
        packed = len(part.packed) if part.said_packed is None else part.said_packed
        unpacked = part.unpacked if part.said_unpacked is None else part.said_unpacked
        if part.offset is None:
            sizes = struct.pack("<3I2H", 0, len(part.packed), part.unpacked, len(part.name), 0)
            body += b"PK\x03\x04" + struct.pack("<5H", 20, 0, part.method, 0, 0) + sizes + part.name
            body += part.packed
        table += b"PK\x01\x02" + struct.pack("<6H", 20, 20, 0, part.method, 0, 0)
        table += struct.pack("<3I2H", 0, packed, unpacked, len(part.name), len(part.extra))
        table += struct.pack("<3H2I", 0, 0, 0, 0, at) + part.name + part.extra
    count = len(parts) & 0xFFFF
    return bytes(body + table) + struct.pack(
        "<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, len(table), len(body), 0
    )


@cache
def zeros(size: int) -> bytes:
    """So many zeros, deflated without ever being there."""
    packer = zlib.compressobj(9, wbits=-15)
    squeezed = [packer.compress(bytes(MB)) for _ in range(size // MB)]
    return b"".join(squeezed) + packer.flush()


def _plain(name: bytes, content: bytes = b"<x/>") -> Part:
    return Part(name, content, len(content), method=0)


def office(kind: str, *more: Part) -> bytes:
    """A file of Office with more in it than there should be."""
    return archive(_plain(b"[Content_Types].xml"), _plain(PARTS[kind]), *more)


def bomb(kind: str, said: int | None = None) -> bytes:
    """300 MB in 300 KB.

    Args:
        said: how many bytes the table says that they are.
    """
    return office(kind, Part(b"word/media/a.xml", zeros(300 * MB), 300 * MB, said_unpacked=said))


def overlapping(kind: str) -> bytes:
    """A thousand entries that are all the same 2 MB."""
    first = archive(_plain(b"[Content_Types].xml"), _plain(PARTS[kind]))
    at = first.index(b"PK\x01\x02")
    kernel = Part(b"0", zeros(2 * MB), 2 * MB)
    others = [
        Part(b"%d" % n, offset=at, said_packed=len(kernel.packed), said_unpacked=2 * MB) for n in range(1_000)
    ]
    return archive(_plain(b"[Content_Types].xml"), _plain(PARTS[kind]), kernel, *others)


@cache
def nested(depth: int = 6) -> bytes:
    """Archives in archives, as 42.zip has them: some hundred KB, of which a virus scanner makes terabytes."""
    content = archive(Part(b"0", zeros(10 * MB), 10 * MB))
    for _ in range(depth):
        inner = zlib.compressobj(9, wbits=-15)
        packed = inner.compress(content * 10) + inner.flush()
        content = archive(Part(b"lib.zip", packed, len(content) * 10))
    return content


def document_with(content: bytes) -> bytes:
    """A document with this in it, as others embed sheets."""
    return office("docx", _plain(b"word/embeddings/lib.zip", content))


def long_way() -> bytes:
    """A document whose sizes stand in the fields for files over 4 GB, as some programs write all of theirs."""
    extra = struct.pack("<HHQQ", 1, 16, 4, 4)
    part = Part(
        PARTS["xlsx"], b"<x/>", 4, method=0, extra=extra, said_packed=2**32 - 1, said_unpacked=2**32 - 1
    )
    return archive(_plain(b"[Content_Types].xml"), part)


def many_entries(count: int) -> bytes:
    """A table with entries and nothing else, of which Python's own reader makes objects by the ten thousands."""
    return archive(*(Part(b"%d" % n, offset=0) for n in range(count)))


def png(*chunks: bytes, size: tuple[int, int] = (1, 1)) -> bytes:
    """A picture of one pixel with these chunks before its pixels."""
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", *size, 8, 0, 0, 0, 0))
    pixels = _chunk(b"IDAT", zlib.compress(b"\x00\x00"))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + pixels + _chunk(b"IEND", b"")


def text_bomb() -> bytes:
    """A note of 300 MB in a picture."""
    squeezed = zlib.compress(b"", 9)[:2] + zeros(300 * MB) + b"\x00" * 4
    return png(_chunk(b"zTXt", b"note\x00\x00" + squeezed))


def profile_bomb() -> bytes:
    squeezed = zlib.compress(b"", 9)[:2] + zeros(300 * MB) + b"\x00" * 4
    return png(_chunk(b"iCCP", b"profile\x00\x00" + squeezed))


def jpeg_of(width: int, height: int) -> bytes:
    """A photo that says that it is so large."""
    photo = makers.picture((16, 16))
    at = photo.index(b"\xff\xc0") + 5
    return photo[:at] + struct.pack(">HH", height, width) + photo[at + 4 :]


def with_notes(notes: bytes, times: int = 1) -> bytes:
    """A photo with a camera's notes, as often as that."""
    photo = makers.picture((16, 16))
    segment = b"\xff\xe1" + struct.pack(">H", len(notes) + 8) + b"Exif\x00\x00" + notes
    return photo[:2] + segment * times + photo[2:]


def notes(*fields: tuple[int, int, int, int], following: int = 0) -> bytes:
    """A directory of a camera's notes: tag, type, count and value of each, and where the next one lies."""
    table = b"".join(struct.pack("<HHII", *field) for field in fields)
    return b"II*\x00\x08\x00\x00\x00" + struct.pack("<H", len(fields)) + table + struct.pack("<I", following)


# In circles, through every pointer that there is; and a text of 4 GB.
CIRCLE = notes((0x8769, 4, 1, 8), (0x8825, 4, 1, 8), (0xA005, 4, 1, 8), following=8)
ENDLESS = notes((0x010F, 2, 0xFFFF_FFFF, 0), (0x0112, 3, 0xFFFF_FFFF, 0xFFFF_FFF0), following=0xFFFF_FFFF)


def webp_of(width: int, height: int) -> bytes:
    """A moving sticker that says that it is so large."""
    data = makers.ANIMATED
    at = data.index(b"VP8X") + 12
    return data[:at] + struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3] + data[at + 6 :]


def noisy_sticker(frames: int, size: tuple[int, int]) -> bytes:
    """A moving sticker that cannot be packed."""
    chance = random.Random(20_261_122)
    images = [Image.frombytes("RGB", size, chance.randbytes(3 * size[0] * size[1])) for _ in range(frames)]
    out = io.BytesIO()
    images[0].save(out, "WEBP", save_all=True, append_images=images[1:], duration=20, lossless=True)
    return out.getvalue()
