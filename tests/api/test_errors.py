"""Trouble below the API is told as what it is."""

from __future__ import annotations

import pytest
from django.db import InterfaceError, OperationalError
from rest_framework.test import APIRequestFactory

from api.errors import handle
from tests.api.client import Caller, error_code
from tests.conftest import Cast


@pytest.mark.parametrize(
    "error", [OperationalError("server closed the connection"), InterfaceError("closed")]
)
def test_a_database_that_is_away_is_503_and_tells_nothing_of_it(error: Exception) -> None:
    response = handle(error, {"request": APIRequestFactory().get("/api/v1/me")})
    assert response.status_code == 503
    assert response.data["error"]["code"] == "unavailable"
    assert "server" not in response.data["error"]["message"]


@pytest.mark.django_db
def test_a_form_without_a_boundary_is_malformed(cast: Cast) -> None:
    """The protection against forgery takes a form apart, also where none is taken."""
    owner = Caller(member=cast.ana)
    answer = owner.http.generic(
        "POST",
        "/api/v1/contacts",
        b"--",
        content_type="multipart/form-data",
        headers={**owner.headers, "X-CSRFToken": ""},
    )
    assert (answer.status_code, error_code(answer)) == (400, "malformed")


def test_what_nobody_expected_is_500_and_tells_nothing_of_it() -> None:
    response = handle(ZeroDivisionError("secret"), {"request": APIRequestFactory().get("/api/v1/me")})
    assert response.status_code == 500
    assert response.data["error"] == {
        "code": "internal",
        "message": response.data["error"]["message"],
        "details": {},
    }
    assert "secret" not in response.data["error"]["message"]
