"""Answers that are files: whole or a part of them, read as they are sent, and harmless for the page's origin.

Django's own `FileResponse` knows no ranges, and under ASGI it reads the file whole.
"""

from __future__ import annotations

import asyncio
import os
import re
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

_CHUNK_BYTES = 256 * 1024
_RANGE = re.compile(r"bytes=\s*(\d{0,18})-(\d{0,18})\s*")
_PROTECTION = {
    "X-Content-Type-Options": "nosniff",
    # Whatever it turns out to be, it runs nothing, and with no rights of ours.
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Kept by the browser that asked, and shown again only after we were asked whether it still may be.
    "Cache-Control": "private, no-cache",
    "Vary": "Cookie, Authorization, X-Organization",
}


@dataclass(frozen=True, slots=True)
class Served:
    """A file that is answered with.

    Attributes:
        tag: names these very bytes; another file has another one.
        name: under which it is saved.
        in_place: browsers may show it within a page; others are only saved.
    """

    path: Path
    tag: str
    mime_type: str
    name: str
    in_place: bool


class Unsatisfiable(Exception):
    """The part asked for lies behind the end."""


def answer(request: HttpRequest, file: Served) -> HttpResponseBase:
    """Answer GET or HEAD: 200, 206 for one range, 304 for what the browser has, 416 for what is not there.

    Raises:
        FileNotFoundError: the file is not there.
    """
    opened = _Opened(file.path)
    try:
        response = _respond(request, file, opened)
    except BaseException:
        opened.close()
        raise
    for name, value in _PROTECTION.items():
        response.headers[name] = value
    if not isinstance(response, StreamingHttpResponse):
        opened.close()
    return response


def range_of(header: str, size: int) -> tuple[int, int] | None:
    """Return the first byte and the one behind the last that a `Range` header asks for; None for the whole file.

    Several ranges, other units and what cannot be understood are answered with the whole, as RFC 9110 allows.

    Raises:
        Unsatisfiable: no byte of it exists.
    """
    found = _RANGE.fullmatch(header)
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        length = min(int(found[2]), size)
        if length == 0:
            raise Unsatisfiable
        return size - length, size
    start = int(found[1])
    if found[2] and int(found[2]) < start:
        return None
    if start >= size:
        raise Unsatisfiable
    return start, min(int(found[2]) + 1, size) if found[2] else size


def _respond(request: HttpRequest, file: Served, opened: _Opened) -> HttpResponseBase:
    tag = f'"{file.tag}"'
    if _is_known(request.headers.get("If-None-Match", ""), tag):
        return HttpResponse(status=304, headers={"ETag": tag})
    disposition = content_disposition_header(as_attachment=not file.in_place, filename=file.name)
    headers = {
        "Content-Type": file.mime_type,
        "Accept-Ranges": "bytes",
        "ETag": tag,
        "Content-Disposition": disposition or ("inline" if file.in_place else "attachment"),
    }
    start, stop, status = 0, opened.size, 200
    # A range of an older file would make a mixture of both.
    if request.headers.get("If-Range", tag) == tag:
        try:
            part = range_of(request.headers.get("Range", ""), opened.size)
        except Unsatisfiable:
            return HttpResponse(status=416, headers={"Content-Range": f"bytes */{opened.size}", "ETag": tag})
        if part is not None:
            (start, stop), status = part, 206
            headers["Content-Range"] = f"bytes {start}-{stop - 1}/{opened.size}"
    headers["Content-Length"] = str(stop - start)
    if request.method == "HEAD":
        return HttpResponse(status=status, headers=headers)
    response = StreamingHttpResponse(opened.parts(start, stop), status=status, headers=headers)
    response._resource_closers.append(opened.close)  # type: ignore[attr-defined]  # called when all is sent, or nobody listens
    return response


def _is_known(if_none_match: str, tag: str) -> bool:
    given = {one.strip().removeprefix("W/") for one in if_none_match.split(",")}
    return tag in given or "*" in given


class _Opened:
    """An open file that a thread may still be reading when it is closed."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        self._lock = threading.Lock()
        self._is_open = True
        self.size = os.fstat(self._file).st_size

    def close(self) -> None:
        with self._lock:
            if self._is_open:
                self._is_open = False
                os.close(self._file)

    def _read(self, start: int, length: int) -> bytes:
        with self._lock:
            return os.pread(self._file, length, start) if self._is_open else b""

    async def parts(self, start: int, stop: int) -> AsyncIterator[bytes]:
        """Give the bytes piece by piece; the next is read when the last was sent."""
        while start < stop:
            part = await asyncio.to_thread(self._read, start, min(_CHUNK_BYTES, stop - start))
            if not part:
                return
            start += len(part)
            yield part
