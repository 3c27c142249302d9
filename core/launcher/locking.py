"""One copy at a time on a data directory."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from core.launcher.errors import LauncherError


class DataLock:
    """A lock that the system lets go of when its holder dies, however it dies."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    @property
    def is_held(self) -> bool:
        return self._descriptor is not None

    def acquire(self) -> None:
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 32).decode(errors="replace").strip() or "unknown"
            os.close(descriptor)
            raise LauncherError(
                f"bandeja is already running on {self._path.parent.parent} (process {holder}): stop it "
                "first, or give this copy its own BANDEJA_DATA_DIR, PORT and SIMULATOR_PORT."
            ) from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        self._descriptor = descriptor

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
