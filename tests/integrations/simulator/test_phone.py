"""What the phone page asks for."""

import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from integrations.simulator.events import Pages
from integrations.simulator.testing import LAURA, NOA, RunningSimulator
from tests.integrations.simulator.conftest import MESSAGES, NUMBER_ID, Graph, Receiver, call, text

LAURAS_CHAT = {"phone_number_id": NUMBER_ID, "user_id": LAURA["user_id"]}


@contextmanager
def page(simulator: RunningSimulator, name: str = "p1") -> Iterator[Any]:
    """Open the stream of a page; gives a function that reads the next event."""
    connection = http.client.HTTPConnection(simulator.base_url.removeprefix("http://"), timeout=60)
    connection.request("GET", f"/_sim/events?page={name}")
    response = connection.getresponse()

    def read() -> dict[str, Any]:
        while True:
            line = response.readline()
            if line.startswith(b"data: "):
                event: dict[str, Any] = json.loads(line[6:])
                return event

    assert read() == {"type": "hello"}
    yield read
    connection.close()


def overview(simulator: RunningSimulator) -> dict[str, Any]:
    people = call("GET", f"{simulator.base_url}/_sim/phone?phone_number_id={NUMBER_ID}").json["people"]
    return {person["user_id"]: person for person in people}


def test_the_page_and_its_files_are_served_under_a_strict_policy(simulator: RunningSimulator) -> None:
    index = call("GET", simulator.base_url + "/")
    assert index.headers["content-type"] == "text/html; charset=utf-8"
    policy = index.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert b"<script>" not in index.body
    assert b" style=" not in index.body
    script = call("GET", simulator.base_url + "/page/js/main.js")
    assert script.headers["content-type"].startswith("text/javascript")
    assert call("GET", simulator.base_url + "/page/icon.svg").headers["content-type"] == "image/svg+xml"


def test_writing_as_a_customer_reaches_the_webhook(simulator: RunningSimulator, receiver: Receiver) -> None:
    body = {**LAURAS_CHAT, "text": "Hola 👋"}
    message = call("POST", simulator.base_url + "/_sim/phone/messages", body).json["message"]
    simulator.wait_idle()
    assert receiver.items("messages")[0]["id"] == message["wamid"]
    chat = call(
        "GET", f"{simulator.base_url}/_sim/phone/chat?phone_number_id={NUMBER_ID}&user_id={LAURA['user_id']}"
    )
    assert [(one["text"], one["state"]) for one in chat.json["messages"]] == [("Hola 👋", "delivered")]
    assert overview(simulator)[LAURA["user_id"]]["last"]["text"] == "Hola 👋"


def test_a_late_message_carries_its_old_time(
    simulator: RunningSimulator, graph: Graph, receiver: Receiver
) -> None:
    call(
        "POST", simulator.base_url + "/_sim/phone/messages", {**LAURAS_CHAT, "text": "Ayer", "late_hours": 26}
    )
    simulator.wait_idle()
    assert graph("POST", MESSAGES, text()).code == 131047


def test_an_unopened_chat_counts_and_opening_it_reads(
    simulator: RunningSimulator, graph: Graph, receiver: Receiver, open_window: str
) -> None:
    simulator.timeline(read="when_open")
    wamids = [graph("POST", MESSAGES, text(str(index))).wamid for index in range(3)]
    simulator.wait_idle()
    assert overview(simulator)[LAURA["user_id"]]["unread"] == 3
    assert "read" not in receiver.statuses()

    with page(simulator):
        call("POST", simulator.base_url + "/_sim/phone/look", {"page": "p1", **LAURAS_CHAT})
        simulator.wait_idle()
        read = [item["id"] for item in receiver.items("statuses") if item["status"] == "read"]
        assert sorted(read) == sorted(wamids)
        assert overview(simulator)[LAURA["user_id"]]["unread"] == 0

        later = graph("POST", MESSAGES, text("Con el chat abierto")).wamid
        simulator.wait_until(
            lambda: any(s["id"] == later and s["status"] == "read" for s in receiver.items("statuses"))
        )


