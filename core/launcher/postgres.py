"""The embedded PostgreSQL: started on a socket without TCP, stopped in order."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

from core.launcher.cluster import DATABASE, PORT, USER, Cluster, environment
from core.launcher.errors import LauncherError
from core.launcher.logs import open_log, tail
from core.launcher.places import Places
from core.launcher.processes import Account, Identity, end, identify, spawn, stop_child, wait_until
from core.launcher.records import Records

NAME = "postgres"
START_SECONDS = 60.0
AGAIN_AFTER_SECONDS = (0.2, 0.5, 1.0, 2.0, 4.0)
# Fast shutdown; then without a checkpoint (the next start recovers); then as if the power had gone.
STOP_STEPS = ((signal.SIGINT, 7.0), (signal.SIGQUIT, 2.0), (signal.SIGKILL, 1.0))


class Postgres:
    """One database server in one data directory."""

    def __init__(self, places: Places, account: Account | None, records: Records, *, durable: bool) -> None:
        self._places = places
        self._records = records
        self._cluster = Cluster(places, account, durable=durable)
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"postgresql://{USER}@/{DATABASE}?host={quote(str(self._places.database_sockets), safe='/')}"

    @property
    def log_path(self) -> Path:
        return self._places.run / "postgres.log"

    def start(self) -> None:
        """Start the server, made first if there is none; `wait` waits until it answers."""
        self._cluster.prepare()
        self.revive()

    def revive(self) -> None:
        """Start the process, also again after it has died."""
        self._settle_earlier_server()
        with open_log(self.log_path) as log:
            try:
                self._child = spawn(
                    self._cluster.server_command,
                    env=environment(),
                    cwd=self._cluster.folder,
                    output=log,
                    death_signal=signal.SIGINT,
                    account=self._cluster.account,
                )
            except PermissionError as error:
                raise self._cluster.permission(error) from None
        self._records.add(NAME, self._child.pid)

    def wait(self) -> None:
        """Wait until the server answers, recovery after a crash included, and make our database."""
        # Helpers of a server that was killed a moment ago may keep a new one from starting until they have noticed.
        for pause in (*AGAIN_AFTER_SECONDS, None):
            wait_until(lambda: not self.is_alive() or self.is_ready(), START_SECONDS)
            if self.is_alive() or pause is None:
                break
            time.sleep(pause)
            self.revive()
        if not self.is_ready():
            raise LauncherError(
                f"PostgreSQL did not start; the last lines of {self.log_path} say why:\n{tail(self.log_path)}"
            )
        names = self._cluster.psql("SELECT datname FROM pg_database").split()
        if DATABASE not in names:
            self._cluster.psql(f"CREATE DATABASE {DATABASE}")

    def is_alive(self) -> bool:
        return self._child is not None and self._child.poll() is None

    def is_ready(self) -> bool:
        try:
            lines = (self._cluster.folder / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        # The last line is the state; a file of an earlier process names another number.
        return (
            len(lines) >= 8
            and self._child is not None
            and lines[0] == str(self._child.pid)
            and lines[7].strip() == "ready"
        )

    def stop(self) -> None:
        if self._child is not None:
            stop_child(self._child, STOP_STEPS)
            self._records.remove(NAME)
            self._child = None

    def _settle_earlier_server(self) -> None:
        """End a server that a killed launcher left, found by the number that it wrote itself."""
        path = self._cluster.folder / "postmaster.pid"
        try:
            lines = path.read_text().splitlines()
            number = int(lines[0])
        except (OSError, ValueError, IndexError):
            return
        running = identify(number)
        if running is None and not _is_taken(number):
            return
        if running is not None and self._is_ours(running):
            if not end(running, STOP_STEPS):
                raise LauncherError(f"PostgreSQL of an earlier start (process {running.pid}) does not end.")
            return
        # The number went to a stranger, or is that of a dead server which nobody has buried yet: PostgreSQL would
        # refuse to start as long as it is taken. A file that names its parent it takes for stale, and still looks
        # for survivors by the memory named in it.
        self._cluster.write("postmaster.pid", "\n".join([str(os.getpid()), *lines[1:], ""]))
        (self._places.database_sockets / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)

    def _is_ours(self, running: Identity) -> bool:
        folder = self._cluster.folder
        if not Path("/proc/self/cwd").exists():
            return running.command.endswith(f"postgres -D {folder}")
        # A server works in its own folder; other PostgreSQLs of this machine work elsewhere.
        try:
            return "postgres" in running.command and Path(f"/proc/{running.pid}/cwd").readlink() == folder
        except OSError:
            return False


def _is_taken(number: int) -> bool:
    """Tell whether the system still knows a process by this number, dead ones included."""
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
