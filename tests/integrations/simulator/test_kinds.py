"""Messages of every kind: what is accepted, what is refused with which code, what follows."""

from typing import Any

import pytest

from integrations.simulator.media import samples
from integrations.simulator.media.sniff import sniff
from integrations.simulator.testing import LAURA, NOA, RunningSimulator
from tests.integrations.simulator.conftest import MESSAGES, NUMBER_ID, Graph, Receiver, call, text


def of(kind: str, content: Any, **changes: Any) -> dict[str, Any]:
    """The body of a message of a kind to Laura."""
    return {**text(text=...), "type": kind, kind: content, **changes}


def stored(simulator: RunningSimulator, sample: str) -> str:
    """Upload a sample; gives its id."""

    def put() -> str:
        shelf, data = simulator.simulator.shelf, samples.data(sample)
        return shelf.add(NUMBER_ID, "upload", shelf.blobs.put(data), len(data), sniff(data)).media_id

    return simulator.call(put)


def interactive(kind: str, action: Any, **more: Any) -> dict[str, Any]:
    return {"type": kind, "body": {"text": "¿Sí?"}, "action": action, **more}


def buttons(*titles: str) -> dict[str, Any]:
    return {
        "buttons": [{"type": "reply", "reply": {"id": f"b{i}", "title": t}} for i, t in enumerate(titles)]
    }


def rows(*counts: int, title: str | None = "Grupo") -> dict[str, Any]:
    sections = [
        {"rows": [{"id": f"{s}.{r}", "title": "Fila"} for r in range(count)]}
        | ({"title": title} if title else {})
        for s, count in enumerate(counts)
    ]
    return {"button": "Ver", "sections": sections}


LINK = {"name": "cta_url", "parameters": {"display_text": "Abrir", "url": "https://example.com"}}
CARD = {"name": {"formatted_name": "Ana", "first_name": "Ana"}, "phones": [{"phone": "+57 300"}]}
GOOD: list[dict[str, Any]] = [
    of("image", {"link": "https://example.com/a.jpg", "caption": "ñ" * 1024}),
    of("document", {"link": "https://example.com/a.pdf", "filename": "a.pdf", "caption": "x"}),
    of("audio", {"link": "https://example.com/a.ogg", "voice": True}),
    of("video", {"link": "https://shop.example/v"}),
    of("sticker", {"link": "https://shop.test/s.webp"}),
    of("location", {"latitude": "4.6", "longitude": -74.08}),
    of("location", {"latitude": 0, "longitude": 0, "name": "Isla nula"}),
    of("contacts", [CARD] * 257),
    of("contacts", [{**CARD, "birthday": "1990-01-15", "org": {"company": "Acme"}, "urls": [{"url": "x"}]}]),
    of("interactive", interactive("button", buttons("Sí"))),
    of("interactive", interactive("button", buttons("1", "2", "3"), footer={"text": "x" * 60})),
    of("interactive", interactive("button", buttons("a" * 20),
                                  header={"type": "image", "image": {"link": "https://example.com/a.png"}})),
    of("interactive", interactive("list", rows(10, title=None))),
    of("interactive", interactive("list", rows(*[1] * 10), body={"text": "x" * 4096})),
    of("interactive", interactive("cta_url", LINK, header={"type": "text", "text": "x"})),
]  # fmt: skip
BAD: list[tuple[dict[str, Any], int]] = [
    (of("image", {}), 131008),
    (of("image", {"id": "1", "link": "https://example.com/a.jpg"}), 131009),
    (of("image", {"link": "javascript:alert(1)"}), 100),
    (of("image", {"link": "https://example.com/404.jpg"}), 131052),
    (of("image", {"link": "https://example.com/a.gif"}), 131053),
    (of("image", {"link": "https://example.com/a.mp4"}), 131053),
    (of("image", {"link": "https://example.com/a.jpg", "caption": "x" * 1025}), 100),
    (of("image", {"link": "https://example.com/a.jpg", "filename": "a.jpg"}), 100),
    (of("image", "https://example.com/a.jpg"), 131009),
    (of("audio", {"link": "https://example.com/a.mp3", "caption": "x"}), 100),
    (of("audio", {"link": "https://example.com/a.mp3", "voice": True}), 131053),
    (of("audio", {"link": "https://example.com/a.ogg", "voice": "yes"}), 131009),
    (of("sticker", {"link": "https://example.com/a.jpg"}), 131053),
    (of("location", {"latitude": 4.6}), 131008),
    (of("location", {"latitude": 91, "longitude": 0}), 131009),
    (of("location", {"latitude": True, "longitude": 0}), 131009),
    (of("location", {"latitude": "norte", "longitude": 0}), 131009),
    (of("location", {"latitude": 0, "longitude": 0, "url": "x"}), 100),
    (of("contacts", []), 131009),
    (of("contacts", [CARD] * 258), 131009),
    (of("contacts", [{"phones": []}]), 131008),
    (of("contacts", [{"name": {"formatted_name": "Ana"}}]), 131009),
    (of("contacts", [{**CARD, "birthday": "15/01/1990"}]), 131009),
    (of("contacts", [{**CARD, "phones": [{"number": "1"}]}]), 100),
    (of("reaction", {"message_id": "wamid.x", "emoji": "👍"}), 131009),
    (of("reaction", {"message_id": "17", "emoji": "👍"}), 131009),
    (of("reaction", {"message_id": "wamid.x"}), 131008),
    (of("interactive", {"type": "button"}), 131008),
    (of("interactive", interactive("hologram", {})), 131009),
    (of("interactive", interactive("button", buttons())), 131009),
    (of("interactive", interactive("button", buttons("1", "2", "3", "4"))), 131009),
    (of("interactive", interactive("button", buttons("Sí", "Sí"))), 131009),
    (of("interactive", interactive("button", buttons("a" * 21))), 100),
    (of("interactive", interactive("button", buttons("a"), body={"text": "x" * 1025})), 100),
    (of("interactive", interactive("button", buttons("a"), footer={"text": "x" * 61})), 100),
    (of("interactive", interactive("button", {"buttons": [{"type": "url", "reply": {}}]})), 131009),
    (of("interactive", interactive("list", rows(11))), 131009),
    (of("interactive", interactive("list", rows(6, 5))), 131009),
    (of("interactive", interactive("list", rows(1, 1, title=None))), 131008),
    (of("interactive", interactive("list", rows(1), header={"type": "image", "image": {"id": "1"}})), 131009),
    (of("interactive", interactive("list", {**rows(1), "button": "x" * 21})), 100),
    (of("interactive", interactive("cta_url", {**LINK, "parameters": {"display_text": "x", "url": "ftp"}})), 131009),
    (of("interactive", interactive("location_request_message", {"name": "x"})), 131009),
    (of("interactive", interactive("location_request_message", {"name": "send_location"},
                                   header={"type": "text", "text": "x"})), 131009),
    (of("interactive", interactive("product_list", {"catalog_id": "1", "sections": []})), 131008),
    (of("interactive", interactive("flow", {"name": "flow", "parameters": {"flow_message_version": "3",
                                                                          "flow_cta": "x"}})), 131008),
    (of("text", {"body": "x"}, image={"id": "1"}), 100),
]  # fmt: skip


