"""Webhooks on their way: signed over the bytes, repeated, grouped, doubled, shuffled, held."""

import base64
import hashlib
import hmac
import json
import time
from pathlib import Path
from typing import Any

import pytest

from integrations.simulator.outbox import backoff_seconds
from integrations.simulator.testing import LAURA, RunningSimulator, account, running
from integrations.simulator.webhooks import meta_json, signature
from tests.integrations.simulator.conftest import MESSAGES, Graph, Receiver, call, text

PAYLOADS = Path(__file__).parents[2] / "payloads" / "whatsapp"
LAURAS: dict[str, Any] = {"from": LAURA["wa_id"], "text": "Hola"}


def test_signatures_are_those_that_were_recorded() -> None:
    vectors = json.loads((PAYLOADS / "signatures.json").read_text())
    for vector in vectors["files"]:
        body = (PAYLOADS / vector["file"]).read_bytes()
        assert signature(vector["app_secret"], body) == vector["x_hub_signature_256"]
    for vector in vectors["inline"]:
        assert signature(vector["app_secret"], vector["body_utf8"].encode()) == vector["x_hub_signature_256"]


def test_json_is_escaped_as_meta_escapes_it() -> None:
    recorded = (PAYLOADS / "webhooks" / "raw_escaped_compact.json").read_bytes().strip()
    assert meta_json(json.loads(recorded)) == recorded
    assert json.loads(meta_json({"a": "\\/ \ud800 \u0000 ñ"})) == {"a": "\\/ \ud800 \u0000 ñ"}


@pytest.mark.parametrize("recorded", ["msg_text_basic", "msg_text_bsuid_only", "msg_text_reply_context"])
def test_a_customers_text_has_the_recorded_shape(
    simulator: RunningSimulator, receiver: Receiver, recorded: str
) -> None:
    expected = json.loads((PAYLOADS / "webhooks" / f"{recorded}.json").read_text())
    message = expected["entry"][0]["changes"][0]["value"]["messages"][0]
    simulator.inbound({
        "from": message.get("from") or message["from_user_id"], "text": message["text"]["body"],
        "timestamp": int(message["timestamp"]), "context_wamid": message.get("context", {}).get("id"), "wait": True,
    })  # fmt: skip
    (post,) = receiver.posts
    assert post.headers["x-hub-signature-256"] == "sha256=" + _hmac(b"test_app_secret", post.body)
    assert post.headers["content-type"] == "application/json"
    got = post.json
    got["entry"][0]["changes"][0]["value"]["messages"][0]["id"] = message["id"]
    assert got == expected
    assert json.dumps(got) == json.dumps(expected), "also the order of keys"


def _hmac(secret: bytes, body: bytes) -> str:
    return hmac.new(secret, body, hashlib.sha256).hexdigest()


def test_a_post_is_repeated_with_the_same_bytes_until_it_gets_a_200(
    simulator: RunningSimulator, receiver: Receiver
) -> None:
    receiver.answers = [503, 201, 200]
    assert simulator.inbound({**LAURAS, "wait": True})["delivered"] is True
    assert len(receiver.posts) == 3
    assert len({post.body for post in receiver.posts}) == 1
    first, second, third = (post.at for post in receiver.posts)
    assert second - first < 0.5
    assert 0.9 < third - second < 3


def test_waits_between_attempts_grow_to_a_minute() -> None:
    assert [backoff_seconds(attempts) for attempts in range(1, 12)] == [0, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60]
    assert backoff_seconds(10_000) == 60


def test_webhooks_wait_for_a_product_that_is_away(receiver: Receiver) -> None:
    with running(accounts=[account(webhook_url="http://127.0.0.1:1/x")], customers=[LAURA]) as simulator:
        wamid = simulator.inbound(LAURAS)["wamid"]
        simulator.wait_until(lambda: simulator.deliveries()["failing"])
        failing = simulator.deliveries()["failing"][0]
        assert failing["wamids"] == [wamid]
        assert failing["status"] is None
        assert failing["error"]
        simulator.accounts([account(webhook_url=receiver.url)])
        simulator.wait_idle()
        assert [item["id"] for item in receiver.items("messages")] == [wamid]


def test_an_order_without_retry_tells_the_answer(simulator: RunningSimulator, receiver: Receiver) -> None:
    receiver.answers = [401]
    answer = simulator.inbound(
        {"raw": {"object": "x"}, "signature": "sha256=00", "retry": False, "wait": True}
    )
    assert (answer["status"], answer["delivered"]) == (401, False)
    assert receiver.posts[0].headers["x-hub-signature-256"] == "sha256=00"
    assert simulator.deliveries()["pending"] == 0


def test_raw_bytes_are_sent_and_signed_as_they_are(simulator: RunningSimulator, receiver: Receiver) -> None:
    body = b'{ "object":"\xff\x00 broken'
    encoded = base64.b64encode(body).decode()
    simulator.inbound({"raw_bytes_base64": encoded, "wait": True})
    simulator.inbound({"raw_bytes_base64": encoded, "signature": "", "wait": True})
    assert [post.body for post in receiver.posts] == [body, body]
    assert receiver.posts[0].headers["x-hub-signature-256"] == signature("test_app_secret", body)
    assert "x-hub-signature-256" not in receiver.posts[1].headers


