"""What Meta refuses, the simulator refuses, and then nothing is in the ledger."""

from typing import Any

import pytest

from integrations.simulator.graph.errors import CATALOGUE
from integrations.simulator.testing import LAURA, NOA, RunningSimulator, account
from tests.integrations.simulator.conftest import MESSAGES, Graph, call, text

CASES: list[tuple[str, dict[str, Any], int]] = [
    ("unknown key", text(typ="text"), 100),
    ("unknown key inside", text(text={"body": "x", "bodyy": "y"}), 100),
    ("context with more", text(context={"message_id": "wamid.x", "from": "1"}), 100),
    ("no product", text(messaging_product=...), 131008),
    ("wrong product", text(messaging_product="telegram"), 131009),
    ("nobody", text(to=...), 131008),
    ("text missing", text(text=...), 131008),
    ("body missing", text(text={"preview_url": True}), 131008),
    ("empty body", text(text={"body": ""}), 131009),
    ("body is a number", text(text={"body": 5}), 131009),
    ("text is a string", text(text="Hola"), 131009),
    ("preview is a word", text(text={"body": "x", "preview_url": "yes"}), 131009),
    ("too long", text("x" * 4097), 100),
    ("callback data too long", text(biz_opaque_callback_data="x" * 513), 100),
    ("callback data is a number", text(biz_opaque_callback_data=5), 131009),
    ("number is a number", text(to=573005550101), 131009),
    ("number is a word", text(to="+57 Laura"), 131009),
    ("number too short", text(to="+5712"), 131009),
    ("group", text(recipient_type="group"), 131051),
    ("strange recipient type", text(recipient_type="crowd"), 131009),
    ("quoted id is none", text(context={"message_id": "17"}), 131009),
    ("to ourselves", text(to="+573005550190"), 131021),
    ("unknown BSUID", text(to=..., recipient="CO.1"), 131026),
    ("never wrote", text(to="+573001112233"), 131047),
    ("image of nobody", {**text(text=...), "type": "image", "image": {"id": "1"}}, 100),
    ("template", {**text(text=...), "type": "template", "template": {"name": "x"}}, 131051),
    ("reaction", {**text(text=...), "type": "reaction", "reaction": {}}, 131008),
    ("hologram", {**text(text=...), "type": "hologram", "hologram": {}}, 131051),
    ("type is a number", text(type=4), 131009),
    (
        "status other than read",
        {"messaging_product": "whatsapp", "status": "seen", "message_id": "x"},
        131009,
    ),
    ("read without id", {"messaging_product": "whatsapp", "status": "read"}, 131008),
    (
        "read with more",
        {"messaging_product": "whatsapp", "status": "read", "message_id": "x", "to": "1"},
        100,
    ),
]