@pytest.mark.parametrize("body", GOOD, ids=[f"{i} {one['type']}" for i, one in enumerate(GOOD)])
def test_what_meta_takes_is_accepted(
    simulator: RunningSimulator, graph: Graph, open_window: str, body: dict[str, Any]
) -> None:
    answer = graph("POST", MESSAGES, body)
    assert answer.status == 200, answer.json
    assert [entry["wamid"] for entry in simulator.ledger()] == [answer.wamid]


@pytest.mark.parametrize(("body", "code"), BAD, ids=[f"{i} {one['type']}" for i, (one, _) in enumerate(BAD)])
def test_what_meta_refuses_is_refused(
    simulator: RunningSimulator, graph: Graph, open_window: str, body: dict[str, Any], code: int
) -> None:
    answer = graph("POST", MESSAGES, body)
    assert (answer.status, answer.code) == (400, code)
    assert simulator.ledger() == []


@pytest.mark.parametrize(
    ("kind", "sample"), [("image", "video"), ("video", "photo"), ("sticker", "photo"), ("document", "photo"),
                         ("audio", "video"), ("image", "sticker")]
)  # fmt: skip
def test_a_file_goes_out_as_what_it_is(
    simulator: RunningSimulator, graph: Graph, open_window: str, kind: str, sample: str
) -> None:
    answer = graph("POST", MESSAGES, of(kind, {"id": stored(simulator, sample)}))
    assert answer.code == 131053
    assert answer.json["error"]["error_data"]["details"].startswith(
        f"Unsupported {kind.capitalize()} mime type"
    )


def test_the_ledger_says_what_went_out(simulator: RunningSimulator, graph: Graph, open_window: str) -> None:
    media_id = stored(simulator, "photo")
    graph(
        "POST",
        MESSAGES,
        of("image", {"id": media_id, "caption": "Vestido"}, context={"message_id": open_window}),
    )
    graph("POST", MESSAGES, of("reaction", {"message_id": open_window, "emoji": "❤️"}))
    graph("POST", MESSAGES, of("interactive", interactive("button", buttons("Sí"))))
    image, reaction, question = simulator.ledger()
    assert (image["type"], image["text"], image["context"]) == ("image", "Vestido", open_window)
    assert (image["media"]["id"], image["media"]["size"]) == (media_id, len(samples.data("photo")))
    assert (reaction["text"], reaction["content"]["message_id"]) == ("❤️", open_window)
    assert (question["text"], question["media"]) == ("¿Sí?", None)


