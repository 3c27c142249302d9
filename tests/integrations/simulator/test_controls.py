"""The controls: who may use them, and what they take."""

import json
from typing import Any

import pytest

from integrations.simulator.testing import LAURA, RunningSimulator, account
from tests.integrations.simulator.conftest import MESSAGES, Graph, Receiver, call, text

PATHS = ["/_sim/health", "/_sim/ledger", "/_sim/reads", "/_sim/deliveries", "/_sim/faults", "/_sim/timeline",
         "/_sim/webhooks", "/_sim/limits", "/_sim/accounts", "/_sim/phone", "/"]  # fmt: skip


@pytest.mark.parametrize("path", [*PATHS, "/_sim/events"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "simulator.example.com"},
        {"Host": "127.0.0.1.example.com:8001"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://example.com"},
        {"Origin": "null"},
    ],
    ids=str,
)
def test_another_site_cannot_drive_the_simulator(
    simulator: RunningSimulator, path: str, headers: dict[str, str]
) -> None:
    answer = call("GET", simulator.base_url + path, headers=headers)
    assert answer.status == 403
    assert "access-control-allow-origin" not in answer.headers


def test_posts_of_another_site_have_no_effect(simulator: RunningSimulator) -> None:
    url = simulator.base_url + "/_sim/faults"
    for headers in (
        {"Origin": "https://example.com"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Host": "evil.test"},
    ):
        assert call("POST", url, {"kind": "silent"}, headers=headers).status == 403
    assert call("GET", url).json == {"faults": []}


def test_a_link_from_another_site_opens_the_page(simulator: RunningSimulator) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert call("GET", simulator.base_url + "/", headers=headers).status == 200


@pytest.mark.parametrize("host", ["localhost:8001", "phones.localhost", "127.0.0.1", "[::1]:8001"])
def test_loopback_names_are_served(simulator: RunningSimulator, host: str) -> None:
    assert call("GET", simulator.base_url + "/_sim/health", headers={"Host": host}).status == 200


def test_the_graph_api_does_not_mind_the_host(simulator: RunningSimulator) -> None:
    headers = {"Host": "graph.facebook.com", "Authorization": "Bearer EAAB_TEST_TOKEN"}
    assert call("GET", simulator.base_url + "/v26.0/417398204718336", headers=headers).status == 200


@pytest.mark.parametrize("path", PATHS)
def test_what_is_shown_holds_no_secret(simulator: RunningSimulator, path: str) -> None:
    answer = call("GET", simulator.base_url + path)
    assert answer.status == 200
    assert answer.headers["x-content-type-options"] == "nosniff"
    for secret in (b"test_app_secret", b"EAAB_TEST_TOKEN"):
        assert secret not in answer.body


def test_health_counts(simulator: RunningSimulator, graph: Graph, open_window: str) -> None:
    graph("POST", MESSAGES, text())
    simulator.wait_idle()
    health = call("GET", simulator.base_url + "/_sim/health").json
    assert health == {"status": "ok", "accounts": 1, "customers": 2, "accepted": 1, "idle": True}


def test_the_ledger_pages(simulator: RunningSimulator, graph: Graph, open_window: str) -> None:
    for index in range(5):
        graph("POST", MESSAGES, text(str(index)))
    url = simulator.base_url + "/_sim/ledger?limit=2"
    seen: list[str] = []
    after: int | None = 0
    while after is not None:
        page = call("GET", f"{url}&after={after}").json
        seen += [entry["text"] for entry in page["results"]]
        after = page["next"]
    assert seen == ["0", "1", "2", "3", "4"]
    assert page["accepted"] == 5
    assert call("GET", url + "&phone_number_id=1").json["results"] == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/_sim/timeline", {"sent": -1}), ("/_sim/timeline", {"sent": "soon"}), ("/_sim/timeline", {"seen": 1}),
        ("/_sim/timeline", {"order": "random"}), ("/_sim/timeline", {"read": "never"}),
        ("/_sim/timeline", {"early": 1}), ("/_sim/webhooks", {"batch": "all"}), ("/_sim/webhooks", {"hold": 1}),
        ("/_sim/limits", {"pair": "yes"}), ("/_sim/limits", {"per_minute": 1}), ("/_sim/accounts", {"accounts": [{}]}),
        ("/_sim/accounts", {"accounts": [5]}), ("/_sim/inbound", {}), ("/_sim/inbound", {"from": "new"}),
        ("/_sim/inbound", {"from": "new", "text": 5}), ("/_sim/inbound", {"from": "new", "text": "x", "colour": 1}),
        ("/_sim/inbound", {"from": "new", "text": "x", "phone_number_id": "1"}),
        ("/_sim/inbound", {"from": "new", "type": 5}), ("/_sim/inbound", {"raw_bytes_base64": "?"}),
        ("/_sim/inbound", {"value": []}), ("/_sim/inbound", {"from": "new", "text": "x", "timestamp": "noon"}),
        ("/_sim/inbound", {"from": "abc", "text": "x"}),
        ("/_sim/inbound", b"["), ("/_sim/inbound", b"[]"), ("/_sim/phone/messages", {}),
        ("/_sim/phone/people", {"name": "Ana"}), ("/_sim/phone/people", {"name": "", "phone": "+573001112233"}),
    ],
    ids=str,
)  # fmt: skip
def test_orders_that_make_no_sense_are_refused_in_words(
    simulator: RunningSimulator, receiver: Receiver, path: str, body: Any
) -> None:
    answer = call("POST", simulator.base_url + path, body)
    assert answer.status == 400
    assert isinstance(answer.json["error"], str)
    assert receiver.posts == []


