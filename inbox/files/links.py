"""Files behind links that a caller names: fetched to our own copy first, so that it is checked and kept."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from core.actors import Actor
from core.http import GuardedClient, RemoteFailed
from inbox.errors import FileBusy, FileTooLarge
from inbox.files import limits, uploads
from inbox.files.storage import Incoming, TooLarge
from inbox.models import Attachment

_DEADLINE_SECONDS = 25.0
# Each holds a thread of the web process while the other server takes its time. No organisation may hold them all.
_MOST = 4
_MOST_OF_ONE = 2
_under_way: Counter[int] = Counter()
_lock = threading.Lock()


def fetch(link: str, *, kind: str, voice: bool, by: Actor) -> Attachment:
    """Fetch a file and keep it as an upload of the actor's. Not within a transaction.

    Raises:
        AddressRefused, RemoteFailed: the link may not be followed, or leads to nothing usable.
        FileBusy: too many are being fetched.
        FileTooLarge, UnsupportedMedia, KindMismatch, Invalid: what is there cannot be sent.
    """
    with _place(by.organization_id):
        most = limits.VOICE.max_bytes if voice else limits.largest(kind, is_animated=True)
        with Incoming(by.organization_id, max_bytes=most) as file:
            try:
                asyncio.run(_download(link, file, most))
            except (TooLarge, _TooLarge) as error:
                raise FileTooLarge(kind=kind, max_bytes=most, limits=limits.as_json()) from error
            return uploads.take(file, file_name=_name_in(link), kind=kind, voice=voice, by=by)


@contextmanager
def _place(organization_id: int) -> Iterator[None]:
    """Hold one of the few places.

    Raises:
        FileBusy: none is free, or the organisation has as many as one may have.
    """
    with _lock:
        if _under_way.total() >= _MOST or _under_way[organization_id] >= _MOST_OF_ONE:
            raise FileBusy(retry_after_seconds=5)
        _under_way[organization_id] += 1
    try:
        yield
    finally:
        with _lock:
            _under_way[organization_id] -= 1


class _TooLarge(Exception):
    """The other server says that it is larger than what may be sent."""


async def _download(link: str, file: Incoming, most: int) -> None:
    async with GuardedClient() as client:
        try:
            status = await client.download(
                link, file.write, deadline_seconds=_DEADLINE_SECONDS, max_bytes=most
            )
        except RemoteFailed as error:
            if error.details.get("reason") == "too_large":
                raise _TooLarge from error
            raise
    if status != 200:
        raise RemoteFailed("status")


def _name_in(link: str) -> str:
    return PurePosixPath(unquote(urlsplit(link).path)).name