@pytest.mark.parametrize("emoji", ["ab", "a👍", "👍 👍", ":)", "👍" * 21])
def test_a_reaction_is_one_emoji(graph: Graph, open_window: str, emoji: str) -> None:
    assert graph("POST", MESSAGES, of("reaction", {"message_id": open_window, "emoji": emoji})).code == 131009


def test_a_reaction_has_one_status_and_shows_on_the_message(
    simulator: RunningSimulator, graph: Graph, receiver: Receiver, open_window: str
) -> None:
    def reactions() -> list[dict[str, str]]:
        bubble = simulator.call(lambda: simulator.simulator.chats.find(open_window))
        return bubble.reactions if bubble else []

    assert (
        graph("POST", MESSAGES, of("reaction", {"message_id": open_window, "emoji": "👩🏽‍🚀"})).status == 200
    )
    simulator.wait_idle()
    assert receiver.statuses() == ["sent"]
    assert reactions() == [{"side": "business", "emoji": "👩🏽‍🚀"}]
    graph("POST", MESSAGES, of("reaction", {"message_id": open_window, "emoji": ""}))
    simulator.wait_idle()
    assert reactions() == []
    simulator.timeline(sent=None)
    graph("POST", MESSAGES, of("reaction", {"message_id": open_window, "emoji": "👍"}))
    assert reactions() == [{"side": "business", "emoji": "👍"}]
    simulator.fault(kind="status_failed", code=131000, count=1)
    graph("POST", MESSAGES, of("reaction", {"message_id": open_window, "emoji": "😡"}))
    simulator.wait_idle()
    assert reactions() == [{"side": "business", "emoji": "👍"}]


def test_a_reaction_belongs_to_its_chat_and_to_the_last_30_days(
    simulator: RunningSimulator, graph: Graph, open_window: str
) -> None:
    to_noa = {"to": None, "recipient": NOA["user_id"]}
    reaction = of("reaction", {"message_id": open_window, "emoji": "👍"}, **to_noa)
    assert graph("POST", MESSAGES, reaction).code == 131009
    old = {"from": LAURA["wa_id"], "text": "Hace mucho", "timestamp": 1_700_000_000}
    wamid = simulator.inbound(old)["wamid"]
    assert graph("POST", MESSAGES, of("reaction", {"message_id": wamid, "emoji": "👍"})).code == 131009


def test_a_voice_message_can_be_played(
    simulator: RunningSimulator, graph: Graph, receiver: Receiver, open_window: str
) -> None:
    voice = of("audio", {"id": stored(simulator, "voice"), "voice": True})
    simulator.timeline(played=0.05)
    first = graph("POST", MESSAGES, voice).wamid
    simulator.wait_idle()
    assert sorted(receiver.statuses()) == ["delivered", "played", "sent"]
    simulator.timeline(played=None)
    second = graph("POST", MESSAGES, voice).wamid
    simulator.wait_idle()
    receiver.posts.clear()
    chat = {"phone_number_id": NUMBER_ID, "user_id": LAURA["user_id"]}
    for wamid in (first, second, second):
        assert call("POST", simulator.base_url + "/_sim/phone/played", {**chat, "wamid": wamid}).status == 200
        simulator.wait_idle()
    assert [(one["id"], one["status"]) for one in receiver.items("statuses")] == [(second, "played")]


def test_registering_counts_attempts_and_the_profile_is_kept(
    simulator: RunningSimulator, graph: Graph
) -> None:
    path = f"/v26.0/{NUMBER_ID}/register"
    right = {"messaging_product": "whatsapp", "pin": "123456"}
    assert graph("POST", path, right).json == {"success": True}
    assert graph("POST", path, {**right, "pin": "000000"}).code == 133005
    answers = [graph("POST", path, right) for _ in range(9)]
    assert [answer.status for answer in answers] == [200] * 8 + [400]
    assert answers[-1].code == 133016
    profile = f"/v26.0/{NUMBER_ID}/whatsapp_business_profile"
    assert graph("POST", profile, {"messaging_product": "whatsapp", "about": "x" * 140}).code == 100
    assert graph("POST", profile, {"messaging_product": "whatsapp", "about": "Ropa"}).status == 200
    assert graph("GET", profile).json == {"data": [{"about": "Ropa", "messaging_product": "whatsapp"}]}
    assert graph("GET", profile + "?fields=colour").code == 100


def test_people_can_be_blocked(simulator: RunningSimulator, graph: Graph) -> None:
    path = f"/v26.0/{NUMBER_ID}/block_users"
    body = {"messaging_product": "whatsapp", "block_users": [{"user": "+57 300 5550101"}]}
    assert graph("POST", path, body).json["block_users"]["added_users"][0]["wa_id"] == LAURA["wa_id"]
    assert [one["wa_id"] for one in graph("GET", path).json["data"]] == [LAURA["wa_id"]]
    assert "removed_users" in graph("DELETE", path, body).json["block_users"]
    assert graph("GET", path).json["data"] == []
