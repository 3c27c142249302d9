"""What a handshake must bring along."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import override_settings

from core.models import ApiKey
from inbox.realtime.door import ForeignOrigin, Start, address_of, credentials_of, is_our_page
from inbox.realtime.frames import BadFrame, Close
from inbox.realtime.standing import CookieCredentials, KeyCredentials, Refused

KEY = "bdj_" + "k" * 43
SESSION = "s" * 32


@pytest.fixture(autouse=True)
def _hosts() -> Iterator[None]:
    with override_settings(
        ALLOWED_HOSTS=["inbox.example.com", "127.0.0.1"],
        CSRF_TRUSTED_ORIGINS=["https://public.example.com"],
        SESSION_COOKIE_NAME="sessionid",
        SESSION_COOKIE_SECURE=False,
    ):
        yield


@pytest.mark.parametrize(
    ("origin", "host", "ours"),
    [
        ("http://127.0.0.1:8000", "127.0.0.1:8000", True),
        ("https://inbox.example.com", "inbox.example.com", True),
        ("HTTPS://Inbox.Example.com", "inbox.example.com", True),
        # A proxy changed the host.
        ("https://public.example.com", "10.0.0.7:8000", True),
        # Another port is another program, with the same cookies.
        ("http://127.0.0.1:8001", "127.0.0.1:8000", False),
        ("http://evil.example.com", "127.0.0.1:8000", False),
        # The page's own host, but not one of ours.
        ("http://evil.example.com", "evil.example.com", False),
        ("http://127.0.0.1:8000.evil.example.com", "127.0.0.1:8000", False),
        ("http://127.0.0.1:8000@evil.example.com", "127.0.0.1:8000", False),
        ("http://127.0.0.1:8000/path", "127.0.0.1:8000", False),
        ("null", "127.0.0.1:8000", False),
        ("", "127.0.0.1:8000", False),
        ("file://", "127.0.0.1:8000", False),
        ("chrome-extension://127.0.0.1:8000", "127.0.0.1:8000", False),
        ("http://[::1", "[::1", False),
    ],
)
def test_a_page_is_ours_when_it_came_from_the_host_that_it_asks(origin: str, host: str, ours: bool) -> None:
    assert is_our_page([origin], [host]) is ours


def test_no_origin_or_two_are_foreign() -> None:
    assert not is_our_page([], ["127.0.0.1:8000"])
    assert not is_our_page(["http://127.0.0.1:8000"] * 2, ["127.0.0.1:8000"])
    assert not is_our_page(["http://127.0.0.1:8000"], ["127.0.0.1:8000"] * 2)


def test_with_secure_cookies_a_plain_page_is_foreign() -> None:
    with override_settings(SESSION_COOKIE_SECURE=True):
        assert not is_our_page(["http://inbox.example.com"], ["inbox.example.com"])
        assert is_our_page(["https://inbox.example.com"], ["inbox.example.com"])


OWN_PAGE = [(b"origin", b"http://127.0.0.1:8000"), (b"host", b"127.0.0.1:8000")]


def test_a_cookie_or_a_key_are_credentials() -> None:
    cookie = (b"cookie", f"a=b; sessionid={SESSION}".encode())
    assert credentials_of([*OWN_PAGE, cookie], "aurora") == CookieCredentials(SESSION, "aurora")
    key = [(b"authorization", f"Bearer {KEY}".encode())]
    assert credentials_of(key, "") == KeyCredentials(ApiKey.digest_of(KEY), "")
    # A browser cannot send the header, so a page cannot have sent the key.
    assert isinstance(credentials_of([*key, cookie, (b"origin", b"http://evil")], ""), KeyCredentials)


def test_a_cookie_from_a_foreign_page_is_refused() -> None:
    with pytest.raises(ForeignOrigin):
        credentials_of([(b"cookie", f"sessionid={SESSION}".encode()), (b"host", b"127.0.0.1:8000")], "aurora")


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [(b"cookie", b"other=1")],
        [(b"cookie", b"sessionid=")],
        [(b"cookie", b"sessionid=" + b"s" * 500)],
        [(b"cookie", b"sessionid=abc\x00defghijk")],
        [(b"authorization", b"Bearer")],
        [(b"authorization", b"Basic YTpi")],
        [(b"authorization", b"Bearer bdj_short")],
        [(b"authorization", b"Bearer " + KEY.encode()), (b"authorization", b"Bearer " + KEY.encode())],
    ],
)
def test_without_usable_credentials_nobody_is_signed_in(headers: list[tuple[bytes, bytes]]) -> None:
    with pytest.raises(Refused) as refused:
        credentials_of([*OWN_PAGE, *headers], "aurora")
    assert refused.value.code == Close.SIGNED_OUT


def test_the_address_says_where_to_begin() -> None:
    stream = "6f6b3f4e-3f8a-4a55-9d3c-5a0a4f5f0d11"
    asked = address_of(f"organization=aurora&since=12&stream={stream}".encode())
    assert (asked.slug, asked.start) == ("aurora", Start(12, stream))
    assert address_of(b"").start == Start(None, None)
    assert address_of(b"since=&stream=").start == Start(None, None)
    # No stream is called so: the client is told to load anew.
    assert address_of(b"since=1&stream=old").start == Start(1, "none")


@pytest.mark.parametrize(
    "query",
    [
        b"since=abc",
        b"since=-1",
        b"since=1.5",
        "since=²".encode(),
        b"since=99999999999999999999999",
        b"organization=a&organization=b",
        b"since=1&since=2",
        b"&".join(b"x%d=1" % number for number in range(50)),
    ],
)
def test_an_address_that_makes_no_sense_is_a_bad_frame(query: bytes) -> None:
    with pytest.raises(BadFrame):
        address_of(query)
