"""`/webhook/whatsapp/{key}`: answered in the ASGI application, before Django's handler.

A body is checked, stored raw and acknowledged; a job reads it later. What counts is that every 200 has a row and
that nothing but the database stands between the two.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import re
import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs
from weakref import WeakKeyDictionary

from django.conf import settings

from core.jobs import ring
from integrations.whatsapp import connection
from integrations.whatsapp.apps_cache import App, AppsCache, LookUpFailed
from integrations.whatsapp.connection import Link
from integrations.whatsapp.patience import Patience
from integrations.whatsapp.signatures import HEADER, is_valid, is_well_formed
from integrations.whatsapp.writer import GroupingWriter, NotStored, RawBody

logger = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

PREFIX = "/webhook/whatsapp/"
LARGEST_BODY = 3 * 1024 * 1024  # Meta's own limit
READ_SECONDS = 15.0
READING_BYTES = 96 * 1024 * 1024
LONGEST_CHALLENGE = 1024
BAD_SIGNATURE_SECONDS = 60.0
_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PLAIN = (b"content-type", b"text/plain; charset=utf-8")
_NOSNIFF = (b"x-content-type-options", b"nosniff")


class WebhookApplication:
    """Answers the webhook's paths itself and hands everything else on.

    Args:
        otherwise: the application for all other paths.
        doorbell: told of each organisation that has new deliveries; rings for the intake if not given.
        where: how the database is reached.
    """

    def __init__(
        self,
        otherwise: Application,
        doorbell: Callable[[int], None] | None = None,
        where: Callable[[], str] = connection.where,
    ) -> None:
        self._otherwise = otherwise
        self._doorbell = doorbell or _ring_intake
        self._where = where
        self._desks: WeakKeyDictionary[asyncio.AbstractEventLoop, _Desk] = WeakKeyDictionary()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(PREFIX):
            await self._otherwise(scope, receive, send)
            return
        # Connections belong to a loop, and daphne says nothing of its start: they open with the first request.
        loop = asyncio.get_running_loop()
        desk = self._desks.get(loop)
        if desk is None:
            desk = self._desks[loop] = _Desk(self._doorbell, self._where)
        await desk.answer(scope, receive, send)

    async def close(self) -> None:
        """Close the connections of the running event loop; the next request opens new ones."""
        desk = self._desks.pop(asyncio.get_running_loop(), None)
        if desk is not None:
            await desk.close()


class _Refusal(Exception):
    """The request is answered with this status, and nothing was stored."""

    def __init__(self, status: int, *headers: tuple[bytes, bytes]) -> None:
        super().__init__(status)
        self.status = status
        self.headers = headers


class _ClientGone(Exception):
    """Nobody waits for an answer any more."""


class _Desk:
    """The webhook of one event loop, with its connections."""

    def __init__(self, doorbell: Callable[[int], None], where: Callable[[], str]) -> None:
        self._doorbell = doorbell
        self._links = (Link(where), Link(where))  # a look-up must not wait for a large group
        self._apps = AppsCache(self._links[0])
        self._writer = GroupingWriter(self._links[1], self._ring)
        self._reading_bytes = 0
        self._reading: Patience[asyncio.Task[Any]] = Patience(READ_SECONDS, asyncio.Task.cancel)
        self._bad_signature_noted_at: dict[int, float] = {}

    def _ring(self, organization_ids: Iterable[int]) -> None:
        for organization_id in organization_ids:
            self._doorbell(organization_id)

    async def close(self) -> None:
        for link in self._links:
            await link.discard()

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await self._respond(scope, receive)
        except _Refusal as refusal:
            await _reply(send, refusal.status, b"", refusal.headers)
        except _ClientGone:
            return
        else:
            await _reply(send, 200, body)

    async def _respond(self, scope: Scope, receive: Receive) -> bytes:
        method = scope["method"]
        if method not in ("POST", "GET"):
            raise _Refusal(405, (b"allow", b"GET, POST"))
        app = await self._app(scope["path"][len(PREFIX) :])
        if method == "GET":
            return await self._handshake(app, scope["query_string"])
        length, signature = _headers(scope["headers"])
        if length > LARGEST_BODY:
            raise _Refusal(413)
        if not is_well_formed(signature):
            raise _Refusal(401)
        body = await self._body(receive, length)
        received_at = datetime.now(UTC)
        if not is_valid(body, signature, app.secrets()):
            self._note_bad_signature(app)
            raise _Refusal(401)
        try:
            await self._writer.store(RawBody(app.organization_id, app.id, body, received_at))
        except NotStored as error:
            raise _Refusal(503) from error
        return b""

    async def _app(self, key: str) -> App:
        try:
            app = await self._apps.find(key) if _KEY.fullmatch(key) else None
        except LookUpFailed as error:
            raise _Refusal(503) from error
        if app is None:
            raise _Refusal(404)
        return app

    async def _handshake(self, app: App, query_string: bytes) -> bytes:
        """Prove to Meta that the address is ours, by returning its challenge.

        Source: Meta, "Webhooks: Getting Started, Verification Requests".
        """
        try:
            asked = parse_qs(query_string.decode("latin-1"), max_num_fields=20)
        except ValueError as error:
            raise _Refusal(403) from error
        mode, token, challenge = (
            asked.get(f"hub.{name}", []) for name in ("mode", "verify_token", "challenge")
        )
        if mode != ["subscribe"] or len(token) != 1 or len(challenge) != 1 or not app.verify_token:
            raise _Refusal(403)
        if (
            not hmac.compare_digest(token[0].encode(), app.verify_token)
            or len(challenge[0]) > LONGEST_CHALLENGE
        ):
            raise _Refusal(403)
        await self._apps.note_handshake(app)
        return challenge[0].encode()

    def _note_bad_signature(self, app: App) -> None:
        """Log it once a minute and app: whoever knows the address could fill the log."""
        now = time.monotonic()
        if now - self._bad_signature_noted_at.get(app.id, -BAD_SIGNATURE_SECONDS) >= BAD_SIGNATURE_SECONDS:
            self._bad_signature_noted_at[app.id] = now
            logger.warning("webhook.bad_signature", extra={"meta_app": app.id})

    async def _body(self, receive: Receive, announced: int) -> bytes:
        """Read the raw body, however it is cut, within limits of size, time and memory."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - an ASGI application runs in a task
        parts: list[bytes] = []
        taken = 0
        self._reading.begin(task)
        try:
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise _ClientGone
                part = message.get("body", b"")
                taken += len(part)
                self._reading_bytes += len(part)
                if taken > LARGEST_BODY:
                    raise _Refusal(413)
                if self._reading_bytes > READING_BYTES:
                    raise _Refusal(503)
                parts.append(part)
                if not message.get("more_body", False):
                    break
        except asyncio.CancelledError as error:
            if self._reading.end(task) or task.uncancel() > 0:
                raise  # by the server, not by us
            raise _Refusal(408, (b"connection", b"close")) from error
        finally:
            self._reading.end(task)
            self._reading_bytes -= taken
        if taken < announced:
            raise _Refusal(400)
        return parts[0] if len(parts) == 1 else b"".join(parts)


def _headers(headers: Iterable[tuple[bytes, bytes]]) -> tuple[int, bytes | None]:
    """Return the announced length and the signature; two signatures are none."""
    length, signature, signatures = 0, None, 0
    for name, value in headers:
        if name == HEADER:
            signature = value
            signatures += 1
        elif name == b"content-length":
            if not value.isdigit():
                raise _Refusal(400)
            length = int(value[:16])
    return length, signature if signatures == 1 else None


async def _reply(send: Send, status: int, body: bytes, headers: Iterable[tuple[bytes, bytes]] = ()) -> None:
    length = (b"content-length", str(len(body)).encode())
    await send(
        {"type": "http.response.start", "status": status, "headers": [_PLAIN, _NOSNIFF, length, *headers]}
    )
    await send({"type": "http.response.body", "body": body})


def _ring_intake(organization_id: int) -> None:
    ring(settings.INBOUND_JOB, organization_id=organization_id)
