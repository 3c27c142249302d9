"""The copy that is measured: its services in a temporary folder, and the processes that a path needs."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.processes import cpu_seconds, pin
from core.launcher.config import ROOT, Config
from core.launcher.processes import spawn, stop_child
from core.launcher.services import Services

SERVER_CORE, LOAD_CORE = 0, 1
_START_SECONDS = 60.0
_STOP_STEPS = ((signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0))
# The measured processes are asked far more by one person than a person asks.
_LIMITS = {
    "API_REQUESTS_PER_SECOND": "1000000",
    "API_BURST": "1000000",
    "BANDEJA_SOCKETS_PER_PERSON": "5000",
    "BANDEJA_SOCKETS_PER_ORGANIZATION": "20000",
}


@dataclass(frozen=True, slots=True)
class Running:
    """A started process."""

    name: str
    process: subprocess.Popen[bytes]
    port: int = 0

    @property
    def pid(self) -> int:
        return self.process.pid

    def cpu_seconds(self) -> float:
        return cpu_seconds(self.pid)

    def say(self, line: str) -> None:
        """Give a helper a line."""
        if self.process.stdin is not None:
            self.process.stdin.write(f"{line}\n".encode())
            self.process.stdin.flush()

    def lines_until(self, last: str) -> list[str]:
        """Wait for what a helper says, up to a line.

        Raises:
            RuntimeError: it ended before.
        """
        lines: list[str] = []
        for raw in self.process.stdout or ():
            lines.append(raw.decode().strip())
            if lines[-1] == last:
                return lines[:-1]
        raise RuntimeError(f"{self.name} ended after saying: {lines[-3:]}")


@dataclass
class Stage:
    """Services that run, and how to start what is measured on them.

    Attributes:
        environment: of every process; `DATABASE_URL` and `REDIS_URL` name the private services.
    """

    folder: Path
    environment: dict[str, str]
    log: Path = field(init=False)

    def __post_init__(self) -> None:
        self.log = self.folder / "processes.log"

    @contextmanager
    def web(self, server: str, *, core: int | None = SERVER_CORE) -> Iterator[Running]:
        """The product's own web process, on `daphne` or `uvicorn`."""
        port = free_port()
        command = [sys.executable, "-m", "core.launcher.web"]
        with self._running(f"web ({server})", command, port, core, {"BANDEJA_SERVER": server}) as running:
            yield running

    @contextmanager
    def webs(self, server: str, count: int, *, pinned: bool = True) -> Iterator[list[Running]]:
        """Several web processes; one that is alone has a core to itself, unless it is to be compared with two."""
        with ExitStack() as stack:
            core = SERVER_CORE if pinned and count == 1 else None
            yield [stack.enter_context(self.web(server, core=core)) for _ in range(count)]

    @contextmanager
    def floor(self, server: str, module: str, *, core: int | None = SERVER_CORE) -> Iterator[Running]:
        """A floor program, served as the product's web process is."""
        port = free_port()
        command = [sys.executable, "-m", "bench.serving", f"bench.floors.{module}"]
        with self._running(f"floor ({server})", command, port, core, {"BANDEJA_SERVER": server}) as running:
            yield running

    @contextmanager
    def worker(self, *queues: str, settings: Mapping[str, str] | None = None) -> Iterator[Running]:
        """A worker of the product, anywhere."""
        command = [sys.executable, "manage.py", "worker", *queues]
        with self._running("worker", command, 0, None, settings) as running:
            yield running

    @contextmanager
    def helper(self, module: str, *words: str, core: int | None = LOAD_CORE) -> Iterator[Running]:
        """A process of our own beside the load, which says `ready` when it is."""
        command = [sys.executable, "-m", module, *words]
        process = subprocess.Popen(
            command, env=self.environment, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        pin(process.pid, core)
        try:
            helper = Running(module, process)
            helper.lines_until("ready")
            yield helper
        finally:
            stop_child(process, _STOP_STEPS)

    @contextmanager
    def _running(
        self,
        name: str,
        command: Sequence[str],
        port: int,
        core: int | None,
        environment: Mapping[str, str] | None = None,
    ) -> Iterator[Running]:
        settings = {**self.environment, "PORT": str(port or free_port()), **(environment or {})}
        with self.log.open("ab") as log:
            process = spawn(command, env=settings, cwd=ROOT, output=log)
        pin(process.pid, core)
        try:
            if port:
                self._wait_for(name, port, process)
            yield Running(name, process, port)
        finally:
            stop_child(process, _STOP_STEPS)

    def _wait_for(self, name: str, port: int, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(
            f"{name} does not answer; it said:\n{self.log.read_text(errors='replace')[-4000:]}"
        )


@contextmanager
def opened() -> Iterator[Stage]:
    """A stage that is there while the block lasts and leaves nothing."""
    # Short, for the sockets in it, and passable for the account under which root runs PostgreSQL.
    folder = Path(tempfile.mkdtemp(prefix="bandeja-bench-"))
    folder.chmod(0o711)
    try:
        # As durable as in earnest: a commit that does not wait for the disk would flatter everyone.
        with Services(folder / "services", durable=True) as urls:
            config = Config(
                "127.0.0.1", free_port(), free_port(), folder / "var", "", "", "daphne", "development"
            )
            environment = {**config.child_environment(urls), **_LIMITS}
            yield Stage(folder, environment)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def enter(stage: Stage) -> None:
    """Make this process part of the stage: with its settings, its database migrated, its load on one core."""
    os.environ.update(stage.environment)
    os.environ["DJANGO_SETTINGS_MODULE"] = "core.project.settings"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    pin(os.getpid(), LOAD_CORE)
