"""What happens to a text that is accepted: the ledger, the statuses, the window."""

import base64
import time

import pytest

from integrations.simulator.testing import LAURA, NOA, RunningSimulator, account, running
from tests.integrations.simulator.conftest import MESSAGES, Graph, Receiver, call, text


def test_an_accepted_text_stands_in_the_ledger_once(
    simulator: RunningSimulator, graph: Graph, open_window: str
) -> None:
    answer = graph("POST", MESSAGES, text("Sí, la tenemos", biz_opaque_callback_data="att:7"))

    assert answer.status == 200
    (entry,) = simulator.ledger()
    assert entry["wamid"] == answer.wamid
    assert (entry["to"], entry["recipient"], entry["text"]) == ("+573005550101", None, "Sí, la tenemos")
    assert (entry["callback_data"], entry["answered"], entry["fault"]) == ("att:7", True, None)
    assert simulator.ledger(callback_data="att:8") == []


def test_wamids_are_unique_and_name_the_customer(
    simulator: RunningSimulator, graph: Graph, open_window: str
) -> None:
    wamids = {graph("POST", MESSAGES, text()).wamid for _ in range(20)}
    assert len(wamids) == 20
    assert all(b"573005550101" in base64.b64decode(wamid.removeprefix("wamid.")) for wamid in wamids)


def test_statuses_follow_in_the_shape_of_v24_and_later(
    simulator: RunningSimulator, graph: Graph, receiver: Receiver, open_window: str
) -> None:
    simulator.timeline(read=0.05)
    before = int(time.time())
    wamid = graph("POST", MESSAGES, text(biz_opaque_callback_data="att:7")).wamid
    simulator.wait_idle()

    statuses = receiver.items("statuses")
    assert sorted(status["status"] for status in statuses) == ["delivered", "read", "sent"]
    for status in statuses:
        assert status["id"] == wamid
        assert status["recipient_id"] == LAURA["wa_id"]
        assert status["recipient_user_id"] == LAURA["user_id"]
        assert status["biz_opaque_callback_data"] == "att:7"
        assert before <= int(status["timestamp"]) <= time.time() + 1
    priced = [status["pricing"] for status in statuses if "pricing" in status]
    assert priced == [
        {"billable": False, "pricing_model": "PMP", "type": "free_customer_service", "category": "service"}
    ]
    contact = {
        "profile": {"name": "Laura Restrepo"}, "wa_id": LAURA["wa_id"], "user_id": LAURA["user_id"]
    }  # fmt: skip
    assert all(value["contacts"] == [contact] for post in receiver.posts for value in post.values)


def test_a_customer_without_a_phone_is_reached_by_user_id(
    simulator: RunningSimulator, graph: Graph, receiver: Receiver, open_window: str
) -> None:
    answer = graph("POST", MESSAGES, text(to=..., recipient=NOA["user_id"]))
    simulator.wait_idle()

    assert answer.json["contacts"] == [{"input": NOA["user_id"], "user_id": NOA["user_id"]}]
    sent, delivered = sorted(receiver.items("statuses"), key=lambda item: item["status"], reverse=True)
    assert "recipient_id" not in sent
    assert sent["recipient_user_id"] == NOA["user_id"]
    profiles = {
        value["statuses"][0]["status"]: value["contacts"][0]["profile"]
        for post in receiver.posts
        for value in post.values
    }
    assert profiles["delivered"] == {"name": "Noa", "username": "noa.market"}
    assert profiles["sent"] == {"name": "Noa"}
    assert delivered["status"] == "delivered"


def test_a_failed_status_has_no_contacts_and_no_user_id(
    simulator: RunningSimulator, graph: Graph, receiver: Receiver, open_window: str
) -> None:
    simulator.fault(kind="status_failed", code=131049, count=1)
    assert graph("POST", MESSAGES, text(biz_opaque_callback_data="att:1")).status == 200
    simulator.wait_idle()

    (value,) = receiver.posts[0].values
    (status,) = value["statuses"]
    assert "contacts" not in value
    assert status["status"] == "failed"
    assert status["recipient_id"] == LAURA["wa_id"]
    assert "recipient_user_id" not in status
    assert status["errors"][0]["code"] == 131049
    assert status["errors"][0]["href"] == "/documentation/business-messaging/whatsapp/support/error-codes"
    assert simulator.ledger()[0]["fault"] == "status_failed:after_accept:131049"


