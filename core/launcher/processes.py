"""Starting a process that dies with us, recognising one from an earlier start, and ending either."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
# Loaded once here: after a fork no library may be loaded safely.
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Identity:
    """A process that cannot be mistaken for a later one that got the same number."""

    pid: int
    started: str
    command: str

    def is_running(self) -> bool:
        return identify(self.pid) == self


@dataclass(frozen=True)
class Account:
    """The system account under which a process runs."""

    uid: int
    gid: int


def identify(pid: int) -> Identity | None:
    """Describe a running process; None when there is none, or only a zombie waiting for its parent."""
    if sys.platform == "linux":
        return _identify_by_proc(pid)
    return _identify_by_ps(pid)


def spawn(
    command: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: Path,
    output: int | IO[bytes],
    death_signal: signal.Signals = signal.SIGTERM,
    account: Account | None = None,
) -> subprocess.Popen[bytes]:
    """Start a process in a session of its own, which gets `death_signal` when the calling thread ends.

    The death signal is a feature of Linux; elsewhere the next start ends what a killed launcher left.
    """
    return subprocess.Popen(
        command,
        env=dict(env),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=_die_with_parent(death_signal),
        user=None if account is None else account.uid,
        group=None if account is None else account.gid,
        extra_groups=None if account is None else [],
    )


def end(identity: Identity, steps: Sequence[tuple[signal.Signals, float]]) -> bool:
    """Send each signal in turn to the process, and wait the seconds that follow it for its end.

    Returns whether the process is gone. It is looked at again before each signal, so that a number that
    was given to someone else in the meantime gets none.
    """
    for number, seconds in steps:
        if not identity.is_running():
            return True
        signal_group(identity.pid, number)
        if wait_until(lambda: not identity.is_running(), seconds):
            return True
    return not identity.is_running()


def signal_group(pid: int, number: signal.Signals) -> None:
    """Send a signal to a process that we started, and to all that it has started itself."""
    with suppress(ProcessLookupError, PermissionError):
        if os.getpgid(pid) == pid:
            os.killpg(pid, number)
        else:
            os.kill(pid, number)


def stop_child(child: subprocess.Popen[bytes], steps: Sequence[tuple[signal.Signals, float]]) -> None:
    """The same as `end` for a child of our own, which is also reaped."""
    for number, seconds in steps:
        if child.poll() is not None:
            return
        child.send_signal(number)
        try:
            child.wait(timeout=seconds)
            return
        except subprocess.TimeoutExpired:
            continue
    child.wait()


def wait_until(condition: Callable[[], bool], seconds: float, *, every: float = 0.02) -> bool:
    """Look at the condition until it holds or the time is over."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= deadline:
            return False
        time.sleep(every)
    return True


def _die_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    if _libc is None:
        return None
    libc, parent = _libc, os.getpid()

    def prepare() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        # The parent may have died before the line above, and then nobody would ever tell us.
        if os.getppid() != parent:
            os._exit(1)

    return prepare


def _identify_by_proc(pid: int) -> Identity | None:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
        command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return None
    # The name stands in parentheses and may hold anything, so fields are counted from the last one.
    fields = stat.rpartition(")")[2].split()
    if fields[0] in "ZX":
        return None
    # Start times count from the boot: without naming it, a number could match again after a restart.
    return Identity(pid=pid, started=f"{_boot_id()}:{fields[19]}", command=command.strip())


def _boot_id() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def _identify_by_ps(pid: int) -> Identity | None:
    shown = subprocess.run(
        ["ps", "-ww", "-o", "stat=", "-o", "lstart=", "-o", "command=", "-p", str(pid)],
        capture_output=True,
        text=True,
        env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
    ).stdout.split(maxsplit=6)
    if len(shown) < 7 or shown[0].startswith("Z"):
        return None
    return Identity(pid=pid, started=" ".join(shown[1:6]), command=shown[6].strip())
