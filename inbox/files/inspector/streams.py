"""Opening sound and film with the one reader that their first bytes ask for, and none that follows links."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import av
from av.container import InputContainer

from inbox.files.inspector.troubles import Trouble

# Lists of other addresses (HLS, concat and the like) are formats of this library too, and not named here.
_READERS = {
    "audio/ogg": "ogg",
    "audio/mpeg": "mp3",
    "audio/aac": "aac",
    "audio/amr": "amr",
    "audio/wav": "wav",
    "audio/flac": "flac",
    "audio/mp4": "mov",
    "audio/webm": "matroska",
    "video/mp4": "mov",
    "video/3gpp": "mov",
    "video/quicktime": "mov",
    "video/webm": "matroska",
}
_DECODERS = {
    "aac",
    "aac_latm",
    "alac",
    "amrnb",
    "amr_nb",
    "amrwb",
    "amr_wb",
    "flac",
    "mp3",
    "mp3float",
    "mp2",
    "opus",
    "libopus",
    "vorbis",
    "h263",
    "h264",
    "hevc",
    "mpeg4",
    "vp8",
    "vp9",
    "libdav1d",
}


@contextmanager
def opened(path: str, mime_type: str) -> Iterator[InputContainer]:
    """Open a file for reading.

    Raises:
        Trouble: it is of no type that is read here.
    """
    reader = _READERS.get(mime_type)
    if reader is None:
        raise Trouble("unreadable")
    # A file object, not a name: the library then knows no way to any other file.
    with open(path, "rb") as file, av.open(file, "r", format=reader, metadata_errors="ignore") as container:
        yield container


def check_decoder(stream: Any) -> None:
    """Refuse a codec that nobody sends by WhatsApp: each is one more way to be broken.

    Raises:
        Trouble: `wrong_codec`.
    """
    name = stream.codec_context.name
    if name not in _DECODERS and not name.startswith("pcm_"):
        raise Trouble("wrong_codec")
    stream.codec_context.thread_count = 1


def frames(container: InputContainer, stream: Any) -> Iterator[Any]:
    """Decode a stream, passing over what is damaged.

    Raises:
        Trouble: `unreadable`, when nothing but damage comes.
    """
    damaged = good = 0
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
            if packet is None:
                return
            for frame in packet.decode():
                good += 1
                yield frame
        except av.error.EOFError:
            return
        except av.error.FFmpegError as error:
            damaged += 1
            if damaged > 200 or (not good and damaged > 20):
                raise Trouble("unreadable") from error
