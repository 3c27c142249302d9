"""`python -m core.launcher run`: from nothing to a running copy, and back to nothing."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from core.launcher import procfile
from core.launcher.banner import banner
from core.launcher.config import ROOT, Config
from core.launcher.errors import LauncherError
from core.launcher.output import Output
from core.launcher.ports import accepts, require_free
from core.launcher.processes import spawn, stop_child
from core.launcher.records import write_private
from core.launcher.services import Services
from core.launcher.supervisor import Supervisor

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# In the Procfile, but part of development only.
DEVELOPMENT_ONLY = frozenset({"simulator"})
PREPARE = "prepare"
LOG_SECONDS = 60.0


class Interrupted(BaseException):
    """Somebody asked us to stop while we were still starting."""


class Launcher:
    """One start of one copy."""

    def __init__(
        self,
        config: Config,
        *,
        output: Output,
        procfile_path: Path = ROOT / "Procfile",
        prepare: Sequence[str] = (sys.executable, "-m", "core.launcher.prepare"),
    ) -> None:
        self._config = config
        self._procfile_path = procfile_path
        self._prepare_command = prepare
        self._output = output
        self._run_dir = config.data_dir / "run"
        self._services = Services(
            config.data_dir, database_url=config.database_url, redis_url=config.redis_url
        )
        self._supervisor: Supervisor | None = None
        self._is_stopping = False
        self._announced = False
        self._looked_at_logs = 0.0
        self._demo: dict[str, Any] | None = None

    def run(self) -> None:
        """Start everything, stay until asked to stop, stop everything."""
        with self._signals():
            try:
                self._start()
                if self._supervisor is not None:
                    self._supervisor.run(self._tick)
            except Interrupted:
                pass
            finally:
                self._is_stopping = True
                self._stop()

    def _start(self) -> None:
        config = self._config
        commands = procfile.read(self._procfile_path)
        if config.is_production:
            commands = {name: words for name, words in commands.items() if name not in DEVELOPMENT_ONLY}
        self._services.open()
        require_free(config.host, config.port, "PORT")
        if config.has_simulator:
            require_free("127.0.0.1", config.simulator_port, "SIMULATOR_PORT")
        self._output.say(f"Data in {config.data_dir}.")
        urls = self._services.start()
        for notice in self._services.notices:
            self._output.say(notice)
        self._write_services(urls)
        env = config.child_environment(urls)
        self._demo = self._prepare(env)
        supervisor = Supervisor(
            commands,
            env=env,
            cwd=ROOT,
            records=self._services.records,
            output=self._output,
            servers=self._services.servers,
        )
        self._supervisor = supervisor
        supervisor.start()

    def _stop(self) -> None:
        if not self._services.is_open:
            return
        self._output.say("Stopping.")
        if self._supervisor is not None:
            self._supervisor.stop()
        (self._run_dir / "services.json").unlink(missing_ok=True)
        self._services.stop()
        self._output.say("Stopped.")

    def _prepare(self, env: dict[str, str]) -> dict[str, Any] | None:
        """Migrate and fill in the demo; returns what the demo says of itself."""
        described = self._run_dir / "demo.json"
        described.unlink(missing_ok=True)
        child = spawn(
            [*self._prepare_command, str(described)],
            env=env,
            cwd=ROOT,
            output=subprocess.PIPE,
        )
        self._services.records.add(PREPARE, child.pid)
        try:
            for line in child.stdout or ():
                self._output.line(PREPARE, line.rstrip())
            child.wait()
        finally:
            stop_child(child, ((signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0)))
            self._services.records.remove(PREPARE)
        if child.returncode != 0:
            raise LauncherError("The database could not be made ready; the lines above say why.")
        try:
            return dict(json.loads(described.read_text()))
        except FileNotFoundError:
            return None
        finally:
            described.unlink(missing_ok=True)

    def _write_services(self, urls: dict[str, str]) -> None:
        """Tell `manage.py`, started by hand, where this copy's services are."""
        known = {**urls, "port": self._config.port, "simulator_port": self._config.simulator_port}
        write_private(self._run_dir / "services.json", json.dumps(known, indent=1))

    def _tick(self) -> None:
        if not self._announced:
            self._announce_once_ready()
        # Only the first process of a session is told of its end, and that may be `make`, which keeps it to itself.
        if self._supervisor is not None and self._output.has_lost_its_terminal():
            self._supervisor.request_stop()
        now = time.monotonic()
        if now - self._looked_at_logs >= LOG_SECONDS:
            self._looked_at_logs = now
            self._services.shorten_logs()

    def _announce_once_ready(self) -> None:
        config = self._config
        if not accepts(config.local_address, config.port):
            return
        if config.has_simulator and not accepts("127.0.0.1", config.simulator_port):
            return
        self._announced = True
        self._output.raw(f"{banner(config, self._demo)}\n".encode())

    @contextmanager
    def _signals(self) -> Iterator[None]:
        def on_signal(number: int, frame: FrameType | None) -> None:
            if self._supervisor is not None:
                self._supervisor.request_stop()
            elif not self._is_stopping:
                self._is_stopping = True
                raise Interrupted

        # One that is ignored from the start, as under nohup, stays so.
        wanted = [number for number in STOP_SIGNALS if signal.getsignal(number) != signal.SIG_IGN]
        previous = {number: signal.signal(number, on_signal) for number in wanted}
        try:
            yield
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)


def main() -> int:
    output = Output()
    try:
        Launcher(Config.from_environment(), output=output).run()
    except LauncherError as error:
        output.say(str(error))
        return 1
    return 0