@pytest.mark.parametrize(("body", "code"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_bad_requests_are_refused_with_metas_code(
    simulator: RunningSimulator, graph: Graph, open_window: str, body: dict[str, Any], code: int
) -> None:
    answer = graph("POST", MESSAGES, body)
    assert answer.code == code
    assert answer.json["error"]["type"] == "OAuthException"
    assert simulator.ledger() == []
    assert simulator.reads() == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"x"', b"[" * 100_000, b"\xff\xfe"])
def test_bodies_that_are_no_object_are_refused(
    simulator: RunningSimulator, graph: Graph, body: bytes
) -> None:
    assert graph("POST", MESSAGES, body).code == 100
    assert simulator.ledger() == []


def test_text_of_4096_characters_is_accepted(graph: Graph, open_window: str) -> None:
    assert graph("POST", MESSAGES, text("ñ" * 4096)).status == 200


@pytest.mark.parametrize(
    ("token", "code", "status"), [(None, 2500, 400), ("nobody's", 190, 401), ("", 2500, 400)]
)
def test_without_a_known_token_nothing_works(
    graph: Graph, open_window: str, token: str | None, code: int, status: int
) -> None:
    for method, path, body in (("POST", MESSAGES, text()), ("GET", "/v26.0/417398204718336", None)):
        answer = graph(method, path, body, token=token)
        assert (answer.code, answer.status) == (code, status)


def test_a_foreign_number_answers_like_one_that_does_not_exist(
    simulator: RunningSimulator, graph: Graph
) -> None:
    other = account(
        phone_number_id="528374610293847", waba_id="501837264950172", access_token="OTHER",
        display_phone_number="+57 300 5550192",
    )  # fmt: skip
    simulator.accounts([other])
    foreign, missing = "528374610293847", "528374610293848"
    for suffix in ("", "/messages", "/phone_numbers", "/subscribed_apps"):
        method, body = ("POST", text()) if suffix == "/messages" else ("GET", None)
        answers = [graph(method, f"/v26.0/{object_id}{suffix}", body) for object_id in (foreign, missing)]
        assert [(a.status, a.code, a.json["error"]["error_subcode"]) for a in answers] == [(400, 100, 33)] * 2
        said = [a.json["error"]["message"].replace(foreign, "").replace(missing, "") for a in answers]
        assert said[0] == said[1]


def test_a_customers_message_to_another_number_cannot_be_marked_as_read(
    simulator: RunningSimulator, graph: Graph, open_window: str
) -> None:
    simulator.accounts([account(phone_number_id="417398204718402", display_phone_number="+57 300 5550191")])
    path = MESSAGES.replace("417398204718336", "417398204718402")
    body = {"messaging_product": "whatsapp", "status": "read", "message_id": open_window}
    assert graph("POST", path, body).code == 131009
    assert graph("POST", MESSAGES, body).status == 200


@pytest.mark.parametrize("version", ["v1.0", "v24.0", "v26.0"])
def test_versions_that_exist_are_served(graph: Graph, version: str) -> None:
    assert graph("GET", f"/{version}/417398204718336?fields=id").json == {"id": "417398204718336"}


@pytest.mark.parametrize(
    "path", ["/v27.0/me", "/v0.0/me", "/v26.0", "/v26.0/417398204718336/media", "/v26.0/a/b/c"]
)
def test_unknown_paths_and_versions_are_2500(graph: Graph, path: str) -> None:
    assert graph("GET", path).code == 2500


def test_a_field_that_does_not_exist_is_refused(graph: Graph) -> None:
    assert graph("GET", "/v26.0/417398204718336?fields=id,colour").code == 100


def test_a_token_without_the_permission_is_refused(
    simulator: RunningSimulator, graph: Graph, open_window: str
) -> None:
    first = simulator.simulator.accounts.first()
    assert first is not None
    simulator.accounts([account(webhook_url=first.webhook_url, scopes=["whatsapp_business_management"])])
    assert graph("POST", MESSAGES, text()).code == 200
    simulator.accounts([account(webhook_url=first.webhook_url, scopes=["whatsapp_business_messaging"])])
    assert graph("GET", "/v26.0/389201746529183").code == 10


def test_debug_token_knows_the_apps_secret(graph: Graph) -> None:
    path = "/v26.0/debug_token?input_token=EAAB_TEST_TOKEN&access_token=634974688087057%7C"
    assert graph("GET", path + "wrong").code == 190
    assert graph("GET", path + "test_app_secret").json["data"]["is_valid"] is True


def test_debug_token_of_another_app_is_not_valid(simulator: RunningSimulator, graph: Graph) -> None:
    simulator.accounts([account(phone_number_id="9", app_id="77", access_token="OTHER")])
    path = "/v26.0/debug_token?input_token=OTHER&access_token=634974688087057%7Ctest_app_secret"
    assert graph("GET", path).json["data"]["is_valid"] is False


def test_the_pair_limit_lends_a_burst_of_45(
    simulator: RunningSimulator, graph: Graph, open_window: str
) -> None:
    simulator.limits(pair=True)
    answers = [graph("POST", MESSAGES, text()) for _ in range(47)]
    assert [answer.status for answer in answers] == [200] * 45 + [400] * 2
    assert answers[-1].code == 131056
    assert graph("POST", MESSAGES, text(to=..., recipient=NOA["user_id"])).status == 200


def test_the_throughput_limit_answers_130429(
    simulator: RunningSimulator, graph: Graph, open_window: str
) -> None:
    simulator.limits(per_second=2)
    answers = [graph("POST", MESSAGES, text()) for _ in range(6)]
    assert 130429 in [answer.code for answer in answers if answer.status == 400]
    assert len(simulator.ledger()) == sum(answer.status == 200 for answer in answers) < 6


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_a_control_can_bring_every_code(
    simulator: RunningSimulator, graph: Graph, open_window: str, code: int
) -> None:
    simulator.fault(kind="error", code=code, count=1)
    answer = graph("POST", MESSAGES, text())
    assert (answer.code, answer.status) == (code, CATALOGUE[code].http)
    assert simulator.ledger() == []
    simulator.fault(kind="status_failed", code=code, count=1)
    assert graph("POST", MESSAGES, text()).status == 200
    assert simulator.ledger()[0]["fault"] == f"status_failed:after_accept:{code}"


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_a_number_can_stand_for_a_refusal_with_every_code(
    simulator: RunningSimulator, graph: Graph, code: int
) -> None:
    number = f"573000{code:06d}" if code >= 80000 else f"57300099{code:04d}"
    simulator.inbound({"from": number, "text": "Hola"})
    answer = graph("POST", MESSAGES, text(to=f"+{number}"))
    assert (answer.code, answer.status) == (code, CATALOGUE[code].http)
    assert simulator.ledger() == []


def test_a_number_can_stand_for_a_later_failure(simulator: RunningSimulator, graph: Graph) -> None:
    simulator.inbound({"from": "573001131049", "text": "Hola"})
    assert graph("POST", MESSAGES, text(to="+573001131049")).status == 200
    assert simulator.ledger()[0]["fault"] == "status_failed:131049"


def test_a_number_can_stand_for_html(simulator: RunningSimulator, graph: Graph) -> None:
    simulator.inbound({"from": "573000999502", "text": "Hola"})
    assert graph("POST", MESSAGES, text(to="+573000999502")).status == 502
    simulator.inbound({"from": "573000999503", "text": "Hola"})
    assert graph("POST", MESSAGES, text(to="+573000999503")).status == 503
    assert [entry["to"] for entry in simulator.ledger()] == ["+573000999503"]


def test_subscribed_apps_decide_whether_webhooks_come(
    simulator: RunningSimulator, graph: Graph, open_window: str
) -> None:
    path = "/v26.0/389201746529183/subscribed_apps"
    graph("DELETE", path)
    assert graph("GET", path).json == {"data": []}
    order = {"from": LAURA["wa_id"], "text": "¿Hola?"}
    simulator.inbound(order)
    simulator.wait_until(lambda: simulator.deliveries()["discarded"] == 1)
    graph("POST", path)
    assert simulator.inbound({**order, "wait": True})["delivered"] is True


def test_an_override_is_checked_and_then_used(simulator: RunningSimulator, graph: Graph) -> None:
    path, first = "/v26.0/389201746529183/subscribed_apps", simulator.simulator.accounts.first()
    assert first is not None
    wrong = graph("POST", path, {"override_callback_uri": first.webhook_url, "verify_token": "wrong"})
    assert wrong.code == 100
    assert "HTTP Status Code = 403" in wrong.json["error"]["message"]
    url = first.webhook_url + "?own=1"
    assert graph("POST", path, {"override_callback_uri": url, "verify_token": "verify"}).status == 200
    assert graph("GET", path).json["data"][0]["override_callback_uri"] == url
    assert graph("POST", path).status == 200
    assert "override_callback_uri" not in graph("GET", path).json["data"][0]


def test_the_handshake_can_be_asked_for(simulator: RunningSimulator) -> None:
    answer = call("POST", simulator.base_url + "/_sim/verify-webhook", {})
    assert answer.json == {"ok": True, "status": 200, "reason": None}
    first = simulator.simulator.accounts.first()
    assert first is not None
    simulator.accounts([account(verify_token="another", webhook_url=first.webhook_url)])
    assert call("POST", simulator.base_url + "/_sim/verify-webhook", {}).json["ok"] is False
