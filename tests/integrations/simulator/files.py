"""Files made for tests: as small as they may be, or as large as they may not be."""

import struct
import zlib


def form(
    data: bytes, mime_type: str, name: str = "file", *, leave_out: str = "", told: str | None = None
) -> tuple[bytes, str]:
    """A multipart form as clients send it to POST /media; gives the body and its content type."""
    fields = [
        ('name="messaging_product"', "text/plain", b"whatsapp"),
        ('name="type"', "text/plain", (mime_type if told is None else told).encode()),
        (f'name="file"; filename="{name}"', mime_type, data),
    ]
    parts = [
        f"--limit\r\nContent-Disposition: form-data; {head}\r\nContent-Type: {kind}\r\n\r\n".encode()
        + content
        for head, kind, content in fields
        if not leave_out or f'"{leave_out}"' not in head
    ]
    return b"\r\n".join([*parts, b"--limit--\r\n"]), "multipart/form-data; boundary=limit"


def png(width: int = 4, height: int = 3, *, depth: int = 8, colour: int = 2) -> bytes:
    """A PNG of one colour."""
    samples = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour] * depth // 8 * width
    rows = (b"\0" + b"\x7f" * samples) * height
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def movie(size: int = 200, *, codec: bytes = b"avc1", brand: bytes = b"isom") -> bytes:
    """Bytes that look like an MP4 with this codec, of this size."""
    head = struct.pack(">I", 20) + b"ftyp" + brand + b"\0\0\2\0" + b"mp42" + b"....moov....vide...." + codec
    return head.ljust(size, b"\0")


def ogg(codec: bytes = b"OpusHead", channels: int = 1) -> bytes:
    """The first page of an OGG file."""
    return b"OggS\0\2" + b"\0" * 20 + b"\x01\x13" + codec + bytes([1, channels]) + b"\0" * 60


def webp(size: int = 200, *, animated: bool = False) -> bytes:
    """Bytes that look like a WEBP of 512 × 512."""
    head = b"VP8X" + struct.pack("<I", 10) + bytes([2 if animated else 0, 0, 0, 0]) + b"\xff\x01\0" * 2
    return (b"RIFF" + struct.pack("<I", size - 8) + b"WEBP" + head).ljust(size, b"\0")
