"""Faults: what the client sees, and what the ledger says happened."""

import contextlib
import http.client
import json
import socket
import time
from typing import Any

import pytest

from integrations.simulator.testing import LAURA, NOA, RunningSimulator
from tests.integrations.simulator.conftest import MESSAGES, Graph, Receiver, call, text

FAULTS = "/_sim/faults"


def send(simulator: RunningSimulator, timeout: float = 60) -> tuple[str, bytes]:
    """Send a text and give how it ended: the status, or the name of the trouble."""
    connection = http.client.HTTPConnection(simulator.base_url.removeprefix("http://"), timeout=timeout)
    try:
        connection.request(
            "POST", MESSAGES, json.dumps(text()), {"Authorization": "Bearer EAAB_TEST_TOKEN"}
        )  # fmt: skip
        response = connection.getresponse()
        return str(response.status), response.read()
    except OSError as error:
        return type(error).__name__, b""
    except http.client.IncompleteRead as error:
        return "IncompleteRead", error.partial
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("fault", "ends", "accepted"),
    [
        ({"kind": "reset", "when": "before_body"}, "ConnectionResetError", False),
        ({"kind": "reset", "when": "after_accept"}, "ConnectionResetError", True),
        ({"kind": "reset", "when": "half_response"}, "ConnectionResetError", True),
        ({"kind": "silent", "when": "after_accept"}, "TimeoutError", True),
        ({"kind": "silent", "when": "before_accept"}, "TimeoutError", False),
        ({"kind": "html", "status": 502}, "502", False),
        ({"kind": "html", "status": 503, "when": "after_accept"}, "503", True),
        ({"kind": "html", "status": 200, "when": "after_accept"}, "200", True),
        ({"kind": "error", "code": 131016}, "500", False),
        ({"kind": "error", "code": 999999}, "400", False),
        ({"kind": "garbage", "body": "empty"}, "200", True),
        ({"kind": "garbage", "body": "html"}, "200", True),
        ({"kind": "garbage", "body": "cut"}, "200", True),
        ({"kind": "garbage", "body": "no_id"}, "200", True),
    ],
    ids=str,
)
def test_each_fault_strikes_once_and_the_ledger_knows(
    simulator: RunningSimulator, open_window: str, fault: dict[str, Any], ends: str, accepted: bool
) -> None:
    answer = call("POST", simulator.base_url + FAULTS, {**fault, "count": 1})
    assert answer.status == 201

    how, body = send(simulator, timeout=2 if ends == "TimeoutError" else 60)

    assert how == ends
    if fault["kind"] == "garbage":
        with pytest.raises((ValueError, KeyError)):
            json.loads(body)["messages"]
    assert [entry["answered"] for entry in simulator.ledger()] == ([False] if accepted else [])
    if accepted:
        assert simulator.ledger()[0]["fault"].startswith(fault["kind"])
    how, body = send(simulator)
    assert how == "200"
    assert json.loads(body)["messages"][0]["id"] == simulator.ledger()[-1]["wamid"]
    assert call("GET", simulator.base_url + FAULTS).json == {"faults": []}


def test_statuses_of_an_unanswered_message_still_come(
    simulator: RunningSimulator, receiver: Receiver, open_window: str
) -> None:
    simulator.fault(kind="reset", when="after_accept", count=1)
    assert send(simulator)[0] == "ConnectionResetError"
    simulator.wait_idle()
    assert {item["id"] for item in receiver.items("statuses")} == {simulator.ledger()[0]["wamid"]}


def test_half_a_response_reaches_the_client(simulator: RunningSimulator, open_window: str) -> None:
    simulator.fault(kind="reset", when="half_response", count=1)
    host, port = simulator.base_url.removeprefix("http://").split(":")
    body = json.dumps(text())
    with socket.create_connection((host, int(port))) as raw:
        raw.sendall(
            f"POST {MESSAGES} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer EAAB_TEST_TOKEN\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
        )
        received, ending = b"", b"?"
        with contextlib.suppress(ConnectionResetError):
            while ending := raw.recv(65536):
                received += ending
        assert ending != b"", "closed in good order"
    head, _, part = received.partition(b"\r\n\r\n")
    assert b"200 OK" in head
    assert part.startswith(b'{"messaging_product"')
    assert b"wamid" not in part or not part.endswith(b"}")


