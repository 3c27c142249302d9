"""Customers' messages of every kind have the recorded shapes."""

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from integrations.simulator.account_events import names
from integrations.simulator.media import samples
from integrations.simulator.testing import LAURA, NOA, RunningSimulator, account
from tests.integrations.simulator.conftest import MESSAGES, NUMBER_ID, TOKEN, Graph, Receiver, call, text

FOLDER = Path(__file__).parents[2] / "payloads" / "whatsapp" / "webhooks"
ANDRES = {"wa_id": "573005550102", "user_id": "CO.22918374650192837465", "name": "Andrés Gómez"}
CAMILA = {"wa_id": "573005550106", "user_id": "CO.60918273645546372819", "name": "Camila 🌸"}
BY_CONTENT = [
    "msg_location_pin", "msg_location_place", "msg_contacts_multi", "msg_contacts_request_reply",
    "msg_contacts_no_name", "msg_interactive_button_reply", "msg_interactive_list_reply",
    "msg_interactive_list_reply_no_description", "msg_interactive_flow_reply", "msg_interactive_address_reply",
    "msg_interactive_call_permission_accept", "msg_order_catalog", "msg_unknown_future_type",
]  # fmt: skip
# By name: how the recorded message is ordered, beside its sender, time and quoted message.
BY_ORDER: dict[str, dict[str, Any]] = {
    "msg_text_forwarded": {"text": "Reenvío lo que me dijo el contador", "forwarded": True},
    "msg_text_frequently_forwarded": {"text": "Cadena: comparte con 10 amigos", "forwarded": "frequently"},
    "msg_text_ad_referral_image": {"text": "Hola! Quiero más información sobre esto", "referral": True},
    "msg_text_product_inquiry": {"text": "¿Todavía está disponible?", "product": True},
    "msg_image_caption": {"type": "image", "caption": "¿Tienen este color?"},
    "msg_image_legacy_no_url": {"type": "image", "media": {"url": False}},
    "msg_video_caption": {"type": "video", "caption": "Así llegó el paquete 📦"},
    "msg_audio_voice_note": {"type": "audio", "voice": True},
    "msg_audio_file": {"type": "audio"},
    "msg_document_pdf": {
        "type": "document", "caption": "Comprobante de pago", "media": {"file_name": "comprobante_nov_2026.pdf"},
    },
    "msg_document_no_filename": {
        "type": "document", "media": {"bytes_base64": "AAEC", "mime_type": "application/octet-stream"},
    },
    "msg_sticker_static": {"type": "sticker"},
    "msg_sticker_animated": {"type": "sticker", "media": "sticker_animated"},
    "msg_media_too_large_131052": {"type": "video", "too_large": True},
    "msg_button_template_quick_reply": {"type": "button", "text": "Confirmar", "payload": "confirm_order:8821"},
    "msg_button_no_context": {"type": "button", "text": "STOP"},
    "msg_unsupported_131051_poll": {"type": "unsupported", "content": {"type": "poll_creation"}},
    "msg_unsupported_131051_no_hint": {"type": "unsupported"},
    "msg_unsupported_131060_coexistence": {"type": "unsupported", "code": 131060},
}  # fmt: skip
# What is made up anew for each file.
MADE_UP = ("id", "sha256", "url")


def recorded(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text())["entry"][0]
    return found


def without_made_up(body: dict[str, Any]) -> dict[str, Any]:
    """The body with what differs each time replaced, its keys in their order."""
    for change in body["changes"]:
        for message in [*change["value"].get("messages", []), *change["value"].get("message_echoes", [])]:
            message["id"] = "wamid"
            content = message.get(message["type"])
            inner = content.get("message", {}) if isinstance(content, dict) else {}
            for file in (content, inner.get(inner.get("type"))):
                if isinstance(file, dict) and "sha256" in file:
                    file |= {key: f"<{key}>" for key in MADE_UP if key in file}
    return body


@pytest.fixture
def everyone(simulator: RunningSimulator) -> RunningSimulator:
    simulator.accounts([], [LAURA, NOA, ANDRES, CAMILA])
    return simulator


def order_of(message: dict[str, Any]) -> dict[str, Any]:
    """Sender, time and quoted message of a recorded message."""
    order = {"from": message.get("from") or message["from_user_id"], "timestamp": int(message["timestamp"])}
    quoted = message.get("context", {}).get("id")
    return {**order, "wait": True} | ({"context_wamid": quoted} if quoted else {})


@pytest.mark.parametrize("name", [*BY_CONTENT, *BY_ORDER])
def test_a_message_of_every_kind_has_the_recorded_shape(
    everyone: RunningSimulator, receiver: Receiver, name: str
) -> None:
    expected = recorded(name)
    message = expected["changes"][0]["value"]["messages"][0]
    order = BY_ORDER.get(name) or {"type": message["type"], "content": message[message["type"]]}
    answer = everyone.inbound({**order_of(message), **order})
    assert answer["delivered"] is True
    got, wanted = without_made_up(receiver.posts[0].json["entry"][0]), without_made_up(expected)
    assert got == wanted


