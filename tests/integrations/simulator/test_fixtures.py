"""Every recorded call is answered in the recorded shape, file by file: a new file is a new test."""

from __future__ import annotations

from typing import Any

import pytest

from integrations.simulator.media import samples
from integrations.simulator.testing import RunningSimulator
from tests.integrations.simulator.conftest import Receiver, call, text
from tests.integrations.simulator.recorded import BY_FAULT, CALLS, STORED, play, prepare, recorded, shape


@pytest.mark.parametrize("name", CALLS)
def test_a_recorded_call_gets_the_recorded_answer(
    simulator: RunningSimulator, receiver: Receiver, name: str
) -> None:
    request, expected = recorded(name)
    prepare(simulator, receiver, name)
    if name in BY_FAULT:
        request = _bring_about(simulator, request, expected["body"]["error"])

    answer = play(simulator, request, _body(name, request, receiver))

    assert answer.status == expected["status"]
    if isinstance(expected["body"], str):
        assert answer.body.decode() == expected["body"]
        assert answer.headers["content-type"] == "text/html"
        return
    body = answer.json
    if name == "debug_token_missing_scope":
        # Recorded without the two fields that the answer for a whole token has.
        body["data"] = {key: value for key, value in body["data"].items() if key in expected["body"]["data"]}
    assert shape(body) == shape(expected["body"])
    assert list(answer.json) == list(expected["body"]), "Meta's order of keys"
    for header, value in (expected.get("headers") or {}).items():
        assert answer.headers[header.lower()] == value
    _assert_noted(simulator, request, answer.json)


def _bring_about(
    simulator: RunningSimulator, request: dict[str, Any], error: dict[str, Any]
) -> dict[str, Any]:
    """Switch on the fault with the code of a recording, and give the call that meets it.

    Templates are not played yet: what a recording refuses of one is refused of a text, with the same words.
    """
    is_template = (request["body"] or {}).get("type") == "template"
    details = {"details": error["error_data"]["details"]} if is_template and "error_data" in error else {}
    simulator.fault(kind="error", code=error["code"], on="any", count=1, **details)
    path = request["path"].replace("/message_templates", "/phone_numbers")
    return {**request, "path": path, "body": text() if is_template else request["body"]}


def _body(name: str, request: dict[str, Any], receiver: Receiver) -> Any:
    """The recorded body, with what a recording only hints at, and with an address that answers."""
    body = request["body"]
    if name == "err_100_body_too_long":
        return {**body, "text": {"body": "x" * 4097}}
    if name == "subscribed_apps_post_override":
        return {"override_callback_uri": receiver.url, "verify_token": receiver.verify_token}
    if name == "subscribed_apps_post_callback_failed":
        return {**body, "override_callback_uri": receiver.url + "/wrong"}
    return body


def _assert_noted(simulator: RunningSimulator, request: dict[str, Any], answer: dict[str, Any]) -> None:
    """What was accepted stands in the ledger as it came, and nothing else does."""
    if "contacts" not in answer:
        assert simulator.ledger() == []
        return
    (entry,) = simulator.ledger()
    kind = request["body"]["type"]
    content = request["body"][kind]
    assert (entry["wamid"], entry["type"]) == (answer["messages"][0]["id"], kind)
    assert entry["content"] == (content if isinstance(content, dict) else {"contacts": content})
    if "id" in content:
        assert entry["media"]["id"] == content["id"]
        assert simulator.file(content["id"]) == samples.data(STORED[content["id"]])


def test_answers_are_written_as_meta_writes_them(simulator: RunningSimulator) -> None:
    answer = call("GET", simulator.base_url + "/v26.0/1", headers={"Authorization": "Bearer EAAB_TEST_TOKEN"})
    assert b"https:\\/\\/developers.facebook.com\\/docs" in answer.body
    assert answer.headers["content-type"] == "application/json; charset=UTF-8"
    assert answer.headers["facebook-api-version"] == "v26.0"
