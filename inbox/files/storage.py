"""Bytes on disk: `media/<organisation>/<uuid>`, written whole or not at all, under ids of ours alone.

What is made from a file stands beside it: `<uuid>-t` is its thumbnail, `<uuid>-p` the copy that every browser plays.
"""

from __future__ import annotations

import hashlib
import os
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from django.conf import settings

THUMBNAIL, PLAYABLE = "-t", "-p"
_UNFINISHED = ".part"
_KEY = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:-[tp])?")


class TooLarge(Exception):
    """More bytes came than are allowed."""


def folder(organization_id: int) -> Path:
    """Return the folder of an organisation, which nobody but us may read."""
    place = Path(settings.MEDIA_ROOT) / str(int(organization_id))
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def path_of(organization_id: int, key: str) -> Path:
    """Return where the file of a key lies.

    Raises:
        ValueError: that is no key of ours.
    """
    if not _KEY.fullmatch(key):
        raise ValueError("not a key of a file")
    return Path(settings.MEDIA_ROOT) / str(int(organization_id)) / key


def new_key() -> str:
    return str(uuid.uuid4())


class Incoming:
    """A file that is being written; it vanishes when the block ends, unless it was kept.

    with Incoming(organization_id, max_bytes=100) as file:
        file.write(b"…")
        key = file.keep()
    """

    def __init__(self, organization_id: int, *, max_bytes: int, key: str | None = None) -> None:
        self.key = key or new_key()
        self.size = 0
        self._max_bytes = max_bytes
        self._digest = hashlib.sha256()
        self._final = folder(organization_id) / self.key
        self.path = self._final.with_name(self.key + _UNFINISHED)
        self._file = os.fdopen(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        self.path.unlink(missing_ok=True)

    @property
    def sha256(self) -> str:
        """Of what was written, in hexadecimal digits."""
        return self._digest.hexdigest()

    def write(self, data: bytes) -> None:
        """Add bytes.

        Raises:
            TooLarge: there are more than allowed now.
            OSError: the disk is full, or worse.
        """
        self.size += len(data)
        if self.size > self._max_bytes:
            raise TooLarge
        self._digest.update(data)
        self._file.write(data)

    def flush(self) -> None:
        """Let others read at `path` what was written so far."""
        self._file.flush()

    def keep(self) -> str:
        """Make the file last, and return its key. From here on it survives a power cut."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        _settle(self.path, self._final)
        return self.key


def unfinished(organization_id: int, key: str) -> Path:
    """Return where somebody else may write the file of a key, to be kept by `keep`."""
    return path_of(organization_id, key).with_name(key + _UNFINISHED)


def keep(organization_id: int, key: str) -> None:
    """Make a file last that was written at `unfinished`."""
    part = unfinished(organization_id, key)
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.chmod(0o600)
    _settle(part, path_of(organization_id, key))


def measured(organization_id: int, key: str) -> tuple[int, str]:
    """Return size and SHA-256 of a kept file."""
    with path_of(organization_id, key).open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return file.tell(), digest


def remove(organization_id: int, key: str) -> None:
    """Remove a file and what was made from it."""
    if not key:
        return
    base = path_of(organization_id, key)
    for suffix in (PLAYABLE, THUMBNAIL, ""):
        base.with_name(base.name + suffix).unlink(missing_ok=True)


def left_lying(organization_id: int, *, before: float) -> Iterator[tuple[str, Path]]:
    """Give files that were last written before a moment (Unix seconds), with the key that they belong to.

    The key is empty for what was never finished.
    """
    place = Path(settings.MEDIA_ROOT) / str(int(organization_id))
    if not place.is_dir():
        return
    with os.scandir(place) as entries:
        for entry in entries:
            if (
                not entry.is_file(follow_symlinks=False)
                or entry.stat(follow_symlinks=False).st_mtime >= before
            ):
                continue
            if entry.name.endswith(_UNFINISHED):
                yield "", Path(entry.path)
            elif _KEY.fullmatch(entry.name):
                yield entry.name[:36], Path(entry.path)


def _settle(part: Path, final: Path) -> None:
    part.rename(final)
    place = os.open(final.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(place)
    finally:
        os.close(place)
