"""Every recorded request that the simulator serves is answered in the recorded shape."""

import json
from pathlib import Path
from typing import Any

import pytest

from integrations.simulator.testing import LAURA, NOA, RunningSimulator, account
from tests.integrations.simulator.conftest import Receiver, call

FOLDER = Path(__file__).parents[2] / "payloads" / "whatsapp" / "requests"

# Refusals that the request itself does not bring about, and the codes that a fault brings.
BY_FAULT = {
    "err_0_auth": 0, "err_10_permission": 10, "err_130429_throughput": 130429, "err_131000_something_wrong": 131000,
    "err_131005_access_denied": 131005, "err_131016_service_unavailable": 131016,
    "err_131026_undeliverable": 131026, "err_131030_not_in_allowed_list": 131030,
    "err_131031_account_locked": 131031, "err_131045_certificate": 131045, "err_131056_pair_rate_limit": 131056,
    "err_131057_maintenance": 131057, "err_133010_not_registered": 133010, "err_134011_payments_tos": 134011,
    "err_135000_generic": 135000, "err_137000_identity_key": 137000, "err_190_expired": 190, "err_1_api_unknown": 1,
    "err_200_permission": 200, "err_2_api_service": 2, "err_33_number_deleted": 33, "err_368_policy": 368,
    "err_3_capability": 3, "err_4_app_rate_limit": 4, "err_80007_waba_rate_limit": 80007,
}  # fmt: skip
BY_ITSELF = [
    "send_text_ok", "send_text_preview_url", "send_text_reply_context", "send_text_biz_opaque",
    "send_text_input_differs_from_wa_id", "send_text_to_and_recipient", "send_text_to_bsuid",
    "mark_read_ok", "mark_read_bad_wamid", "typing_indicator_ok",
    "err_100_bad_param", "err_100_body_too_long", "err_131008_missing_param", "err_131009_bad_value",
    "err_131021_same_number", "err_131047_window_closed", "err_131051_type",
    "phone_number_get_ok", "phone_number_get_unknown_id", "phone_number_get_token_malformed",
    "phone_number_get_token_expired", "waba_get_ok", "waba_phone_numbers_list",
    "debug_token_ok", "debug_token_missing_scope", "debug_token_invalid",
    "subscribed_apps_get", "subscribed_apps_get_empty", "subscribed_apps_post_ok", "subscribed_apps_post_override",
    "subscribed_apps_post_callback_failed", "subscribed_apps_delete",
    "graph_no_token", "graph_unknown_version", "err_html_502",
]  # fmt: skip
READ_WAMID = "wamid.HBgMNTczMDA1NTUwMTAxFQIAEhgUM0FFNTM1Mzg3OUJENjlCRkREQ0IA"
MEXICAN = {"wa_id": "5215512345678", "user_id": "MX.20384756102938475610", "name": "Andrés"}


def prepare(simulator: RunningSimulator, receiver: Receiver, name: str) -> None:
    """Bring the simulator into the state that the recorded answer supposes."""
    aurora = account(webhook_url=receiver.url, app_name="Inbox")
    support = account(
        phone_number_id="417398204718402", display_phone_number="+57 300 5550191", registered=False,
        verified_name="Aurora Soporte", waba_name="Tienda Aurora",
    )  # fmt: skip
    if name == "debug_token_missing_scope":
        aurora["scopes"] = ["whatsapp_business_management"]
    if name == "phone_number_get_token_expired":
        aurora["token_expires_at"] = 1795341600
    if name == "phone_number_get_token_malformed":
        aurora["access_token"] = "ANOTHER_TOKEN"
    if name == "waba_phone_numbers_list":
        simulator.accounts([aurora, support])
    simulator.accounts([aurora], [MEXICAN])
    if name != "err_131047_window_closed":
        for person in (LAURA, NOA, MEXICAN):
            simulator.inbound({"from": person["wa_id"] or person["user_id"], "text": "Hola"})
    if name in ("mark_read_ok", "typing_indicator_ok"):
        message = {
            "id": READ_WAMID,
            "from": LAURA["wa_id"],
            "timestamp": "1795341600",
            "type": "text",
            "text": {},
        }
        simulator.inbound({"value": {"messages": [message]}})
    if name == "subscribed_apps_get":
        first = simulator.simulator.accounts.first()
        override = "https://inbox.example.com/webhooks/whatsapp/t/42"
        assert first is not None
        simulator.call(
            lambda: simulator.simulator.accounts.subscribe(first, subscribed=True, override=override)
        )
    if name == "subscribed_apps_get_empty":
        simulator.call(lambda: simulator.simulator.accounts.subscribe(_first(simulator), subscribed=False))
    if name == "err_html_502":
        simulator.fault(kind="html", status=502)
    if name in BY_FAULT:
        simulator.fault(kind="error", code=BY_FAULT[name], on="any", count=1)


def _first(simulator: RunningSimulator) -> Any:
    return simulator.simulator.accounts.first()


def shape(value: Any, key: str = "") -> Any:
    """The value with everything replaced that Meta makes up anew for each answer."""
    if isinstance(value, dict):
        return {name: shape(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [shape(item, key) for item in value]
    if key == "fbtrace_id" or (isinstance(value, str) and value.startswith("wamid.")):
        return f"<{key}>"
    if key == "message" and "access token: Session has expired" in value:
        return "Session has expired"
    return "<callback>" if key == "application" and "://" in value else value


@pytest.mark.parametrize("name", [*BY_ITSELF, *BY_FAULT])
def test_recorded_requests_get_the_recorded_answers(
    simulator: RunningSimulator, receiver: Receiver, name: str
) -> None:
    recorded = json.loads((FOLDER / f"{name}.json").read_text())
    request, expected = recorded["request"], recorded["response"]
    prepare(simulator, receiver, name)
    body = request.get("body")
    if name == "err_100_body_too_long":
        body["text"]["body"] = "x" * 4097
    if name == "subscribed_apps_post_override":
        body = {"override_callback_uri": receiver.url, "verify_token": receiver.verify_token}
    if name == "subscribed_apps_post_callback_failed":
        body["override_callback_uri"] = receiver.url + "/wrong"
    path = request["path"].removeprefix("https://graph.facebook.com")
    # Templates are not played yet; the answer is the same for everything of the WABA.
    path = path.replace("/message_templates", "/phone_numbers")
    query = "&".join(f"{key}={value}" for key, value in (request.get("query") or {}).items())
    if "APP_SECRET" in query:
        query = query.replace("|APP_SECRET", "%7Ctest_app_secret")
    headers = {key: value for key, value in request["headers"].items() if key == "Authorization"}

    answer = call(request["method"], f"{simulator.base_url}{path}?{query}", body, headers=headers)

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
    if "contacts" in expected["body"]:
        assert simulator.ledger()[-1]["wamid"] == answer.wamid


def test_answers_are_written_as_meta_writes_them(simulator: RunningSimulator) -> None:
    answer = call("GET", simulator.base_url + "/v26.0/1", headers={"Authorization": "Bearer EAAB_TEST_TOKEN"})
    assert b"https:\\/\\/developers.facebook.com\\/docs" in answer.body
    assert answer.headers["content-type"] == "application/json; charset=UTF-8"
    assert answer.headers["facebook-api-version"] == "v26.0"
