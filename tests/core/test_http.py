"""A tenant's address never leads the program to its own machine or network.

127.0.0.2 plays the public server here and 127.0.0.1 the machine that has to see nothing.
"""

from __future__ import annotations

import asyncio
import gzip
import socket
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.abc import ResolveResult
from pytest_django import Settings

from core import http
from core.addresses import may_be_called
from core.http import AddressRefused, CheckedResolver, GuardedClient, RemoteFailed, checked

PUBLIC, HIDDEN = "127.0.0.2", "127.0.0.1"
QUICK: dict[str, Any] = {"deadline_seconds": 30.0, "max_bytes": 10_000}


@dataclass
class Server:
    """A listener that notes who came, and through which address."""

    port: int = 0
    seen: list[tuple[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    def url(self, path: str = "/", host: str = PUBLIC) -> str:
        return f"http://{host}:{self.port}{path}"


SERVER = web.AppKey("server", Server)


async def answer(request: web.Request) -> web.StreamResponse:
    server = request.app[SERVER]
    name = request.transport.get_extra_info("sockname")[0] if request.transport else ""
    server.seen.append((name, request.path))
    server.headers.append(dict(request.headers))
    match request.path:
        case "/large":
            response = web.StreamResponse()
            await response.prepare(request)
            for _ in range(100):
                await response.write(b"x" * 1_000)
            return response
        case "/announced":
            return web.Response(body=b"x" * 20_000)
        case "/packed":
            return web.Response(body=gzip.compress(b"x" * 1_000_000), headers={"Content-Encoding": "gzip"})
        case "/slow":
            response = web.StreamResponse()
            await response.prepare(request)
            for _ in range(100):
                await response.write(b"x")
                await asyncio.sleep(0.05)
            return response
        case "/secret-error":
            return web.Response(status=500, text="root password is hunter2")
        case "/to":
            return web.Response(
                status=int(request.query.get("status", "302")), headers={"Location": request.query["u"]}
            )
        case "/loop":
            return web.Response(status=302, headers={"Location": "/loop"})
        case "/chain":
            left = int(request.query["left"])
            where = f"/chain?left={left - 1}" if left else "/end"
            return web.Response(status=307, headers={"Location": where})
    return web.Response(text="hello")


@pytest_asyncio.fixture
async def server() -> AsyncIterator[Server]:
    app = web.Application()
    app[SERVER] = made = Server()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    # Every way that leads to this machine, on one port.
    await web.TCPSite(runner, PUBLIC, 0).start()
    made.port = runner.addresses[0][1]
    await web.TCPSite(runner, HIDDEN, made.port).start()
    if socket.has_ipv6:
        with suppress(OSError):
            await web.TCPSite(runner, "::1", made.port).start()
    yield made
    await runner.cleanup()


class NameServer(CheckedResolver):
    """Answers names as the test says; each name has a list of answers, used up one after another."""

    def __init__(self, **answers: list[list[str]]) -> None:
        self.answers = {name.replace("_", "."): list(found) for name, found in answers.items()}
        self.asked: list[str] = []

    async def look_up(self, host: str, port: int, family: socket.AddressFamily) -> list[ResolveResult]:
        self.asked.append(host)
        found = self.answers[host]
        addresses = found.pop(0) if len(found) > 1 else found[0]
        return [
            ResolveResult(
                hostname=host,
                host=a,
                port=port,
                family=socket.AF_INET6 if ":" in a else socket.AF_INET,
                proto=0,
                flags=0,
            )
            for a in addresses
        ]


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, server: Server) -> Server:
    """127.0.0.2 counts as public, and the server's port as a usual one; all else is judged as in production."""

    def judge(address: str, *, private_too: bool = False) -> bool:
        return address == PUBLIC or may_be_called(address, private_too=private_too)

    monkeypatch.setattr(http, "may_be_called", judge)
    monkeypatch.setattr(http, "_PORTS", {80, 443, server.port})
    return server


SPELLINGS = [
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "2130706433",
    "017700000001",
    "0177.0.0.1",
    "0x7f000001",
    "0x7f.0.0.1",
    "0x7F.1",
    "127.0.0.1.",
    "①②⑦.0.0.1",
    "127。0。0。1",
    "0",
    "0.0.0.0",  # noqa: S104 - called, not bound
    "localhost",
    "LOCALHOST",
    "localhost.",
    "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    "[::127.0.0.1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[0:0:0:0:0:ffff:127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[2002:7f00:1::]",
    "[::1%25lo]",
    "%31%32%37.0.0.1",
]


@pytest.mark.parametrize("host", SPELLINGS)
async def test_no_spelling_of_the_own_machine_reaches_it(world: Server, host: str) -> None:
    async with GuardedClient() as client:
        with pytest.raises((AddressRefused, RemoteFailed)):
            await client.request("GET", f"http://{host}:{world.port}/", **QUICK)
    assert world.seen == []


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.com",
        "//example.com/",
        "/path",
        "ftp://example.com/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_FLUSHALL",
        "http://",
        "http:///path",
        "http://user@example.com/",
        "http://user:secret@example.com/",
        "http://example.com:22/",
        "http://example.com:6379/",
        "http://example.com:0/",
        "http://example.com:99999/",
        "http://exa mple.com/",
        "http://example.com/\r\nX: y",
        "http://example.com\\@127.0.0.1/",
        "http://example.com/\x00",
        "http://" + "a" * 3_000,
        "http://169.254.169.254/latest/meta-data/",
        "http://[fd00:ec2::254]/latest/meta-data/",
        "http://10.0.0.1/",
        "https://192.168.1.1/",
    ],
)
def test_the_form_of_an_address_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        checked(url)


@pytest.mark.parametrize(
    "url",
    ["http://example.com", "https://example.com:443/a?b=c", "http://ñandú.example/", "https://8.8.8.8/"],
)
def test_ordinary_addresses_are_not(url: str) -> None:
    assert checked(url)


async def test_a_public_server_is_reached(world: Server) -> None:
    async with GuardedClient() as client:
        found = await client.request("GET", world.url("/x"), headers={"X-Own": "1", "Host": "evil"}, **QUICK)
    assert (found.status, found.body) == (200, b"hello")
    assert world.seen == [(PUBLIC, "/x")]
    assert world.headers[0]["Host"] == f"{PUBLIC}:{world.port}"
    assert world.headers[0]["X-Own"] == "1"


async def test_a_name_is_looked_up_once_and_that_address_is_called(world: Server) -> None:
    names = NameServer(rebinding_example=[[PUBLIC], [HIDDEN]])
    async with GuardedClient(resolver=names) as client:
        await client.request("GET", world.url("/first", "rebinding.example"), **QUICK)
    assert names.asked == ["rebinding.example"]
    assert world.seen == [(PUBLIC, "/first")]
    assert world.headers[0]["Host"] == f"rebinding.example:{world.port}"


async def test_a_name_that_changes_its_answer_is_refused_the_next_time(world: Server) -> None:
    names = NameServer(rebinding_example=[[PUBLIC], [HIDDEN]])
    address = world.url("/", "rebinding.example")
    async with GuardedClient(resolver=names) as client:
        await client.request("GET", address, **QUICK)
    async with GuardedClient(resolver=names) as client:
        with pytest.raises(AddressRefused):
            await client.request("GET", address, **QUICK)
    assert world.seen == [(PUBLIC, "/")]


async def test_a_redirect_to_a_name_that_now_leads_inside_is_not_followed(world: Server) -> None:
    names = NameServer(inner_example=[[HIDDEN]])
    async with GuardedClient(resolver=names) as client:
        with pytest.raises(AddressRefused):
            await client.request("GET", world.url(f"/to?u=http://inner.example:{world.port}/"), **QUICK)
    assert world.seen == [(PUBLIC, "/to")]


@pytest.mark.parametrize("mixed", [[PUBLIC, HIDDEN], [HIDDEN, PUBLIC], [PUBLIC, "::1"], [PUBLIC, "10.0.0.1"]])
async def test_one_private_address_spoils_a_name(world: Server, mixed: list[str]) -> None:
    async with GuardedClient(resolver=NameServer(mixed_example=[mixed])) as client:
        with pytest.raises(AddressRefused):
            await client.request("GET", world.url("/", "mixed.example"), **QUICK)
    assert world.seen == []


async def test_a_resolver_that_lies_is_caught_at_the_socket(world: Server) -> None:
    class Liar(NameServer):
        async def resolve(
            self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
        ) -> list[ResolveResult]:
            return await self.look_up(host, port, family)

    async with GuardedClient(resolver=Liar(lying_example=[[HIDDEN]])) as client:
        with pytest.raises(AddressRefused):
            await client.request("GET", world.url("/", "lying.example"), **QUICK)
    assert world.seen == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:{port}/inner",
        "http://localhost:{port}/inner",
        "//127.0.0.1:{port}/inner",
        "http://0x7f.1:{port}/inner",
        "http://[::ffff:127.0.0.1]:{port}/inner",
        "http://169.254.169.254/",
        "ftp://127.0.0.2/",
        "file:///etc/passwd",
        "http://127.0.0.2:22/",
    ],
)
async def test_a_redirect_to_the_inside_is_not_followed(world: Server, status: int, target: str) -> None:
    async with GuardedClient() as client:
        with pytest.raises((AddressRefused, RemoteFailed)):
            await client.request(
                "GET", world.url(f"/to?status={status}&u={target.format(port=world.port)}"), **QUICK
            )
    assert world.seen == [(PUBLIC, "/to")]


