"""The phone page in a real browser: write, answer, ticks, quote, controls, languages, keyboard."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from integrations.simulator.testing import LAURA, RunningSimulator, account, running
from tests.integrations.simulator.browser import TOKEN, open_chat, send
from tests.integrations.simulator.conftest import MESSAGES, NUMBER_ID, Receiver, call, text

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[3]


def test_a_customer_writes_and_the_ticks_turn_blue(
    page: Page, phones: RunningSimulator, receiver: Receiver
) -> None:
    receiver.answers = [503, 503]
    open_chat(page, "Laura")
    page.get_by_label("Escribe un mensaje").fill("Hola, ¿tienen talla M? 😀")
    page.keyboard.press("Enter")
    bubble = page.locator(".row.own").last
    expect(bubble).to_contain_text("¿tienen talla M? 😀")
    expect(bubble.get_by_role("img", name="Enviado")).to_be_visible()
    expect(bubble.get_by_role("img", name="Recibido por la empresa")).to_be_visible()
    wamid = receiver.items("messages")[0]["id"]

    body = {"messaging_product": "whatsapp", "status": "read", "message_id": wamid}
    call("POST", phones.base_url + MESSAGES, {**body, "typing_indicator": {"type": "text"}}, headers=TOKEN)
    expect(bubble.get_by_role("img", name="Leído por la empresa")).to_be_visible()
    expect(page.locator("#chat-sub")).to_have_text("escribiendo…")

    answer = send(phones, body="Sí, nos queda una", context={"message_id": wamid})
    row = page.locator(".row:not(.own)").last
    expect(row).to_contain_text("Sí, nos queda una")
    expect(row.locator(".quote")).to_contain_text("¿tienen talla M?")
    expect(page.locator("#chat-sub")).not_to_contain_text("escribiendo")
    expect(page.locator("#live")).to_contain_text("Sí, nos queda una")
    phones.wait_until(
        lambda: (answer, "read") in [(s["id"], s["status"]) for s in receiver.items("statuses")]
    )


def test_what_is_written_while_the_chat_is_loading_stays(
    page: Page, phones: RunningSimulator, receiver: Receiver
) -> None:
    """The answer to the page's question may be older than what has happened since."""
    asked: list[Route] = []
    page.route("**/_sim/phone/chat?*", lambda route: asked.append(route))
    open_chat(page, "Laura")
    while not asked:
        page.wait_for_timeout(20)
    answer = asked[0].fetch()
    page.get_by_label("Escribe un mensaje").fill("¿Siguen abiertos?")
    page.keyboard.press("Enter")
    bubble = page.locator(".row.own").last
    expect(bubble.get_by_role("img", name="Recibido por la empresa")).to_be_visible()
    # Once the answer is on the page, it says that it is looked at.
    with page.expect_request("**/_sim/phone/look"):
        asked[0].fulfill(response=answer)
    expect(bubble).to_contain_text("¿Siguen abiertos?")
    expect(bubble.get_by_role("img", name="Recibido por la empresa")).to_be_visible()


def test_a_chat_that_is_not_open_counts_unread(
    page: Page, phones: RunningSimulator, receiver: Receiver
) -> None:
    open_chat(page, "Andrés")
    phones.inbound({"from": LAURA["wa_id"], "text": "Hola"})
    send(phones, body="Uno")
    send(phones, body="Dos")
    laura = page.locator(".person", has_text="Laura")
    expect(laura.locator(".badge")).to_have_text("2")
    assert "read" not in receiver.statuses()
    open_chat(page, "Laura")
    expect(laura.locator(".badge")).to_have_count(0)
    phones.wait_until(lambda: receiver.statuses().count("read") == 2)


def test_quoting_with_the_keyboard(page: Page, phones: RunningSimulator, receiver: Receiver) -> None:
    phones.inbound({"from": LAURA["wa_id"], "text": "Hola"})
    wamid = send(phones, body="¿Te la aparto?")
    open_chat(page, "Laura")
    page.get_by_role("button", name="Responder a «¿Te la aparto?»").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#quoting-text")).to_have_text("¿Te la aparto?")
    page.keyboard.type("Sí, porfa")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("🙏")
    page.keyboard.press("Enter")
    expect(page.locator(".row.own").last.locator(".quote")).to_contain_text("¿Te la aparto?")
    expect(page.locator("#quoting")).to_be_hidden()
    phones.wait_idle()
    message = receiver.items("messages")[-1]
    assert message["context"] == {"from": "573005550190", "id": wamid}
    assert message["text"]["body"] == "Sí, porfa\n🙏"


