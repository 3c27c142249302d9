"""An ASGI application that tells what its server made of a request."""

from __future__ import annotations

import hashlib
import json
import resource
from collections.abc import Awaitable, Callable
from typing import Any

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

STREAM_BYTES = 100 * 1024 * 1024
_PART = b"x" * 65_536


async def application(scope: Message, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        message = await receive()
        await send({"type": "websocket.send", "text": message["text"]})
        await send({"type": "websocket.close", "code": 4410})
        return
    if scope["path"] == "/body":
        await _measure(receive, send)
        return
    if scope["path"] == "/stream":
        await _stream(send)
        return
    body = json.dumps({"client": scope["client"][0], "scheme": scope["scheme"]}).encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


async def _measure(receive: Receive, send: Send) -> None:
    """Tell how long the body is, what it is, and how much of this process's memory it took."""
    length, digest, more = 0, hashlib.sha256(), True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        length += len(message["body"])
        digest.update(message["body"])
        more = message["more_body"]
    told = {
        "length": length,
        "sha256": digest.hexdigest(),
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
    }
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": json.dumps(told).encode()})


async def _stream(send: Send) -> None:
    length = str(STREAM_BYTES).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", length)]})
    for _ in range(STREAM_BYTES // len(_PART)):
        await send({"type": "http.response.body", "body": _PART, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
