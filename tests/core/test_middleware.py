"""Headers on every answer, pages' middleware for pages alone, and the policy that a view may change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
from csp.constants import SELF
from csp.decorators import csp_exempt, csp_replace, csp_update
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test import Client, RequestFactory
from django.urls import include, path
from django.utils import translation
from pytest_django import Settings

from core import accounts


def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse("page")


def say(request: HttpRequest) -> HttpResponse:
    return HttpResponse(translation.get_language())


def nonce(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(request.csp_nonce))  # type: ignore[attr-defined]  # the policy's middleware sets it


def data(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"page": hasattr(request, "csp_nonce"), "post": request.method == "POST"})


urlpatterns = [
    path("plain", plain),
    path("say", say),
    path("nonce", nonce),
    path(
        "relaxed", csp_update({"style-src": ["'unsafe-inline'"], "connect-src": ["https://x.example"]})(plain)
    ),
    path("replaced", csp_replace({"img-src": [SELF]})(plain)),
    path("exempt", csp_exempt()(plain)),
    path("api/v1/data", data),
    path("health/data", data),
    path("", include("core.project.urls")),
]


@pytest.fixture(autouse=True)
def _urls(settings: Settings) -> None:
    settings.ROOT_URLCONF = "tests.core.test_middleware"


def policy(client: Client, address: str) -> dict[str, list[str]]:
    text = client.get(address)["Content-Security-Policy"]
    return {name: sources for name, *sources in (part.split() for part in text.split(";"))}


@pytest.mark.parametrize(
    "address", ["/plain", "/api/v1/data", "/health/data", "/nothing", "/static/frontend/pages.css"]
)
def test_every_answer_carries_protective_headers(client: Client, address: str) -> None:
    response = client.get(address)
    b"".join(response)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
    assert len(response["X-Request-Id"]) == 16


def test_private_answers_are_not_kept_and_files_are(client: Client) -> None:
    assert client.get("/plain")["Cache-Control"] == "no-store"
    assert client.get("/api/v1/data")["Cache-Control"] == "no-store"
    file = client.get("/static/frontend/pages.css")
    b"".join(file)
    assert file["Cache-Control"] == "max-age=60, public"


def test_the_policy_of_pages_is_strict(client: Client) -> None:
    assert policy(client, "/plain") == {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "media-src": ["'self'", "blob:"],
        "connect-src": ["'self'", "ws://testserver", "wss://testserver"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }


def test_a_page_that_asks_gets_a_nonce_of_its_own(client: Client) -> None:
    one, two = client.get("/nonce"), client.get("/nonce")
    assert f"style-src 'self' 'nonce-{one.content.decode()}'" in one["Content-Security-Policy"]
    assert one.content != two.content


def test_a_view_may_change_its_policy(client: Client) -> None:
    relaxed = policy(client, "/relaxed")
    assert relaxed["style-src"] == ["'self'", "'unsafe-inline'"]
    assert relaxed["connect-src"] == ["'self'", "https://x.example", "ws://testserver", "wss://testserver"]
    assert relaxed["script-src"] == ["'self'"]
    assert policy(client, "/replaced")["img-src"] == ["'self'"]
    assert "Content-Security-Policy" not in client.get("/exempt")


def test_data_load_nothing(client: Client) -> None:
    assert policy(client, "/api/v1/data") == {"default-src": ["'none'"], "frame-ancestors": ["'none'"]}


def test_the_api_passes_the_page_middleware_by(client: Client) -> None:
    assert client.get("/api/v1/data").json() == {"page": False, "post": False}
    guarded = Client(enforce_csrf_checks=True)
    assert guarded.post("/api/v1/data").json() == {"page": False, "post": True}
    assert guarded.post("/plain").status_code == 403


def test_pages_are_spanish_until_the_cookie_says_otherwise(client: Client) -> None:
    english_browser = {"Accept-Language": "en-US,en;q=0.9"}
    assert client.get("/say", headers=english_browser).content == b"es"
    client.cookies["bandeja_language"] = "en"
    response = client.get("/say")
    assert response.content == b"en"
    assert response["Content-Language"] == "en"
    client.cookies["bandeja_language"] = "xx"
    assert client.get("/say").content == b"es"


def test_a_language_ends_with_its_request(client: Client) -> None:
    before = translation.get_language()
    client.cookies["bandeja_language"] = "en"
    client.get("/say")
    assert translation.get_language() == before


def asking(**meta: str) -> HttpRequest:
    return RequestFactory().get("/", **meta)  # type: ignore[arg-type]  # headers in the form of WSGI


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "203.0.113.7", "198.51.100.1"),
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "10.0.0.1, 203.0.113.7", "203.0.113.7"),
        (2, "203.0.113.7, 10.0.0.1", "203.0.113.7"),
        (2, "203.0.113.7", "198.51.100.1"),
        (1, "nonsense", "198.51.100.1"),
        (1, "", "198.51.100.1"),
    ],
)
def test_forwarded_addresses_count_only_behind_our_own_proxies(
    settings: Settings, proxies: int, forwarded: str, expected: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    request = asking(REMOTE_ADDR="198.51.100.1", HTTP_X_FORWARDED_FOR=forwarded)
    assert accounts.client_address(request) == expected


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("fe80::1%eth0", "fe80::"),
        ("", "::"),
        ("unix:", "::"),
    ],
)
def test_one_owner_of_many_addresses_counts_as_one(address: str, counted: str) -> None:
    assert accounts.counted_address(asking(REMOTE_ADDR=address)) == counted


@pytest.mark.parametrize("address", ["/plain", "/api/v1/data", "/nothing"])
def test_answers_tell_the_time_of_the_server(client: Client, address: str) -> None:
    told = parsedate_to_datetime(client.get(address)["Date"])
    assert abs(datetime.now(UTC) - told) < timedelta(minutes=5)


@pytest.mark.parametrize("address", ["/plain", "/api/v1/data", "/accounts/login/"])
def test_a_foreign_host_is_refused_in_one_quiet_line(
    client: Client, caplog: pytest.LogCaptureFixture, address: str
) -> None:
    answer = client.get(address, headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert answer["X-Content-Type-Options"] == "nosniff"
    (line,) = caplog.records
    assert (line.levelname, line.getMessage(), line.exc_info) == ("WARNING", "request.foreign_host", None)


def test_health_is_told_under_any_host(client: Client) -> None:
    assert client.get("/health/data", headers={"Host": "10.0.0.7"}).status_code == 200
