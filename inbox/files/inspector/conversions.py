"""Other copies of a recording: one that every browser plays, and voice notes as WhatsApp wants them."""

from __future__ import annotations

import os
from typing import Any

import av
from av.container import InputContainer, OutputContainer

from inbox.files.inspector import recordings, streams
from inbox.files.inspector.troubles import Trouble

_LONGEST_PLAYABLE_SECONDS = 2 * 3600
_LONGEST_FILM_SECONDS = 180  # that is compressed anew; one that only changes its box may be longer
_LONGEST_SIDE = 1280
_SPOKEN_BITS, _MUSIC_BITS = 48_000, 128_000
_VOICE_BITS = (12_000, 32_000)  # per second, at least and at most


def playable(path: str, mime_type: str, target: str) -> dict[str, Any]:
    """Write an MP4 with AAC, and H.264 for film: what every browser plays.

    Raises:
        Trouble: `too_long`, `wrong_codec`, `no_stream`.
    """
    with streams.opened(path, mime_type) as source:
        has_film = bool(source.streams.video) and not recordings.is_cover(source.streams.video[0])
        # With its table of contents in front, so that it plays before it has come whole.
        with av.open(target, "w", format="mp4", container_options={"movflags": "+faststart"}) as made:
            if has_film:
                _convert_film(source, made)
            elif source.streams.audio:
                _convert_sound(source, made)
            else:
                raise Trouble("no_stream")
    return {"mime_type": "video/mp4" if has_film else "audio/mp4"}


def voice_note(path: str, mime_type: str, target: str, *, max_bytes: int) -> dict[str, Any]:
    """Write OGG with Opus in one channel, within `max_bytes` as long as speech stays intelligible."""
    measured = recordings.look(path, mime_type, thumbnail=None)
    if measured["has_video"] and not measured["audio_codec"]:
        raise Trouble("no_stream")
    seconds = max((measured["duration_ms"] or 0) / 1000, 1.0)
    if seconds > _LONGEST_PLAYABLE_SECONDS:
        raise Trouble("too_long")
    low, high = _VOICE_BITS
    bits = int(min(high, max(low, max_bytes * 8 * 0.9 / seconds)))
    with streams.opened(path, mime_type) as source, av.open(target, "w", format="ogg") as made:
        stream = made.add_stream(
            "libopus", rate=48_000, layout="mono", bit_rate=bits, options={"application": "voip"}
        )
        _encode_sound(source, source.streams.audio[0], made, stream)
    return {"mime_type": "audio/ogg", "size": os.path.getsize(target)}


def _convert_sound(source: InputContainer, made: OutputContainer) -> None:
    heard = source.streams.audio[0]
    streams.check_decoder(heard)
    is_mono = heard.codec_context.channels == 1
    layout, bits = ("mono", _SPOKEN_BITS) if is_mono else ("stereo", _MUSIC_BITS)
    stream = made.add_stream("aac", rate=48_000, layout=layout, bit_rate=bits)
    _encode_sound(source, heard, made, stream)


def _encode_sound(source: InputContainer, heard: Any, made: OutputContainer, stream: Any) -> None:
    streams.check_decoder(heard)
    resampler = av.AudioResampler(
        format=stream.codec_context.format,
        layout=stream.codec_context.layout,
        rate=stream.codec_context.sample_rate,
    )
    samples = 0
    for frame in streams.frames(source, heard):
        # The places in time are counted anew: those of browsers' recordings have holes.
        frame.pts = None
        for ready in resampler.resample(frame):
            samples += ready.samples
            made.mux(stream.encode(ready))
        if samples > _LONGEST_PLAYABLE_SECONDS * stream.codec_context.sample_rate:
            raise Trouble("too_long")
    for ready in resampler.resample(None):
        samples += ready.samples
        made.mux(stream.encode(ready))
    made.mux(stream.encode(None))
    if not samples:
        raise Trouble("unreadable")


def _convert_film(source: InputContainer, made: OutputContainer) -> None:
    seen = source.streams.video[0]
    heard = source.streams.audio[0] if source.streams.audio else None
    streams.check_decoder(seen)
    if heard is not None:
        streams.check_decoder(heard)
    as_it_is = seen.codec_context.name == "h264" and seen.codec_context.pix_fmt in ("yuv420p", "yuvj420p")
    if not as_it_is and (recordings.duration_ms(source) or 0) > _LONGEST_FILM_SECONDS * 1000:
        raise Trouble("too_long")
    picture = made.add_stream_from_template(seen) if as_it_is else _film_stream(made, seen)
    sound = None
    if heard is not None:
        sound = made.add_stream("aac", rate=48_000, layout="mono", bit_rate=64_000)
    for packet in source.demux([stream for stream in (seen, heard) if stream is not None]):
        if packet.stream is seen and as_it_is:
            if packet.dts is not None:
                packet.stream = picture
                made.mux(packet)
            continue
        for frame in _decoded(packet):
            if packet.stream is seen:
                made.mux(picture.encode(frame.reformat(picture.width, picture.height, "yuv420p")))
            elif sound is not None:
                made.mux(sound.encode(frame))
    if not as_it_is:
        made.mux(picture.encode(None))
    if sound is not None:
        made.mux(sound.encode(None))


def _film_stream(made: OutputContainer, seen: Any) -> Any:
    width, height = seen.codec_context.width, seen.codec_context.height
    scale = min(1.0, _LONGEST_SIDE / max(width, height))
    stream = made.add_stream(
        "libx264", rate=seen.average_rate or 25, options={"preset": "veryfast", "crf": "26"}
    )
    # H.264 as browsers want it halves the colours, so both sides are even.
    stream.width, stream.height = (max(2, int(side * scale) // 2 * 2) for side in (width, height))
    stream.pix_fmt = "yuv420p"
    stream.codec_context.thread_count = 1
    return stream


def _decoded(packet: Any) -> list[Any]:
    try:
        return list(packet.decode())
    except av.error.FFmpegError:
        # A damaged part is left out.
        return []
