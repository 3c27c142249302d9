"""Stand-ins for bandeja's processes, and a launcher in a process of its own that can be killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from core.launcher.processes import wait_until
from tests.copy import free_port

ROOT = Path(__file__).resolve().parents[3]
PATIENCE_SECONDS = 60.0

# Lives until told to end: `standin.py sleep`, `listen PORT`, `stubborn`, `crash SECONDS`, `family`.
STAND_IN = """
import http.server, signal, subprocess, sys, time
kind = sys.argv[1]
if kind == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
print(f"{kind} is up", flush=True)
if kind == "listen":
    http.server.HTTPServer(("127.0.0.1", int(sys.argv[2])), http.server.BaseHTTPRequestHandler).serve_forever()
if kind == "crash":
    time.sleep(float(sys.argv[2]))
    sys.exit(3)
if kind == "family":
    subprocess.Popen([sys.executable, __file__, "sleep"])
time.sleep(600)
"""

PREPARE = """
import json, sys
demo = {"organizations": [{"name": "Panadería", "users": [
    {"email": "ana@example.com", "password": "secreta-1", "role": "owner"}]}]}
open(sys.argv[1], "w").write(json.dumps(demo))
"""

DRIVER = """
import functools, sys
from pathlib import Path
from core.launcher import run
from core.launcher.config import Config
from core.launcher.errors import LauncherError
from core.launcher.output import Output

# Killing processes loses nothing without fsync either; only a power cut would.
run.Services = functools.partial(run.Services, durable=False)
folder, output = Path(sys.argv[1]), Output()
try:
    run.Launcher(
        Config.from_environment(),
        output=output,
        procfile_path=folder / "Procfile",
        prepare=[sys.executable, str(folder / "prepare.py")],
    ).run()
except LauncherError as error:
    output.say(str(error))
    sys.exit(1)
"""


def wait_for(condition: Callable[[], bool], what: str) -> None:
    assert wait_until(condition, PATIENCE_SECONDS, every=0.05), f"waited in vain: {what}"


def write_stand_in(folder: Path) -> Path:
    path = folder / "standin.py"
    path.write_text(STAND_IN)
    return path


def wait_for_none_in(folder: Path) -> None:
    """Wait until nothing runs there: what is killed with its parent ends a moment after it."""
    wait_for(lambda: running_in(folder) == [], f"all to end that run in {folder}")


def running_in(folder: Path) -> list[str]:
    """The command lines of all processes that name this folder."""
    shown = subprocess.run(["ps", "-ww", "-eo", "pid=,stat=,args="], capture_output=True, text=True).stdout
    # A zombie waits for whoever inherited it; it does nothing any more.
    return [line for line in shown.splitlines() if str(folder) in line and line.split()[1][0] != "Z"]


class Copy:
    """A copy of bandeja made of stand-ins, in a folder of its own."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.data = folder / "var"
        self.port, self.simulator_port = free_port(), free_port()
        self.environment = {
            "PORT": str(self.port),
            "SIMULATOR_PORT": str(self.simulator_port),
            "BANDEJA_DATA_DIR": str(self.data),
            **environment,
        }
        stand_in = write_stand_in(folder)
        (folder / "prepare.py").write_text(PREPARE)
        (folder / "driver.py").write_text(DRIVER)
        lines = [f"web: python '{stand_in}' listen {self.port}", f"worker: python '{stand_in}' sleep"]
        lines.append(f"simulator: python '{stand_in}' listen {self.simulator_port}")
        (folder / "Procfile").write_text("\n".join(lines))
        self.starts = 0
        self.launcher: subprocess.Popen[bytes] | None = None

    def launch(self, output: int | None = None) -> None:
        self.starts += 1
        with self._log.open("wb") as log:
            self.launcher = subprocess.Popen(
                [sys.executable, str(self.folder / "driver.py"), str(self.folder)],
                env={"PATH": os.defpath, "PYTHONPATH": str(ROOT), **self.environment},
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log if output is None else output,
                stderr=subprocess.STDOUT,
            )

    def launch_until_ready(self) -> None:
        self.launch()
        wait_for(lambda: "bandeja is ready" in self.said() or self.has_ended(), "the banner")
        assert not self.has_ended(), self.said()

    def said(self) -> str:
        # It is being written, and may end in the middle of a letter.
        return self._log.read_text(errors="replace")

    def has_ended(self) -> bool:
        return self.launcher is None or self.launcher.poll() is not None

    def pid(self, name: str) -> int:
        return int(json.loads((self.data / "run" / "processes.json").read_text())[name]["pid"])

    def kill(self, name: str) -> None:
        os.kill(self.pid(name), signal.SIGKILL)

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        assert self.launcher is not None
        self.launcher.send_signal(number)
        return self.launcher.wait(timeout=PATIENCE_SECONDS)

    def clean_up(self) -> None:
        if not self.has_ended():
            self.end()
        wait_for_none_in(self.data)

    @property
    def _log(self) -> Path:
        return self.folder / f"launcher-{self.starts}.log"
