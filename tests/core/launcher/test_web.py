"""The web process on both servers."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from websockets.sync.client import connect

from core.launcher.ports import accepts
from core.launcher.web import MAX_BODY_BYTES
from tests.copy import free_port
from tests.core.launcher.echo import STREAM_BYTES
from tests.core.launcher.harness import PATIENCE_SECONDS, ROOT, wait_for

START = "from core.launcher import web; web.main('tests.core.launcher.echo:application')"
IMPATIENT = f"from core import pace; pace.GRACE_SECONDS = 0.3; {START}"


MB = 1024 * 1024


@pytest.fixture(params=["daphne", "uvicorn"])
def port(request: pytest.FixtureRequest) -> Iterator[int]:
    with _serving(request.param) as port:
        yield port


@contextmanager
def _serving(name: str, start: str = START) -> Iterator[int]:
    port = free_port()
    env = {"PATH": os.defpath, "PORT": str(port), "BANDEJA_SERVER": name, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, "-c", start], env=env, cwd=ROOT) as server:
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
    with connect(f"ws://127.0.0.1:{port}/ws", open_timeout=PATIENCE_SECONDS) as line:
        line.send(text)
        assert line.recv(timeout=PATIENCE_SECONDS) == text


def test_a_large_body_passes_without_standing_in_memory(port: int) -> None:
    part = b"\r\n".join(
        [
            b"--limit",
            b'Content-Disposition: form-data; name="file"; filename="x"',
            b"",
            b"y" * 60 * MB,
            b"--limit--",
            b"",
        ]
    )
    before = _measured(port, b"small")["peak"]
    told = _measured(port, part)
    assert (told["length"], told["sha256"]) == (len(part), hashlib.sha256(part).hexdigest())
    assert told["peak"] - before < 16 * 1024, "in KiB"


def test_an_answer_waits_for_a_client_that_reads_slowly(port: int) -> None:
    before = _measured(port, b"small")["peak"]
    with socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS) as client:
        client.sendall(b"GET /stream HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(1.0)
        assert _measured(port, b"small")["peak"] - before < 16 * 1024
        received = 0
        while received < STREAM_BYTES:
            received += len(client.recv(1024 * 1024))
    assert _measured(port, b"small")["peak"] - before < 16 * 1024


def test_a_client_that_goes_in_the_midst_of_an_answer_harms_nobody(port: int) -> None:
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS) as client:
            client.sendall(b"GET /stream HTTP/1.1\r\nHost: x\r\n\r\n")
            client.recv(1024)
    assert _measured(port, b"after")["length"] == 5


def test_two_requests_on_one_connection(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    for length in (200_000, 3, 200_000):
        connection.request("POST", "/body", b"z" * length)
        assert json.loads(connection.getresponse().read())["length"] == length
    connection.request("GET", "/stream")
    assert len(connection.getresponse().read()) == STREAM_BYTES
    connection.request("POST", "/body", b"z")
    assert json.loads(connection.getresponse().read())["length"] == 1
    connection.close()


def test_daphne_cuts_off_what_is_beyond_every_limit() -> None:
    with (
        _serving("daphne") as port,
        socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS) as client,
    ):
        client.sendall(b"POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999999\r\n\r\n")
        with suppress(ConnectionError):
            for _ in range(2 * MAX_BODY_BYTES // MB):
                client.sendall(b"q" * MB)
            pytest.fail("it took everything")


def test_daphne_cuts_off_what_comes_too_slowly() -> None:
    with (
        _serving("daphne", IMPATIENT) as port,
        socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS) as client,
    ):
        client.sendall(b"POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n")
        client.settimeout(0.05)
        answer = b""
        for _ in range(200):
            client.sendall(b"q")
            with suppress(TimeoutError):
                answer = client.recv(1024)
                break
        assert answer.startswith(b"HTTP/1.1 408 "), "it waits for the rest"
        assert _measured(port, b"others")["length"] == 6


def _measured(port: int, body: bytes) -> dict[str, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    kind = {"Content-Type": "multipart/form-data; boundary=limit"}
    connection.request("POST", "/body", body, headers=kind)
    told: dict[str, Any] = json.loads(connection.getresponse().read())
    connection.close()
    return told