@pytest.mark.parametrize(
    ("name", "order"),
    [
        ("msg_reaction_add", {"emoji": "😮"}),
        ("msg_reaction_remove_no_emoji", {}),
        ("msg_reaction_remove_empty_emoji", {"removal": "empty"}),
        ("msg_reaction_zwj_emoji", {"emoji": "👩🏽‍🚀"}),
    ],
)
def test_reactions_have_the_recorded_shape(
    everyone: RunningSimulator, receiver: Receiver, name: str, order: dict[str, Any]
) -> None:
    message = recorded(name)["changes"][0]["value"]["messages"][0]
    target = message["reaction"]["message_id"]
    everyone.inbound({**order_of(message), "type": "reaction", "target": target, **order})
    got = receiver.items("messages")[0]
    if "emoji" in message["reaction"] and order.get("emoji"):
        message["reaction"]["emoji"] = order["emoji"]
    assert {**got, "id": ""} == {**message, "id": ""}


def test_edits_and_deletions_have_the_recorded_shape(everyone: RunningSimulator, receiver: Receiver) -> None:
    everyone.inbound({"from": LAURA["wa_id"], "text": "Hola"})
    target = everyone.inbound({"from": LAURA["wa_id"], "type": "image", "caption": "¿?", "wait": True})[
        "wamid"
    ]
    everyone.wait_idle()
    receiver.posts.clear()
    expected = recorded("msg_edit_image_caption")
    message = expected["changes"][0]["value"]["messages"][0]
    edit = {**order_of(message), "type": "edit", "target": target, "text": "¿Tienen este color en talla L?"}
    everyone.inbound(edit)
    message["edit"]["original_message_id"] = target
    assert without_made_up(receiver.posts[0].json["entry"][0]) == without_made_up(expected)

    for name, order in (
        ("msg_edit_text", {"text": "Hola, ¿tienen esta blusa en talla L?"}),
        ("msg_revoke", {}),
    ):
        expected = recorded(name)
        message = expected["changes"][0]["value"]["messages"][0]
        target = message[message["type"]]["original_message_id"]
        everyone.inbound({**order_of(message), "type": message["type"], "target": target, **order})
        assert without_made_up(receiver.posts[-1].json["entry"][0]) == without_made_up(expected)


def test_echoes_have_the_recorded_shape(everyone: RunningSimulator, receiver: Receiver) -> None:
    expected = recorded("smb_echo_text")
    echo = expected["changes"][0]["value"]["message_echoes"][0]
    order = {"from": LAURA["wa_id"], "echo": True, "timestamp": int(echo["timestamp"]), "wait": True}
    target = everyone.inbound({**order, "text": echo["text"]["body"]})["wamid"]
    assert without_made_up(receiver.posts[0].json["entry"][0]) == without_made_up(expected)

    for name, change in (("smb_echo_edit", "edit"), ("smb_echo_revoke", "revoke")):
        expected = recorded(name)
        echo = expected["changes"][0]["value"]["message_echoes"][0]
        echo[change]["original_message_id"] = target
        words = echo[change].get("message", {}).get("text", {}).get("body")
        changed = {"type": change, "target": target, "timestamp": int(echo["timestamp"])}
        everyone.inbound({**order, **changed, **({"text": words} if words else {})})
        assert without_made_up(receiver.posts[-1].json["entry"][0]) == without_made_up(expected)
    found = everyone.call(lambda: everyone.simulator.chats.find(target))
    assert found is not None
    assert (found.direction, found.state, found.extras["deleted"]) == ("out", "delivered", True)


@pytest.mark.parametrize("value", ["stop", "resume", "signup"])
def test_preferences_have_the_recorded_shape(
    everyone: RunningSimulator, receiver: Receiver, value: str
) -> None:
    expected = recorded(f"user_preferences_{value}")
    wanted = expected["changes"][0]["value"]["user_preferences"][0]
    everyone.inbound({"from": wanted["wa_id"], "preference": value, "wait": True})
    got = receiver.posts[0].json["entry"][0]
    assert isinstance(got["changes"][0]["value"]["user_preferences"][0]["timestamp"], int)
    for body in (got, expected):
        body["changes"][0]["value"]["user_preferences"][0] |= {"timestamp": 0, "signup_id": ""}
    assert got == expected


@pytest.mark.parametrize("name", names())
def test_events_of_accounts_have_the_recorded_shape(
    simulator: RunningSimulator, receiver: Receiver, name: str
) -> None:
    expected = recorded(name)
    assert simulator.inbound({"event": name, "wait": True})["delivered"] is True
    got = receiver.posts[0].json["entry"][0]

    def timeless(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: timeless(one) for key, one in value.items()}
        if isinstance(value, list):
            return [timeless(one) for one in value]
        return 0 if isinstance(value, int) and 1_700_000_000 < value < 1_900_000_000 else value

    assert timeless(got) == timeless(expected)


