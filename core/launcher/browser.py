"""Finds the Chromium for the browser tests: `python -m core.launcher.browser` prints its path."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from core.launcher.errors import LauncherError

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
PLAYWRIGHT_FOLDERS = ("~/.cache/ms-playwright", "~/Library/Caches/ms-playwright")
PLAYWRIGHT_FILES = ("chromium-*/chrome-linux*/chrome", "chromium-*/chrome-mac*/*.app/Contents/MacOS/*")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
DEBIAN_PACKAGES = ("chromium", "fonts-liberation", "fonts-noto-color-emoji")


def find() -> Path | None:
    """The first browser that runs: the one named, the system's, Playwright's own."""
    return next((path for path in _candidates() if _runs(path)), None)


def require() -> Path:
    """The same, installed from Debian's packages when there is none and we may.

    Raises:
        LauncherError: with what to install.
    """
    found = find()
    if found is None and _install():
        found = find()
    if found is None:
        raise LauncherError(
            "The browser tests need Chromium: install it (Debian: sudo apt-get install chromium; elsewhere "
            ".venv/bin/python -m playwright install chromium), or name one with BANDEJA_CHROMIUM."
        )
    return found


def _candidates() -> Iterator[Path]:
    if named := os.environ.get("BANDEJA_CHROMIUM", ""):
        yield Path(named)
    for name in NAMES:
        if path := shutil.which(name):
            yield Path(path)
    yield MAC
    for folder in (os.environ.get("PLAYWRIGHT_BROWSERS_PATH", ""), *PLAYWRIGHT_FOLDERS):
        for pattern in PLAYWRIGHT_FILES if folder else ():
            yield from sorted(Path(folder).expanduser().glob(pattern), reverse=True)


def _runs(path: Path) -> bool:
    try:
        return subprocess.run([str(path), "--version"], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _install() -> bool:
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        return False
    print("Installing Chromium from Debian's packages ...", file=sys.stderr, flush=True)
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    steps = ([apt, "-q", "update"], [apt, "-q", "-y", "install", "--no-install-recommends", *DEBIAN_PACKAGES])
    # What apt says goes to standard error: standard output carries the path alone.
    return all(
        subprocess.run(step, env=env, stdin=subprocess.DEVNULL, stdout=sys.stderr).returncode == 0
        for step in steps
    )


def main() -> None:
    try:
        print(require())
    except LauncherError as error:
        sys.exit(f"bandeja: {error}")


if __name__ == "__main__":
    main()
