"""The published schema is the truth about the answers."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from django.core.management import call_command

from core.tenancy import tenant_scope
from tests.api.client import Caller
from tests.conftest import Cast
from tests.factories import make_conversation, make_key

PUBLISHED = Path(__file__).parents[2] / "docs" / "openapi.yaml"


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    out = io.StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=out)
    read: dict[str, Any] = yaml.safe_load(out.getvalue())
    return read


def test_the_published_schema_is_current(schema: dict[str, Any]) -> None:
    assert yaml.safe_load(PUBLISHED.read_text()) == schema, "run `make schema`"


def strict(node: Any) -> Any:
    """OpenAPI 3.0 to JSON Schema: nullable becomes a type, and nothing unnamed is allowed."""
    if isinstance(node, list):
        return [strict(part) for part in node]
    if not isinstance(node, dict):
        return node
    made = {name: strict(value) for name, value in node.items() if name not in ("nullable", "readOnly")}
    if made.get("type") == "object" and "properties" in made:
        made["additionalProperties"] = False
    return {"anyOf": [made, {"type": "null"}]} if node.get("nullable") else made


def check(schema: dict[str, Any], name: str, value: Any) -> None:
    document = {"$ref": f"#/components/schemas/{name}", "components": strict(schema["components"])}
    found = [
        f"{error.json_path}: {error.message[:200]}"
        for error in jsonschema.Draft7Validator(document).iter_errors(value)
    ]
    assert not found, name


@pytest.mark.django_db
def test_answers_are_as_the_schema_says(cast: Cast, schema: dict[str, Any]) -> None:
    conversation = make_conversation(cast, assignee=cast.beto)
    beto, key = Caller(member=cast.beto), Caller(key=make_key(cast.organization))
    path = f"conversations/{conversation.pk}"
    message = beto.post(f"{path}/messages", {"text": "Hola"}).json()
    quoted = beto.post(f"{path}/messages", {"text": "Sí", "reply_to": message["id"]}).json()
    with tenant_scope(cast.organization.pk):
        conversation.messages.filter(pk=message["id"]).update(status="failed", error_code=131026)
    for name, answer in {
        "Me": beto.get("me").json(),
        "Conversation": beto.get(path).json(),
        "ConversationPage": beto.get("conversations?limit=1").json(),
        "Counts": beto.get("conversations/counts").json(),
        "Message": quoted,
        "MessagePage": beto.get(f"{path}/messages").json(),
        "TicketPage": beto.get(f"{path}/tickets").json(),
        "ContactPage": beto.get("contacts").json(),
        "Contact": beto.get(f"contacts/{conversation.contact_id}").json(),
        "MemberPage": beto.get("members").json(),
        "EventPage": beto.get("events?after=0").json(),
        "DeliveryPage": key.get("deliveries").json(),
        "ErrorAnswer": beto.get("conversations/999999").json(),
    }.items():
        check(schema, name, answer)
    check(schema, "Me", key.get("me").json())


@pytest.mark.django_db
def test_the_documentation_page_runs_under_the_policy(cast: Cast) -> None:
    page = Caller().http.get("/api/docs/")
    assert page.status_code == 200
    policy = page["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert b"<script>" not in page.content
    assert b"style=" not in page.content
