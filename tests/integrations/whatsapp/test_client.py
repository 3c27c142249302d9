"""What the client says of a send, whatever the other side does to the connection, and that it sends once."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable

import aiohttp
import pytest

from integrations.whatsapp import client as client_module
from integrations.whatsapp.client import GraphClient, close_loop_session, loop_session, open_session
from integrations.whatsapp.errors import Accepted, Done, NotSent, Refused, Unknown
from integrations.whatsapp.messages import Recipient, text_body
from tests.copy import free_port
from tests.integrations.whatsapp.bodies import request_of
from tests.integrations.whatsapp.raw_server import Handler, Peer, raw_server

TOKEN = "EAAB_TEST_TOKEN"
NUMBER = "417398204718336"
BODY = text_body(Recipient(phone="573005550101"), "hola" * 500)
TAKEN = json.dumps(request_of("send_text_ok")["response"]["body"]).encode()
WAMID = request_of("send_text_ok")["response"]["body"]["messages"][0]["id"]


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with open_session() as opened:
        yield opened


def _client(url: str, session: aiohttp.ClientSession | None, deadline_seconds: float = 30.0) -> GraphClient:
    return GraphClient(url, "v26.0", TOKEN, session, deadline_seconds=deadline_seconds)


async def _takes(peer: Peer) -> None:
    while True:
        await peer.request()
        await peer.answer(TAKEN)


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.01)


def _has_open_connections(session: aiohttp.ClientSession) -> bool:
    """Whether the client still takes one of the connections that it keeps for open."""
    assert session.connector is not None
    return any(kept.is_connected() for line in session.connector._conns.values() for kept, _ in line)


async def test_a_message_is_sent_as_recorded(session: aiohttp.ClientSession) -> None:
    recorded = request_of("send_text_ok")["request"]
    async with raw_server(_takes) as server:
        verdict = await _client(server.url, session).send_message(NUMBER, recorded["body"])
    assert verdict == Accepted(wamid=WAMID, wa_id="573005550101")
    head, body = server.requests[0]
    assert head.startswith(f"POST {recorded['path']} HTTP/1.1\r\n".encode())
    assert b"\r\nAuthorization: Bearer EAAB_TEST_TOKEN\r\n" in head
    assert b"\r\nContent-Type: application/json\r\n" in head
    assert json.loads(body) == recorded["body"]


async def test_bytes_are_sent_as_they_are(session: aiohttp.ClientSession) -> None:
    async with raw_server(_takes) as server:
        await _client(server.url, session).send_message(NUMBER, b'{ "a" : 1 }')
    assert server.requests[0][1] == b'{ "a" : 1 }'


async def test_reading_and_typing_are_sent_as_recorded(session: aiohttp.ClientSession) -> None:
    async def succeeds(peer: Peer) -> None:
        while True:
            await peer.request()
            await peer.answer(b'{"success": true}')

    wamid = request_of("mark_read_ok")["request"]["body"]["message_id"]
    async with raw_server(succeeds) as server:
        client = _client(server.url, session)
        assert await client.mark_read(NUMBER, wamid) == Done({"success": True})
        assert await client.mark_read(NUMBER, wamid, typing=True) == Done({"success": True})
    sent = [json.loads(body) for _, body in server.requests]
    assert sent == [request_of(name)["request"]["body"] for name in ("mark_read_ok", "typing_indicator_ok")]


async def test_the_number_is_asked_for_as_recorded(session: aiohttp.ClientSession) -> None:
    recorded = request_of("phone_number_get_ok")

    async def tells(peer: Peer) -> None:
        await peer.request()
        await peer.answer(json.dumps(recorded["response"]["body"]).encode())

    async with raw_server(tells) as server:
        reply = await _client(server.url, session).phone_number(NUMBER)
    assert reply == Done(recorded["response"]["body"])
    fields = recorded["request"]["query"]["fields"]
    assert server.requests[0][0].startswith(f"GET /v26.0/{NUMBER}?fields={fields} HTTP/1.1".encode())


async def test_an_id_cannot_leave_its_place_in_the_path(session: aiohttp.ClientSession) -> None:
    async with raw_server(_takes) as server:
        await _client(server.url, session).send_message("1/../../me?x", BODY)
    assert server.requests[0][0].startswith(b"POST /v26.0/1%2F..%2F..%2Fme%3Fx/messages HTTP/1.1")


# What the other side does, and what it proves. Everything after the first written byte is unknown.


async def _resets_after_accept(peer: Peer) -> None:
    peer.reset()


async def _closes_after_accept(peer: Peer) -> None:
    peer.writer.close()


async def _resets_after_headers(peer: Peer) -> None:
    await peer.head()
    peer.reset()


async def _resets_after_half_a_body(peer: Peer) -> None:
    await peer.head()
    await peer.reader.readexactly(1000)
    peer.reset()


async def _resets_after_the_body(peer: Peer) -> None:
    await peer.request()
    peer.reset()


async def _closes_after_the_body(peer: Peer) -> None:
    await peer.request()


async def _resets_in_the_status_line(peer: Peer) -> None:
    await peer.request()
    await peer.write(b"HTTP/1.1 200")
    peer.reset()


async def _ends_in_half_an_answer(peer: Peer) -> None:
    await peer.request()
    await peer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(TAKEN) + TAKEN[:60])


async def _resets_in_half_an_answer(peer: Peer) -> None:
    await peer.request()
    await peer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(TAKEN) + TAKEN[:60])
    peer.reset()


async def _ends_in_half_a_chunk(peer: Peer) -> None:
    await peer.request()
    await peer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n400\r\n{")


async def _is_a_proxy_without_its_server(peer: Peer) -> None:
    await peer.request()
    page = request_of("err_html_502")["response"]["body"].encode()
    await peer.answer(page, "502 Bad Gateway", "text/html")


async def _answers_nothing(peer: Peer) -> None:
    await peer.request()
    await peer.answer(b"")


async def _answers_no_http(peer: Peer) -> None:
    await peer.request()
    await peer.write(b"220 smtp.example.com ESMTP\r\n")


async def _redirects(peer: Peer) -> None:
    await peer.request()
    await peer.write(b"HTTP/1.1 307 Go\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n")
    await peer.request()


async def _answers_for_ever(peer: Peer) -> None:
    await peer.request()
    await peer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        await peer.write(b"10000\r\n" + b"x" * 65536 + b"\r\n")


async def _sends_endless_headers(peer: Peer) -> None:
    await peer.request()
    await peer.write(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000 + b"\r\n\r\n")


@pytest.mark.parametrize(
    "handler",
    [
        _resets_after_accept,
        _closes_after_accept,
        _resets_after_headers,
        _resets_after_half_a_body,
        _resets_after_the_body,
        _closes_after_the_body,
        _resets_in_the_status_line,
        _ends_in_half_an_answer,
        _resets_in_half_an_answer,
        _ends_in_half_a_chunk,
        _is_a_proxy_without_its_server,
        _answers_nothing,
        _answers_no_http,
        _redirects,
        _answers_for_ever,
        _sends_endless_headers,
    ],
)
async def test_trouble_after_the_first_byte_is_unknown_and_not_repeated(
    handler: Handler, session: aiohttp.ClientSession
) -> None:
    async with raw_server(handler) as server:
        verdict = await _client(server.url, session).send_message(NUMBER, BODY)
        await asyncio.sleep(0.05)
    assert isinstance(verdict, Unknown), verdict
    assert server.connections == 1
    assert len(server.requests) <= 1


async def _never_answers(peer: Peer) -> None:
    await peer.request()
    await asyncio.sleep(60)


async def _never_reads(peer: Peer) -> None:
    await asyncio.sleep(60)


async def _drips(peer: Peer) -> None:
    await peer.request()
    for byte in b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(TAKEN) + TAKEN:
        await peer.write(bytes([byte]))
        await asyncio.sleep(0.05)


@pytest.mark.parametrize("handler", [_never_answers, _never_reads, _drips])
async def test_the_deadline_is_by_the_clock_on_the_wall(
    handler: Handler, session: aiohttp.ClientSession
) -> None:
    async with raw_server(handler) as server:
        verdict = await _client(server.url, session, 2.0).send_message(NUMBER, BODY)
    assert verdict == Unknown("TimeoutError")
    assert server.connections == 1


async def test_a_refused_connection_is_not_sent(session: aiohttp.ClientSession) -> None:
    verdict = await _client(f"http://127.0.0.1:{free_port()}", session).send_message(NUMBER, BODY)
    assert isinstance(verdict, NotSent)


async def test_a_name_that_does_not_resolve_is_not_sent(session: aiohttp.ClientSession) -> None:
    verdict = await _client("http://graph.invalid", session).send_message(NUMBER, BODY)
    assert isinstance(verdict, NotSent)


async def test_a_failed_tls_handshake_is_not_sent(session: aiohttp.ClientSession) -> None:
    async def speaks_plain(peer: Peer) -> None:
        await peer.reader.read(100)
        await peer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    async with raw_server(speaks_plain) as server:
        url = server.url.replace("http", "https")
        assert isinstance(await _client(url, session).send_message(NUMBER, BODY), NotSent)


async def test_an_address_that_is_none_is_not_sent(session: aiohttp.ClientSession) -> None:
    assert isinstance(await _client("nowhere", session).send_message(NUMBER, BODY), NotSent)


async def test_waiting_for_a_free_connection_until_the_deadline_is_not_sent() -> None:
    async with raw_server(_never_answers) as server, open_session(connections=1) as session:
        client = _client(server.url, session, 3.0)
        first = asyncio.create_task(client.send_message(NUMBER, BODY))
        await _until(lambda: len(server.requests) == 1)
        second = await _client(server.url, session, 0.1).send_message(NUMBER, BODY)
        assert second == NotSent("TimeoutError")
        assert isinstance(await first, Unknown)
    assert len(server.requests) == 1


async def test_a_kept_connection_is_used_again(session: aiohttp.ClientSession) -> None:
    async with raw_server(_takes) as server:
        client = _client(server.url, session)
        for _ in range(5):
            assert isinstance(await client.send_message(NUMBER, BODY), Accepted)
    assert server.connections == 1


async def test_a_kept_connection_that_dies_under_the_next_send_is_unknown(
    session: aiohttp.ClientSession,
) -> None:
    async def dies_at_the_second(peer: Peer) -> None:
        await peer.request()
        await peer.answer(TAKEN)
        await peer.head()
        peer.reset()

    async with raw_server(dies_at_the_second) as server:
        client = _client(server.url, session)
        assert isinstance(await client.send_message(NUMBER, BODY), Accepted)
        assert isinstance(await client.send_message(NUMBER, BODY), Unknown)
        await asyncio.sleep(0.05)
    assert server.connections == 1


async def test_a_kept_connection_that_was_closed_meanwhile_is_replaced(
    session: aiohttp.ClientSession,
) -> None:
    async def closes(peer: Peer) -> None:
        await peer.request()
        await peer.answer(TAKEN)

    async with raw_server(closes) as server:
        client = _client(server.url, session)
        assert isinstance(await client.send_message(NUMBER, BODY), Accepted)
        await _until(lambda: not _has_open_connections(session))
        assert isinstance(await client.send_message(NUMBER, BODY), Accepted)
    assert server.connections == 2


async def test_a_session_of_somebody_else_proves_nothing() -> None:
    async with aiohttp.ClientSession() as plain:
        verdict = await _client(f"http://127.0.0.1:{free_port()}", plain).send_message(NUMBER, BODY)
    assert isinstance(verdict, Unknown)


async def test_a_refusal_is_read(session: aiohttp.ClientSession) -> None:
    recorded = request_of("err_80007_waba_rate_limit")["response"]

    async def refuses(peer: Peer) -> None:
        await peer.request()
        raw = json.dumps(recorded["body"]).encode()
        usage = recorded["headers"]["X-Business-Use-Case-Usage"]
        await peer.write(
            f"HTTP/1.1 400 No\r\nX-Business-Use-Case-Usage: {usage}\r\nContent-Length: {len(raw)}\r\n\r\n".encode()
            + raw
        )

    async with raw_server(refuses) as server:
        verdict = await _client(server.url, session).send_message(NUMBER, BODY)
    assert isinstance(verdict, Refused)
    assert (verdict.code, verdict.retryable, verdict.retry_after_seconds) == (80007, True, 840.0)


async def test_no_token_shows_in_logs_verdicts_or_names(
    session: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    seen: list[object] = []
    for handler in (_takes, _resets_after_headers, _ends_in_half_an_answer, _answers_no_http):
        async with raw_server(handler) as server:
            client = _client(server.url, session)
            seen += [client, await client.send_message(NUMBER, BODY)]
    seen.append(await _client(f"http://127.0.0.1:{free_port()}", session).send_message(NUMBER, BODY))
    with pytest.raises(ValueError, match="characters") as raised:
        GraphClient("http://x", "v26.0", TOKEN + "\n")
    assert TOKEN not in repr(seen) + caplog.text + str(raised.value)


async def test_a_cancelled_caller_is_not_held_up(session: aiohttp.ClientSession) -> None:
    async with raw_server(_never_answers) as server:
        call = asyncio.create_task(_client(server.url, session).send_message(NUMBER, BODY))
        await _until(lambda: len(server.requests) == 1)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call


async def test_each_loop_has_one_session_of_its_own() -> None:
    mine = loop_session()
    assert loop_session() is mine
    async with raw_server(_takes) as server:
        assert isinstance(await _client(server.url, None).send_message(NUMBER, BODY), Accepted)

        async def elsewhere() -> bool:
            other = loop_session()
            await close_loop_session()
            return other is not mine

        assert await asyncio.to_thread(asyncio.run, elsewhere())
        await close_loop_session()
    assert mine.closed
    assert loop_session() is not mine
    await close_loop_session()


def test_the_deadline_is_twenty_seconds() -> None:
    assert client_module.DEADLINE_SECONDS == 20