def test_unknown_paths_and_methods(simulator: RunningSimulator) -> None:
    assert call("GET", simulator.base_url + "/_sim/nothing").status == 404
    assert call("GET", simulator.base_url + "/page/../server.py").status == 404
    assert call("GET", simulator.base_url + "/page/%2e%2e/server.py").status == 404
    assert call("DELETE", simulator.base_url + "/_sim/ledger").status == 405


def test_settings_are_shown_as_they_were_set(simulator: RunningSimulator) -> None:
    timeline = call("POST", simulator.base_url + "/_sim/timeline", {"sent": 1, "read": "when_open"}).json
    assert (timeline["sent"], timeline["read"]) == (1, "when_open")
    limits = call("POST", simulator.base_url + "/_sim/limits", {"pair": True, "per_second": 80}).json
    assert limits == {"pair": True, "per_second": 80}
    assert call("POST", simulator.base_url + "/_sim/limits", {"per_second": None}).json["per_second"] is None
    assert call("POST", simulator.base_url + "/_sim/webhooks", {"batch": 50}).json["batch"] == 50


def test_a_new_customer_can_write(simulator: RunningSimulator, receiver: Receiver, graph: Graph) -> None:
    answer = call("POST", simulator.base_url + "/_sim/inbound", {"from": "new", "text": "Hola", "wait": True})
    assert (answer.status, answer.json["delivered"]) == (201, True)
    (message,) = receiver.items("messages")
    assert message["id"] == answer.json["wamid"]
    assert graph("POST", MESSAGES, text(to="+" + message["from"])).status == 200


def test_a_whole_value_can_be_given(simulator: RunningSimulator, receiver: Receiver) -> None:
    value = {"errors": [{"code": 130429, "title": "Rate limit hit"}]}
    simulator.inbound({"value": value, "wait": True})
    (got,) = receiver.posts[0].values
    assert got["errors"] == value["errors"]
    assert got["metadata"]["phone_number_id"] == "417398204718336"


def test_reset_forgets_all_but_the_accounts(
    simulator: RunningSimulator, graph: Graph, open_window: str
) -> None:
    graph("POST", MESSAGES, text())
    simulator.fault(kind="silent")
    assert call("POST", simulator.base_url + "/_sim/reset", {}).status == 200
    assert simulator.ledger() == []
    assert graph("POST", MESSAGES, text()).code == 131047
    health = call("GET", simulator.base_url + "/_sim/health").json
    assert (health["status"], health["accounts"], health["customers"], health["accepted"]) == ("ok", 1, 2, 0)
    call("POST", simulator.base_url + "/_sim/reset", {"accounts": True})
    assert graph("GET", "/v26.0/417398204718336").code == 190


def test_accounts_can_be_added(simulator: RunningSimulator, graph: Graph) -> None:
    body = {
        "accounts": [account(phone_number_id="77", access_token="T2")],
        "customers": [{**LAURA, "name": "Lau"}],
    }
    shown = call("POST", simulator.base_url + "/_sim/accounts", body).json
    assert [entry["phone_number_id"] for entry in shown["accounts"]] == ["417398204718336", "77"]
    assert "Lau" in json.dumps(shown["customers"])
    assert graph("GET", "/v26.0/77?fields=id", token="T2").json == {"id": "77"}