def test_a_new_person_writes_to_the_other_business(
    page: Page, phones: RunningSimulator, receiver: Receiver
) -> None:
    page.get_by_label("Escriben a").select_option("2")
    page.get_by_role("button", name="Nueva persona").click()
    page.get_by_role("button", name="Crear persona").click()
    expect(page.locator(".field-error")).to_have_text(
        "Escribe un nombre, y un teléfono o un nombre de usuario."
    )
    page.get_by_label("Nombre", exact=True).fill("Luna ✨")
    page.get_by_label("Nombre de usuario").fill("@luna.mar")
    page.keyboard.press("Enter")
    expect(page.locator(".stage-caption")).to_contain_text("@luna.mar")
    page.get_by_label("Escribe un mensaje").fill("<b>Hola</b> https://example.com/a?b=1")
    page.get_by_role("button", name="Enviar", exact=True).click()
    expect(page.locator(".row.own")).to_contain_text("<b>Hola</b>")
    expect(page.locator(".row.own a")).to_have_attribute("rel", "noreferrer noopener")
    phones.wait_idle()
    (value,) = receiver.posts[-1].values
    assert value["metadata"]["phone_number_id"] == "2"
    assert value["contacts"][0]["profile"] == {"name": "Luna ✨", "username": "luna.mar"}


def test_controls_switch_faults_and_send_test_messages(
    page: Page, phones: RunningSimulator, receiver: Receiver
) -> None:
    open_chat(page, "Laura")
    page.get_by_role("button", name="Controles").click()
    page.get_by_role("switch", name="Error 502").click()
    expect(page.locator("#fault-count")).to_have_text("1")
    phones.inbound({"from": LAURA["wa_id"], "text": "Hola"})
    assert call("POST", phones.base_url + MESSAGES, text(), headers=TOKEN).status == 502
    page.get_by_role("button", name="Apagar todos").click()
    expect(page.locator("#fault-count")).to_be_hidden()
    assert send(phones)

    page.get_by_role("button", name="Ráfaga de 5").click()
    expect(page.locator(".row.own")).to_have_count(6)
    page.get_by_role("button", name="Mensaje de hace 26 h").click()
    expect(page.locator(".row.own")).to_have_count(7)
    expect(page.locator(".row.own").first).to_contain_text("llega tarde")
    page.get_by_role("switch", name="Confirmaciones de lectura").click()
    expect(page.get_by_role("switch", name="Confirmaciones de lectura")).to_have_attribute(
        "aria-checked", "false"
    )
    assert phones.simulator.timeline.read is None
    page.keyboard.press("Escape")
    expect(page.locator("#controls")).to_be_hidden()
    phones.wait_idle()
    assert len({item["id"] for item in receiver.items("messages")}) == 7


def test_the_page_tells_that_the_product_is_away(
    page: Page, phones: RunningSimulator, receiver: Receiver
) -> None:
    receiver.answers = [503] * 3
    phones.inbound({"from": LAURA["wa_id"], "text": "¿Hola?"})
    expect(page.locator("#waiting")).to_contain_text("1 entrega espera a que bandeja responda (503)")
    expect(page.locator("#waiting")).to_be_hidden()


def test_both_languages_and_the_choice_is_kept(page: Page) -> None:
    expect(page.get_by_role("heading", name="Teléfonos de clientes")).to_be_visible()
    page.get_by_role("button", name="EN: English").click()
    expect(page.get_by_role("heading", name="Customers' phones")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.reload()
    expect(page.get_by_role("heading", name="Customers' phones")).to_be_visible()


def test_a_small_screen_shows_one_thing_at_a_time(page: Page, phones: RunningSimulator) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.reload()
    expect(page.locator(".person")).to_have_count(8)
    expect(page.locator("#phone")).to_be_hidden()
    open_chat(page, "يوسف")
    expect(page.locator("#people")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="Volver a los clientes").click()
    expect(page.locator("#people")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(chromium: Browser, phones: RunningSimulator, scheme: Any) -> None:
    axe = (ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js").read_text()
    wamid = phones.inbound({"from": LAURA["wa_id"], "text": "Hola"})["wamid"]
    send(phones, body="¡Hola!", context={"message_id": wamid})
    context = chromium.new_context(
        viewport={"width": 1440, "height": 900}, color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    page.goto(phones.base_url)
    expect(page.locator(".person")).to_have_count(8)
    open_chat(page, "Laura")
    expect(page.locator(".row")).to_have_count(2)
    page.get_by_role("button", name="Controles").click()
    page.evaluate(axe)
    violations = page.evaluate(
        "axe.run().then((result) => result.violations.map((one) => [one.id, one.nodes[0].html]))"
    )
    context.close()
    assert violations == []


def test_restarting_the_simulator_is_survived(chromium: Browser, receiver: Receiver, tmp_path: Path) -> None:
    """The page connects again by itself and shows what was said meanwhile."""
    with running(
        accounts=[account(webhook_url=receiver.url)], customers=[LAURA], folder=tmp_path
    ) as simulator:
        port = int(simulator.base_url.rsplit(":", 1)[1])
        context = chromium.new_context()
        page = context.new_page()
        page.goto(simulator.base_url)
        open_chat(page, "Laura")
    with running(
        accounts=[account(webhook_url=receiver.url)], customers=[LAURA], folder=tmp_path, port=port
    ) as simulator:
        simulator.inbound({"from": LAURA["wa_id"], "text": "Volví", "phone_number_id": NUMBER_ID})
        expect(page.locator(".row.own")).to_contain_text("Volví")
        context.close()
