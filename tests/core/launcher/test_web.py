"""The web process on both servers."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from websockets.sync.client import connect

from core.launcher.ports import accepts
from tests.core.launcher.harness import PATIENCE_SECONDS, ROOT, free_port, wait_for

START = "from core.launcher import web; web.APPLICATION = 'tests.core.launcher.echo:application'; web.main()"


@pytest.fixture(params=["daphne", "uvicorn"])
def port(request: pytest.FixtureRequest) -> Iterator[int]:
    port = free_port()
    env = {"PATH": os.defpath, "PORT": str(port), "BANDEJA_SERVER": request.param, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, "-c", START], env=env, cwd=ROOT) as server:
        try:
            wait_for(lambda: accepts("127.0.0.1", port) or server.poll() is not None, "the server")
            assert server.poll() is None
            yield port
        finally:
            server.terminate()
            server.wait(timeout=PATIENCE_SECONDS)


def test_forwarded_headers_are_not_believed_and_the_server_keeps_its_name(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    forwarded = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "X-Real-IP": "203.0.113.9"}
    connection.request("GET", "/", headers=forwarded)
    answer = connection.getresponse()
    assert json.loads(answer.read()) == {"client": "127.0.0.1", "scheme": "http"}
    assert answer.getheader("Server") is None
    connection.close()


def test_frames_of_64_kib_pass(port: int) -> None:
    text = "ñ" * 32 * 1024
    with connect(f"ws://127.0.0.1:{port}/ws", open_timeout=PATIENCE_SECONDS) as socket:
        socket.send(text)
        assert socket.recv(timeout=PATIENCE_SECONDS) == text
