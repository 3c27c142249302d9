"""What a handshake brings along: credentials, and where the page that opened it came from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from django.conf import settings
from django.http.cookie import parse_cookie
from django.http.request import split_domain_port, validate_host

from core.models import ApiKey
from inbox.realtime.frames import BadFrame, Close
from inbox.realtime.standing import CookieCredentials, Credentials, KeyCredentials, Refused

Headers = Iterable[tuple[bytes, bytes]]

_SESSION_KEY = re.compile(r"[A-Za-z0-9]{8,64}")
_SLUG = re.compile(r"[A-Za-z0-9_-]{1,60}")
_API_KEY = re.compile(r"bdj_[A-Za-z0-9_-]{16,200}")
_LARGEST_NUMBER = 2**63 - 1


class ForeignOrigin(Exception):
    """A page of somebody else opened the socket with our cookie: it is not even told why it is refused."""


@dataclass(frozen=True, slots=True)
class Start:
    """Where a connection wants to begin.

    Attributes:
        since: the last number that the client knows; None to begin at the head.
        stream_id: the stream that the number belongs to; None if the client trusts that it has not changed.
    """

    since: int | None
    stream_id: str | None


@dataclass(frozen=True, slots=True)
class Address:
    """What the socket's address says."""

    slug: str
    start: Start


def address_of(query_string: bytes) -> Address:
    """Read the query of the socket's address.

    Raises:
        BadFrame: a number that is none, or a parameter given twice.
    """
    try:
        asked = parse_qs(query_string.decode("ascii"), keep_blank_values=True, max_num_fields=20)
    except ValueError as error:
        raise BadFrame from error
    if any(len(values) != 1 for values in asked.values()):
        raise BadFrame
    slug, since, stream = (asked.get(name, [""])[0] for name in ("organization", "since", "stream"))
    if since and not (since.isascii() and since.isdigit() and int(since[:20]) <= _LARGEST_NUMBER):
        raise BadFrame
    return Address(
        slug=slug,
        start=Start(since=int(since) if since else None, stream_id=_stream_id(stream) if stream else None),
    )


def _stream_id(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return "none"  # no stream is called so


def credentials_of(headers: Headers, slug: str) -> Credentials:
    """Return what the client shows: an API key, or a session cookie from a page of ours.

    Raises:
        Refused: nothing usable is there.
        ForeignOrigin: a cookie came with a page that is not ours.
    """
    if slug and not _SLUG.fullmatch(slug):
        slug = "?"  # no organisation is called so
    authorization = _all(headers, b"authorization")
    if authorization:
        return KeyCredentials(_digest(authorization), slug)
    cookies = parse_cookie("; ".join(_all(headers, b"cookie")))
    session_key = cookies.get(settings.SESSION_COOKIE_NAME, "")
    if not _SESSION_KEY.fullmatch(session_key):
        raise Refused(Close.SIGNED_OUT)
    if not is_our_page(_all(headers, b"origin"), _all(headers, b"host")):
        raise ForeignOrigin
    return CookieCredentials(session_key, slug)


def _digest(authorization: list[str]) -> str:
    scheme, _, secret = authorization[0].partition(" ")
    if len(authorization) != 1 or scheme.lower() != "bearer" or not _API_KEY.fullmatch(secret.strip()):
        raise Refused(Close.SIGNED_OUT)
    return ApiKey.digest_of(secret.strip())


def is_our_page(origins: list[str], hosts: list[str]) -> bool:
    """Tell whether the page that opens a socket is ours, by the rule that guards our forms.

    Its origin is the very host that it asks (port included: cookies do not know ports), and a host that we serve;
    or one that `CSRF_TRUSTED_ORIGINS` names, for proxies that change the host.
    """
    if len(origins) != 1 or len(hosts) != 1:
        return False
    origin = origins[0].lower()
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    if parts.scheme not in (["https"] if settings.SESSION_COOKIE_SECURE else ["http", "https"]):
        return False
    domain, _ = split_domain_port(parts.netloc)
    return (
        origin == f"{parts.scheme}://{parts.netloc}"
        and parts.netloc == hosts[0].lower()
        and validate_host(domain, settings.ALLOWED_HOSTS)
    )


def _all(headers: Any, wanted: bytes) -> list[str]:
    return [value.decode("latin-1") for name, value in headers if name == wanted]
