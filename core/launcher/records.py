"""The list of processes that this data directory has started, for a start after a crash to read."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path

from core.launcher.processes import Identity, identify


class Records:
    """`run/processes.json`: name → process. Written whole and renamed, so a crash leaves a readable one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._entries: dict[str, Identity] = {}

    def load(self) -> dict[str, Identity]:
        """Take over the processes of an earlier start that still run, and name them.

        They stay on the list until removed: whoever is interrupted while ending them leaves it to the next.
        """
        try:
            stored = json.loads(self._path.read_text())
            entries = {str(name): Identity(**entry) for name, entry in stored.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            # None yet, or not ours: what is unreadable names no process that we could safely end.
            return {}
        self._entries = {name: identity for name, identity in entries.items() if identity.is_running()}
        return dict(self._entries)

    def add(self, name: str, pid: int) -> None:
        identity = identify(pid)
        if identity is not None:
            self._entries[name] = identity
            self._write()

    def remove(self, name: str) -> None:
        if self._entries.pop(name, None) is not None:
            self._write()

    def _write(self) -> None:
        if not self._entries:
            self._path.unlink(missing_ok=True)
            return
        write_private(
            self._path, json.dumps({name: asdict(entry) for name, entry in self._entries.items()}, indent=1)
        )


def write_private(path: Path, text: str) -> None:
    """Replace a file that only we may read, in one step."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    draft.replace(path)
