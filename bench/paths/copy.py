"""copy: what a whole copy costs, as `make run` starts it: seconds until it is ready, and memory after the demo.

Memory is PSS: what processes share counts for each in part, so that the sum is what the machine has given. The first
start makes the database and the demonstration, the second finds them. No targets are set; the table keeps us honest.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.figures import Line
from bench.options import Bench, say
from bench.processes import family, pin, pss_bytes
from bench.stage import free_port
from core.launcher.config import ROOT
from core.launcher.processes import identify
from core.launcher.records import Records
from core.launcher.supervisor import KILL_SECONDS, STOP_SECONDS

_PATIENCE_SECONDS = 120.0
_SETTLE_SECONDS = 5.0


def measure(bench: Bench) -> list[Line]:
    folder = Path(tempfile.mkdtemp(prefix="bandeja-bench-copy-"))
    folder.chmod(0o711)
    try:
        first, _ = _started(bench, folder)
        second, memory = _started(bench, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    total = sum(memory.values())
    parts = ", ".join(f"{name} {size / 2**20:.0f}" for name, size in memory.items())
    say(f"  copy: first start {first:.1f} s, second {second:.1f} s, {total / 2**20:.0f} MB")
    return [
        Line("copy", "first start, database and demo made", f"{first:.1f} s"),
        Line("copy", "second start", f"{second:.1f} s"),
        Line("copy", "memory (PSS) of all processes", f"{total / 2**20:.0f} MB: {parts}"),
    ]


def _started(bench: Bench, folder: Path) -> tuple[float, dict[str, int]]:
    """Start a copy as a fresh shell would; return the seconds until it was ready, and its memory by process."""
    environment = {
        name: os.environ[name] for name in ("HOME", "TMPDIR", "LD_LIBRARY_PATH") if name in os.environ
    }
    environment |= {
        "PATH": os.defpath,
        "PORT": str(free_port()),
        "SIMULATOR_PORT": str(free_port()),
        "BANDEJA_DATA_DIR": str(folder / "var"),
    }
    log = folder / "launcher.log"
    started = time.monotonic()
    with log.open("wb") as output:
        command = [sys.executable, "-m", "core.launcher", "run"]
        launcher = subprocess.Popen(
            command,
            env=environment,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    pin(launcher.pid, None)
    try:
        while b"bandeja is ready" not in log.read_bytes():
            if launcher.poll() is not None or time.monotonic() - started > _PATIENCE_SECONDS:
                raise RuntimeError(f"the copy did not start:\n{log.read_text(errors='replace')[-3000:]}")
            time.sleep(0.02)
        taken = time.monotonic() - started
        time.sleep(_SETTLE_SECONDS)
        return taken, _memory(launcher.pid, folder)
    finally:
        launcher.terminate()
        launcher.wait(STOP_SECONDS + KILL_SECONDS + 10)


def _memory(launcher: int, folder: Path) -> dict[str, int]:
    known = Records(folder / "var" / "run" / "processes.json").load()
    named = {"launcher": launcher, **{name: one.pid for name, one in known.items() if identify(one.pid)}}
    families = {name: family(pid) for name, pid in named.items()}
    # Of the launcher itself alone: the others are its children.
    families["launcher"] = [launcher]
    return {name: sum(pss_bytes(pid) for pid in pids) for name, pids in families.items()}
