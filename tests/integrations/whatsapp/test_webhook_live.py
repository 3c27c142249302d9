"""The webhook under each of the servers that we name, over real sockets."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import aiohttp
import pytest

from integrations.whatsapp.connection import APPLICATION_NAME, where
from integrations.whatsapp.signatures import sign
from integrations.whatsapp.webhook import LARGEST_BODY
from tests.copy import free_port
from tests.factories import VERIFY_TOKEN
from tests.integrations.whatsapp.asgi_client import SECRET, execute, stored
from tests.integrations.whatsapp.bodies import body_of
from tests.integrations.whatsapp.conftest import Two

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = body_of("msg_text_basic")
APPLICATION = "tests.integrations.whatsapp.served:application"
COMMANDS = {
    "daphne": ["daphne", "-v", "0", "-b", "127.0.0.1", "-p"],
    "uvicorn": ["uvicorn", "--log-level", "warning", "--lifespan", "off", "--host", "127.0.0.1", "--port"],
}


@pytest.fixture(params=COMMANDS, scope="module")
def port(request: pytest.FixtureRequest, django_db_setup: None) -> Iterator[int]:
    """The port of a server that runs while the tests of this file do."""
    number = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", *COMMANDS[request.param], str(number), APPLICATION],
        env={**os.environ, "DATABASE_URL": where()},
    )
    try:
        _await_port(number, process)
        yield number
    finally:
        process.terminate()
        process.wait(60)


def _await_port(number: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert process.poll() is None, "the server ended"
        try:
            socket.create_connection(("127.0.0.1", number), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server does not listen")


@pytest.fixture
def url(port: int, two: Two) -> str:
    # Another key for each test: the server remembers the apps of the one before.
    two.aurora.webhook_key = f"aurora-{two.aurora.pk}-{time.monotonic_ns()}"
    from core.tenancy import all_tenants

    with all_tenants():
        two.aurora.save()
    return f"http://127.0.0.1:{port}/webhook/whatsapp/{two.aurora.webhook_key}"


def _headers(body: bytes = TEXT) -> dict[str, str]:
    return {"X-Hub-Signature-256": sign(body, SECRET).decode(), "Content-Type": "application/json"}


async def _post(session: aiohttp.ClientSession, url: str, body: bytes = TEXT) -> int:
    async with session.post(url, data=body, headers=_headers(body)) as response:
        await response.read()
        return response.status


async def test_a_hundred_copies_at_once_are_acknowledged_and_stored(url: str) -> None:
    async with aiohttp.ClientSession() as session:
        statuses = await asyncio.gather(*(_post(session, url) for _ in range(100)))
    assert statuses == [200] * 100
    assert [row[2] for row in await stored()] == [TEXT] * 100


async def test_the_handshake_is_answered(url: str) -> None:
    asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": VERIFY_TOKEN}
    async with aiohttp.ClientSession() as session:
        async with session.get(url, params=asked) as response:
            assert (response.status, await response.text()) == (200, "1158201444")
        async with session.get(url, params=asked | {"hub.verify_token": "wrong"}) as response:
            assert (response.status, await response.text()) == (403, "")
        async with session.get(url + "x", params=asked) as response:
            assert response.status == 404


async def test_a_large_body_in_chunks_is_stored_whole(url: str) -> None:
    body = TEXT + b" " * (2 * 1024 * 1024)

    async def chunks() -> object:
        for start in range(0, len(body), 50_000):
            yield body[start : start + 50_000]

    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=chunks(), headers=_headers(body)) as response,
    ):
        assert response.status == 200
    assert [row[2] for row in await stored()] == [body]


@pytest.mark.parametrize(
    "header", ["", "sha256=" + "0" * 64, "sha1=da39a3ee5e6b4b0d3255bfef95601890afd80709"]
)
async def test_what_is_not_signed_is_not_stored(url: str, header: str) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.post(url, data=TEXT, headers={"X-Hub-Signature-256": header}) as response:
            assert response.status == 401
        assert await stored() == []
        assert await _post(session, url) == 200


async def test_a_body_announced_too_large_is_refused(url: str, port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    path = url.split(str(port), 1)[1]
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nX-Hub-Signature-256: {_headers()['X-Hub-Signature-256']}\r\n"
    writer.write(f"{head}Content-Length: {LARGEST_BODY + 1}\r\n\r\n".encode())
    left = LARGEST_BODY + 1
    while left > 0:  # daphne reads the body before it asks anyone, uvicorn answers at once
        writer.write(b"x" * min(left, 65536))
        left -= 65536
        await asyncio.sleep(0)
    status = await asyncio.wait_for(reader.readline(), 60)
    writer.transport.abort()
    assert status.startswith(b"HTTP/1.1 413"), status


async def test_clients_that_leave_in_the_middle_leave_the_webhook_working(url: str, port: int) -> None:
    path = url.split(str(port), 1)[1]
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(TEXT)}\r\n"
        f"X-Hub-Signature-256: {_headers()['X-Hub-Signature-256']}\r\n\r\n"
    ).encode()
    for sent in (head[:20], head, head + TEXT[:100], head + TEXT):
        for _ in range(10):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(sent)
            await writer.drain()
            writer.transport.abort()
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as session:
        statuses = await asyncio.gather(*(_post(session, url) for _ in range(20)))
    assert statuses == [200] * 20
    rows = [row[2] for row in await stored()]
    assert set(rows) == {TEXT}
    assert 20 <= len(rows) <= 30  # those who left after all of it may be stored too


async def test_after_the_database_ended_every_connection_it_goes_on(url: str) -> None:
    async with aiohttp.ClientSession() as session:
        assert await _post(session, url) == 200
        await execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = %s AND pid <> pg_backend_pid()",
            (APPLICATION_NAME,),
        )
        assert await _post(session, url) == 200
    assert [row[2] for row in await stored()] == [TEXT] * 2
