"""Trouble below the API is told as what it is."""

from __future__ import annotations

import pytest
from django.db import InterfaceError, OperationalError
from rest_framework.test import APIRequestFactory

from api.errors import handle


@pytest.mark.parametrize(
    "error", [OperationalError("server closed the connection"), InterfaceError("closed")]
)
def test_a_database_that_is_away_is_503_and_tells_nothing_of_it(error: Exception) -> None:
    response = handle(error, {"request": APIRequestFactory().get("/api/v1/me")})
    assert response.status_code == 503
    assert response.data["error"]["code"] == "unavailable"
    assert "server" not in response.data["error"]["message"]


def test_what_nobody_expected_is_500_and_tells_nothing_of_it() -> None:
    response = handle(ZeroDivisionError("secret"), {"request": APIRequestFactory().get("/api/v1/me")})
    assert response.status_code == 500
    assert response.data["error"] == {
        "code": "internal",
        "message": response.data["error"]["message"],
        "details": {},
    }
    assert "secret" not in response.data["error"]["message"]
