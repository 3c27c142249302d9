"""A whole private copy of bandeja, for tests that look at it from outside or kill its parts.

The launcher itself starts it, as `make run` does, in a folder and on ports of its own:

    with running_copy() as copy:
        copy.kill("worker")
        copy.wait_for_return("worker")
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from core.launcher.client import MANIFEST
from core.launcher.processes import Identity, identify
from tests.calls import Broken, call

ROOT = Path(__file__).resolve().parents[1]
# The Procfile's names, and those of the servers below them.
CHILDREN = ("web", "worker", "bulk", "scheduler", "simulator")
SERVERS = ("postgres", "valkey")
PATIENCE_SECONDS = 90.0


def wait_for(condition: Callable[[], object], what: str, seconds: float = PATIENCE_SECONDS) -> None:
    """Look until the condition holds; the deadline is generous, since machines for tests are slow."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds:g} s in vain for {what}"
        time.sleep(0.05)


class Copy:
    """One data directory with what the launcher makes of it; may be started and stopped several times."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.data = folder / "var"
        self.port, self.simulator_port = free_port(), free_port()
        self._settings = {
            "PORT": str(self.port),
            "SIMULATOR_PORT": str(self.simulator_port),
            "BANDEJA_DATA_DIR": str(self.data),
            **settings,
        }
        self._launcher: subprocess.Popen[bytes] | None = None
        self._starts = 0
        self._seen: dict[int, Identity] = {}
        self.demo: dict[str, Any] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def simulator_url(self) -> str:
        return f"http://127.0.0.1:{self.simulator_port}"

    @property
    def launcher_pid(self) -> int:
        assert self._launcher is not None, "this copy was not started"
        return self._launcher.pid

    def start(self) -> None:
        """Start as a fresh shell would, and wait until people could work."""
        assert MANIFEST.exists(), "The client is not built: run `python -m core.launcher.client build`."
        self._starts += 1
        with self._log.open("wb") as log:
            self._launcher = subprocess.Popen(
                [sys.executable, "-m", "core.launcher", "run"],
                env=self.environment(),
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            wait_for(lambda: "bandeja is ready" in self.said() or self.has_ended(), "the banner")
            assert not self.has_ended(), "the launcher gave up"
            wait_for(self.is_ready, "everything to be ready")
        except AssertionError as error:
            raise AssertionError(f"{error}; the launcher says:\n{self.said()}") from None
        self.demo = json.loads(self.manage("demo", "--json"))

    def is_ready(self) -> bool:
        """Tell whether web and simulator answer, and whether someone takes the work."""
        self.note_processes()
        try:
            answers = [
                call("GET", f"{self.url}/health/ready"),
                call("GET", f"{self.simulator_url}/_sim/health"),
            ]
        except Broken:
            return False
        return [answer.status for answer in answers] == [200, 200] and answers[0].json()["status"] == "ok"

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask the launcher to end, and give its exit code."""
        assert self._launcher is not None
        self.note_processes()
        self._launcher.send_signal(number)
        return self._launcher.wait(timeout=PATIENCE_SECONDS)

    def kill_launcher(self) -> None:
        """The launcher alone: what it started finds out by itself."""
        self.stop(signal.SIGKILL)

    def has_ended(self) -> bool:
        return self._launcher is None or self._launcher.poll() is not None

    def said(self) -> str:
        """What the present start has printed so far."""
        return self._log.read_text(errors="replace")

    def manage(self, *arguments: str) -> str:
        """Run a management command, told of nothing but the data directory."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            env=_shell() | {"BANDEJA_DATA_DIR": str(self.data)},
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def sql(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Ask the database, on a connection of its own: the one before may have died with the server."""
        with psycopg.connect(self._services()["database_url"], autocommit=True) as connection:
            cursor = connection.execute(query.encode(), values)
            return cursor.fetchall() if cursor.description else []

    def pid(self, name: str) -> int:
        """The process that has this name now; 0 while there is none."""
        return self._processes().get(name, 0)

    def kill(self, name: str) -> int:
        """End a process without a warning, with all that it has started; gives its number."""
        pid = self.pid(name)
        assert pid, f"{name} is not running"
        self.note_processes()
        os.kill(pid, signal.SIGKILL)
        return pid

    @contextmanager
    def without(self, name: str) -> Iterator[None]:
        """A process is killed, and stays away while the block lasts: the launcher, which would start it, is held."""
        os.kill(self.launcher_pid, signal.SIGSTOP)
        try:
            killed = self.kill(name)
            yield
        finally:
            os.kill(self.launcher_pid, signal.SIGCONT)
        self.wait_for_return(name, killed)

    def wait_for_return(self, name: str, before: int) -> None:
        """Wait until the launcher has started it again."""
        wait_for(lambda: self.pid(name) not in (0, before), f"{name} to be back")

    def note_processes(self) -> None:
        """Remember all that run for this copy now, so that `left_behind` can look for each later."""
        for pid in [self.launcher_pid, *self._processes().values(), *_naming(self.data)]:
            if (process := identify(pid)) is not None:
                self._seen[pid] = process

    def left_behind(self) -> list[str]:
        """What still runs of all that ever ran for this copy, and whatever else names its folder."""
        left = {process.pid: process for process in self._seen.values() if process.is_running()}
        for pid in _naming(self.data):
            if (process := identify(pid)) is not None:
                left[pid] = process
        return [f"{process.pid} {process.command}" for process in left.values()]

    def clean_up(self) -> None:
        """End what still runs, by number, and remove the folder."""
        if not self.has_ended():
            self.stop()
        for process in self._seen.values():
            if process.is_running():
                os.kill(process.pid, signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)

    def organization(self, slug: str = "tienda-aurora") -> dict[str, Any]:
        """What `demo --json` tells of an organisation."""
        return next(one for one in self.demo["organizations"] if one["slug"] == slug)

    def password(self, email: str) -> str:
        users = [user for one in self.demo["organizations"] for user in one["users"]]
        return str(next(user["password"] for user in users if user["email"] == email))

    @property
    def _log(self) -> Path:
        return self.folder / f"launcher-{self._starts}.log"

    def environment(self) -> dict[str, str]:
        """What its processes are told."""
        return _shell() | self._settings

    def _services(self) -> dict[str, Any]:
        return dict(json.loads((self.data / "run" / "services.json").read_text()))

    def _processes(self) -> dict[str, int]:
        try:
            stored = json.loads((self.data / "run" / "processes.json").read_text())
        except FileNotFoundError:
            return {}
        return {name: int(entry["pid"]) for name, entry in stored.items()}


@contextmanager
def running_copy(**settings: str) -> Iterator[Copy]:
    """A copy that runs while the block lasts, and leaves nothing."""
    # Short, for the sockets in it, and passable for the account under which root runs PostgreSQL.
    folder = Path(tempfile.mkdtemp(prefix="bandeja-copy-"))
    folder.chmod(0o711)
    copy = Copy(folder, **settings)
    try:
        copy.start()
        yield copy
    finally:
        copy.clean_up()


def _shell() -> dict[str, str]:
    """A fresh shell: nothing of what this process was told, the tests' own database least of all."""
    kept = ("HOME", "TMPDIR", "LD_LIBRARY_PATH")
    return {"PATH": os.defpath, **{name: os.environ[name] for name in kept if name in os.environ}}


def free_port() -> int:
    """A port that no connection gets by chance: below those that systems give to clients."""
    while True:
        port = random.SystemRandom().randrange(20_000, 30_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port


def _naming(folder: Path) -> list[int]:
    """The processes that name the folder, in their command line or among their settings."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        for part in ("cmdline", "environ"):
            try:
                named = str(folder).encode() in (entry / part).read_bytes()
            except OSError:
                continue
            if named:
                found.append(int(entry.name))
                break
    return found
