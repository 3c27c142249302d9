"""Sound and film: how long, how large, how loud, and a picture of the beginning."""

from __future__ import annotations

from array import array
from typing import Any

import av
from av.container import InputContainer

from inbox.files.inspector import pictures, streams
from inbox.files.inspector.troubles import Trouble

LEVELS = 64
_LISTENING_RATE = 8_000
_WINDOW_SAMPLES = 160  # 20 ms
_LONGEST_LISTENED_SECONDS = 2 * 3600
_SECONDS = 1_000_000  # in which the library counts a container's duration


def look(path: str, mime_type: str, *, thumbnail: str | None) -> dict[str, Any]:
    """Measure a recording.

    The answer's `is_playable` says whether every browser plays it as it is.

    Raises:
        Trouble: `no_stream`, `wrong_codec`, `too_many_pixels`, each with what is known.
    """
    with streams.opened(path, mime_type) as container:
        if container.streams.video and not is_cover(container.streams.video[0]):
            return _look_at_film(container, mime_type, thumbnail)
        if container.streams.audio:
            return _listen(container, mime_type)
    raise Trouble("no_stream")


def duration_ms(container: InputContainer) -> int | None:
    """Return what the file says of its duration; None when it says nothing that can be true."""
    told = container.duration
    if told is None or told <= 0 or told > _SECONDS * 3600 * 24 * 7:
        return None
    return round(told / 1000)


def is_cover(stream: Any) -> bool:
    """Tell a cover picture of a song from a film."""
    return bool(stream.disposition & av.stream.Disposition.attached_pic)


def _listen(container: InputContainer, mime_type: str) -> dict[str, Any]:
    stream = container.streams.audio[0]
    streams.check_decoder(stream)
    codec, channels = stream.codec_context.name, stream.codec_context.channels
    loudness = _Loudness()
    for frame in streams.frames(container, stream):
        loudness.hear(frame)
        if loudness.seconds > _LONGEST_LISTENED_SECONDS:
            break
    if not loudness.seconds:
        raise Trouble("unreadable")
    # What was heard is certain; what a file says of itself often is not (ADTS, recordings of browsers).
    heard = round(loudness.seconds * 1000)
    return {
        "has_video": False,
        "audio_codec": codec,
        "channels": channels,
        "duration_ms": heard,
        "waveform": loudness.levels(),
        "is_playable": (mime_type, codec) in _PLAYED_EVERYWHERE,
    }


# With the name of the decoder.
_PLAYED_EVERYWHERE = {
    ("audio/mpeg", "mp3float"),
    ("audio/mpeg", "mp3"),
    ("audio/mp4", "aac"),
    ("video/mp4", "aac"),
    ("audio/wav", "pcm_s16le"),
}


class _Loudness:
    """The loudest sample of each fiftieth of a second."""

    def __init__(self) -> None:
        self._resampler = av.AudioResampler(format="s16", layout="mono", rate=_LISTENING_RATE)
        self._peaks: list[int] = []
        self._rest: array[int] = array("h")
        self.seconds = 0.0

    def hear(self, frame: Any) -> None:
        frame.pts = None
        self.seconds += frame.samples / frame.sample_rate
        for heard in self._resampler.resample(frame):
            self._rest.frombytes(bytes(heard.planes[0])[: heard.samples * 2])
        whole = len(self._rest) // _WINDOW_SAMPLES * _WINDOW_SAMPLES
        for start in range(0, whole, _WINDOW_SAMPLES):
            window = self._rest[start : start + _WINDOW_SAMPLES]
            self._peaks.append(max(max(window), -min(window)))
        del self._rest[:whole]

    def levels(self) -> list[int]:
        """Return up to 64 levels from 0 to 100, the loudest of which is 100 unless all is silence."""
        count = min(LEVELS, len(self._peaks))
        if not count:
            return []
        size = len(self._peaks) / count
        groups = [
            self._peaks[int(n * size) : max(int((n + 1) * size), int(n * size) + 1)] for n in range(count)
        ]
        means = [sum(group) / len(group) for group in groups]
        loudest = max(means)
        return [round(100 * (mean / loudest) ** 0.7) if loudest > 50 else 0 for mean in means]


def _look_at_film(container: InputContainer, mime_type: str, thumbnail: str | None) -> dict[str, Any]:
    video = container.streams.video[0]
    audio = container.streams.audio[0] if container.streams.audio else None
    width, height = video.codec_context.width, video.codec_context.height
    found: dict[str, Any] = {
        "has_video": True,
        "video_codec": video.codec_context.name,
        "audio_codec": audio.codec_context.name if audio else None,
        "channels": audio.codec_context.channels if audio else None,
        "duration_ms": duration_ms(container),
        "width": width,
        "height": height,
        "is_playable": False,
    }
    if width * height > pictures.MOST_PIXELS:
        raise Trouble("too_many_pixels", **found)
    streams.check_decoder(video)
    found["is_playable"] = (
        mime_type == "video/mp4"
        and video.codec_context.name == "h264"
        and video.codec_context.pix_fmt in ("yuv420p", "yuvj420p")
        and found["audio_codec"] in (None, "aac", "mp3float", "mp3")
    )
    first = next(streams.frames(container, video), None)
    if first is None:
        raise Trouble("unreadable", **found)
    turn = getattr(first, "rotation", 0) % 360
    if turn in (90, 270):
        found["width"], found["height"] = height, width
    if thumbnail:
        pictures.thumbnail_of(first.to_image().rotate(turn, expand=True), thumbnail)
    return {**found, "has_thumbnail": bool(thumbnail)}
