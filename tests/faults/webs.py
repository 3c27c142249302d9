"""A web process beside the one that the launcher of a copy keeps, as behind a load balancer."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.calls import Broken, call
from tests.copy import ROOT, Copy, free_port, wait_for
from tests.faults.trials import SEED

_places = itertools.count()


class SecondWeb:
    """Serves the same database and queue on a port of its own; `settings` are those in which it differs."""

    def __init__(self, copy: Copy, **settings: str) -> None:
        self.port = free_port()
        self._copy = copy
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self._process is not None, "this one was not started"
        return self._process.pid

    def start(self) -> None:
        """Start, and wait until it answers."""
        known = json.loads((self._copy.data / "run" / "services.json").read_text())
        settings = {
            **self._copy.environment(),
            "DATABASE_URL": known["database_url"],
            "REDIS_URL": known["redis_url"],
            "PORT": str(self.port),
            "PYTHONUTF8": "1",
            # Whatever throws dice in it throws its own.
            SEED: f"{os.environ.get(SEED, '')}/{next(_places)}",
            **self._settings,
        }
        with (self._copy.folder / f"web-{self.port}.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "core.launcher.web"],
                env=settings,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        wait_for(self.answers, "the second web process to answer")

    def answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, f"it ended: {self.said()}"
        try:
            return call("GET", f"{self.url}/health/live").status == 200
        except Broken:
            return False

    def kill(self) -> None:
        os.kill(self.pid, 9)
        assert self._process is not None
        self._process.wait()

    def said(self) -> str:
        return (self._copy.folder / f"web-{self.port}.log").read_text(errors="replace")[-3000:]


@contextmanager
def second_web(copy: Copy, **settings: str) -> Iterator[SecondWeb]:
    """A second web process while the block lasts."""
    web = SecondWeb(copy, **settings)
    web.start()
    try:
        yield web
    finally:
        web.kill()
