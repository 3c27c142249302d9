"""F1's and F3's floor: one Redis subscription a process, and its text handed to a queue for each socket."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import Any

import redis.asyncio

from core import garbage

CHANNEL = "bench-floor"
Message = dict[str, Any]

_queues: set[asyncio.Queue[Message]] = set()
_hubs: list[asyncio.Task[None]] = []


async def application(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    if scope["type"] != "websocket":
        return
    if not _hubs:
        _hubs.append(asyncio.create_task(_follow()))
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.send", "text": '{"type":"hello"}'})
    queue: asyncio.Queue[Message] = asyncio.Queue()
    _queues.add(queue)
    writer = asyncio.create_task(_write(queue, send))
    try:
        while (await receive())["type"] != "websocket.disconnect":
            pass
    finally:
        writer.cancel()
        _queues.discard(queue)


async def _follow() -> None:
    client = redis.asyncio.Redis.from_url(os.environ["REDIS_URL"], socket_timeout=None)
    subscription = client.pubsub()
    await subscription.subscribe(CHANNEL)
    while True:
        heard = await subscription.get_message(ignore_subscribe_messages=True, timeout=None)
        if heard is not None:
            message = {"type": "websocket.send", "text": heard["data"].decode()}
            for queue in _queues:
                queue.put_nowait(message)


async def _write(queue: asyncio.Queue[Message], send: Callable[[Message], Awaitable[None]]) -> None:
    while True:
        await send(await queue.get())


garbage.settle()
