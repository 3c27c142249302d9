"""Asks the inspector, which works in a process of its own: bounded in time, memory and number, and free to break."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

from inbox.files import storage

logger = logging.getLogger(__name__)

_LOOK_SECONDS = 40
_CONVERT_SECONDS = 150
# On top of its seconds of work: the process may have to wait for a core.
_WAIT_FACTOR = 2
_LONGEST_ANSWER = 64 * 1024

_places = threading.BoundedSemaphore(settings.MEDIA_INSPECTORS)


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found out about a file.

    Attributes:
        problem: empty, or why it cannot be shown or made: `unreadable`, `damaged`, `too_many_pixels`, `too_long`,
            `wrong_codec`, `no_stream`, `animated`, `too_much_memory`, `took_too_long`, `broke`.
        is_playable: whether every browser plays it as it is.
    """

    problem: str = ""
    mime_type: str = ""
    width: int | None = None
    height: int | None = None
    duration_ms: int | None = None
    waveform: list[int] = field(default_factory=list)
    is_animated: bool = False
    is_playable: bool = False
    has_thumbnail: bool = False
    has_video: bool = False
    video_codec: str | None = None
    audio_codec: str | None = None
    channels: int | None = None

    @property
    def is_recording(self) -> bool:
        return self.has_video or self.audio_codec is not None


def may_be_looked_at(mime_type: str) -> bool:
    """Tell whether the inspector knows the type; others are kept as they are."""
    return mime_type in _LOOKED_AT


_LOOKED_AT = frozenset(
    {
        *("image/jpeg", "image/png", "image/gif", "image/webp"),
        *(
            "audio/ogg",
            "audio/mpeg",
            "audio/aac",
            "audio/amr",
            "audio/wav",
            "audio/flac",
            "audio/mp4",
            "audio/webm",
        ),
        *("video/mp4", "video/3gpp", "video/quicktime", "video/webm"),
    }
)


def look(organization_id: int, key: str, mime_type: str) -> Findings:
    """Measure a stored file, and keep a thumbnail of what can be seen."""
    target = key + storage.THUMBNAIL
    unfinished = storage.unfinished(organization_id, target)
    found = _ask(
        {
            "task": "look",
            "path": str(storage.path_of(organization_id, key)),
            "mime_type": mime_type,
            "thumbnail": str(unfinished),
        },
        seconds=_LOOK_SECONDS,
        writes=unfinished,
    )
    if found.has_thumbnail:
        storage.keep(organization_id, target)
    return found


def make_playable(organization_id: int, key: str, mime_type: str) -> Findings:
    """Make the copy that every browser plays, and keep it."""
    return _make("play", organization_id, key, mime_type, key + storage.PLAYABLE)


def make_voice_note(organization_id: int, key: str, mime_type: str, *, to: str, max_bytes: int) -> Findings:
    """Make a voice note of a recording and keep it under the key `to`."""
    return _make("voice", organization_id, key, mime_type, to, max_bytes=max_bytes)


def prepare_picture(organization_id: int, key: str, mime_type: str, *, to: str, max_bytes: int) -> Findings:
    """Make of a picture what may be sent, and keep it under the key `to`.

    Without a problem and without a `mime_type` in the findings it may be sent as it is, and nothing was made.
    """
    return _make("picture", organization_id, key, mime_type, to, max_bytes=max_bytes)


def _make(task: str, organization_id: int, key: str, mime_type: str, target: str, **options: Any) -> Findings:
    unfinished = storage.unfinished(organization_id, target)
    job = {
        "task": task,
        "path": str(storage.path_of(organization_id, key)),
        "mime_type": mime_type,
        "target": str(unfinished),
        **options,
    }
    found = _ask(job, seconds=_CONVERT_SECONDS, writes=unfinished)
    if found.mime_type and not found.problem:
        storage.keep(organization_id, target)
    return found


def _ask(job: dict[str, Any], *, seconds: int, writes: Path) -> Findings:
    with _places:
        answer = _run({**job, "seconds": seconds}, seconds * _WAIT_FACTOR)
    found = Findings(**{name: value for name, value in answer.items() if name in Findings.__slots__})
    if found.problem:
        writes.unlink(missing_ok=True)
        logger.info(
            "files.problem",
            extra={"task": job["task"], "mime_type": job["mime_type"], "problem": found.problem},
        )
    return found


def _run(job: dict[str, Any], patience_seconds: float) -> dict[str, Any]:
    try:
        done = subprocess.run(
            [sys.executable, "-s", "-m", "inbox.files.inspector"],
            input=json.dumps(job).encode(),
            capture_output=True,
            timeout=patience_seconds,
            cwd=settings.BASE_DIR,
            # Nothing of ours: what a stranger's file can make of this process must find no secret in it.
            env={"PATH": os.defpath, "LANG": "C.UTF-8"},
            start_new_session=True,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"problem": "took_too_long"}
    if done.returncode != 0:
        return {"problem": "broke"}
    try:
        answer = json.loads(done.stdout[:_LONGEST_ANSWER])
    except ValueError:
        return {"problem": "broke"}
    return answer if isinstance(answer, dict) else {"problem": "broke"}
