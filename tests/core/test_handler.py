"""Requests run whole in one thread of a pool, and nothing goes from one to the next."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextvars import ContextVar
from typing import Any

import orjson
import pytest
from asgiref.sync import async_to_sync
from asgiref.testing import ApplicationCommunicator
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import include, path
from django.utils import translation
from pytest_django import Settings

from core import pace
from core.handler import Handler
from core.models import User
from core.tenancy import _scope

left: ContextVar[str] = ContextVar("left", default="nothing")
closed: list[str] = []
release = threading.Event()
admitting = threading.Event()
begun = threading.Semaphore(0)
PATIENCE_SECONDS = 60.0
THREADS = 4


def context(request: HttpRequest) -> JsonResponse:
    found = {"left": left.get(), "language": translation.get_language(), "scope": _scope.get()}
    left.set("something")
    translation.activate("en")
    _scope.set(7)
    return JsonResponse({**found, "thread": threading.current_thread().name})


def echo(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.body, content_type="application/octet-stream")


def told(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"length": request.META["CONTENT_LENGTH"], "q": request.GET.get("q")})


def people(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"count": User.objects.count(), "in_atomic": connection.in_atomic_block})


def wait(request: HttpRequest) -> HttpResponse:
    begun.release()
    release.wait(PATIENCE_SECONDS)
    return HttpResponse("waited")


def fail(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError


async def asynchronous(request: HttpRequest) -> JsonResponse:
    await asyncio.sleep(0)
    return JsonResponse({"loop": id(asyncio.get_running_loop())})


def back_to_the_loop(request: HttpRequest) -> JsonResponse:
    async def here() -> int:
        return id(asyncio.get_running_loop())

    return JsonResponse({"loop": async_to_sync(here)()})


def admit(request: HttpRequest) -> Callable[[], None]:
    return lambda: closed.append("request")


def admit_slowly(request: HttpRequest) -> Callable[[], None]:
    admitting.set()
    release.wait(PATIENCE_SECONDS)
    return lambda: closed.append("request")


def stream(request: HttpRequest) -> StreamingHttpResponse:
    async def parts() -> AsyncIterator[bytes]:
        try:
            for number in range(1_000):
                yield b"%d," % number
                await asyncio.sleep(0.01 if number else 0)
        finally:
            closed.append("parts")

    return StreamingHttpResponse(parts())


urlpatterns = [
    path("api/v1/context", context),
    path("api/v1/echo", echo),
    path("api/v1/told", told),
    path("api/v1/people", people),
    path("api/v1/wait", wait),
    path("api/v1/fail", fail),
    path("api/v1/async", asynchronous),
    path("api/v1/back", back_to_the_loop),
    path("api/v1/stream", stream),
    path("", include("core.project.urls")),
]
handler500 = "frontend.errors.server_error"


@pytest.fixture(autouse=True)
def _urls(settings: Settings) -> None:
    settings.ROOT_URLCONF = "tests.core.test_handler"
    release.clear()
    admitting.clear()
    closed.clear()


@pytest.fixture
def handler(settings: Settings) -> Handler:
    settings.WEB_THREADS = THREADS
    return Handler()


def asking(handler: Handler, address: str, method: str = "GET", **headers: str) -> Any:
    scope: dict[str, Any] = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "path": address,
        "query_string": b"q=%C3%B1",
        "headers": [
            (b"host", b"localhost"),
            *((name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()),
        ],
        "client": ["127.0.0.1", 1],
    }
    return ApplicationCommunicator(handler, scope)  # type: ignore[no-untyped-call]  # asgiref leaves it untyped


async def ask(handler: Handler, address: str, *bodies: bytes, **headers: str) -> tuple[int, bytes]:
    client = asking(handler, address, "POST" if bodies else "GET", **headers)
    chunks = bodies or (b"",)
    for number, chunk in enumerate(chunks, start=1):
        await client.send_input({"type": "http.request", "body": chunk, "more_body": number < len(chunks)})
    begun = await client.receive_output(PATIENCE_SECONDS)
    body, more = b"", True
    while more:
        message = await client.receive_output(PATIENCE_SECONDS)
        body += message.get("body", b"")
        more = message.get("more_body", False)
    await client.wait(PATIENCE_SECONDS)
    return begun["status"], body


async def test_no_context_goes_from_one_request_to_the_next(handler: Handler) -> None:
    answers = [orjson.loads((await ask(handler, "/api/v1/context"))[1]) for _ in range(12)]
    assert {(a["left"], a["language"], a["scope"]) for a in answers} == {("nothing", "es", None)}
    assert len({a["thread"] for a in answers}) <= 4
    assert left.get() == "nothing"


async def test_a_body_arrives_whole(handler: Handler) -> None:
    assert await ask(handler, "/api/v1/echo", b"a" * 300_000, b"", b"b" * 10) == (
        200,
        b"a" * 300_000 + b"b" * 10,
    )
    assert await ask(handler, "/api/v1/echo", b"") == (200, b"")


async def test_a_body_over_the_limit_is_not_read(handler: Handler, settings: Settings) -> None:
    settings.REQUEST_BODY_LIMIT_BYTES = 1_000
    client = asking(handler, "/api/v1/echo", "POST")
    for _ in range(2):
        await client.send_input({"type": "http.request", "body": b"x" * 600, "more_body": True})
    assert (await client.receive_output(PATIENCE_SECONDS))["status"] == 413


async def test_a_body_in_chunks_has_a_length(handler: Handler) -> None:
    """Servers pass on what the client told: nothing, when it did not know the length itself."""
    for headers in ({}, {"content_length": "3"}):
        status, body = await ask(handler, "/api/v1/told", b"first", b"", b"second", **headers)
        assert (status, orjson.loads(body)["length"]) == (200, "11")


@pytest.mark.parametrize("charset", ["base64", "undefined", "idna", "utf-16", "nada"])
async def test_the_charset_of_a_sender_decodes_nothing(handler: Handler, charset: str) -> None:
    for kind in (f"text/plain; charset={charset}", f"text/plain; charset*={charset}''x"):
        status, body = await ask(handler, "/api/v1/told", b"{}", content_type=kind)
        assert (status, orjson.loads(body)["q"]) == (200, "ñ")


async def test_a_body_that_hardly_comes_is_not_waited_for(
    handler: Handler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A byte now and then ends it as surely as none, and what was held for it is free."""
    monkeypatch.setattr(pace, "GRACE_SECONDS", 0.3)
    slow = [asking(handler, "/api/v1/echo", "POST") for _ in range(20)]
    for client in slow:
        await client.send_input({"type": "http.request", "body": b"x", "more_body": True})
    assert await ask(handler, "/api/v1/echo", b"meanwhile") == (200, b"meanwhile")

    async def drip(client: Any) -> int:
        while client.output_queue.empty():
            await client.send_input({"type": "http.request", "body": b"x", "more_body": True})
            await asyncio.sleep(0.02)
        return int((await client.receive_output(5))["status"])

    assert {await drip(client) for client in slow} == {408}


