"""The way to the socket: who asks, and from which page."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from django.urls import path, re_path

from inbox.realtime.consumer import Receive, Scope, events_consumer
from inbox.realtime.database import Unreachable
from inbox.realtime.door import ForeignOrigin, Start, address_of, credentials_of
from inbox.realtime.frames import BadFrame, Close
from inbox.realtime.hub import hub
from inbox.realtime.socket import Send
from inbox.realtime.standing import Admitted, Refused

logger = logging.getLogger(__name__)

Application = Callable[[Scope, Receive, Send], Awaitable[None]]


async def _nothing_here(scope: Scope, receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "websocket.close"})


websocket_urls = [
    path("ws/v1/events", events_consumer),  # type: ignore[arg-type]  # channels routes ASGI applications, not views
    re_path("", _nothing_here),  # type: ignore[arg-type]  # as above
]


def socket_application(inner: Application) -> Application:
    """Let only those in who show an API key, or a session cookie from a page of ours.

    `inner` finds in its scope as `admission` who it is, or the code to close with, and as `start` where to begin.
    """

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            admission, start = await _admission(scope)
        except ForeignOrigin:
            logger.warning("realtime.foreign_origin")
            await _nothing_here(scope, receive, send)
        else:
            await inner({**scope, "admission": admission, "start": start}, receive, send)

    return application


async def _admission(scope: dict[str, Any] | Scope) -> tuple[Admitted | int, Start]:
    """Return who it is, or the code with which the socket is closed, and where to begin."""
    start = Start(None, None)
    try:
        address = address_of(scope["query_string"])
        credentials = credentials_of(scope["headers"], address.slug)
        return await hub().doorkeeper.admit(credentials), address.start
    except Refused as refused:
        return refused.code, start
    except BadFrame:
        return Close.BAD_FRAME, start
    except Unreachable:
        return Close.TRY_LATER, start
