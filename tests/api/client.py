"""A caller of the API, as a browser or a program is one."""

from __future__ import annotations

from typing import Any

import orjson
from django.test import Client

from core.models import Membership

CSRF = "c" * 32


class Caller:
    """Speaks JSON for one member (by session, with CSRF enforced) or one API key."""

    def __init__(
        self, *, member: Membership | None = None, key: str | None = None, organization: str | None = None
    ):
        self.http = Client(enforce_csrf_checks=True)
        self.headers: dict[str, str] = {}
        if member is not None:
            self.http.force_login(member.user, backend="allauth.account.auth_backends.AuthenticationBackend")
            self.http.cookies["csrftoken"] = CSRF
            self.headers = {"X-CSRFToken": CSRF, "X-Organization": organization or member.organization.slug}
        if key is not None:
            self.headers = {"Authorization": f"Bearer {key}"}

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        data = b"" if body is None else orjson.dumps(body)
        return self.http.generic(
            method,
            path if path.startswith(("/", "http")) else f"/api/v1/{path}",
            data,
            content_type="application/json",
            headers={**self.headers, **{name.replace("_", "-"): value for name, value in headers.items()}},
        )

    def get(self, path: str, **headers: str) -> Any:
        return self.request("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.request("POST", path, body, **headers)

    def put(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.request("PUT", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self.request("DELETE", path, **headers)


def error_code(response: Any) -> str:
    code: str = response.json()["error"]["code"]
    return code
