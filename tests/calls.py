"""Plain HTTP for tests that drive a whole copy: every status is an answer, a broken connection is `Broken`."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPMessage
from typing import Any
from urllib.parse import urlencode, urlsplit


class Broken(Exception):
    """No whole answer came: what was asked may or may not have happened."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: HTTPMessage
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


def call(
    method: str,
    url: str,
    body: object = None,
    *,
    headers: Mapping[str, str] | None = None,
    seconds: float = 30.0,
) -> Answer:
    """Make one request on a connection of its own, and follow nothing.

    Args:
        body: bytes as they are, a dictionary with string keys as JSON.

    Raises:
        Broken: the connection failed at any point.
    """
    parts = urlsplit(url)
    data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
    sent = {} if body is None or isinstance(body, bytes) else {"Content-Type": "application/json"}
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=seconds)
    try:
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target, data, {**sent, **(headers or {})})
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())
    except (OSError, HTTPException) as error:
        raise Broken(f"{method} {url}: {error!r}") from error
    finally:
        connection.close()


class Api:
    """The REST API in the name of an organisation: by its key, or by a person's cookies."""

    def __init__(self, url: str, headers: Mapping[str, str]) -> None:
        self._base = f"{url}/api/v1"
        self.headers = dict(headers)

    @classmethod
    def by_key(cls, url: str, key: str) -> Api:
        return cls(url, {"Authorization": f"Bearer {key}"})

    def get(self, path: str, **query: object) -> Answer:
        return self.call("GET", path + (f"?{urlencode(query)}" if query else ""))

    def post(self, path: str, body: object = None, *, key: str | None = None) -> Answer:
        """Post JSON; `key` is the Idempotency-Key."""
        headers = {"Idempotency-Key": key} if key else {}
        return self.call("POST", path, {} if body is None else body, headers)

    def call(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Make one request, and wait as often as the answer says that there were too many."""
        while True:
            answer = call(method, self._base + path, body, headers={**self.headers, **(headers or {})})
            if answer.status != 429:
                return answer
            time.sleep(float(answer.headers["Retry-After"]))


def sign_in(url: str, email: str, password: str, organization: str = "") -> Api:
    """Sign in as the page does, and give the API by cookies.

    Raises:
        AssertionError: the server says no.
    """
    page = f"{url}/accounts/login/"
    jar = cookies(call("GET", page).headers)
    form = {"csrfmiddlewaretoken": jar["csrftoken"], "login": email, "password": password}
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": _pairs(jar), "Referer": page}
    answer = call("POST", page, urlencode(form).encode(), headers=headers)
    assert answer.status == 302, f"{email} was not let in: {answer.status}"
    jar |= cookies(answer.headers)
    return Api(
        url,
        {
            "Cookie": _pairs(jar),
            "X-CSRFToken": jar["csrftoken"],
            "X-Organization": organization,
            "Referer": url,
        },
    )


def cookies(headers: HTTPMessage) -> dict[str, str]:
    """The cookies that an answer sets."""
    lines = headers.get_all("Set-Cookie") or []
    pairs = (line.partition(";")[0].partition("=") for line in lines)
    return {name.strip(): value for name, _, value in pairs}


def _pairs(jar: Mapping[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in jar.items())
