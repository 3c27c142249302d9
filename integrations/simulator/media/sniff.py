"""What a file really is, told from its bytes as Meta does."""

import mmap
import struct
from dataclasses import dataclass

Bytes = bytes | mmap.mmap

OFFICE = {
    b"word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    b"xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    b"ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
OLE = ("application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint")
_FRAMES = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}
_HEIF = (b"heic", b"heix", b"hevc", b"mif1", b"msf1")


@dataclass(frozen=True, slots=True)
class Sniffed:
    """What the bytes say.

    Attributes:
        mime_types: every type that may be told for them; the first is the usual one.
        flaw: why WhatsApp does not show them although the type is right; None for none.
    """

    mime_types: tuple[str, ...]
    width: int | None = None
    height: int | None = None
    animated: bool = False
    codec: str = ""
    flaw: str | None = None

    def fits(self, mime_type: str) -> bool:
        """Tell whether this type is true of the bytes."""
        return base_type(mime_type) in self.mime_types


def base_type(mime_type: str) -> str:
    """The type without its parameters: audio/ogg of "audio/ogg; codecs=opus"."""
    return mime_type.partition(";")[0].strip().lower()


def sniff(data: Bytes) -> Sniffed:
    """Tell what a file is; application/octet-stream when it is nothing known."""
    head = bytes(data[:64])
    for recognise in (_image, _sound, _movie, _document):
        found = recognise(data, head)
        if found is not None:
            return found
    return Sniffed(("application/octet-stream",))


def _image(data: Bytes, head: bytes) -> Sniffed | None:
    if head.startswith(b"\xff\xd8\xff"):
        return _jpeg(data)
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        width, height, depth, colour = struct.unpack(">IIBB", head[16:26].ljust(10, b"\0"))
        flaw = None if depth == 8 and colour in (2, 6) else "Images must be 8-bit, RGB or RGBA."
        return Sniffed(("image/png",), width, height, flaw=flaw)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return _webp(head)
    if head[:6] in (b"GIF87a", b"GIF89a"):
        width, height = struct.unpack("<HH", head[6:10].ljust(4, b"\0"))
        return Sniffed(("image/gif",), width, height)
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF:
        return Sniffed(("image/heic",))
    return None


def _jpeg(data: Bytes) -> Sniffed:
    place, end = 2, len(data)
    while place + 10 <= end:
        if data[place] != 0xFF:
            break
        marker = data[place + 1]
        if marker in _FRAMES:
            depth, height, width, parts = struct.unpack(">BHHB", bytes(data[place + 4 : place + 10]))
            flaw = None if depth == 8 and parts in (1, 3) else "Images must be 8-bit, RGB or RGBA."
            return Sniffed(("image/jpeg",), width, height, flaw=flaw)
        if marker in (0xFF, 0x01) or 0xD0 <= marker <= 0xD8:
            place += 1 if marker == 0xFF else 2
            continue
        place += 2 + int.from_bytes(bytes(data[place + 2 : place + 4]), "big")
    return Sniffed(("image/jpeg",), flaw="The image has no frame.")


def _webp(head: bytes) -> Sniffed:
    kind = head[12:16]
    if kind == b"VP8X":
        width, height = (int.from_bytes(head[at : at + 3], "little") + 1 for at in (24, 27))
        return Sniffed(("image/webp",), width, height, animated=bool(head[20] & 2))
    if kind == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return Sniffed(("image/webp",), (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    width, height = (int.from_bytes(head[at : at + 2], "little") & 0x3FFF for at in (26, 28))
    return Sniffed(("image/webp",), width, height)


def _sound(data: Bytes, head: bytes) -> Sniffed | None:
    if head.startswith(b"OggS"):
        return _ogg(data)
    if head.startswith(b"#!AMR"):
        return Sniffed(("audio/amr",), codec="amr")
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return Sniffed(("audio/wav",))
    if head.startswith(b"ID3"):
        return Sniffed(("audio/mpeg",), codec="mp3")
    if len(head) > 3 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0:
        # The two bits of the layer: none for AAC in ADTS frames.
        is_aac = head[1] & 0xF6 == 0xF0
        return Sniffed(("audio/aac",), codec="aac") if is_aac else Sniffed(("audio/mpeg",), codec="mp3")
    return None


def _ogg(data: Bytes) -> Sniffed:
    first_pages = bytes(data[:512])
    at = first_pages.find(b"OpusHead")
    if at < 0:
        return Sniffed(("audio/ogg",), codec="other", flaw="OGG audio must use the OPUS codec.")
    channels = first_pages[at + 9] if len(first_pages) > at + 9 else 0
    flaw = None if channels == 1 else "OGG audio must be mono."
    return Sniffed(("audio/ogg", "audio/opus"), codec="opus", flaw=flaw)


def _movie(data: Bytes, head: bytes) -> Sniffed | None:
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        is_video = data.find(b"V_VP") >= 0 or data.find(b"V_MPEG") >= 0 or data.find(b"V_AV1") >= 0
        return Sniffed(("video/webm",) if is_video else ("audio/webm",))
    if head[4:8] != b"ftyp":
        return None
    if data.find(b"vide") < 0:
        return Sniffed(("audio/mp4",), codec="aac")
    is_old = head[8:11] == b"3gp" or head[8:11] == b"3g2"
    flaw = None if data.find(b"avc1") >= 0 or is_old else "Videos must use the H.264 codec."
    return Sniffed(("video/3gpp", "video/mp4") if is_old else ("video/mp4",), codec="h264", flaw=flaw)


def _document(data: Bytes, head: bytes) -> Sniffed | None:
    if head.startswith(b"%PDF-"):
        return Sniffed(("application/pdf",))
    if head.startswith(b"PK\x03\x04"):
        return Sniffed(
            tuple(mime for mark, mime in OFFICE.items() if data.find(mark) >= 0) or ("application/zip",)
        )
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return Sniffed(OLE)
    return _text(data)


def _text(data: Bytes) -> Sniffed | None:
    sample = bytes(data[:4096])
    if not sample or b"\0" in sample:
        return None
    for cut in range(4):
        # A character may have been cut in two.
        try:
            sample[: len(sample) - cut].decode()
        except UnicodeDecodeError:
            continue
        return Sniffed(("text/plain",))
    return None