def test_recorded_bodies_open_the_window_and_can_be_marked_as_read(
    simulator: RunningSimulator, graph: Graph, receiver: Receiver
) -> None:
    body = json.loads((PAYLOADS / "webhooks" / "msg_image_caption.json").read_text())
    message = body["entry"][0]["changes"][0]["value"]["messages"][0]
    message["timestamp"] = str(int(time.time()))
    simulator.inbound({"raw": body, "wait": True})
    assert receiver.posts[0].json == body
    read = {"messaging_product": "whatsapp", "status": "read", "message_id": message["id"]}
    assert graph("POST", MESSAGES, read).status == 200
    assert graph("POST", MESSAGES, text(to="+" + message["from"])).status == 200


def test_every_recorded_body_can_be_posted(simulator: RunningSimulator, receiver: Receiver) -> None:
    bodies = [path.read_bytes() for path in sorted((PAYLOADS / "webhooks").glob("*.json"))]
    assert len(bodies) > 150
    for body in bodies:
        order = {"raw_bytes_base64": base64.b64encode(body).decode(), "wait": True}
        assert simulator.inbound(order)["delivered"] is True
    assert [post.body for post in receiver.posts] == bodies


def test_copies_arrive_in_parallel(simulator: RunningSimulator, receiver: Receiver) -> None:
    simulator.inbound({**LAURAS, "copies": 30})
    simulator.wait_idle()
    assert len(receiver.posts) == 30
    assert len({item["id"] for item in receiver.items("messages")}) == 1
    overview = simulator.call(lambda: simulator.simulator.chats.overview("417398204718336"))
    assert overview[LAURA["user_id"]]["last"]["state"] == "delivered"


def test_updates_can_travel_together(simulator: RunningSimulator, receiver: Receiver) -> None:
    simulator.webhooks(batch=10, batch_seconds=0.2)
    for index in range(25):
        simulator.inbound({**LAURAS, "text": str(index)})
    simulator.wait_idle()
    sizes = sorted(len(post.values[0]["messages"]) for post in receiver.posts)
    assert sum(sizes) == 25
    assert max(sizes) == 10
    assert all(len(post.values[0]["contacts"]) == 1 for post in receiver.posts)
    assert {item["text"]["body"] for item in receiver.items("messages")} == {
        str(index) for index in range(25)
    }


def test_a_batch_holds_numbers_and_kinds_apart(
    receiver: Receiver, graph: Graph, simulator: RunningSimulator
) -> None:
    second = account(
        phone_number_id="2", waba_id="20", display_phone_number="+57 1", webhook_url=receiver.url
    )
    simulator.accounts([second])
    simulator.inbound({**LAURAS, "wait": True})
    receiver.posts.clear()
    simulator.webhooks(batch=10, batch_seconds=0.3)
    simulator.inbound(LAURAS)
    simulator.inbound({**LAURAS, "phone_number_id": "2"})
    graph("POST", MESSAGES, text())
    simulator.wait_idle()
    (post,) = receiver.posts
    shown = [
        (entry["id"], change["value"]["metadata"]["phone_number_id"], kind)
        for entry in post.json["entry"]
        for change in entry["changes"]
        for kind in ("messages", "statuses")
        if kind in change["value"]
    ]
    assert shown == [
        ("389201746529183", "417398204718336", "messages"),
        ("389201746529183", "417398204718336", "statuses"),
        ("20", "2", "messages"),
    ]


def test_posts_can_be_doubled(simulator: RunningSimulator, receiver: Receiver) -> None:
    simulator.webhooks(duplicates=2)
    simulator.inbound(LAURAS)
    simulator.wait_idle()
    assert len(receiver.posts) == 3
    assert len({post.body for post in receiver.posts}) == 1


def test_held_webhooks_come_late_but_the_phone_moves_on(
    simulator: RunningSimulator, graph: Graph, receiver: Receiver, open_window: str
) -> None:
    url = simulator.base_url + "/_sim/webhooks"
    assert call("POST", url, {"hold": True}).json["hold"] is True
    wamid = graph("POST", MESSAGES, text()).wamid

    def state() -> str:
        bubble = simulator.call(lambda: simulator.simulator.chats.find(wamid))
        return bubble.state if bubble else ""

    simulator.wait_until(lambda: state() == "delivered")
    assert receiver.posts == []
    assert simulator.deliveries()["updates"] == 2
    call("POST", url, {"hold": False, "shuffle": True})
    simulator.wait_idle()
    assert sorted(receiver.statuses()) == ["delivered", "sent"]


def test_many_webhooks_are_all_delivered_once(simulator: RunningSimulator, receiver: Receiver) -> None:
    wamids = {simulator.inbound({**LAURAS, "text": str(index)})["wamid"] for index in range(200)}
    simulator.wait_idle(30)
    received = [item["id"] for item in receiver.items("messages")]
    assert len(received) == 200
    assert set(received) == wamids