async def test_a_body_that_comes_steadily_may_take_long(
    handler: Handler, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "GRACE_SECONDS", 0.0)
    monkeypatch.setattr(pace, "SLOWEST_BYTES_PER_SECOND", 1)
    # The first piece pays for an hour.
    client = asking(handler, "/api/v1/echo", "POST")
    await client.send_input({"type": "http.request", "body": b"x" * 3_600, "more_body": True})
    await asyncio.sleep(0.1)
    await client.send_input({"type": "http.request", "body": b"y"})
    assert (await client.receive_output(5))["status"] == 200


async def test_a_client_that_goes_before_its_body_is_no_error(handler: Handler) -> None:
    client = asking(handler, "/api/v1/echo", "POST")
    await client.send_input({"type": "http.request", "body": b"x", "more_body": True})
    await client.send_input({"type": "http.disconnect"})
    await client.wait(PATIENCE_SECONDS)
    assert await client.receive_nothing()


async def test_what_was_let_in_is_told_when_it_has_ended(handler: Handler, settings: Settings) -> None:
    settings.LARGE_BODIES = {"/api/v1/echo": (10, "tests.core.test_handler.admit")}
    assert (await ask(handler, "/api/v1/echo", b"short"))[0] == 200
    assert closed == ["request"]
    assert (await ask(handler, "/api/v1/echo", b"longer than ten"))[0] == 413
    assert closed == ["request"] * 2
    client = asking(handler, "/api/v1/echo", "POST")
    await client.send_input({"type": "http.disconnect"})
    await client.wait(PATIENCE_SECONDS)
    assert closed == ["request"] * 3


async def test_a_client_that_goes_while_it_is_let_in_holds_nothing(
    handler: Handler, settings: Settings
) -> None:
    settings.LARGE_BODIES = {"/api/v1/echo": (10, "tests.core.test_handler.admit_slowly")}
    client = asking(handler, "/api/v1/echo", "POST")
    await client.send_input({"type": "http.request", "body": b"short"})
    assert await asyncio.to_thread(admitting.wait, PATIENCE_SECONDS)
    client.future.cancel()
    await asyncio.gather(client.future, return_exceptions=True)
    assert closed == []
    release.set()
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not closed:
            await asyncio.sleep(0.01)
    assert closed == ["request"]


@pytest.mark.django_db(transaction=True)
async def test_many_at_once_share_the_pool_of_connections(handler: Handler) -> None:
    answers = await asyncio.gather(*(ask(handler, "/api/v1/people") for _ in range(60)))
    assert {status for status, _ in answers} == {200}


async def test_health_answers_while_all_threads_wait(handler: Handler) -> None:
    waiting = [asyncio.create_task(ask(handler, "/api/v1/wait")) for _ in range(THREADS + 2)]
    for _ in range(THREADS):
        assert await asyncio.to_thread(begun.acquire, timeout=PATIENCE_SECONDS)
    assert (await ask(handler, "/health/live"))[0] == 200
    assert not any(one.done() for one in waiting)
    release.set()
    assert {status for status, _ in await asyncio.gather(*waiting)} == {200}


async def test_what_nobody_expected_is_a_500_in_the_apis_shape(handler: Handler) -> None:
    status, body = await ask(handler, "/api/v1/fail")
    assert status == 500
    assert b'"code": "internal"' in body


async def test_asynchronous_views_run_in_the_servers_loop(handler: Handler) -> None:
    loop = f'{{"loop": {id(asyncio.get_running_loop())}}}'.encode()
    assert (await ask(handler, "/api/v1/async")) == (200, loop)
    assert (await ask(handler, "/api/v1/back")) == (200, loop)


async def test_a_stream_ends_when_its_client_goes(handler: Handler) -> None:
    client = asking(handler, "/api/v1/stream")
    await client.send_input({"type": "http.request", "body": b""})
    assert (await client.receive_output(PATIENCE_SECONDS))["status"] == 200
    assert (await client.receive_output(PATIENCE_SECONDS))["body"] == b"0,"
    await client.send_input({"type": "http.disconnect"})
    await client.wait(PATIENCE_SECONDS)
    assert closed == ["parts"]


async def test_a_file_is_served(handler: Handler) -> None:
    status, body = await ask(handler, "/static/frontend/pages.css")
    assert status == 200
    assert b"--accent" in body
