"""Files at Meta: where one lies, bringing it here, and handing one over. Never raises for the network or for Meta."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import aiohttp
from yarl import URL

from integrations.whatsapp.errors import NotSent, Refused, Reply, Unknown
from integrations.whatsapp.payloads.media import digest
from integrations.whatsapp.payloads.values import identifier, integer, text

MAX_REDIRECTS = 3
STALL_SECONDS = 30.0
_REDIRECTS = {301, 302, 303, 307, 308}
_LONGEST_URL = 4_096

Reason = Literal["gone", "refused", "too_large", "timed_out", "broken", "unreachable"]
Write = Callable[[bytes], None]


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """Where a file lies for the next five minutes, and what Meta says of it.

    Attributes:
        sha256: in hexadecimal digits; empty when Meta gave none that can be read.
    """

    url: str
    mime_type: str
    sha256: str
    size: int | None


@dataclass(frozen=True, slots=True)
class Downloaded:
    """All of the file has come, as far as the connection can tell."""

    size: int


@dataclass(frozen=True, slots=True)
class DownloadFailed:
    """The file did not come, or not whole.

    Attributes:
        detail: what was seen, without address and token.
    """

    reason: Reason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Uploaded:
    """Meta has the file, under an id that is good for 30 days."""

    media_id: str


class SinkFailed(Exception):
    """Whoever takes the bytes could not; the cause says why."""


def info_of(data: Mapping[str, Any]) -> MediaInfo | None:
    """Read Meta's answer about a media id; None when it names no address."""
    url = text(data.get("url"))
    if not url or len(url) > _LONGEST_URL:
        return None
    return MediaInfo(
        url=url,
        mime_type=text(data.get("mime_type"), 120).partition(";")[0].strip().lower(),
        sha256=digest(data.get("sha256")),
        size=integer(data.get("file_size")),
    )


def uploaded(reply: Reply) -> Uploaded | Refused | Unknown | NotSent:
    """Say what an upload came to. Doing it again harms nobody: a file that no message names is not shown."""
    if isinstance(reply, Refused | Unknown | NotSent):
        return reply
    media_id = identifier(reply.data.get("id"))
    return Uploaded(media_id) if media_id else Unknown("no media id in the answer")


def may_have_token(url: URL, graph: URL) -> bool:
    """Tell whether the access token may go to an address: that of the Graph API itself, or another one over TLS."""
    return url.origin() == graph.origin() or url.scheme == "https"


async def download(
    session: aiohttp.ClientSession,
    url: str,
    *,
    headers: Mapping[str, str],
    graph: URL,
    write: Write,
    max_bytes: int,
) -> Downloaded | DownloadFailed:
    """Fetch a file piece by piece. The caller sets the deadline.

    Args:
        headers: with the token, which a redirect to another server does not get.

    Raises:
        SinkFailed: `write` raised.
    """
    try:
        target = URL(url)
        if target.scheme not in ("http", "https") or not may_have_token(target, graph):
            return DownloadFailed("refused", "an address that must not see the token")
        for _hop in range(MAX_REDIRECTS + 1):
            # Without a word for so long, a download is as good as dead, however much time is left.
            timeout = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=STALL_SECONDS)
            async with session.get(
                target, headers=headers, allow_redirects=False, timeout=timeout
            ) as response:
                location = response.headers.get("Location", "")
                if response.status not in _REDIRECTS or not location:
                    return await _take(response, write, max_bytes)
            following = target.join(URL(location))
            if following.scheme != "https" and following.origin() != target.origin():
                return DownloadFailed("broken", "redirected to an address without TLS")
            if following.origin() != target.origin():
                headers = {name: value for name, value in headers.items() if name.lower() != "authorization"}
            target = following
        return DownloadFailed("broken", "redirected in a circle")
    except TimeoutError:
        return DownloadFailed("timed_out")
    except (aiohttp.ClientPayloadError, ConnectionResetError) as error:
        return DownloadFailed("broken", type(error).__name__)
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return DownloadFailed("unreachable", type(error).__name__)


async def _take(
    response: aiohttp.ClientResponse, write: Write, max_bytes: int
) -> Downloaded | DownloadFailed:
    if response.status != 200:
        return _refusal(response.status)
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        return DownloadFailed("broken", "packed, though it was not asked for")
    if (response.content_length or 0) > max_bytes:
        return DownloadFailed("too_large", f"{response.content_length} bytes")
    size = 0
    async for part in response.content.iter_any():
        size += len(part)
        if size > max_bytes:
            return DownloadFailed("too_large", f"more than {max_bytes} bytes")
        try:
            write(part)
        except Exception as error:
            raise SinkFailed from error
    return Downloaded(size)


def _refusal(status: int) -> DownloadFailed:
    reasons: dict[int, Reason] = {401: "refused", 403: "refused", 404: "gone", 410: "gone"}
    return DownloadFailed(reasons.get(status, "unreachable"), f"HTTP {status}")
