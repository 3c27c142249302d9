"""The Procfile: which processes make up bandeja."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from core.launcher.errors import LauncherError


def read(path: Path) -> dict[str, list[str]]:
    """Read `name: command` lines. `python` stands for the interpreter that runs the launcher.

    Commands are started without a shell, so that signals reach the process itself.
    """
    commands: dict[str, list[str]] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        name, colon, command = text.partition(":")
        words = shlex.split(command)
        if not colon or not name.strip() or not words:
            raise LauncherError(f"Line {number} of {path} is not of the form “name: command”.")
        if words[0] == "python":
            words[0] = sys.executable
        commands[name.strip()] = words
    return commands