def test_a_drip_comes_byte_by_byte(simulator: RunningSimulator, open_window: str) -> None:
    simulator.fault(kind="drip", seconds=0.002, count=1)
    began = time.monotonic()
    how, body = send(simulator)
    assert how == "200"
    assert json.loads(body)["messages"]
    assert time.monotonic() - began > 0.002 * (len(body) - 1)
    simulator.wait_until(lambda: simulator.ledger()[0]["answered"])


def test_a_client_that_leaves_a_drip_was_not_answered(simulator: RunningSimulator, open_window: str) -> None:
    simulator.fault(kind="drip", seconds=30)
    assert send(simulator, timeout=2)[0] == "TimeoutError"
    (entry,) = simulator.ledger()
    assert entry["answered"] is False


@pytest.mark.parametrize("when", ["before_accept", "after_accept"])
def test_a_delay_passes_and_may_meet_another_fault(
    simulator: RunningSimulator, open_window: str, when: str
) -> None:
    simulator.fault(kind="delay", seconds=0.3, when=when, count=1)
    simulator.fault(kind="html", status=504, count=1, when="after_accept")
    began = time.monotonic()
    assert send(simulator)[0] == "504"
    assert time.monotonic() - began >= 0.3


def test_a_fault_can_be_meant_for_one_customer_or_number(
    simulator: RunningSimulator, graph: Graph, open_window: str
) -> None:
    simulator.fault(kind="error", code=131026, customer=NOA["user_id"])
    simulator.fault(kind="error", code=131048, phone_number_id="1")
    to_noa = text(to=..., recipient=NOA["user_id"])
    assert graph("POST", MESSAGES, text()).status == 200
    assert graph("POST", MESSAGES, to_noa).code == 131026
    simulator.fault(kind="error", code=131030, customer="+" + LAURA["wa_id"])
    assert graph("POST", MESSAGES, text()).code == 131030


def test_a_fault_can_be_meant_for_reads_or_for_any_call(
    simulator: RunningSimulator, graph: Graph, open_window: str
) -> None:
    read = {"messaging_product": "whatsapp", "status": "read", "message_id": open_window}
    simulator.fault(kind="error", code=131000, on="read", count=1)
    assert graph("POST", MESSAGES, text()).status == 200
    assert graph("POST", MESSAGES, read).code == 131000
    assert simulator.reads() == []
    simulator.fault(kind="error", code=190, on="any")
    for method, path, body in (
        ("POST", MESSAGES, read),
        ("GET", "/v26.0/389201746529183/phone_numbers", None),
    ):
        assert graph(method, path, body).code == 190


def test_chance_is_repeatable(simulator: RunningSimulator, graph: Graph, open_window: str) -> None:
    def run() -> list[int]:
        simulator.clear_faults()
        simulator.fault(kind="error", code=131000, probability=0.5, seed=7)
        return [graph("POST", MESSAGES, text()).status for _ in range(20)]

    first = run()
    assert set(first) == {200, 500}
    assert run() == first


def test_faults_are_listed_and_removed(simulator: RunningSimulator) -> None:
    url = simulator.base_url + FAULTS
    many = {"faults": [{"kind": "silent"}, {"kind": "html", "status": 500, "count": 3}]}
    added = call("POST", url, many).json["faults"]
    assert [fault["when"] for fault in added] == ["after_accept", "before_accept"]
    left = call("DELETE", f"{url}/{added[0]['id']}").json["faults"]
    assert [fault["id"] for fault in left] == [added[1]["id"]]
    assert call("DELETE", url).json == {"faults": []}


@pytest.mark.parametrize(
    "fault",
    [
        {}, {"kind": "flood"}, {"kind": "error"}, {"kind": "error", "code": "many"}, {"kind": "silent", "colour": 1},
        {"kind": "reset", "when": "later"}, {"kind": "html", "status": 7}, {"kind": "garbage", "body": "x"},
        {"kind": "reset", "when": "before_body", "customer": "573005550101"}, {"kind": "silent", "on": "sunday"},
    ],
    ids=str,
)  # fmt: skip
def test_a_fault_that_makes_no_sense_is_refused(simulator: RunningSimulator, fault: dict[str, Any]) -> None:
    answer = call("POST", simulator.base_url + FAULTS, fault)
    assert answer.status == 400
    assert answer.json["error"]
    assert call("GET", simulator.base_url + FAULTS).json == {"faults": []}