@pytest.mark.parametrize("spelling", ["+52 55 1234 5678", "+5215512345678"])
def test_number_variants_find_the_same_mexican(receiver: Receiver, spelling: str) -> None:
    andres = {"wa_id": "5215512345678", "user_id": "MX.1", "name": "Andrés"}
    with running(accounts=[account(webhook_url=receiver.url)], customers=[andres]) as simulator:
        simulator.inbound({"from": "525512345678", "text": "Hola"})
        headers = {"Authorization": "Bearer EAAB_TEST_TOKEN"}
        answer = call("POST", simulator.base_url + MESSAGES, text(to=spelling), headers=headers)
        assert answer.json["contacts"] == [{"input": spelling, "wa_id": "5215512345678"}]


def test_without_a_plus_meta_puts_its_own_country_in_front(graph: Graph, open_window: str) -> None:
    assert graph("POST", MESSAGES, text(to="3005550101")).status == 200
    assert graph("POST", MESSAGES, text(to="573005550101")).code == 131047


def test_the_window_goes_by_the_time_of_the_message_and_by_number(
    simulator: RunningSimulator, graph: Graph, receiver: Receiver
) -> None:
    other = account(phone_number_id="417398204718402", display_phone_number="+57 300 5550191")
    simulator.accounts([other])
    assert graph("POST", MESSAGES, text()).code == 131047

    a_day_ago = int(time.time()) - 24 * 3600
    simulator.inbound({"from": LAURA["wa_id"], "text": "Hola", "timestamp": a_day_ago - 5})
    assert graph("POST", MESSAGES, text()).code == 131047
    simulator.inbound({"from": LAURA["wa_id"], "text": "Hola", "timestamp": a_day_ago + 60})
    assert graph("POST", MESSAGES, text()).status == 200
    assert graph("POST", MESSAGES.replace("417398204718336", "417398204718402"), text()).code == 131047
    assert len(simulator.ledger()) == 1


def test_early_statuses_come_before_the_answer(
    simulator: RunningSimulator, graph: Graph, receiver: Receiver, open_window: str
) -> None:
    simulator.timeline(early=True, sent=0.5, delivered=0.9, read=1)
    wamid = graph("POST", MESSAGES, text()).wamid
    assert sorted(receiver.statuses()) == ["delivered", "read", "sent"]
    assert {item["id"] for item in receiver.items("statuses")} == {wamid}


def test_statuses_can_be_shuffled_and_doubled(
    simulator: RunningSimulator, graph: Graph, receiver: Receiver, open_window: str
) -> None:
    simulator.timeline(sent=0, delivered=0.05, read=0.1, order="shuffled", copies=2)
    orders = set()
    for _ in range(12):
        receiver.posts.clear()
        graph("POST", MESSAGES, text())
        simulator.wait_idle()
        assert sorted(receiver.statuses()) == ["delivered", "delivered", "read", "read", "sent", "sent"]
        orders.add(tuple(dict.fromkeys(receiver.statuses())))
    assert len(orders) > 1


def test_reading_marks_earlier_messages_and_is_remembered(
    simulator: RunningSimulator, graph: Graph, open_window: str
) -> None:
    later = simulator.inbound({"from": LAURA["wa_id"], "text": "¿Están?"})["wamid"]
    body = {"messaging_product": "whatsapp", "status": "read", "message_id": later}
    assert graph("POST", MESSAGES, body).json == {"success": True}
    assert graph("POST", MESSAGES, {**body, "typing_indicator": {"type": "text"}}).status == 200

    assert [(read["message_id"], read["typing"]) for read in simulator.reads()] == [
        (later, False),
        (later, True),
    ]
    first = simulator.call(lambda: simulator.simulator.chats.find(open_window))
    assert first is not None
    assert first.state == "read"
    assert simulator.ledger() == []


def test_the_first_thousand_of_a_month_are_free(simulator: RunningSimulator) -> None:
    tariff = simulator.simulator.tariff
    prices = simulator.call(lambda: [tariff.next_pricing("1") for _ in range(1001)])
    assert [price["type"] for price in prices[-2:]] == ["free_customer_service", "regular"]
    assert prices[-1]["billable"] is True
