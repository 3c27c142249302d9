"""A small HTTP/1.1 client for posting webhooks.

The HTTP libraries at hand cost more memory than the rest of the simulator; posting a body and reading a status
needs little. Connections to the same host are kept and used again.
"""

import asyncio
import ssl
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

_IDLE_PER_HOST = 16
LONGEST_ANSWER = 64 * 1024

_Key = tuple[str, int, bool]
_Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class DeliveryError(Exception):
    """No answer was received; the text says why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and the beginning of the body."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    is_whole: bool = True


class WebhookClient:
    """Sends requests and reads their answers, many at a time."""

    def __init__(self, timeout_seconds: float = 20, *, longest_answer: int = LONGEST_ANSWER) -> None:
        self.timeout_seconds = timeout_seconds
        self._longest = longest_answer
        self._idle: dict[_Key, list[_Connection]] = defaultdict(list)

    async def request(self, method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
        """Make one request.

        Raises:
            DeliveryError: the address is wrong, nobody answers, or the answer is not HTTP.
        """
        try:
            async with asyncio.timeout(self.timeout_seconds):
                return await self._request(method, urlsplit(url), headers, body)
        except TimeoutError as error:
            raise DeliveryError(f"no answer within {self.timeout_seconds:g} s") from error
        except (OSError, ValueError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            raise DeliveryError(str(error) or type(error).__name__) from error

    async def _request(
        self, method: str, url: SplitResult, headers: Mapping[str, str], body: bytes
    ) -> Answer:
        if url.scheme not in ("http", "https") or not url.hostname:
            raise ValueError("not an http address")
        secure = url.scheme == "https"
        key = (url.hostname, url.port or (443 if secure else 80), secure)
        target = (url.path or "/") + (f"?{url.query}" if url.query else "")
        lines = [f"{method} {target} HTTP/1.1", f"Host: {url.netloc}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        request = "\r\n".join([*lines, "", ""]).encode("latin-1") + body
        while self._idle[key]:
            connection = self._idle[key].pop()
            try:
                return await self._exchange(key, connection, request)
            except (OSError, asyncio.IncompleteReadError):
                # The server had closed the kept connection; webhooks may come twice, so simply try again.
                continue
        context = ssl.create_default_context() if secure else None
        connection = await asyncio.open_connection(key[0], key[1], ssl=context)
        return await self._exchange(key, connection, request)

    async def _exchange(self, key: _Key, connection: _Connection, request: bytes) -> Answer:
        reader, writer = connection
        keep = False
        try:
            writer.write(request)
            await writer.drain()
            status, headers = await _read_head(reader)
            body, whole = await _read_body(reader, status, headers, self._longest)
            keep = whole and headers.get("connection", "").lower() != "close"
            return Answer(status, body, headers, whole)
        finally:
            if keep and len(self._idle[key]) < _IDLE_PER_HOST:
                self._idle[key].append(connection)
            else:
                writer.close()

    def close(self) -> None:
        """Close the kept connections."""
        for connections in self._idle.values():
            for _, writer in connections:
                writer.close()
        self._idle.clear()


async def _read_head(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    while True:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        version, code = head[0].split(" ", 2)[:2]
        if not version.startswith("HTTP/1."):
            raise ValueError("the answer is not HTTP")
        headers = {}
        for line in head[1:]:
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        if version == "HTTP/1.0":
            headers.setdefault("connection", "close")
        # 1xx answers only announce the real one.
        if int(code) >= 200:
            return int(code), headers


async def _read_body(
    reader: asyncio.StreamReader, status: int, headers: dict[str, str], longest: int
) -> tuple[bytes, bool]:
    """Read the body's beginning, and tell whether that was all of it."""
    if status in (204, 304):
        return b"", True
    if headers.get("transfer-encoding", "").lower() == "chunked":
        return await _read_chunks(reader, longest)
    if "content-length" in headers:
        length = int(headers["content-length"])
        if length <= longest:
            return await reader.readexactly(length), True
        return await reader.readexactly(longest), False
    headers["connection"] = "close"
    parts, size = [], 0
    while size <= longest and (part := await reader.read(65536)):
        parts.append(part)
        size += len(part)
    return b"".join(parts)[:longest], size <= longest


async def _read_chunks(reader: asyncio.StreamReader, longest: int) -> tuple[bytes, bool]:
    body = bytearray()
    while len(body) <= longest:
        size = int((await reader.readuntil(b"\r\n")).split(b";")[0], 16)
        if size == 0:
            await reader.readuntil(b"\r\n")
            return bytes(body), True
        body += await reader.readexactly(min(size, longest + 1))
        if size > longest:
            break
        await reader.readexactly(2)
    return bytes(body[:longest]), False
