"""The socket's consumer: accept, forward, listen, end. Everything else is the hub's."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any

from inbox.realtime import frames, resume
from inbox.realtime.door import Start
from inbox.realtime.feed import Feed
from inbox.realtime.frames import BadFrame, Close
from inbox.realtime.hub import TooManySockets, hub
from inbox.realtime.socket import Send, Socket
from inbox.realtime.speech import Speech
from inbox.realtime.standing import Admitted

logger = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]


async def events_consumer(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve one connection to `/ws/v1/events`.

    Args:
        scope: with `admission`, made by `inbox.routing.socket_application`: who it is, or the code to close with,
            and `start`, where to begin.
    """
    await receive()
    # Accepted even when it is closed at once: browsers show no code of a refused handshake.
    await send({"type": "websocket.accept"})
    admission: Admitted | int = scope["admission"]
    if isinstance(admission, int):
        await send({"type": "websocket.close", "code": admission})
        return
    socket = Socket(admission.principal, admission.viewer, send)
    try:
        with hub().seat(socket) as feed:
            await _serve(feed, socket, receive, scope["start"])
    except TooManySockets:
        await send({"type": "websocket.close", "code": Close.TOO_MANY})


async def _serve(feed: Feed, socket: Socket, receive: Receive, start: Start) -> None:
    writing = asyncio.create_task(socket.write())
    listening = asyncio.create_task(_listen(feed, socket, receive))
    following = asyncio.create_task(resume.follow(hub(), feed, socket, start))
    socket.give_up = writing.cancel
    tasks = {writing, listening, following}
    code = None
    try:
        done, _ = await asyncio.wait({writing, listening}, return_when=asyncio.FIRST_COMPLETED)
        if any(_broke(task) for task in done):
            code = Close.BROKEN
    except asyncio.CancelledError:
        # The server stops, and says so: the browser comes back at once instead of finding out.
        code = Close.RESTARTING
        raise
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if code is not None:
            with suppress(OSError, TimeoutError):
                async with asyncio.timeout(1):
                    await socket.close_now(code)


def _broke(task: asyncio.Task[None]) -> bool:
    """Tell whether something unexpected ended the task. A client that is gone is expected."""
    error = None if task.cancelled() else task.exception()
    if error is None or isinstance(error, OSError):
        return False
    logger.error("realtime.socket_broke", exc_info=error)
    return True


async def _listen(feed: Feed, socket: Socket, receive: Receive) -> None:
    """Take what the client says until it goes."""
    speech = Speech(feed, socket)
    try:
        while True:
            message = await receive()
            if message["type"] == "websocket.disconnect":
                return
            if socket.is_ending:
                continue
            try:
                said = frames.parse(message)
            except BadFrame:
                socket.end(Close.BAD_FRAME)
                continue
            # An acknowledgement of something new is free: there cannot be more of them than there were events.
            is_free = isinstance(said, frames.Ack) and socket.acknowledge(said.through)
            if not is_free and not socket.may_speak():
                socket.end(Close.TOO_MANY)
            elif isinstance(said, frames.Signal):
                await speech.pass_on(said)
    finally:
        speech.end()
