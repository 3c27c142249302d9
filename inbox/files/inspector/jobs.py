"""What can be asked: to look at a file, or to make another one from it."""

from __future__ import annotations

from typing import Any

from inbox.files.inspector.troubles import Trouble

Job = dict[str, Any]
Answer = dict[str, Any]


def do(job: Job) -> Answer:
    """Do a job; what is wrong with the file is in the answer, under `problem`."""
    try:
        return _TASKS[job["task"]](job)
    except Trouble as trouble:
        return {"problem": trouble.code, **trouble.found}
    except MemoryError:
        return {"problem": "too_much_memory"}
    except Exception as error:
        # Whatever a library says of such bytes: that they cannot be understood is all there is to know.
        return {"problem": "unreadable", "detail": type(error).__name__}


def _look(job: Job) -> Answer:
    if job["mime_type"].startswith("image/"):
        from inbox.files.inspector import pictures

        return pictures.look(job["path"], job["mime_type"], thumbnail=job["thumbnail"])
    from inbox.files.inspector import recordings

    return recordings.look(job["path"], job["mime_type"], thumbnail=job["thumbnail"])


def _picture(job: Job) -> Answer:
    from inbox.files.inspector import pictures

    return pictures.prepare(job["path"], job["mime_type"], job["target"], max_bytes=job["max_bytes"])


def _play(job: Job) -> Answer:
    from inbox.files.inspector import conversions

    return conversions.playable(job["path"], job["mime_type"], job["target"])


def _voice(job: Job) -> Answer:
    from inbox.files.inspector import conversions

    return conversions.voice_note(job["path"], job["mime_type"], job["target"], max_bytes=job["max_bytes"])


_TASKS = {"look": _look, "picture": _picture, "play": _play, "voice": _voice}
