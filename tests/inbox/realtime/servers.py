"""Web processes for the tests of the socket: the product's own, on free ports, with the tests' database."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tests.copy import free_port

SERVERS = ("daphne", "uvicorn")
_START_SECONDS = 60.0


@dataclass
class Server:
    """One running web process."""

    name: str
    port: int
    process: subprocess.Popen[bytes]

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def cookie_name(self) -> str:
        return f"sessionid_{self.port}"

    def memory_bytes(self) -> int:
        with open(f"/proc/{self.process.pid}/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def database_url() -> str:
    """The test database, as a child process reaches it."""
    parts = conninfo_to_dict(os.environ["DATABASE_URL"])
    return make_conninfo("", **{**parts, "dbname": connection.settings_dict["NAME"]})


@contextmanager
def running(name: str, **environment: str) -> Iterator[Server]:
    """A web process that answers, until the block ends."""
    port = free_port()
    child = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "BANDEJA_SERVER": name,
        "PORT": str(port),
        "SIMULATOR_PORT": str(free_port()),
        **environment,
    }
    process = subprocess.Popen([sys.executable, "-m", "core.launcher.web"], env=child)
    try:
        _wait_for(port, process)
        yield Server(name, port, process)
    finally:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            assert process.poll() is None, "the web process ended"
            assert time.monotonic() < end, "the web process does not answer"
            time.sleep(0.05)
