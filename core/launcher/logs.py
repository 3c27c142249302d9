"""The logs of PostgreSQL and Valkey: private, and of bounded size."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import BinaryIO

LIMIT_BYTES = 5_000_000


def open_log(path: Path) -> BinaryIO:
    """Open a server's log for adding to it, readable by us alone."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")


def tail(path: Path, lines: int = 8) -> str:
    """The last lines of a log."""
    try:
        return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""


def shorten(log: Path) -> None:
    """Set the contents of a log that has grown large aside, in place of those set aside before."""
    if log.exists() and log.stat().st_size > LIMIT_BYTES:
        # Copied and emptied, not renamed: its server keeps the file open, and adds at its end.
        shutil.copy(log, log.with_suffix(".log.1"))
        os.truncate(log, 0)