def test_an_event_may_say_something_else(simulator: RunningSimulator, receiver: Receiver) -> None:
    simulator.inbound({"event": "phone_name_rejected", "with": {"rejection_reason": None, "decision": "DEFERRED"},
                       "wait": True})  # fmt: skip
    value = receiver.posts[0].values[0]
    assert value["decision"] == "DEFERRED"
    assert "rejection_reason" not in value
    answer = call("POST", simulator.base_url + "/_sim/inbound", {"event": "earthquake"})
    assert answer.status == 400
    assert call("GET", simulator.base_url + "/_sim/events-of-accounts").json["events"] == names()


def test_a_file_of_a_customer_can_be_had_by_link_and_by_id(
    simulator: RunningSimulator, graph: Graph, receiver: Receiver
) -> None:
    answer = simulator.inbound({"from": LAURA["wa_id"], "type": "image", "wait": True})
    image = receiver.items("messages")[0]["image"]
    assert answer["media_id"] == image["id"]
    digest = hashlib.sha256(samples.data("photo")).digest()
    assert base64.b64decode(image["sha256"]) == digest
    headers = {"Authorization": f"Bearer {TOKEN}"}
    assert call("GET", image["url"], headers=headers).body == samples.data("photo")
    found = graph("GET", f"/v26.0/{image['id']}?phone_number_id={NUMBER_ID}").json
    assert found["sha256"] == digest.hex()
    assert call("GET", found["url"], headers=headers).body == samples.data("photo")
    assert graph("GET", f"/v26.0/{image['id']}?phone_number_id=1").code == 100


def test_what_is_told_of_a_file_may_lie(
    simulator: RunningSimulator, graph: Graph, receiver: Receiver
) -> None:
    evil = base64.b64encode(b"<svg onload=alert(1)>").decode()
    media = {
        "bytes_base64": evil, "mime_type": "image/jpeg", "sha256": "nothing", "file_name": "../../a.jpg",
    }  # fmt: skip
    for kind in ("image", "document"):
        simulator.inbound({"from": LAURA["wa_id"], "type": kind, "media": media, "wait": True})
    image, document = (item[item["type"]] for item in receiver.items("messages"))
    assert (image["mime_type"], image["sha256"]) == ("image/jpeg", "nothing")
    assert document["filename"] == "../../a.jpg"
    found = graph("GET", f"/v26.0/{image['id']}").json
    assert (found["mime_type"], found["sha256"]) == ("image/jpeg", "nothing")
    gone = simulator.inbound({"from": LAURA["wa_id"], "type": "image", "media": {"gone": True}})["media_id"]
    assert graph("GET", f"/v26.0/{gone}").code == 100


def test_reactions_and_edits_show_on_the_phone_and_open_no_window(
    simulator: RunningSimulator, graph: Graph, open_window: str
) -> None:
    wamid = graph("POST", MESSAGES, text("Hola")).wamid
    simulator.inbound({"from": LAURA["wa_id"], "type": "reaction", "target": wamid, "emoji": "👍"})
    simulator.inbound({"from": LAURA["wa_id"], "type": "reaction", "target": wamid, "emoji": "❤️"})
    simulator.inbound({"from": LAURA["wa_id"], "type": "edit", "target": open_window, "text": "Buenas"})

    def found(one: str) -> Any:
        return simulator.call(lambda: simulator.simulator.chats.find(one))

    assert found(wamid).reactions == [{"side": "customer", "emoji": "❤️"}]
    assert found(open_window).text == "Buenas"
    simulator.inbound({"from": LAURA["wa_id"], "type": "reaction", "target": wamid})
    assert found(wamid).reactions == []
    simulator.inbound({"from": LAURA["wa_id"], "type": "revoke", "target": open_window})
    assert found(open_window).as_json()["text"] == ""

    new = {"from": "573005550199", "type": "reaction", "target": wamid, "emoji": "👍"}
    simulator.inbound(new)
    assert graph("POST", MESSAGES, text(to="+573005550199")).code == 131047


def test_orders_that_make_no_sense_are_refused_in_words(simulator: RunningSimulator) -> None:
    person = {"from": LAURA["wa_id"]}
    for order in (
        {**person, "type": "image", "media": "unicorn"}, {**person, "type": "image", "media": 5},
        {**person, "type": "image", "media": {"colour": 1}}, {**person, "type": "reaction"},
        {**person, "type": "image", "media": {"bytes_base64": "?"}}, {**person, "forwarded": "x", "text": "x"},
        {**person, "preference": "maybe"}, {**person, "change_number": "12"},
        {**person, "change_number": LAURA["wa_id"]}, {"event": "x"}, {"event": "phone_name_approved", "with": 1},
    ):  # fmt: skip
        answer = call("POST", simulator.base_url + "/_sim/inbound", order)
        assert answer.status == 400, order
        assert answer.json["error"]


def test_the_number_of_a_business_decides_where_a_message_goes(
    simulator: RunningSimulator, receiver: Receiver
) -> None:
    simulator.accounts([account(phone_number_id="2", waba_id="20", display_phone_number="+57 1",
                                webhook_url=receiver.url)])  # fmt: skip
    simulator.inbound({"from": LAURA["wa_id"], "type": "sticker", "phone_number_id": "2", "wait": True})
    assert receiver.posts[0].values[0]["metadata"]["phone_number_id"] == "2"
