"""Keeping processes alive, and ending them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from core.launcher import supervisor as module
from core.launcher.output import Output
from core.launcher.records import Records
from core.launcher.supervisor import Backoff, Supervisor, describe_end
from tests.core.launcher.harness import (
    PATIENCE_SECONDS,
    ROOT,
    running_in,
    wait_for_none_in,
    write_stand_in,
)


class Listener(Output):
    """Keeps what would be shown."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[tuple[str, str]] = []

    def line(self, name: str, line: bytes) -> None:
        self.lines.append((name, line.decode()))


class Server:
    """A service that has died and can be revived."""

    log_path = Path("/var/log/postgres.log")

    def __init__(self) -> None:
        self.alive = False

    def is_alive(self) -> bool:
        return self.alive

    def revive(self) -> None:
        self.alive = True


class Scene:
    def __init__(self, folder: Path, servers: dict[str, Server] | None = None, **kinds: str) -> None:
        stand_in = str(write_stand_in(folder))
        self.folder = folder
        self.output = Listener()
        self.supervisor = Supervisor(
            {name: [sys.executable, stand_in, *kind.split()] for name, kind in kinds.items()},
            env=os.environ,
            cwd=folder,
            records=Records(folder / "processes.json"),
            output=self.output,
            servers=servers,
        )

    def play(self, *steps: Callable[[], bool]) -> None:
        """Run until each step in turn has come true, then stop."""
        waiting = list(steps)
        deadline = time.monotonic() + PATIENCE_SECONDS

        def on_tick() -> None:
            while waiting and waiting[0]():
                waiting.pop(0)
            if not waiting or time.monotonic() > deadline:
                self.supervisor.request_stop()

        self.supervisor.start()
        try:
            self.supervisor.run(on_tick)
        finally:
            self.supervisor.stop()
        assert not waiting, f"waited in vain; seen: {self.output.lines}"

    def shows(self, name: str, text: str, times: int = 1) -> Callable[[], bool]:
        return lambda: sum(text in line for who, line in self.output.lines if who == name) >= times


def kill_first(folder: Path, word: str) -> Callable[[], bool]:
    def kill() -> bool:
        line = next(line for line in running_in(folder) if line.endswith(word))
        os.kill(int(line.split()[0]), signal.SIGKILL)
        return True

    return kill


def test_a_killed_process_is_started_again_and_nothing_is_left(folder: Path) -> None:
    scene = Scene(folder, worker="sleep", other="sleep")
    scene.play(
        scene.shows("worker", "sleep is up"),
        scene.shows("other", "sleep is up"),
        kill_first(folder, "sleep"),
        lambda: sum("is up" in line for _, line in scene.output.lines) == 3,
    )
    assert any("has ended (killed by SIGKILL); starting it again." in line for _, line in scene.output.lines)
    wait_for_none_in(folder)
    assert not (folder / "processes.json").exists()


def test_one_that_keeps_dying_is_given_more_and_more_time(folder: Path) -> None:
    scene = Scene(folder, bulk="crash 0")
    scene.play(scene.shows("bulk", "crash is up", times=3))
    assert ("bandeja", "bulk has ended (exit code 3); starting it again.") in scene.output.lines
    assert any("2 times in a row; starting it again in 0.5 s." in line for _, line in scene.output.lines)


def test_what_a_process_has_started_ends_with_it(folder: Path) -> None:
    scene = Scene(folder, worker="family")
    scene.play(
        scene.shows("worker", "sleep is up"),
        kill_first(folder, "family"),
        scene.shows("worker", "sleep is up", times=2),
        lambda: len(running_in(folder)) == 2,
    )
    wait_for_none_in(folder)


def test_one_that_will_not_end_is_killed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STOP_SECONDS", 0.3)
    scene = Scene(folder, worker="stubborn")
    scene.play(scene.shows("worker", "stubborn is up"))
    assert ("bandeja", "worker does not end by itself and is killed.") in scene.output.lines
    wait_for_none_in(folder)


def test_processes_die_with_their_launcher(folder: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path; from core.launcher.processes import spawn;"
        "spawn(sys.argv[1:], env={}, cwd=Path('/'), output=1); os.kill(os.getpid(), 9)"
    )
    command = [sys.executable, str(write_stand_in(folder)), "sleep"]
    launcher = subprocess.run([sys.executable, "-c", script, *command], cwd=ROOT, stdout=subprocess.DEVNULL)
    assert launcher.returncode == -signal.SIGKILL
    wait_for_none_in(folder)


def test_a_dead_server_is_revived(folder: Path) -> None:
    server = Server()
    scene = Scene(folder, servers={"postgres": server})
    scene.play(lambda: server.alive)
    sentence = "postgres has ended (see /var/log/postgres.log); starting it again."
    assert ("bandeja", sentence) in scene.output.lines


def test_a_long_life_clears_the_record() -> None:
    backoff = Backoff()
    backoff.started(0)
    assert [backoff.delay_after_death(now) for now in (1, 2, 3)] == [0.1, 0.5, 1.0]
    backoff.started(3)
    assert backoff.delay_after_death(3 + module.HEALTHY_SECONDS) == 0.1


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (None, ""),
        (0, " (exit code 0)"),
        (3, " (exit code 3)"),
        (-9, " (killed by SIGKILL)"),
        (-63, " (killed by signal 63)"),
    ],
)
def test_ends_are_told_in_words(code: int | None, words: str) -> None:
    assert describe_end(code) == words
