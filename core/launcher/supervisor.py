"""Keeps processes alive: starts them, passes on what they write, starts the dead again, stops them all."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from core.launcher.errors import LauncherError
from core.launcher.output import LineBuffer, Output
from core.launcher.processes import signal_group, spawn, wait_until
from core.launcher.records import Records

TICK_SECONDS = 0.25
# With those of the servers, all steps together stay below the 30 s after which systems lose patience.
STOP_SECONDS = 22.0
KILL_SECONDS = 2.0
# One that lived this long is started again at once; one that keeps dying sooner is given more and more time.
HEALTHY_SECONDS = 10.0
DELAYS = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)


class Server(Protocol):
    """A service that the supervisor also watches; it writes its own log."""

    @property
    def log_path(self) -> Path: ...
    def is_alive(self) -> bool: ...
    def revive(self) -> None: ...


class Backoff:
    """When to start something that has died: at once, but not at once for ever."""

    def __init__(self) -> None:
        self.deaths = 0
        self._started = 0.0

    def started(self, now: float) -> None:
        self._started = now

    def delay_after_death(self, now: float) -> float:
        """Seconds to wait before the next start."""
        self.deaths = 1 if now - self._started >= HEALTHY_SECONDS else self.deaths + 1
        return DELAYS[min(self.deaths - 1, len(DELAYS) - 1)]


class Process:
    """One line of the Procfile, alive or waiting to be started again."""

    def __init__(self, name: str, command: Sequence[str]) -> None:
        self.name = name
        self.command = command
        self.child: subprocess.Popen[bytes] | None = None
        self.lines = LineBuffer()
        self.backoff = Backoff()
        self.due = 0.0

    def signal(self, number: signal.Signals) -> None:
        """Tell the process and all that it has started."""
        if self.child is not None and self.child.returncode is None:
            signal_group(self.child.pid, number)

    def has_ended(self) -> bool:
        if self.child is None:
            return True
        if hasattr(os, "waitid") and self.child.returncode is None:
            # Looked at without reaping, so that the number still is its own when its group gets the signal.
            if os.waitid(os.P_PID, self.child.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
                return False
            self.signal(signal.SIGKILL)
        return self.child.poll() is not None


class Supervisor:
    """Runs the processes until told to stop."""

    def __init__(
        self,
        commands: Mapping[str, Sequence[str]],
        *,
        env: Mapping[str, str],
        cwd: Path,
        records: Records,
        output: Output,
        servers: Mapping[str, Server] | None = None,
    ) -> None:
        self._processes = [Process(name, command) for name, command in commands.items()]
        self._env = env
        self._cwd = cwd
        self._records = records
        self._output = output
        self._servers = {name: (server, Backoff()) for name, server in (servers or {}).items()}
        self._due_servers: dict[str, float] = {}
        self._selector = selectors.DefaultSelector()
        self._stops = 0

    def request_stop(self) -> None:
        """End `run` soon. May be called from a signal handler; a second time means: do not wait."""
        self._stops += 1

    def start(self) -> None:
        now = time.monotonic()
        for _, backoff in self._servers.values():
            backoff.started(now)
        for process in self._processes:
            self._spawn(process)

    def run(self, on_tick: Callable[[], None] | None = None) -> None:
        """Watch until a stop is requested."""
        while not self._stops:
            self._read(TICK_SECONDS)
            self._look_after_processes()
            self._look_after_servers()
            if on_tick is not None:
                on_tick()

    def stop(self) -> None:
        """End all processes: asked first, then made to. What they still write is passed on."""
        asked = self._stops
        for process in self._processes:
            process.signal(signal.SIGTERM)
        wait_until(lambda: self._all_ended() or self._stops > max(asked, 1), STOP_SECONDS, every=0)
        for process in self._processes:
            if not process.has_ended():
                self._output.say(f"{process.name} does not end by itself and is killed.")
                process.signal(signal.SIGKILL)
        wait_until(self._all_ended, KILL_SECONDS, every=0)
        for process in self._processes:
            self._forget(process)
        self._selector.close()

    def _all_ended(self) -> bool:
        self._read(0.05)
        return all(process.has_ended() for process in self._processes)

    def _spawn(self, process: Process) -> None:
        process.child = spawn(process.command, env=self._env, cwd=self._cwd, output=subprocess.PIPE)
        process.backoff.started(time.monotonic())
        self._records.add(process.name, process.child.pid)
        if process.child.stdout is not None:
            os.set_blocking(process.child.stdout.fileno(), False)
            self._selector.register(process.child.stdout, selectors.EVENT_READ, process)

    def _read(self, seconds: float) -> None:
        if not self._selector.get_map():
            time.sleep(seconds)
            return
        for key, _ in self._selector.select(seconds):
            process: Process = key.data
            try:
                data = os.read(key.fd, 65536)
            except BlockingIOError:
                continue
            for line in process.lines.feed(data):
                self._output.line(process.name, line)
            if not data:
                self._selector.unregister(key.fileobj)

    def _look_after_processes(self) -> None:
        now = time.monotonic()
        for process in self._processes:
            if process.child is not None and process.has_ended():
                self._report_death(process, now)
            if process.child is None and now >= process.due and not self._stops:
                self._spawn(process)

    def _report_death(self, process: Process, now: float) -> None:
        how = describe_end(process.child.returncode if process.child is not None else None)
        self._forget(process)
        delay = process.backoff.delay_after_death(now)
        process.due = now + delay
        self._output.say(_death_sentence(process.name, how, process.backoff.deaths, delay))

    def _forget(self, process: Process) -> None:
        """Read the last lines of a process that has ended, and let go of it."""
        if process.child is None:
            return
        stream = process.child.stdout
        if stream is not None:
            with suppress(OSError):
                while data := os.read(stream.fileno(), 65536):
                    for line in process.lines.feed(data):
                        self._output.line(process.name, line)
            with suppress(KeyError, ValueError):
                self._selector.unregister(stream)
            stream.close()
        for line in process.lines.flush():
            self._output.line(process.name, line)
        self._records.remove(process.name)
        process.child = None

    def _look_after_servers(self) -> None:
        now = time.monotonic()
        for name, (server, backoff) in self._servers.items():
            if server.is_alive():
                continue
            if name not in self._due_servers:
                delay = backoff.delay_after_death(now)
                self._due_servers[name] = now + delay
                self._output.say(_death_sentence(name, f" (see {server.log_path})", backoff.deaths, delay))
            if now >= self._due_servers[name]:
                del self._due_servers[name]
                backoff.started(time.monotonic())
                try:
                    server.revive()
                except (LauncherError, OSError) as error:
                    self._output.say(f"{name}: {error}")


def describe_end(code: int | None) -> str:
    """Say how a process ended, as a person would."""
    if code is None:
        return ""
    if code < 0:
        try:
            return f" (killed by {signal.Signals(-code).name})"
        except ValueError:
            return f" (killed by signal {-code})"
    return f" (exit code {code})"


def _death_sentence(name: str, how: str, deaths: int, delay: float) -> str:
    if deaths == 1:
        return f"{name} has ended{how}; starting it again."
    return f"{name} has ended{how}, {deaths} times in a row; starting it again in {delay:g} s."
