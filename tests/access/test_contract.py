"""Requests made up from the published schema, right and wrong ones: never a 5xx, always an answer of the schema."""

from __future__ import annotations

import json
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
from tests.access.callers import Asker
from tests.access.conftest import undone
from tests.access.world import World
from tests.api.test_schema import strict

pytestmark = pytest.mark.django_db
PUBLISHED = yaml.safe_load((Path(__file__).parents[2] / "docs" / "openapi.yaml").read_text())
EXAMPLES = 25
COMPONENTS = strict(PUBLISHED["components"])
schema = schemathesis.openapi.from_dict(PUBLISHED)

# What stands in the place of an id made up, as those never exist.
REAL = {
    "attachments": "file",
    "channels": "channel",
    "contacts": "contact",
    "conversations": "chat",
    "deliveries": "delivery",
    "merge-proposals": "proposal",
    "messages": "failed",
}


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Links are made up too; none of them is followed."""

    def fetch(link: str, **options: Any) -> None:
        raise RemoteFailed("connection")

    monkeypatch.setattr("inbox.files.links.fetch", fetch)
    monkeypatch.setattr("api.limits.take", lambda principal: None)


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
    case: Any, world: World, askers: dict[str, Asker]
) -> None:
    for name in ("owner", "API key"):
        with undone():
            response = send(case, askers[name], world)
            assert response.status_code < 500 or response.status_code == 502, described(case, response)
            if case.method == case.operation.method.upper():
                conforms(case, response)


def send(case: Any, asker: Asker, world: World) -> Any:
    ids = asker.ids(world.here, "own")
    path = case.path
    if "{id}" in path:
        made_up = str(dict(case.path_parameters or {}).get("id"))
        kind = path.split("/")[3]
        # Every other number that could be an id becomes one; what is none stays as it is.
        real = made_up.isdecimal() and int(made_up) % 2 == 0
        path = path.replace("{id}", str(ids[REAL[kind]]) if real else quoted(made_up))
    query = {name: value for name, value in dict(case.query or {}).items() if value is not None}
    data, content_type = _body(case)
    given = {name: str(value) for name, value in dict(case.headers or {}).items()}
    return asker.caller.http.generic(
        case.method,
        path + (f"?{urlencode(query, doseq=True, errors='replace')}" if query else ""),
        data,
        content_type=content_type,
        headers={**given, **asker.caller.headers},
    )


def quoted(value: object) -> str:
    return urlencode({"": str(value)}, errors="replace")[1:] or "-"


def _body(case: Any) -> tuple[bytes, str]:
    if case.body is NOT_SET:
        return b"", "application/json"
    if case.media_type == "multipart/form-data" and isinstance(case.body, dict):
        fields = {name: value for name, value in case.body.items() if value is not None}
        if isinstance(fields.get("file"), bytes | str):
            data = fields["file"]
            fields["file"] = SimpleUploadedFile(
                "a", data if isinstance(data, bytes) else data.encode("utf-8", "replace")
            )
        return encode_multipart(
            BOUNDARY, {name: _plain(value) for name, value in fields.items()}
        ), MULTIPART_CONTENT
    if isinstance(case.body, bytes):
        return case.body, "application/json"
    try:
        return orjson.dumps(case.body), "application/json"
    except TypeError:
        # Lone surrogates, and numbers of more than 64 bits.
        return json.dumps(case.body).encode(), "application/json"


def _plain(value: Any) -> Any:
    return value if isinstance(value, SimpleUploadedFile) else str(value).encode("utf-8", "replace").decode()


def conforms(case: Any, response: Any) -> None:
    """Hold an answer against what the schema says of its status; errors have one shape everywhere."""
    if response.streaming or response.status_code in (204, 304, 416):
        for close in getattr(response, "_resource_closers", ()):
            close()
        return
    assert response["Content-Type"].startswith("application/json"), described(case, response)
    told = case.operation.definition.raw["responses"].get(str(response.status_code))
    if response.status_code < 400:
        assert told is not None, described(case, response)
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
