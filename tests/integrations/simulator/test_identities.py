"""People who change their number, their BSUID or their username, and what businesses learn of it."""

import json
from pathlib import Path

import pytest

from integrations.simulator.testing import LAURA, NOA, RunningSimulator, account
from tests.integrations.simulator.conftest import MESSAGES, NUMBER_ID, Graph, Receiver, call, text

FOLDER = Path(__file__).parents[2] / "payloads" / "whatsapp" / "webhooks"
NEW = "573005550121"
CHAT = {"phone_number_id": NUMBER_ID, "user_id": LAURA["user_id"]}


@pytest.mark.parametrize(
    ("name", "legacy"),
    [("msg_system_user_changed_number", False), ("msg_system_number_changed_legacy", True)],
)
def test_a_new_number_has_the_recorded_shape(
    simulator: RunningSimulator, receiver: Receiver, name: str, legacy: bool
) -> None:
    answer = simulator.inbound({"from": LAURA["wa_id"], "change_number": NEW, "legacy": legacy, "wait": True})
    (value,) = receiver.posts[0].values
    recorded = json.loads((FOLDER / f"{name}.json").read_text())["entry"][0]["changes"][0]["value"]
    (message,) = value["messages"]
    assert list(message["system"]) == list(recorded["messages"][0]["system"])
    assert list(message) == list(recorded["messages"][0])
    assert "contacts" not in value
    assert (message["from"], message["system"]["wa_id"]) == (LAURA["wa_id"], NEW)
    assert message["system"]["body"] == f"User Laura Restrepo changed from {LAURA['wa_id']} to {NEW}"
    if not legacy:
        assert message["system"]["previous_user_id"] == LAURA["user_id"]
        assert message["system"]["user_id"] == answer["user_id"] != LAURA["user_id"]


def test_the_chat_and_its_window_move_along(
    simulator: RunningSimulator, graph: Graph, receiver: Receiver, open_window: str
) -> None:
    user_id = simulator.inbound({"from": LAURA["wa_id"], "change_number": NEW, "wait": True})["user_id"]
    receiver.posts.clear()
    assert graph("POST", MESSAGES, text(to=f"+{NEW}")).status == 200
    assert graph("POST", MESSAGES, text(to=..., recipient=user_id)).status == 200
    assert graph("POST", MESSAGES, text(to=f"+{LAURA['wa_id']}")).code == 131047
    assert graph("POST", MESSAGES, text(to=..., recipient=LAURA["user_id"])).code == 131026
    simulator.wait_idle()
    assert {status["recipient_user_id"] for status in receiver.items("statuses")} == {user_id}
    receiver.posts.clear()
    simulator.inbound({"from": NEW, "text": "Soy yo", "wait": True})
    assert receiver.items("messages")[0]["from_user_id"] == user_id
    assert receiver.posts[0].values[0]["contacts"][0]["profile"] == {"name": "Laura Restrepo"}


def test_every_business_that_knows_them_is_told(simulator: RunningSimulator, receiver: Receiver) -> None:
    for number in ("2", "3"):
        simulator.accounts([account(phone_number_id=number, display_phone_number=f"+57 {number}",
                                    webhook_url=receiver.url)])  # fmt: skip
    simulator.inbound({"from": LAURA["wa_id"], "text": "Hola", "phone_number_id": "2", "wait": True})
    receiver.posts.clear()
    simulator.inbound({"from": LAURA["wa_id"], "change_number": NEW, "wait": True})
    simulator.wait_idle()
    told = {value["metadata"]["phone_number_id"] for post in receiver.posts for value in post.values}
    assert told == {NUMBER_ID, "2"}


@pytest.mark.parametrize("order", [{"change_user_id": True}, {"change_number": NEW}])
def test_who_hides_their_number_gets_another_bsuid(
    simulator: RunningSimulator, receiver: Receiver, order: dict[str, object]
) -> None:
    simulator.inbound({"from": NOA["user_id"], **order, "wait": True})
    recorded = json.loads((FOLDER / "msg_system_user_changed_user_id.json").read_text())
    (expected,) = recorded["entry"][0]["changes"][0]["value"]["messages"]
    (message,) = receiver.items("messages")
    assert list(message) == list(expected)
    assert list(message["system"]) == list(expected["system"])
    assert message["system"]["previous_user_id"] == NOA["user_id"]


def test_a_username_may_withhold_the_phone_which_still_reaches_them(
    simulator: RunningSimulator, graph: Graph, receiver: Receiver, open_window: str
) -> None:
    url = simulator.base_url + "/_sim/phone/people/profile"
    body = {**CHAT, "name": "Laura R.", "username": "@laura.r", "hide_phone": True}
    person = call("POST", url, body).json["person"]
    assert (person["phone"], person["username"], person["name"]) == (None, "laura.r", "Laura R.")
    assert person["hidden_phone"] == f"+{LAURA['wa_id']}"
    simulator.inbound({"from": LAURA["user_id"], "text": "Hola", "wait": True})
    (value,) = receiver.posts[-1].values
    contact = {"profile": {"name": "Laura R.", "username": "laura.r"}, "user_id": LAURA["user_id"]}
    assert value["contacts"] == [contact]
    assert "from" not in value["messages"][0]
    receiver.posts.clear()
    answer = graph("POST", MESSAGES, text())
    assert answer.json["contacts"] == [{"input": "+573005550101", "wa_id": "573005550101"}]
    simulator.wait_idle()
    assert {status["recipient_id"] for status in receiver.items("statuses")} == {"573005550101"}
    person = call("POST", url, {**CHAT, "username": "", "hide_phone": True}).json["person"]
    assert (person["phone"], person["username"], person["hidden_phone"]) == ("+573005550101", None, None)


def test_who_has_no_phone_keeps_the_username(simulator: RunningSimulator) -> None:
    body = {"phone_number_id": NUMBER_ID, "user_id": NOA["user_id"], "username": ""}
    assert call("POST", simulator.base_url + "/_sim/phone/people/profile", body).status == 400


def test_marketing_can_be_stopped_from_the_phone(simulator: RunningSimulator, receiver: Receiver) -> None:
    def has_stopped(user_id: str) -> bool:
        people = call("GET", f"{simulator.base_url}/_sim/phone?phone_number_id={NUMBER_ID}").json["people"]
        return bool({one["user_id"]: one["has_stopped"] for one in people}[user_id])

    url = simulator.base_url + "/_sim/phone/people/marketing"
    assert call("POST", url, {**CHAT, "stop": True}).status == 200
    simulator.wait_idle()
    assert has_stopped(LAURA["user_id"])
    user_id = simulator.inbound({"from": LAURA["wa_id"], "change_number": NEW, "wait": True})["user_id"]
    assert has_stopped(user_id)
    call("POST", url, {**CHAT, "user_id": user_id, "stop": False})
    simulator.wait_idle()
    assert [one["value"] for one in receiver.items("user_preferences")] == ["stop", "resume"]
    assert not has_stopped(user_id)


def test_a_new_number_from_the_phone_is_checked(simulator: RunningSimulator) -> None:
    url = simulator.base_url + "/_sim/phone/people/number"
    assert call("POST", url, {**CHAT, "phone": "12"}).status == 400
    assert call("POST", url, {**CHAT, "phone": LAURA["wa_id"]}).status == 400
    assert call("POST", url, {**CHAT, "phone": "+57 300 555 0121"}).json["person"]["phone"] == f"+{NEW}"
