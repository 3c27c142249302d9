"""Looking into files: what is found, what is made of them, and what a hostile one can do (nothing)."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import av
import pytest
from PIL import Image

from inbox.files import inspection, kinds, storage
from inbox.files.inspection import Findings
from inbox.files.sniffing import sniff
from tests.inbox.files import makers

ORGANIZATION = 7


def keep(data: bytes) -> str:
    with storage.Incoming(ORGANIZATION, max_bytes=200_000_000) as file:
        file.write(data)
        return file.keep()


def path_of(key: str) -> Path:
    return storage.path_of(ORGANIZATION, key)


def look(data: bytes, claimed: str = "image") -> tuple[Findings, kinds.Settled, str]:
    key = keep(data)
    mime_type = sniff(path_of(key))
    found = (
        inspection.look(ORGANIZATION, key, mime_type)
        if inspection.may_be_looked_at(mime_type)
        else Findings()
    )
    return found, kinds.settle(claimed, mime_type, found), key


def thumbnail(key: str) -> Image.Image:
    return Image.open(io.BytesIO(path_of(key + "-t").read_bytes()))


def test_a_picture_has_a_small_copy_without_its_notes() -> None:
    found, settled, key = look(makers.picture((3000, 2000), exif=makers.exif()))
    assert (found.width, found.height, settled.kind) == (3000, 2000, "image")
    small = thumbnail(key)
    assert (small.format, small.size) == ("WEBP", (720, 480))
    assert not small.getexif()
    assert b"Laura" not in path_of(key + "-t").read_bytes()


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_picture_is_turned_upright(orientation: int) -> None:
    found, _, key = look(makers.halves(exif=makers.exif(orientation), quality=95))
    is_turned = orientation in (6, 8)
    assert (found.width, found.height) == ((20, 40) if is_turned else (40, 20))
    small = thumbnail(key).convert("RGB")
    # Where the red half is, as a person sees it.
    place = {1: (2, 10), 3: (37, 10), 6: (10, 2), 8: (10, 37)}[orientation]
    red, _, blue = small.getpixel(place)  # type: ignore[misc]  # of three bands
    assert red > 200 > 60 > blue


def test_what_is_seen_through_stays_so() -> None:
    _, _, key = look(makers.picture(kind="PNG", mode="RGBA", colour=(255, 0, 0, 0)))
    assert thumbnail(key).convert("RGBA").getpixel((1, 1))[3] == 0  # type: ignore[index]  # of four bands


def test_stickers_that_move_are_known() -> None:
    found, settled, _ = look(makers.ANIMATED, "sticker")
    assert (found.is_animated, settled.kind) == (True, "sticker")
    found, settled, _ = look(makers.picture(kind="PNG"), "sticker")
    assert settled.kind == "image"


# The header alone says 16,384 × 16,384.
_WEBP_BOMB = b"VP8X\x0a\x00\x00\x00" + b"\x00" * 4 + b"\xff\x3f\x00\xff\x3f\x00"
BOMBS = [
    makers.png_bomb(),
    makers.picture((65_000, 20), "GIF"),
    b"RIFF\x1e\x00\x00\x00WEBP" + _WEBP_BOMB + b"\x00" * 40,
]


@pytest.mark.parametrize("data", BOMBS, ids=["png", "gif", "webp"])
def test_a_picture_of_too_many_pixels_is_never_decoded_and_only_saved(data: bytes) -> None:
    begun = time.process_time()
    found, settled, key = look(data)
    assert found.problem in ("too_many_pixels", "unreadable")
    assert settled.kind == "document"
    assert not kinds.is_shown_in_place(settled.kind, settled.mime_type)
    assert not path_of(key + "-t").exists()
    assert path_of(key).read_bytes() == data, "the file itself is not lost"
    assert time.process_time() - begun < 5


LIARS = [
    (makers.HTML, "text/html"),
    (makers.SVG, "image/svg+xml"),
    (makers.EXECUTABLE, "application/x-msdownload"),
    (makers.PHOTO[:30], "image/jpeg"),
    (makers.POLYGLOT, "image/gif"),
    (b"\x89PNG\r\n\x1a\n" + b"\x00" * 30, "image/png"),
    (b"RIFF\x00\x00\x00\x00WEBP", "image/webp"),
    (b"", "application/octet-stream"),
    (makers.VIDEO[:200], "video/mp4"),
    (makers.VOICE[:60], "audio/ogg"),
    (b"#!AMR\n", "audio/amr"),
    (b"\xff\xf1\x50\x80" + b"\x00" * 400, "audio/aac"),
    (b"ID3\x04\x00" + b"\xff" * 400, "audio/mpeg"),
]


@pytest.mark.parametrize("claimed", ["image", "audio", "video", "sticker"])
@pytest.mark.parametrize(("data", "mime_type"), LIARS, ids=[f"{i}-{one[1]}" for i, one in enumerate(LIARS)])
def test_what_is_none_of_these_is_shown_as_a_document(claimed: str, data: bytes, mime_type: str) -> None:
    _, settled, key = look(data, claimed)
    if settled.kind != "document":
        assert mime_type == "image/gif"  # a polyglot may well be a picture: shown as one it is harmless
    assert settled.mime_type == mime_type
    assert path_of(key).read_bytes() == data


def test_a_picture_that_breaks_off_is_still_one() -> None:
    found, settled, key = look(makers.PHOTO[: len(makers.PHOTO) // 2])
    assert (found.problem, found.width, found.height) == ("damaged", 900, 1200)
    assert settled.kind == "image"
    assert not path_of(key + "-t").exists()


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.9])
def test_a_recording_that_breaks_off_plays_as_far_as_it_goes(cut: float) -> None:
    found, settled, _ = look(makers.VOICE[: int(len(makers.VOICE) * cut)], "audio")
    assert settled.kind == "audio"
    assert found.duration_ms is not None
    assert 6000 * cut * 0.5 < found.duration_ms < 6000


PLAYED = [
    ("ogg", "libopus", "audio/ogg", "audio", False),
    ("mp4", "aac", "audio/mp4", "audio", True),
    ("mp3", "libmp3lame", "audio/mpeg", "audio", True),
    ("adts", "aac", "audio/aac", "audio", False),
    ("webm", "libopus", "audio/webm", "audio", False),
    ("wav", "pcm_s16le", "audio/wav", "audio", True),
]


@pytest.mark.parametrize(("container", "codec", "mime_type", "kind", "everywhere"), PLAYED)
def test_sound_of_every_type_is_measured_and_made_playable(
    container: str, codec: str, mime_type: str, kind: str, everywhere: bool
) -> None:
    found, settled, key = look(makers.sound(container, codec, seconds=2), "audio")
    assert (found.problem, settled.kind, settled.mime_type, found.is_playable) == (
        "",
        kind,
        mime_type,
        everywhere,
    )
    assert abs((found.duration_ms or 0) - 2000) < 120
    assert len(found.waveform) == 64
    assert found.waveform[0] < found.waveform[30] < found.waveform[60], "it swells"
    if not everywhere:
        made = inspection.make_playable(ORGANIZATION, key, mime_type)
        assert (made.problem, made.mime_type) == ("", "audio/mp4")
        assert_plays(path_of(key + "-p"), "aac", 2.0)


def test_amr_is_made_playable() -> None:
    data = makers.sound("amr", "libopencore_amrnb", seconds=2, rate=8_000)
    found, settled, key = look(data, "audio")
    assert (settled.mime_type, found.is_playable, settled.kind) == ("audio/amr", False, "audio")
    assert inspection.make_playable(ORGANIZATION, key, "audio/amr").problem == ""
    assert_plays(path_of(key + "-p"), "aac", 2.0)


@pytest.mark.parametrize(
    ("container", "codec"), [("3gp", "h263"), ("webm", "libvpx"), ("mov", "mpeg4"), ("mp4", "libx265")]
)
def test_films_that_some_browsers_do_not_know_are_made_playable(container: str, codec: str) -> None:
    size = (176, 144)
    found, settled, key = look(makers.film(container, codec, size=size), "video")
    assert (found.problem, settled.kind, found.is_playable) == ("", "video", False)
    assert (found.width, found.height, thumbnail(key).size) == (*size, size)
    made = inspection.make_playable(ORGANIZATION, key, sniff(path_of(key)))
    assert (made.problem, made.mime_type) == ("", "video/mp4")
    with av.open(str(path_of(key + "-p"))) as container_:
        assert container_.streams.video[0].codec_context.name == "h264"
        assert len(list(container_.decode(video=0))) >= 9


def test_a_film_that_was_held_upright_is_turned() -> None:
    found, _, key = look(makers.upright_film(), "video")
    assert (found.width, found.height) == (48, 64)
    red, _, blue = thumbnail(key).convert("RGB").getpixel((24, 5))  # type: ignore[misc]  # of three bands
    assert red > 150 > 90 > blue, "what was left is on top"


def assert_plays(path: Path, codec: str, seconds: float) -> None:
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        assert stream.codec_context.name == codec
        heard = sum(frame.samples for frame in container.decode(audio=0)) / stream.codec_context.sample_rate
    assert abs(heard - seconds) < 0.15
    data = path.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")


VOICES = [
    ("webm", "libopus", "mono"),
    ("mp4", "aac", "stereo"),
    ("wav", "pcm_s16le", "mono"),
    ("mp3", "libmp3lame", "stereo"),
]


@pytest.mark.parametrize(("container", "codec", "layout"), VOICES)
def test_a_recording_of_a_browser_becomes_a_voice_note(container: str, codec: str, layout: str) -> None:
    data = makers.sound(container, codec, seconds=2, layout=layout)
    key, target = keep(data), storage.new_key()
    made = inspection.make_voice_note(ORGANIZATION, key, sniff(path_of(key)), to=target, max_bytes=512 * 1024)
    assert (made.problem, made.mime_type) == ("", "audio/ogg")
    with av.open(str(path_of(target))) as note:
        context = note.streams.audio[0].codec_context
        assert (note.format.name, context.name, context.channels) == ("ogg", "opus", 1)
    found = inspection.look(ORGANIZATION, target, "audio/ogg")
    assert abs((found.duration_ms or 0) - 2000) < 150


def prepare(data: bytes, max_bytes: int = 5_000_000) -> tuple[Findings, bytes]:
    key, target = keep(data), storage.new_key()
    found = inspection.prepare_picture(ORGANIZATION, key, sniff(path_of(key)), to=target, max_bytes=max_bytes)
    return found, path_of(target if found.mime_type else key).read_bytes()


def test_a_picture_leaves_without_place_time_and_camera() -> None:
    original = makers.halves(exif=makers.exif(6), quality=95, comment=b"secreto")
    assert b"Laura" in original
    found, sent = prepare(original)
    assert found.mime_type == "image/jpeg"
    image = Image.open(io.BytesIO(sent))
    assert (image.size, dict(image.getexif())) == ((20, 40), {})
    assert not any(word in sent for word in (b"Exif", b"Laura", b"secreto", b"http://ns.adobe.com"))


def test_a_picture_that_is_not_turned_keeps_its_pixels() -> None:
    original = makers.picture((64, 64), quality=80, exif=makers.exif())
    found, sent = prepare(original)
    assert found.mime_type == "image/jpeg"
    before, after = (Image.open(io.BytesIO(data)) for data in (original, sent))
    assert before.quantization == after.quantization  # type: ignore[attr-defined]  # of JPEG
    assert b"Laura" not in sent


@pytest.mark.parametrize(
    ("data", "mime_type"),
    [
        (makers.picture(quality=80), ""),
        (makers.picture(kind="PNG"), ""),
        (makers.picture(kind="PNG", mode="RGBA"), ""),
        (makers.picture(kind="PNG", mode="P"), "image/png"),
        (makers.picture(kind="PNG", mode="I;16"), "image/png"),
        (makers.picture(kind="JPEG", mode="CMYK"), "image/jpeg"),
        (makers.picture(kind="WEBP"), "image/png"),
    ],
)
def test_a_picture_is_sent_as_whatsapp_takes_it(data: bytes, mime_type: str) -> None:
    found, sent = prepare(data)
    assert (found.problem, found.mime_type) == ("", mime_type)
    assert Image.open(io.BytesIO(sent)).mode in ("RGB", "RGBA", "L")


def test_notes_within_a_png_are_left_out() -> None:
    from PIL.PngImagePlugin import PngInfo

    notes = PngInfo()
    notes.add_text("Author", "Laura")
    found, sent = prepare(makers.picture(kind="PNG", pnginfo=notes, exif=makers.exif()))
    assert found.mime_type == "image/png"
    assert b"Laura" not in sent


def test_a_process_that_takes_too_long_or_breaks_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    key = keep(makers.PHOTO)
    real = subprocess.run

    def sleeps(command: list[str], **options: Any) -> Any:
        return real([sys.executable, "-c", "import time; time.sleep(60)"], **{**options, "timeout": 0.3})

    monkeypatch.setattr(subprocess, "run", sleeps)
    assert inspection.look(ORGANIZATION, key, "image/jpeg").problem == "took_too_long"

    def dies(command: list[str], **options: Any) -> Any:
        return real([sys.executable, "-c", "import os; os.kill(os.getpid(), 11)"], **options)

    monkeypatch.setattr(subprocess, "run", dies)
    assert inspection.look(ORGANIZATION, key, "image/jpeg").problem == "broke"

    def raves(command: list[str], **options: Any) -> Any:
        return real([sys.executable, "-c", "print('x' * 10**6)"], **options)

    monkeypatch.setattr(subprocess, "run", raves)
    assert inspection.look(ORGANIZATION, key, "image/jpeg").problem == "broke"


def test_the_inspector_knows_no_secret_and_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, Any] = {}
    real = subprocess.run

    def watches(command: list[str], **options: Any) -> Any:
        seen.update(options)
        return real(command, **options)

    monkeypatch.setattr(subprocess, "run", watches)
    inspection.look(ORGANIZATION, keep(makers.PHOTO), "image/jpeg")
    assert set(seen["env"]) == {"PATH", "LANG"}
    assert seen["timeout"] <= 300
    hungry = (
        "import resource, inbox.files.inspector.__main__ as m; m._limit(5);"
        "print(resource.getrlimit(resource.RLIMIT_AS)[0], resource.getrlimit(resource.RLIMIT_CPU)[0])"
    )
    out = real([sys.executable, "-c", hungry], capture_output=True, text=True, check=True).stdout
    assert out.split() == [str(2 * 1024**3), "5"]


def test_a_playlist_leads_nowhere(tmp_path: Path) -> None:
    """FFmpeg would follow these to other files and addresses; here no reader for them is ever chosen."""
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    for text in (f"#EXTM3U\n#EXTINF:1,\nfile://{secret}\n", f"ffconcat version 1.0\nfile {secret}\n"):
        found, settled, _ = look(text.encode(), "video")
        assert (found, settled.mime_type, settled.kind) == (Findings(), "text/plain", "document")
    for mime_type in ("video/mp4", "audio/ogg", "video/webm"):
        assert inspection.look(ORGANIZATION, keep(text.encode()), mime_type).problem == "unreadable"


def test_the_inspector_needs_neither_django_nor_a_database() -> None:
    code = (
        "import sys, json; from inbox.files.inspector import jobs, pictures, conversions;"
        "print(json.dumps(sorted(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    loaded = {name.partition(".")[0] for name in json.loads(out)}
    assert not loaded & {"django", "psycopg", "redis", "aiohttp"}
