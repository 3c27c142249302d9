"""Calls to the Graph API: one session per event loop, a wall-clock deadline, and no retry of any kind.

A call never raises for trouble with the network or with Meta: what happened is in its verdict. The access token
stands in one header and nowhere else, least of all in a log or an error.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from types import SimpleNamespace
from typing import IO, Any
from urllib.parse import quote
from weakref import WeakKeyDictionary

import aiohttp
import orjson
from yarl import URL

from integrations.whatsapp import media
from integrations.whatsapp.errors import (
    Done,
    NotSent,
    Outcome,
    Refused,
    Reply,
    Unknown,
    Verdict,
    classify_call,
    classify_send,
)
from integrations.whatsapp.media import Downloaded, DownloadFailed, MediaInfo, Uploaded
from integrations.whatsapp.messages import read_body

DEADLINE_SECONDS = 20.0
# For 100 MB by a slow line; a download that stalls ends long before.
TRANSFER_DEADLINE_SECONDS = 300.0
CONNECT_SECONDS = 10.0
CONNECTIONS = 200
LARGEST_ANSWER = 1024 * 1024
PHONE_NUMBER_FIELDS = (
    "id,display_phone_number,verified_name,quality_rating,name_status,code_verification_status,platform_type,"
    "status,account_mode,throughput,whatsapp_business_manager_messaging_limit,is_official_business_account,"
    "webhook_configuration"
)


@dataclass(slots=True)
class _Progress:
    """How far a request has come: aiohttp announces the body before it writes it, headers included."""

    is_body_written: bool = False


async def _note_body(session: aiohttp.ClientSession, context: SimpleNamespace, params: object) -> None:
    if isinstance(context.trace_request_ctx, _Progress):
        context.trace_request_ctx.is_body_written = True


_TRACE = aiohttp.TraceConfig()
_TRACE.on_request_chunk_sent.append(_note_body)


def open_session(*, connections: int = CONNECTIONS) -> aiohttp.ClientSession:
    """Return a session for calls to Meta; it belongs to the running event loop."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=connections, ttl_dns_cache=60, keepalive_timeout=30),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS),
        trace_configs=[_TRACE],
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
        raise_for_status=False,
        headers={"User-Agent": "bandeja", "Accept": "application/json", "Accept-Encoding": "identity"},
    )


_sessions: WeakKeyDictionary[asyncio.AbstractEventLoop, aiohttp.ClientSession] = WeakKeyDictionary()


def loop_session() -> aiohttp.ClientSession:
    """Return the session of the running event loop, opened on first use."""
    loop = asyncio.get_running_loop()
    session = _sessions.get(loop)
    if session is None or session.closed:
        session = _sessions[loop] = open_session()
    return session


async def close_loop_session() -> None:
    """Close the session of the running event loop; requests in flight end as they may."""
    session = _sessions.pop(asyncio.get_running_loop(), None)
    if session is not None:
        await session.close()


