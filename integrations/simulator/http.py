"""The little HTTP that the simulator needs: requests, replies and a route table over plain ASGI."""

import asyncio
import json
import mmap
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from integrations.simulator.media.blobs import Spool

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Json = dict[str, Any]

MAX_BODY_BYTES = 8 * 1024 * 1024


class BadRequest(Exception):
    """What a control cannot understand; answered with 400 and the sentence."""


class ClientGone(Exception):
    """The client closed the connection before its request was complete."""


@dataclass(slots=True)
class Request:
    """One HTTP request; `parameters` are the named parts of the matched path."""

    scope: Scope
    receive: Receive
    parameters: dict[str, str] = field(default_factory=dict)
    _body: bytes | None = None

    @property
    def method(self) -> str:
        return str(self.scope["method"])

    @property
    def path(self) -> str:
        return str(self.scope["path"])

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(self.scope["query_string"].decode("latin-1"), keep_blank_values=True))

    def header(self, name: str) -> str | None:
        """Give a header by its lower-case name, or None."""
        wanted = name.encode("latin-1")
        for key, value in self.scope["headers"]:
            if key == wanted:
                return str(value.decode("latin-1"))
        return None

    @property
    def transport(self) -> asyncio.Transport | None:
        """The connection's transport, when the server gives it away (see `server.py`)."""
        found: asyncio.Transport | None = self.scope.get("state", {}).get("transport")
        return found

    async def body(self) -> bytes:
        """Read the whole body once.

        Raises:
            ClientGone: the client closed the connection first.
            BadRequest: the body is larger than anything Meta takes.
        """
        if self._body is None:
            self._body = bytes((await self.spool(MAX_BODY_BYTES)).data())
        return self._body

    async def spool(self, limit: int) -> Spool:
        """Read a body that may be large, without holding it in memory.

        Raises:
            ClientGone: the client closed the connection first.
            BadRequest: the body is larger than the limit.
        """
        spool = Spool()
        try:
            while True:
                message = await self.receive()
                if message["type"] == "http.disconnect":
                    raise ClientGone
                spool.write(message.get("body", b""))
                if spool.size > limit:
                    raise BadRequest("The body is too large.")
                if not message.get("more_body"):
                    return spool
        except BaseException:
            spool.close()
            raise

    async def json(self) -> Json:
        """Read the body as a JSON object; an empty body is an empty object."""
        raw = await self.body()
        if not raw.strip():
            return {}
        try:
            value = json.loads(raw)
        except (ValueError, RecursionError) as error:
            raise BadRequest(f"The body is not JSON: {error}") from error
        if not isinstance(value, dict):
            raise BadRequest("The body must be a JSON object.")
        return value


@dataclass(slots=True)
class Reply:
    """An answer, and in `wire` how it travels: plainly, or broken on purpose (see `wire.py`)."""

    status: int = 200
    body: bytes | mmap.mmap = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    wire: str = "plain"
    drip_seconds: float = 1.0
    after: Callable[[bool], None] | None = None
    """Called when the answer leaves; False when the client did not wait for it."""

    def head(self) -> list[tuple[bytes, bytes]]:
        """The headers as ASGI wants them."""
        pairs = {"content-type": self.content_type, "content-length": str(len(self.body)), **self.headers}
        return [(key.encode("latin-1"), value.encode("latin-1")) for key, value in pairs.items()]


Handler = Callable[[Request], Awaitable[Reply]]


def objects(value: Any) -> list[Json]:
    """The objects of a list that came from outside; nothing when it is no list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def json_reply(value: Any, status: int = 200) -> Reply:
    """Answer with JSON, as our own controls do."""
    return Reply(status, json.dumps(value, separators=(",", ":")).encode())


class Router:
    """Finds the handler for a method and path; `{name}` in a pattern is one path segment."""

    def __init__(self) -> None:
        self._routes: list[tuple[str, re.Pattern[str], Handler]] = []

    def add(self, methods: str | Iterable[str], pattern: str, handler: Handler) -> None:
        """Register a handler; an earlier route wins."""
        names = [methods] if isinstance(methods, str) else methods
        regex = re.compile("^" + re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern) + "$")
        self._routes += [(name, regex, handler) for name in names]

    def find(self, request: Request) -> Handler | None:
        """Give the handler and put the path's named parts on the request."""
        for method, regex, handler in self._routes:
            if method == request.method and (match := regex.match(request.path)):
                request.parameters = match.groupdict()
                return handler
        return None

    def methods(self, path: str) -> list[str]:
        """The methods that some route takes for this path."""
        return [method for method, regex, _ in self._routes if regex.match(path)]
