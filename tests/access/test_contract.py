"""Requests made up from the published schema, right and wrong ones: never a 5xx, always an answer of the schema."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jsonschema
import orjson
import pytest
import schemathesis
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from hypothesis import HealthCheck, Phase, settings
from schemathesis.core import NOT_SET

from core.http import RemoteFailed
from tests.access.callers import Asker, filled
from tests.access.conftest import undone
from tests.access.routes import shape_of
from tests.access.sides import World
from tests.access.table import ROWS, Row
from tests.api.test_schema import strict

pytestmark = pytest.mark.django_db
PUBLISHED = yaml.safe_load((Path(__file__).parents[2] / "docs" / "openapi.yaml").read_text())
EXAMPLES = 25
CALLERS_HERE = ("owner", "agent", "API key")
COMPONENTS = strict(PUBLISHED["components"])
schema = schemathesis.openapi.from_dict(PUBLISHED)

OPERATIONS = {one["operationId"]: one for path in PUBLISHED["paths"].values() for one in path.values()}
# Before they answer they fetch what the body links to, from a server that may fail them.
FETCHING = {"conversations_messages_create"}
_PLACE = re.compile(r"\{(\w+)\}")


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Links are made up too; none of them is followed."""

    def fetch(link: str, **options: Any) -> None:
        raise RemoteFailed("connection")

    monkeypatch.setattr("inbox.files.links.fetch", fetch)
    monkeypatch.setattr("api.limits.take", lambda principal: None)


@pytest.fixture
def answered() -> Iterator[Counter[int]]:
    """The statuses that an operation was answered with; some of its requests must have been right."""
    answered: Counter[int] = Counter()
    yield answered
    assert any(200 <= status < 300 for status in answered), f"no request was right: {dict(answered)}"


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_made_up_requests_are_answered_by_the_schema(
    case: Any, world: World, askers: dict[str, Asker], answered: Counter[int]
) -> None:
    for name in CALLERS_HERE:
        with undone():
            response = send(case, askers[name], world)
            judge(case, response)
            if case.method == case.operation.method.upper():
                answered[response.status_code] += 1
                conforms(case, response)


def judge(case: Any, response: Any) -> None:
    """Nothing is answered that is not published; a 502 only where something is fetched."""
    status = response.status_code
    asked = PUBLISHED["paths"][case.operation.path].get(case.method.lower())
    if asked is None:
        # Who may not read it at all is told so before the method counts; OPTIONS tells of the address alone.
        assert status in {"HEAD": (200, 403, 404, 405, 422), "OPTIONS": (200, 403)}.get(
            case.method, (403, 405)
        ), described(case, response)
        return
    assert str(status) in asked["responses"], described(case, response)
    assert status < 500 or (status == 502 and asked["operationId"] in FETCHING), described(case, response)


def send(case: Any, asker: Asker, world: World) -> Any:
    row = row_of(case.operation)
    ids = asker.ids(world.here, "own")
    path = case.path
    if "{id}" in path:
        made_up = str(dict(case.path_parameters or {}).get("id"))
        path = path.replace(
            "{id}", str(ids[_PLACE.findall(row.address)[0]]) if is_replaced(made_up) else quoted(made_up)
        )
    query = {name: value for name, value in dict(case.query or {}).items() if value is not None}
    data, content_type = _body(case, seeded(case.body, row.body or {}, ids))
    # Credentials are made up as well, and would turn the caller into nobody.
    given = {
        name: str(value)
        for name, value in dict(case.headers or {}).items()
        if name.lower() not in ("authorization", "cookie", "x-csrftoken", "x-organization")
    }
    asker.caller.http.cookies = SimpleCookie(asker.cookies)
    return asker.caller.http.generic(
        case.method,
        path + (f"?{urlencode(query, doseq=True, errors='replace')}" if query else ""),
        data,
        content_type=content_type,
        headers={**given, **asker.caller.headers},
    )


def row_of(operation: Any) -> Row:
    """The first row of the table that an owner is answered well: it says which kinds of ids a call takes."""
    method, shape = operation.method.upper(), shape_of(operation.path)
    return next(
        row
        for row in ROWS
        if (row.method, shape_of(row.address)) == (method, shape) and min(row.answers[:4]) < 300
    )


def is_replaced(made_up: object) -> bool:
    """Ids that are made up never exist: every other number that could be one becomes one that does.

    What is no number stays as it is, and so does every other text that stands where a phone is named.
    """
    text = str(made_up)
    return int(text) % 2 == 0 if text.isdecimal() else False


def seeded(body: Any, known: Any, ids: Mapping[str, int | str]) -> Any:
    """A body with ids that exist in the place of some that are made up; every third one is the table's own."""
    if isinstance(body, dict) and known and len(str(body)) % 3 == 0:
        return filled(known, ids)
    if isinstance(body, dict) and isinstance(known, Mapping):
        return {name: seeded(part, known.get(name), ids) for name, part in body.items()}
    place = _PLACE.fullmatch(known) if isinstance(known, str) else None
    if place is None:
        return body
    is_phone = isinstance(body, str) and isinstance(ids[place[1]], str) and len(body) % 2 == 0
    return ids[place[1]] if is_phone or (type(body) is int and is_replaced(body)) else body


def quoted(value: object) -> str:
    return urlencode({"": str(value)}, errors="replace")[1:] or "-"


def _body(case: Any, body: Any) -> tuple[bytes, str]:
    if body is NOT_SET:
        return b"", "application/json"
    if case.media_type == "multipart/form-data" and isinstance(body, dict):
        fields = {name: value for name, value in body.items() if value is not None}
        if isinstance(fields.get("file"), bytes | str):
            data = fields["file"]
            fields["file"] = SimpleUploadedFile(
                "a", data if isinstance(data, bytes) else data.encode("utf-8", "replace")
            )
        return encode_multipart(
            BOUNDARY, {name: _plain(value) for name, value in fields.items()}
        ), MULTIPART_CONTENT
    if isinstance(body, bytes):
        return body, "application/json"
    try:
        return orjson.dumps(body), "application/json"
    except TypeError:
        # Lone surrogates, and numbers of more than 64 bits.
        return json.dumps(body).encode(), "application/json"


def _plain(value: Any) -> Any:
    return value if isinstance(value, SimpleUploadedFile) else str(value).encode("utf-8", "replace").decode()


def conforms(case: Any, response: Any) -> None:
    """Hold an answer against what the schema says of its status; errors have one shape everywhere."""
    if response.streaming or response.status_code in (204, 304, 416):
        for close in getattr(response, "_resource_closers", ()):
            close()
        return
    assert response["Content-Type"].startswith("application/json"), described(case, response)
    told = case.operation.definition.raw["responses"][str(response.status_code)]
    shape: dict[str, Any] = {"$ref": "#/components/schemas/ErrorAnswer"}
    if response.status_code < 400:
        (content,) = told["content"].values()
        shape = strict(content["schema"])
    document = {**shape, "components": COMPONENTS}
    found = [one.message[:200] for one in jsonschema.Draft7Validator(document).iter_errors(response.json())]
    assert not found, (described(case, response), found)


def described(case: Any, response: Any) -> str:
    content = b"" if response.streaming else response.content[:300]
    asked = f"{case.method} {case.path} {case.path_parameters} {case.query} {case.body!r:.300}"
    return f"{asked}: {response.status_code} {content!r}"