class GraphClient:
    """The Graph API as one channel sees it.

    Args:
        base_url: such as `https://graph.facebook.com`.
        version: such as `v26.0`.
        session: from `open_session`; the one of the running loop if not given.
    """

    def __init__(
        self,
        base_url: str,
        version: str,
        access_token: str,
        session: aiohttp.ClientSession | None = None,
        *,
        deadline_seconds: float = DEADLINE_SECONDS,
    ) -> None:
        if not (access_token.isascii() and access_token.isprintable()):
            raise ValueError("the access token holds characters that no token has")
        self._root = f"{base_url.rstrip('/')}/{quote(version, safe='')}"
        self._headers = {"Authorization": f"Bearer {access_token}"}
        self._session = session
        self._deadline_seconds = deadline_seconds

    def __repr__(self) -> str:
        return f"GraphClient({self._root})"

    async def send_message(self, phone_number_id: str, body: bytes | dict[str, Any]) -> Verdict:
        """Send one message, once.

        A caller that is cancelled meanwhile knows no more than after `Unknown`.
        """
        return classify_send(await self._call("POST", f"{_path(phone_number_id)}/messages", body))

    async def mark_read(self, phone_number_id: str, wamid: str, *, typing: bool = False) -> Reply:
        """Show the customer's message, and all before it, as read; with `typing`, that we write."""
        body = read_body(wamid, typing=typing)
        return classify_call(await self._call("POST", f"{_path(phone_number_id)}/messages", body))

    async def phone_number(self, phone_number_id: str) -> Reply:
        """Ask what Meta knows of the number; proves that the token may use it."""
        return classify_call(
            await self._call("GET", _path(phone_number_id), None, query={"fields": PHONE_NUMBER_FIELDS})
        )

    async def media_url(self, media_id: str, phone_number_id: str) -> MediaInfo | Refused | Unknown | NotSent:
        """Ask where a file lies; the address is good for five minutes."""
        reply = classify_call(
            await self._call("GET", _path(media_id), None, query={"phone_number_id": phone_number_id})
        )
        if not isinstance(reply, Done):
            return reply
        return media.info_of(reply.data) or Unknown("no address in the answer")

    async def download(
        self,
        url: str,
        write: media.Write,
        *,
        max_bytes: int,
        deadline_seconds: float = TRANSFER_DEADLINE_SECONDS,
    ) -> Downloaded | DownloadFailed:
        """Fetch a file from the address that `media_url` gave, and hand its bytes to `write` as they come.

        Raises:
            SinkFailed: `write` raised.
        """
        session = self._session or loop_session()
        try:
            async with asyncio.timeout(deadline_seconds):
                return await media.download(
                    session,
                    url,
                    headers=self._headers,
                    graph=URL(self._root),
                    write=write,
                    max_bytes=max_bytes,
                )
        except TimeoutError:
            return DownloadFailed("timed_out", f"after {deadline_seconds:g} s")

    async def upload_media(
        self, phone_number_id: str, file: IO[bytes], *, mime_type: str, file_name: str
    ) -> Uploaded | Refused | Unknown | NotSent:
        """Hand a file over to Meta, for messages of this number.

        Args:
            file_name: plain ASCII with the extension of the type; the customer does not see it.
        """
        form = aiohttp.FormData()
        form.add_field("messaging_product", "whatsapp")
        form.add_field("type", mime_type)
        form.add_field("file", file, filename=file_name, content_type=mime_type)
        path = f"{_path(phone_number_id)}/media"
        outcome = await self._call("POST", path, form, deadline_seconds=TRANSFER_DEADLINE_SECONDS)
        return media.uploaded(classify_call(outcome))

    async def _call(
        self,
        method: str,
        path: str,
        body: bytes | dict[str, Any] | aiohttp.FormData | None,
        query: dict[str, str] | None = None,
        deadline_seconds: float | None = None,
    ) -> Outcome:
        progress = _Progress()
        headers = self._headers
        if body is not None and not isinstance(body, aiohttp.FormData):
            body = body if isinstance(body, bytes) else orjson.dumps(body)
            headers = headers | {"Content-Type": "application/json"}
        session = self._session or loop_session()
        try:
            async with (
                asyncio.timeout(deadline_seconds or self._deadline_seconds),
                session.request(
                    method,
                    f"{self._root}/{path}",
                    params=query,
                    data=body,
                    headers=headers,
                    allow_redirects=False,
                    trace_request_ctx=progress,
                ) as response,
            ):
                answer = await _read(response)
                return Outcome(
                    stage="after_body", status=response.status, headers=response.headers, body=answer
                )
        except Exception as error:  # whatever went wrong, the caller must learn whether it may send again
            is_unsent = _TRACE in session.trace_configs and not progress.is_body_written
            # The name says enough; the text of an aiohttp error can hold addresses and headers.
            return Outcome(stage="before_body" if is_unsent else "after_body", failure=type(error).__name__)


class _AnswerTooLarge(Exception):
    """The answer is longer than anything that Meta sends here."""


async def _read(response: aiohttp.ClientResponse) -> bytes:
    parts: list[bytes] = []
    length = 0
    async for part in response.content.iter_any():
        length += len(part)
        if length > LARGEST_ANSWER:
            raise _AnswerTooLarge
        parts.append(part)
    return b"".join(parts)


def _path(identifier: str) -> str:
    return quote(identifier, safe="")
