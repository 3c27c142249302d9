"""Pages for what went wrong, in Spanish and English, and the same in the API's shape."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
from pytest_django import Settings


def raising(error: Exception) -> Any:
    def view(request: HttpRequest) -> HttpResponse:
        raise error

    return view


urlpatterns = [
    path(f"{prefix}{name}", raising(error))
    for prefix in ("", "api/v1/")
    for name, error in {
        "bad": SuspiciousOperation("secret detail"),
        "denied": PermissionDenied("secret detail"),
        "broken": ZeroDivisionError("secret detail"),
        "away": OperationalError("secret detail"),
    }.items()
] + [path("", include("core.project.urls"))]

handler400 = "frontend.errors.bad_request"
handler403 = "frontend.errors.permission_denied"
handler404 = "frontend.errors.not_found"
handler500 = "frontend.errors.server_error"

CASES = [
    ("bad", 400, "No entendimos esa solicitud", "malformed"),
    ("denied", 403, "No puedes ver esto", "permission_denied"),
    ("nothing", 404, "Aquí no hay nada", "not_found"),
    ("broken", 500, "Algo falló de nuestro lado", "internal"),
    ("away", 503, "Volvemos enseguida", "unavailable"),
]


@pytest.fixture
def client(settings: Settings) -> Client:
    settings.ROOT_URLCONF = "tests.frontend.test_errors"
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(("name", "status", "title", "code"), CASES)
def test_a_page_says_what_happened(client: Client, name: str, status: int, title: str, code: str) -> None:
    response = client.get(f"/{name}")
    page = response.content.decode()
    assert response.status_code == status
    assert f"<h1>{title}</h1>" in page
    assert '<html lang="es">' in page
    assert "secret" not in page
    assert "script-src 'self'" in response["Content-Security-Policy"]
    client.cookies["bandeja_language"] = "en"
    assert title not in client.get(f"/{name}").content.decode()


@pytest.mark.parametrize(("name", "status", "title", "code"), CASES)
def test_the_api_says_it_in_its_shape(client: Client, name: str, status: int, title: str, code: str) -> None:
    response = client.get(f"/api/v1/{name}")
    body = response.json()["error"]
    assert response.status_code == status
    assert (body["code"], body["details"]) == (code, {})
    assert "secret" not in body["message"]


def test_a_database_that_is_away_is_tried_again(client: Client) -> None:
    response = client.get("/away")
    assert response["Retry-After"] == "5"
    assert '<meta http-equiv="refresh" content="5">' in response.content.decode()
    assert "refresh" not in client.get("/broken").content.decode()


def test_a_host_that_is_not_ours_is_refused(client: Client) -> None:
    assert client.get("/accounts/login/", headers={"Host": "evil.example"}).status_code == 400


def test_browsers_find_an_icon(client: Client) -> None:
    response = client.get("/favicon.ico", follow=True)
    assert response["Content-Type"] == "image/svg+xml"
    assert b"<svg" in b"".join(response)