async def test_three_redirects_are_followed_and_no_more(world: Server) -> None:
    async with GuardedClient() as client:
        found = await client.request("GET", world.url("/chain?left=2"), **QUICK)
        assert found.body == b"hello"
        for path in ("/chain?left=3", "/loop"):
            with pytest.raises(RemoteFailed) as failed:
                await client.request("GET", world.url(path), **QUICK)
            assert failed.value.details == {"reason": "redirects"}


async def test_a_post_is_not_sent_on(world: Server) -> None:
    async with GuardedClient() as client:
        found = await client.request("POST", world.url("/to?u=/end"), body=b"{}", **QUICK)
    assert found.status == 302
    assert world.seen == [(PUBLIC, "/to")]


async def test_credentials_do_not_go_along_to_another_server(world: Server) -> None:
    names = NameServer(other_example=[[PUBLIC]])
    async with GuardedClient(resolver=names) as client:
        headers = {"Authorization": "Bearer x", "X-Signature": "y", "Accept": "a/b"}
        there = f"http://other.example:{world.port}/end"
        await client.request("GET", world.url(f"/to?u={there}"), headers=headers, **QUICK)
        await client.request("GET", world.url("/to?u=/end"), headers=headers, **QUICK)
    first, away, second, here = world.headers
    assert {"Authorization", "X-Signature"} <= first.keys() & second.keys() & here.keys()
    assert not {"Authorization", "X-Signature"} & away.keys()
    assert away["Accept"] == "a/b"


