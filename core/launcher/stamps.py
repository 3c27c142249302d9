"""Remembers what has been installed and built, so that a start does only what is new."""

from __future__ import annotations

import fcntl
import hashlib
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from core.launcher.config import ROOT

# Beside the packages: a virtual environment made anew has nothing installed.
FOLDER = Path(sys.prefix) / "bandeja"


def digest(paths: Iterable[Path], *words: str) -> str:
    """One number for the names and contents of files, and for words that matter as well."""
    total = hashlib.sha256("\0".join(words).encode())
    for path in sorted(paths):
        total.update(f"\0{path.relative_to(ROOT)}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def is_current(stamp: Path, value: str) -> bool:
    try:
        return stamp.read_text() == value
    except OSError:
        return False


@contextmanager
def renewing(stamp: Path, value: str) -> Iterator[None]:
    """Do the work of a stamp: it is gone while the work lasts, and written only when that went well."""
    stamp.unlink(missing_ok=True)
    yield
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(value)


@contextmanager
def one_at_a_time(name: str) -> Iterator[None]:
    """Wait until no other start of this clone is at the same work."""
    FOLDER.mkdir(exist_ok=True)
    with (FOLDER / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