def test_without_receipts_a_read_message_stays_delivered(
    simulator: RunningSimulator, graph: Graph, receiver: Receiver, open_window: str
) -> None:
    graph("POST", MESSAGES, text())
    simulator.wait_idle()
    with page(simulator):
        call("POST", simulator.base_url + "/_sim/phone/look", {"page": "p1", **LAURAS_CHAT})
        assert overview(simulator)[LAURA["user_id"]]["unread"] == 0
    simulator.wait_idle()
    assert sorted(receiver.statuses()) == ["delivered", "sent"]


def test_a_page_hears_of_everything_and_a_closed_one_is_forgotten(
    simulator: RunningSimulator, graph: Graph, receiver: Receiver
) -> None:
    simulator.timeline(read="when_open")
    with page(simulator) as read:
        call("POST", simulator.base_url + "/_sim/phone/look", {"page": "p1", **LAURAS_CHAT})
        wamid = simulator.inbound({"from": LAURA["wa_id"], "text": "Hola", "wait": True})["wamid"]
        assert read()["message"]["wamid"] == wamid
        assert read() == {"type": "state", "wamid": wamid, "state": "delivered", **LAURAS_CHAT}
        mark = {"messaging_product": "whatsapp", "status": "read", "message_id": wamid}
        graph("POST", MESSAGES, {**mark, "typing_indicator": {"type": "text"}})
        assert [read()["type"], read()["type"]] == ["read_by_business", "typing"]
        graph("POST", MESSAGES, text(context={"message_id": wamid}))
        event = read()
        assert event["message"]["state"] == "delivered"
        assert event["message"]["quoted"]["text"] == "Hola"
        simulator.fault(kind="silent")
    simulator.wait_until(lambda: not simulator.simulator.pages.is_open(NUMBER_ID, LAURA["user_id"]))


def test_a_failed_message_never_shows_on_the_phone(
    simulator: RunningSimulator, graph: Graph, open_window: str
) -> None:
    simulator.fault(kind="status_failed", code=131049, count=1)
    graph("POST", MESSAGES, text("No llega"))
    simulator.wait_idle()
    chat = call(
        "GET", f"{simulator.base_url}/_sim/phone/chat?phone_number_id={NUMBER_ID}&user_id={LAURA['user_id']}"
    )
    assert "No llega" not in chat.body.decode()


def test_long_chats_page_backwards(simulator: RunningSimulator) -> None:
    for index in range(130):
        simulator.inbound({"from": NOA["user_id"], "text": str(index)})
    url = f"{simulator.base_url}/_sim/phone/chat?phone_number_id={NUMBER_ID}&user_id={NOA['user_id']}"
    newest = call("GET", url).json
    older = call("GET", f"{url}&before={newest['messages'][0]['id']}").json
    oldest = call("GET", f"{url}&before={older['messages'][0]['id']}").json
    texts = [one["text"] for part in (oldest, older, newest) for one in part["messages"]]
    assert texts == [str(index) for index in range(130)]
    assert (newest["more"], oldest["more"]) == (True, False)


def test_new_people_have_a_phone_or_a_username(simulator: RunningSimulator, receiver: Receiver) -> None:
    url = simulator.base_url + "/_sim/phone/people"
    luna = call("POST", url, {"name": "Luna", "username": "@luna.mar"}).json["person"]
    assert (luna["phone"], luna["username"]) == (None, "luna.mar")
    assert call("POST", url, {"name": "Mateo", "phone": "+57 300 555 0177"}).status == 201
    assert call("POST", url, {"name": "Otro", "phone": "573005550177"}).status == 400
    call("POST", simulator.base_url + "/_sim/phone/messages",
         {"phone_number_id": NUMBER_ID, "user_id": luna["user_id"], "text": "Hola"})  # fmt: skip
    simulator.wait_idle()
    (message,) = receiver.items("messages")
    assert "from" not in message
    assert message["from_user_id"] == luna["user_id"]


def test_a_page_that_does_not_keep_up_loads_anew() -> None:
    pages = Pages()
    page_of_laura = pages.enter("p1")
    for number in range(502):
        pages.publish({"type": "message", "number": number})
    assert page_of_laura.queue.get_nowait() == {"type": "reload"}
    assert page_of_laura.queue.get_nowait() == {"type": "message", "number": 501}
