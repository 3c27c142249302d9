"""What the launcher says when it cannot go on."""

from __future__ import annotations


class LauncherError(Exception):
    """Expected trouble, told to the person at the terminal in one sentence without a traceback."""
