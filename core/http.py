"""Requests to addresses that a tenant can type: only public servers, only the address that was checked.

The name is resolved once, all its addresses have to be public, and the connection goes to one of these; a redirect is
looked at as a new address. What the other side says in an error is never passed on: it would let a tenant read
answers of servers that they cannot reach themselves.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from types import TracebackType
from typing import Any, Literal, Self

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from yarl import URL

from core.addresses import may_be_called
from core.errors import AppError

MAX_REDIRECTS = 3
_PORTS = {80, 443}
_LONGEST_URL = 2_048
_REDIRECTS = {301, 302, 303, 307, 308}
# Ours to set: with the caller's the request would be another one than was checked.
_OWN_HEADERS = {
    "host",
    "connection",
    "content-length",
    "transfer-encoding",
    "accept-encoding",
    "upgrade",
    "te",
}
# All that goes along to another server; the rest may be credentials.
_HARMLESS_HEADERS = {"accept", "accept-language", "user-agent"}

Reason = Literal["timeout", "connection", "too_large", "encoding", "redirects", "status"]
Write = Callable[[bytes], None]


class AddressRefused(AppError):
    """The address is not one of a public server, or not one that is allowed to be called."""

    code = "address_refused"
    status = 422
    message = _(
        "That address cannot be reached from here: only public addresses over http or https are allowed."
    )


class RemoteFailed(AppError):
    """The other server gave no usable answer; `reason` in the details says why, in one of our words."""

    code = "remote_failed"
    status = 502
    message = _("The other server could not be reached, or its answer was not usable.")

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason=reason)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other server answered, whatever its status; names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def checked(url: str | URL) -> URL:
    """Return the parsed address when its form is allowed; its name is looked up later.

    Raises:
        AddressRefused: another scheme or port, credentials in it, or an IP address that is not public.
    """
    text = str(url)
    if len(text) > _LONGEST_URL or any(sign <= " " or sign in "\\\x7f" for sign in text):
        raise AddressRefused
    try:
        parsed = URL(text)
        host, port = parsed.raw_host, parsed.port
    except ValueError as error:
        raise AddressRefused from error
    if parsed.scheme not in ("http", "https") or not host or parsed.raw_user or parsed.raw_password:
        raise AddressRefused
    if port not in _PORTS and not settings.ALLOW_PRIVATE_ADDRESSES:
        raise AddressRefused
    try:
        literal = str(ip_address(host.rstrip(".")))
    except ValueError:
        # A name, or one of the old spellings of an address: both go through the resolver.
        return parsed.with_fragment(None)
    _check_address(literal)
    return parsed.with_fragment(None)


def _check_address(address: str) -> None:
    if not may_be_called(address, private_too=settings.ALLOW_PRIVATE_ADDRESSES):
        raise AddressRefused


class CheckedResolver(AbstractResolver):
    """Looks a name up and refuses it when one of its addresses is not public."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await self.look_up(host, port, family)
        if not found:
            raise OSError("no address")
        for address in found:
            _check_address(address["host"])
        return found

    async def look_up(self, host: str, port: int, family: socket.AddressFamily) -> list[ResolveResult]:
        loop = asyncio.get_running_loop()
        infos = await loop.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
        return [
            ResolveResult(
                hostname=host,
                host=socket.getnameinfo(place, socket.NI_NUMERICHOST | socket.NI_NUMERICSERV)[0],
                port=port,
                family=kind,
                proto=proto,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for kind, _type, proto, _name, place in infos
        ]

    async def close(self) -> None:
        """There is nothing to close."""


def _open_socket(info: tuple[Any, ...]) -> socket.socket:
    """Open the socket for a connection. The last gate: whatever way an address has come here, it is looked at."""
    family, kind, proto, _name, place = info
    _check_address(str(place[0]))
    return socket.socket(family, kind, proto)


class GuardedClient:
    """A session for such requests; it belongs to the running event loop.

    async with GuardedClient() as client:
        answer = await client.request("GET", url, deadline_seconds=10, max_bytes=1_000_000)
    """

    def __init__(self, *, resolver: AbstractResolver | None = None) -> None:
        self._resolver = resolver or CheckedResolver()
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=self._resolver, use_dns_cache=False, socket_factory=_open_socket, limit_per_host=8
            ),
            timeout=aiohttp.ClientTimeout(total=None),
            cookie_jar=aiohttp.DummyCookieJar(),
            # A small body may unpack to a large one.
            auto_decompress=False,
            trust_env=False,
            headers={"User-Agent": "bandeja", "Accept-Encoding": "identity"},
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def request(
        self,
        method: Literal["GET", "HEAD", "POST", "PUT"],
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        deadline_seconds: float,
        max_bytes: int,
    ) -> Answer:
        """Send a request; GET and HEAD follow up to three redirects.

        Args:
            deadline_seconds: for all of it, by the clock on the wall.
            max_bytes: the longest body that is read.

        Raises:
            AddressRefused: the address, or one that it redirects to, may not be called.
            RemoteFailed: no usable answer.
        """
        own = {name: value for name, value in (headers or {}).items() if name.lower() not in _OWN_HEADERS}
        return await self._bounded(method, url, own, body, _Taker(max_bytes), deadline_seconds)

    async def download(self, url: str, write: Write, *, deadline_seconds: float, max_bytes: int) -> int:
        """Fetch a file, handing its bytes to `write` as they come; return the status. Of another than 200 none come.

        Raises:
            AddressRefused, RemoteFailed: as `request`. What `write` raises passes through.
        """
        answer = await self._bounded("GET", url, {}, None, _Taker(max_bytes, write), deadline_seconds)
        return answer.status

    async def _bounded(
        self,
        method: str,
        url: str,
        headers: dict[str, str],
        body: bytes | None,
        taker: _Taker,
        deadline_seconds: float,
    ) -> Answer:
        try:
            async with asyncio.timeout(deadline_seconds):
                return await self._follow(method, checked(url), headers, body, taker)
        except _WriteFailed as error:
            raise error.reason from error
        except TimeoutError as error:
            raise RemoteFailed("timeout") from error
        except (aiohttp.InvalidURL, UnicodeError) as error:
            raise AddressRefused from error
        except (aiohttp.ClientError, OSError) as error:
            raise RemoteFailed("connection") from error

    async def _follow(
        self, method: str, url: URL, headers: dict[str, str], body: bytes | None, taker: _Taker
    ) -> Answer:
        for _hop in range(MAX_REDIRECTS + 1):
            answer = await self._once(method, url, headers, body, taker)
            location = answer.headers.get("location", "")
            if answer.status not in _REDIRECTS or not location or method not in ("GET", "HEAD"):
                return answer
            target = checked(_joined(url, location))
            if url.scheme == "https" and target.scheme != "https":
                raise RemoteFailed("redirects")
            if target.origin() != url.origin():
                headers = {
                    name: value for name, value in headers.items() if name.lower() in _HARMLESS_HEADERS
                }
            url = target
        raise RemoteFailed("redirects")

    async def _once(
        self, method: str, url: URL, headers: dict[str, str], body: bytes | None, taker: _Taker
    ) -> Answer:
        if self._session is None:
            raise RuntimeError("open the client with `async with` first")
        async with self._session.request(
            method, url, headers=headers, data=body, allow_redirects=False
        ) as response:
            named = {name.lower(): value for name, value in response.headers.items()}
            if method == "HEAD" or response.status in _REDIRECTS:
                return Answer(response.status, named, b"")
            if named.get("content-encoding", "identity").lower() != "identity":
                raise RemoteFailed("encoding")
            return Answer(response.status, named, await taker.take(response))


def _joined(url: URL, location: str) -> URL:
    try:
        return url.join(URL(location))
    except ValueError as error:
        raise AddressRefused from error


class _WriteFailed(Exception):
    """Whoever takes the bytes could not; kept apart from trouble with the network, which may be of the same kind."""

    def __init__(self, reason: Exception) -> None:
        super().__init__()
        self.reason = reason


class _Taker:
    """Reads a body up to a limit, into memory or, of a file that is there, to where it is written."""

    def __init__(self, max_bytes: int, write: Write | None = None) -> None:
        self._max_bytes = max_bytes
        self._write = write

    async def take(self, response: aiohttp.ClientResponse) -> bytes:
        if self._write is not None and response.status != 200:
            return b""
        if (response.content_length or 0) > self._max_bytes:
            raise RemoteFailed("too_large")
        read, size = bytearray(), 0
        async for chunk in response.content.iter_any():
            size += len(chunk)
            if size > self._max_bytes:
                raise RemoteFailed("too_large")
            if self._write is None:
                read += chunk
                continue
            try:
                self._write(chunk)
            except Exception as error:
                raise _WriteFailed(error) from error
        return bytes(read)
