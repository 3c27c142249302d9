"""Django's ASGI handler, with one change of threads a request.

Django's own makes a thread for each request and changes into it for each middleware, each signal and the view: 1.3 ms
of a core for a request that does nothing. Here a request runs whole in a thread of a pool, with a context of its own,
so that nothing (tenant scope, language, log context) goes from one request to the next; it costs a tenth.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from io import SEEK_END, BytesIO
from typing import IO, Any

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.conf import settings
from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, ASGIRequest, get_script_prefix
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import set_script_prefix
from django.utils.http import parse_header_parameters
from django.utils.module_loading import import_string

from core import jsons, pace

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]


class BodyTooLarge(Exception):
    """The request's body is longer than what is taken there."""


class BodyTooSlow(Exception):
    """The request's body comes more slowly than anybody's connection is."""


class _Request(ASGIRequest):
    """A request in UTF-8. The charset that a sender names may be any codec of Python's, also one that makes no text."""

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        told = meta.get("CONTENT_TYPE", "")
        try:
            self.content_type, self.content_params = parse_header_parameters(told)
        except ValueError:
            # A parameter that is itself in a charset which does not exist: it then has none.
            self.content_type, self.content_params = told.partition(";")[0].strip().lower(), {}


class Handler(ASGIHandler):
    """Serves HTTP; other connections go elsewhere before."""

    request_class = _Request

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(settings.WEB_THREADS, thread_name_prefix="web")
        # Health must be told also while every other thread waits for a database that hangs.
        self._health_threads = ThreadPoolExecutor(4, thread_name_prefix="health")
        # Files are looked at for seconds, and wait for one another rather than before everything else.
        self._large_threads = ThreadPoolExecutor(4, thread_name_prefix="large")
        super().__init__()

    def load_middleware(self, is_async: bool = False) -> None:
        """Build the chain of plain functions: it runs in a thread as a whole."""
        super().load_middleware(is_async=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.handle(scope, receive, send)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        large = settings.LARGE_BODIES.get(scope["path"]) if scope["method"] == "POST" else None
        threads = self._threads_for(scope["path"], is_large=large is not None)
        if large is None:
            await self._serve(scope, receive, send, threads, settings.REQUEST_BODY_LIMIT_BYTES)
            return
        limit, look = large
        admit = sync_to_async(self._admit, thread_sensitive=False, executor=self._threads)
        asked = asyncio.ensure_future(admit(scope, import_string(look)))
        try:
            admitted = await asyncio.shield(asked)
        except asyncio.CancelledError:
            asked.add_done_callback(_end)
            raise
        if isinstance(admitted, HttpResponseBase):
            await self.send_response(admitted, send)
            return
        try:
            await self._serve(scope, receive, send, threads, limit)
        finally:
            admitted()

    async def _serve(
        self, scope: Scope, receive: Receive, send: Send, threads: ThreadPoolExecutor, limit: int
    ) -> None:
        try:
            body = await self.read_body(receive, limit)
        except RequestAborted:
            return
        except BodyTooLarge:
            await self.send_response(_too_large(scope["path"], limit), send)
            return
        except BodyTooSlow:
            await self.send_response(HttpResponse(status=408, headers={"Connection": "close"}), send)
            return
        respond = sync_to_async(self._respond, thread_sensitive=False, executor=threads)
        response = await respond(scope, body)
        if response.streaming:
            async with ThreadSensitiveContext():
                await self._stream(response, receive, send)
        else:
            await self.send_response(response, send)

    def _threads_for(self, path: str, *, is_large: bool) -> ThreadPoolExecutor:
        if path.startswith("/health/"):
            return self._health_threads
        return self._large_threads if is_large else self._threads

    def _admit(
        self, scope: Scope, look: Callable[[HttpRequest], HttpResponse | Callable[[], None]]
    ) -> HttpResponseBase | Callable[[], None]:
        """Ask whether the request is refused by its headers alone: nobody fills our disk who may not.

        Returns:
            The refusal, or what is to be called when the request has ended.
        """
        request, refusal = self.create_request(scope, BytesIO())
        try:
            return look(request) if request is not None else refusal or HttpResponse(status=400)
        finally:
            close_old_connections()

    async def read_body(self, receive: Receive, limit: int | None = None) -> IO[bytes]:
        """Read the request's body; a long one goes to disk.

        Raises:
            RequestAborted: the client went away.
            BodyTooLarge: it was longer than anything that is served here takes.
            BodyTooSlow: it came more slowly than anybody has to send.
        """
        # It is closed where the request has been answered.
        body = tempfile.SpooledTemporaryFile(max_size=settings.FILE_UPLOAD_MAX_MEMORY_SIZE)  # noqa: SIM115
        begun = asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout_at(begun + pace.patience_seconds(0)) as patience:
                size, more = 0, True
                while more:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise RequestAborted
                    size += len(message.get("body", b""))
                    if size > (limit or settings.REQUEST_BODY_LIMIT_BYTES):
                        raise BodyTooLarge
                    body.write(message.get("body", b""))
                    more = message.get("more_body", False)
                    patience.reschedule(begun + pace.patience_seconds(size))
        except BaseException as error:
            body.close()
            if isinstance(error, TimeoutError):
                raise BodyTooSlow from error
            raise
        body.seek(0)
        return body

    def _respond(self, scope: Scope, body: IO[bytes]) -> HttpResponseBase:
        with body:
            set_script_prefix(get_script_prefix(scope))
            signals.request_started.send(sender=type(self), scope=scope)
            request, refusal = self.create_request(scope, body)
            if request is not None:
                # A body in chunks comes without a length, and would be taken for none.
                request.META["CONTENT_LENGTH"] = str(_length(body))
            response = (
                self.get_response(request) if request is not None else refusal or HttpResponse(status=400)
            )
            if response.streaming and not response.is_async:  # type: ignore[attr-defined]  # streaming ones have it
                response = _whole(response)
            response._handler_class = type(self)  # type: ignore[attr-defined]  # as Django's own does
            if response.streaming:
                # It is closed after it was sent, from another thread: this one gives its connection back itself.
                close_old_connections()
            else:
                response.close()
            return response

    async def _stream(self, response: HttpResponseBase, receive: Receive, send: Send) -> None:
        """Send while the client is there."""
        tasks = [
            asyncio.create_task(self.send_response(response, send)),
            asyncio.create_task(self.listen_for_disconnect(receive)),
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            with suppress(RequestAborted, asyncio.CancelledError):
                await asyncio.gather(*tasks)
            await sync_to_async(response.close, thread_sensitive=False, executor=self._threads)()


def _end(asked: asyncio.Future[HttpResponseBase | Callable[[], None]]) -> None:
    """End what was let in after its client had gone."""
    if not asked.cancelled() and asked.exception() is None:
        admitted = asked.result()
        if not isinstance(admitted, HttpResponseBase):
            admitted()


def _length(body: IO[bytes]) -> int:
    length = body.seek(0, SEEK_END)
    body.seek(0)
    return length


def _too_large(path: str, limit: int) -> HttpResponse:
    if path not in settings.LARGE_BODIES:
        return HttpResponse(status=413, headers={"Connection": "close"})
    error = {
        "code": "file_too_large",
        "message": "The request is larger than what is taken here.",
        "details": {"max_bytes": limit},
    }
    return HttpResponse(
        jsons.dumps({"error": error}),
        content_type="application/json",
        status=413,
        headers={"Connection": "close"},
    )


def _whole(response: HttpResponseBase) -> HttpResponse:
    """Read a file here in its thread: an event loop could only do the same, by way of other threads."""
    whole = HttpResponse(b"".join(response), status=response.status_code)
    whole.headers, whole.cookies = response.headers, response.cookies
    response.close()
    return whole