@pytest.mark.parametrize(
    ("path", "reason"),
    [("/large", "too_large"), ("/announced", "too_large"), ("/packed", "encoding")],
)
async def test_a_body_that_is_too_much_is_not_read(world: Server, path: str, reason: str) -> None:
    async with GuardedClient() as client:
        with pytest.raises(RemoteFailed) as failed:
            await client.request("GET", world.url(path), **QUICK)
    assert failed.value.details == {"reason": reason}


async def test_a_head_has_no_body_to_measure(world: Server) -> None:
    async with GuardedClient() as client:
        found = await client.request("HEAD", world.url("/announced"), **QUICK)
    assert found.headers["content-length"] == "20000"


async def test_the_deadline_is_for_all_of_it(world: Server) -> None:
    async with GuardedClient() as client:
        with pytest.raises(RemoteFailed) as failed:
            await client.request("GET", world.url("/slow"), deadline_seconds=0.3, max_bytes=10_000)
    assert failed.value.details == {"reason": "timeout"}


async def test_errors_tell_nothing_of_the_other_side(world: Server) -> None:
    with socket.socket() as unused:
        unused.bind((PUBLIC, 0))
        closed = unused.getsockname()[1]
        http._PORTS.add(closed)
        async with GuardedClient() as client:
            with pytest.raises(RemoteFailed) as failed:
                await client.request("GET", f"http://{PUBLIC}:{closed}/", **QUICK)
    assert failed.value.details == {"reason": "connection"}
    assert str(failed.value) == "remote_failed"
    assert str(closed) not in str(failed.value.message)


async def test_the_environments_proxy_is_not_used(world: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://{HIDDEN}:{world.port}")
    monkeypatch.setenv("http_proxy", f"http://{HIDDEN}:{world.port}")
    async with GuardedClient() as client:
        await client.request("GET", world.url("/x"), **QUICK)
    assert world.seen == [(PUBLIC, "/x")]


async def test_development_may_allow_the_own_machine(server: Server, settings: Settings) -> None:
    settings.ALLOW_PRIVATE_ADDRESSES = True
    async with GuardedClient() as client:
        found = await client.request("GET", server.url("/x", "localhost"), **QUICK)
        assert found.body == b"hello"
        with pytest.raises(AddressRefused):
            await client.request("GET", "http://169.254.169.254/", **QUICK)
    settings.ALLOW_PRIVATE_ADDRESSES = False
    async with GuardedClient() as client:
        with pytest.raises(AddressRefused):
            await client.request("GET", server.url("/x", "localhost"), **QUICK)
