"""A worker stops when it is told, also while it waits for a job or for Redis."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from django.conf import settings
from rq import Worker

from core import jobs

PATIENCE_SECONDS = 60.0

Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[subprocess.Popen[bytes]] = []

    def worker(**environment: str) -> subprocess.Popen[bytes]:
        with (tmp_path / "worker.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "manage.py", "worker", "ai", "bulk"],
                cwd=settings.BASE_DIR,
                env={**os.environ, **environment},
                stderr=log,
            )
        started.append(process)
        return process

    yield worker
    for process in started:
        with suppress(ProcessLookupError):
            process.kill()
        process.wait(PATIENCE_SECONDS)


def until(condition: Callable[[], bool]) -> bool:
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)
    return condition()


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_that_waits_for_a_job_stops_at_once(start: Start, told: signal.Signals) -> None:
    client = jobs.redis_client()
    client.flushdb()
    process = start()
    assert until(lambda: Worker.count(connection=client) == 1)
    assert until(lambda: client.info("clients")["blocked_clients"] == 1)
    process.send_signal(told)
    assert process.wait(PATIENCE_SECONDS) == 0
    assert until(lambda: Worker.count(connection=client) == 0)


def test_a_worker_that_waits_for_redis_stops_at_once(start: Start, tmp_path: Path) -> None:
    process = start(REDIS_URL="redis://127.0.0.1:1/0")
    assert until(lambda: b"worker.no_redis" in (tmp_path / "worker.log").read_bytes())
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE_SECONDS) == 0


def test_a_job_that_breaks_is_told_and_the_next_one_is_done(start: Start, tmp_path: Path) -> None:
    client = jobs.redis_client()
    client.flushdb()
    log = tmp_path / "worker.log"
    start()
    for name in ("unknown.first", "unknown.second"):
        jobs.queue("bulk").enqueue("core.jobs.run", kwargs={"name": name, "ids": {"organization_id": 7}})
    assert until(lambda: b"unknown.second" in log.read_bytes())
    assert until(lambda: log.read_bytes().count(b"worker.job_failed") == 2)
    assert until(lambda: not client.keys("rq:job:*"))
