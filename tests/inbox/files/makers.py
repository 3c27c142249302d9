"""Files for tests: good ones of every type, and such as nobody should trust."""

from __future__ import annotations

import io
import math
import struct
import zipfile
import zlib
from array import array
from typing import Any

import av
from PIL import Image

from integrations.simulator.media import samples

PHOTO = samples.data("photo")
VOICE = samples.data("voice")
SONG = samples.data("song")
VIDEO = samples.data("video")
STICKER = samples.data("sticker")
ANIMATED = samples.data("sticker_animated")
PDF = samples.data("invoice")

SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script></svg>'
HTML = b"<!DOCTYPE html><html><body><script>alert(document.cookie)</script></body></html>"
# A GIF to an image decoder, a script to whoever believes its name.
POLYGLOT = b"GIF89a/*\x00\x00\x00\x00\x00*/=1;alert(1);//" + b"\x00" * 40
EXECUTABLE = b"MZ\x90\x00\x03" + b"\x00" * 200


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_bomb(side: int = 50_000) -> bytes:
    """A picture of 2.5 thousand million pixels in some kilobytes."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    squeezed = zlib.compress(b"\x00" * 1_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", squeezed) + _chunk(b"IEND", b"")


def picture(
    size: tuple[int, int] = (40, 30),
    kind: str = "JPEG",
    mode: str = "RGB",
    colour: Any = None,
    **options: Any,
) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, colour or 0).save(out, kind, **options)
    return out.getvalue()


def halves(kind: str = "JPEG", **options: Any) -> bytes:
    """A picture of 40 × 20 whose left half is red and whose right half is blue."""
    image = Image.new("RGB", (40, 20), "red")
    image.paste("blue", (20, 0, 40, 20))
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def exif(orientation: int = 1, *, place: bool = True) -> Any:
    """Notes of a camera, with the place in them."""
    notes = Image.Exif()
    notes[0x0112], notes[0x010F] = orientation, "Teléfono de Laura"
    if place:
        notes.get_ifd(0x8825).update({1: "N", 2: (4.0, 42.0, 39.0), 3: "W", 4: (74.0, 4.0, 54.0)})
    return notes


def office(part: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(part, "<x/>")
    return out.getvalue()


def old_office(stream: str) -> bytes:
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\x00" * 500
        + stream.encode("utf-16-le")
        + b"\x00\x00"
        + b"\x00" * 500
    )


def sound(
    container: str = "ogg",
    codec: str = "libopus",
    *,
    seconds: float = 1.0,
    rate: int = 48_000,
    layout: str = "mono",
) -> bytes:
    """A tone that swells, in any wrapping."""
    out = io.BytesIO()
    with av.open(out, "w", format=container) as made:
        stream: Any = made.add_stream(codec, rate=rate, layout=layout)
        size, total = 960, int(seconds * rate)
        for start in range(0, total, size):
            frame = av.AudioFrame(format="s16", layout="mono", samples=size)
            frame.sample_rate = rate
            wave = array(
                "h",
                (
                    int(30_000 * (start + n) / total * math.sin((start + n) * 440 * 2 * math.pi / rate))
                    for n in range(size)
                ),
            )
            frame.planes[0].update(wave.tobytes().ljust(frame.planes[0].buffer_size, b"\0"))
            resampler = av.AudioResampler(format=stream.codec_context.format, layout=layout, rate=rate)
            for ready in resampler.resample(frame):
                made.mux(stream.encode(ready))
        made.mux(stream.encode(None))
    return out.getvalue()


def _frame(image: Image.Image) -> Any:
    made: Any = av.VideoFrame  # the library leaves this method untyped
    return made.from_image(image).reformat(format="yuv420p")


def film(
    container: str = "mp4", codec: str = "libx264", *, size: tuple[int, int] = (64, 48), frames: int = 10
) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format=container) as made:
        stream: Any = made.add_stream(codec, rate=10)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for n in range(frames):
            image = Image.new("RGB", size, (n * 20 % 255, 100, 100))
            made.mux(stream.encode(_frame(image)))
        made.mux(stream.encode(None))
    return out.getvalue()


def upright_film() -> bytes:
    """A film of 64 × 48 that players turn by a quarter to the right, as phones make them; its left half is red."""
    out = io.BytesIO()
    image = Image.new("RGB", (64, 48), "blue")
    image.paste("red", (0, 0, 32, 48))
    with av.open(out, "w", format="mp4") as made:
        stream: Any = made.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for _ in range(5):
            made.mux(stream.encode(_frame(image)))
        made.mux(stream.encode(None))
    one, minus_one, last = 0x00010000, 0xFFFF0000, 0x40000000
    straight = struct.pack(">9I", one, 0, 0, 0, one, 0, 0, 0, last)
    turned = struct.pack(">9I", 0, one, 0, minus_one, 0, 0, 48 << 16, 0, last)
    data = out.getvalue()
    track = data.index(b"tkhd")
    return data[:track] + data[track:].replace(straight, turned, 1)
