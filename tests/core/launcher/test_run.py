"""A whole start, with stand-ins for bandeja's processes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import stat
import tempfile
from pathlib import Path

import pytest

from tests.core.launcher.harness import Copy, running_in, wait_for, wait_for_none_in


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_start_ends_with_the_banner_and_a_stop_leaves_nothing(copy: Copy, number: signal.Signals) -> None:
    copy.launch_until_ready()
    banner = copy.said()
    assert f"http://127.0.0.1:{copy.port}" in banner
    assert "ana@example.com  secreta-1  owner, Panadería" in banner
    assert f"http://127.0.0.1:{copy.simulator_port}" in banner
    # The banner waits for what people open, not for the workers, so this line may come after it.
    wait_for(lambda: "worker    | sleep is up" in copy.said(), "the worker's words to be passed on")
    written = copy.data / "run" / "services.json"
    assert stat.S_IMODE(written.stat().st_mode) == 0o600
    assert json.loads(written.read_text())["database_url"].startswith("postgresql://")

    assert copy.end(number) == 0
    wait_for_none_in(copy.folder)
    assert not written.exists()
    assert not (copy.data / "run" / "demo.json").exists()


def test_a_killed_process_and_killed_servers_are_back(copy: Copy) -> None:
    copy.launch_until_ready()
    for name in ("worker", "web", "postgres", "valkey"):
        before = copy.pid(name)
        copy.kill(name)
        wait_for(lambda: _other_pid(copy, name, before), f"{name} to be back")  # noqa: B023 - called at once
    assert copy.end() == 0
    wait_for_none_in(copy.folder)


def test_a_killed_launcher_leaves_nothing_that_the_next_start_minds(copy: Copy) -> None:
    stand_in = copy.folder / "standin.py"
    with (copy.folder / "Procfile").open("a") as procfile:
        procfile.write(f"\nbulk: python '{stand_in}' stubborn\n")
    copy.launch_until_ready()
    wait_for(lambda: "bulk      | stubborn is up" in copy.said(), "the stubborn one to take no signal")
    first = copy.pid("bulk")
    assert copy.end(signal.SIGKILL) != 0
    copy.launch_until_ready()
    assert copy.pid("bulk") != first
    assert sum("stubborn" in line for line in running_in(copy.folder)) == 1
    copy.kill("bulk")
    assert copy.end() == 0
    wait_for_none_in(copy.folder)


def test_a_closed_terminal_stops_everything(copy: Copy) -> None:
    ours, theirs = os.openpty()
    copy.launch(theirs)
    os.close(theirs)
    seen = b""
    while b"is ready" not in seen:
        seen += os.read(ours, 65536)
    os.close(ours)
    wait_for(copy.has_ended, "the launcher to stop")
    wait_for_none_in(copy.folder)


def test_a_second_launcher_is_told_in_one_sentence(copy: Copy) -> None:
    copy.launch_until_ready()
    second = Copy.__new__(Copy)
    second.__dict__.update(copy.__dict__, starts=copy.starts + 1)
    second.launch()
    wait_for(second.has_ended, "the second launcher to give up")
    assert second.launcher is not None
    assert second.launcher.returncode == 1
    assert second.said().splitlines() == [
        f"bandeja   | bandeja is already running on {copy.data} (process {copy.launcher and copy.launcher.pid}): "
        "stop it first, or give this copy its own BANDEJA_DATA_DIR, PORT and SIMULATOR_PORT."
    ]
    assert not copy.has_ended()


@pytest.mark.parametrize("setting", ["PORT", "SIMULATOR_PORT"])
def test_a_busy_port_is_named_with_its_setting(copy: Copy, setting: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(copy.environment[setting])))
        taken.listen()
        copy.launch()
        wait_for(copy.has_ended, "the launcher to give up")
    assert f"Port {copy.environment[setting]} is taken by another program" in copy.said()
    assert f"with {setting}," in copy.said()
    wait_for_none_in(copy.folder)


def test_production_starts_no_simulator(folder: Path) -> None:
    copy = Copy(folder, BANDEJA_ENV="production")
    try:
        copy.launch_until_ready()
        assert "simulator" not in copy.said()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", copy.simulator_port))
    finally:
        copy.clean_up()


def test_two_copies_run_side_by_side(copy: Copy) -> None:
    other = Path(tempfile.mkdtemp(prefix="bandeja-launcher-"))
    other.chmod(0o711)
    second = Copy(other)
    try:
        copy.launch_until_ready()
        second.launch_until_ready()
        assert second.end() == 0
        assert not copy.has_ended()
        assert len(running_in(copy.data)) >= 2
    finally:
        second.clean_up()
        shutil.rmtree(other, ignore_errors=True)


def test_a_database_that_cannot_be_made_ready_stops_the_start(copy: Copy) -> None:
    (copy.folder / "prepare.py").write_text("import sys; sys.exit('the reason')")
    copy.launch()
    wait_for(copy.has_ended, "the launcher to give up")
    assert "prepare   | the reason" in copy.said()
    assert "could not be made ready" in copy.said()
    wait_for_none_in(copy.folder)


def _other_pid(copy: Copy, name: str, before: int) -> bool:
    try:
        now = copy.pid(name)
    except (KeyError, FileNotFoundError):
        return False
    return now != before and os.path.exists(f"/proc/{now}")
