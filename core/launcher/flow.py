"""What daphne lacks for large bodies, so that no file stands whole in memory.

Of itself it hands a body of any size over at once, lets Twisted take forms apart in the event loop, and takes the parts
of an answer as fast as they are made. Here a large body is read from the file in which it has come, piece by piece; one
beyond every limit, or slower than anybody's connection, is cut off; and an answer waits while its client reads slowly.
Uvicorn does the first and the last itself, and our handler does the rest.
"""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import IO, Any

import daphne.server  # the first of its modules: it chooses Twisted's event loop
from daphne import http_protocol
from daphne.cli import CommandLineInterface
from twisted.internet.interfaces import IPushProducer
from zope.interface import implementer

from core import pace
from core.launcher.web import MAX_BODY_BYTES

_CHUNK_BYTES = 64 * 1024
_BODY = "bandeja.body"
_TOO_LARGE = b"413 Content Too Large"
_TOO_SLOW = b"408 Request Timeout"

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


def install() -> None:
    """Let daphne's command line serve in this way."""
    http_protocol.WebRequest = Request
    CommandLineInterface.server_class = Server


@implementer(IPushProducer)
class Gate:
    """Is closed while the connection has more to send than it can."""

    def __init__(self) -> None:
        self._is_open = asyncio.Event()
        self._is_open.set()

    async def passed(self) -> None:
        await self._is_open.wait()

    def pauseProducing(self) -> None:
        self._is_open.clear()

    def resumeProducing(self) -> None:
        self._is_open.set()

    def stopProducing(self) -> None:
        self._is_open.set()


class Request(http_protocol.WebRequest):  # type: ignore[misc]  # daphne is not typed
    """A request whose large body stays in its file, and whose answer waits for its client."""

    content: Any

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._parsePOSTFormSubmission = False
        self._gate: Gate | None = None
        self._is_cut = False
        self._begun = time.monotonic()
        self.file: IO[bytes] | None = None

    def handleContentChunk(self, data: bytes) -> None:
        if self._is_cut:
            return
        received = self.content.tell() + len(data)
        if received > MAX_BODY_BYTES:
            self._cut(_TOO_LARGE)
        # Whoever sends nothing at all is left by Twisted itself, after a minute.
        elif time.monotonic() > self._begun + pace.patience_seconds(received):
            self._cut(_TOO_SLOW)
        else:
            super().handleContentChunk(data)

    def _cut(self, status: bytes) -> None:
        self._is_cut = True
        self.channel.transport.write(
            b"HTTP/1.1 %b\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" % status
        )
        self.channel.loseConnection()

    def process(self) -> Any:
        if self._is_cut:
            return None
        if not isinstance(self.content, io.BytesIO):
            self.file, self.content = self.content, io.BytesIO()
        return super().process()

    async def passed(self) -> None:
        """Wait until the client has read most of what it was sent."""
        if self.finished or self.channel is None:
            return
        if self._gate is None:
            self._gate = Gate()
            self.registerProducer(self._gate, True)
        await self._gate.passed()

    def finish(self) -> None:
        if self.producer is not None:
            self.unregisterProducer()
        super().finish()

    def connectionLost(self, reason: Any) -> None:
        if self._gate is not None:
            self._gate.stopProducing()
        if self.file is not None:
            self.file.close()
        super().connectionLost(reason)


class Server(daphne.server.Server):  # type: ignore[misc]  # as above
    """Hands bodies over as they are asked for, and answers as they are read."""

    def __init__(self, application: Application, *args: Any, **options: Any) -> None:
        super().__init__(_from_files(application), *args, **options)

    def create_application(self, protocol: Any, scope: Scope) -> Any:
        if isinstance(protocol, Request) and protocol.file is not None:
            scope[_BODY] = protocol.file
        return super().create_application(protocol, scope)

    async def handle_reply(self, protocol: Any, message: Any) -> None:
        await super().handle_reply(protocol, message)
        if message["type"] == "http.response.body" and message.get("more_body"):
            await protocol.passed()


def _from_files(application: Application) -> Application:
    async def read_from_file(scope: Scope, receive: Receive, send: Send) -> None:
        file: IO[bytes] | None = scope.pop(_BODY, None)
        if file is None:
            await application(scope, receive, send)
            return
        with file:
            await application(scope, _Body(file, receive), send)

    return read_from_file


class _Body:
    """What an application receives: the file in pieces, and then what else happens."""

    def __init__(self, file: IO[bytes], receive: Receive) -> None:
        self._file = file
        self._left = file.seek(0, io.SEEK_END)
        self._file.seek(0)
        self._receive = receive
        self._is_read = False

    async def __call__(self) -> Any:
        if not self._is_read:
            if self._file.closed:
                return {"type": "http.disconnect"}
            data = self._file.read(_CHUNK_BYTES)
            self._left -= len(data)
            self._is_read = self._left <= 0 or not data
            return {"type": "http.request", "body": data, "more_body": not self._is_read}
        while True:
            message = await self._receive()
            # Daphne's own word of the body, which it thinks is empty.
            if message["type"] != "http.request":
                return message
