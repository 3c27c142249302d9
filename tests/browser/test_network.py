"""A bad network: nothing typed is lost or sent twice, nothing that came meanwhile is missed, and the screen says so."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Route, expect

from tests.browser.desk import BETO, DIANA, Desk, Screen, fill_sign_in
from tests.copy import Copy, wait_for
from tests.simulated import Person, Phones

SEND = "**/api/v1/conversations/*/messages"


def test_an_answer_without_a_network_waits_survives_a_reload_and_leaves_once(
    desk: Desk, phones: Phones
) -> None:
    """CHAT-23, BEY-02, BEY-03: it stands in the thread at once, with a clock."""
    person, beto = _open_chat(desk, phones)
    block = _only_posts(lambda route: route.abort("internetdisconnected"))
    beto.page.route(SEND, block)
    beto.write("Escrito sin red")
    unsent = beto.messages.locator("[data-unsent]")
    expect(unsent).to_contain_text("Escrito sin red")

    beto.page.reload()
    expect(unsent).to_contain_text("Escrito sin red")
    assert phones.sent_to(person) == []
    beto.page.unroute(SEND, block)
    expect(beto.tick("Escrito sin red", "delivered")).to_be_visible()
    expect(unsent).to_have_count(0)
    expect(beto.message("Escrito sin red")).to_have_count(1)
    phones.wait_idle()
    assert [one["text"] for one in phones.sent_to(person)] == ["Escrito sin red"]


def test_an_answer_whose_receipt_was_lost_is_not_sent_again(desk: Desk, phones: Phones) -> None:
    """BEY-02: the server had it; the browser repeats under the same key, and it leaves once."""
    person, beto = _open_chat(desk, phones)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort("connectionreset")

    block = _only_posts(lose)
    beto.page.route(SEND, block)
    beto.write("¿Llegó esto?")
    expect(beto.tick("¿Llegó esto?", "delivered")).to_be_visible()
    beto.page.unroute(SEND, block)
    beto.write("Y esto después")
    expect(beto.tick("Y esto después", "delivered")).to_be_visible()
    expect(beto.message("¿Llegó esto?")).to_have_count(1)
    phones.wait_idle()
    assert [one["text"] for one in phones.sent_to(person)] == ["¿Llegó esto?", "Y esto después"]


def test_two_tabs_of_one_person_send_what_waits_once(desk: Desk, phones: Phones) -> None:
    """BEY-02: both know of it, one of them sends it, and both show it once."""
    person, beto = _open_chat(desk, phones)
    block = _only_posts(lambda route: route.abort("internetdisconnected"))
    beto.page.context.route(SEND, block)
    beto.write("Escrito en una pestaña")
    other = Screen.open(beto.page.context.new_page(), beto.page.url)
    expect(other.messages.locator("[data-unsent]")).to_contain_text("Escrito en una pestaña")
    beto.page.context.unroute(SEND, block)
    for screen in (beto, other):
        expect(screen.tick("Escrito en una pestaña", "delivered")).to_be_visible()
        expect(screen.message("Escrito en una pestaña")).to_have_count(1)
    phones.wait_idle()
    assert [one["text"] for one in phones.sent_to(person)] == ["Escrito en una pestaña"]


def test_what_was_written_as_the_session_ended_leaves_after_signing_in(desk: Desk, phones: Phones) -> None:
    """BEY-02, BEY-03: the text is kept for its writer, who only has to say who they are."""
    person = phones.person()
    phones.writes(person, "Hola")
    window = desk.window()
    page = window.new_page()
    fill_sign_in(page, desk.copy, BETO)
    beto = Screen(page)
    beto.wait_live()
    beto.choose(person)
    chat = page.url
    beto.box.fill("Escrito sin sesión")
    # The line stays, as it may for a moment, but the cookie is not worth anything any more.
    window.clear_cookies(name=re.compile("^sessionid"))
    # The page may have gone before one could look at its box.
    beto.box.press("Enter")
    expect(page).to_have_url(re.compile("/accounts/login/"))
    page.get_by_label("Correo electrónico").fill(BETO)
    page.get_by_label("Contraseña", exact=True).fill(desk.copy.password(BETO))
    page.get_by_role("button", name="Iniciar sesión").click()
    expect(page).to_have_url(chat)
    expect(beto.tick("Escrito sin sesión", "delivered")).to_be_visible()
    phones.wait_idle()
    assert [one["text"] for one in phones.sent_to(person)] == ["Escrito sin sesión"]


def test_many_answers_in_a_row_arrive_in_the_order_of_writing(desk: Desk, phones: Phones) -> None:
    """CHAT-23: typed faster than the network carries them."""
    person, beto = _open_chat(desk, phones)
    phone = desk.phone(person)
    texts = [f"renglón {number:02d}" for number in range(12)]
    for text in texts:
        beto.write(text)
    expect(beto.tick(texts[-1], "read")).to_be_visible()
    expect(beto.message("renglón")).to_have_text([re.compile(f"^{text}") for text in texts])
    assert [one["text"] for one in phones.sent_to(person)] == texts
    expect(phone.log.locator(".bubble-text").filter(has_text="renglón")).to_have_text(texts)


def test_the_screen_says_that_it_is_offline_and_catches_up_afterwards(desk: Desk, phones: Phones) -> None:
    """BEY-03, CHAT-33: what was missed appears by itself, in order and once, and what was typed leaves."""
    person, beto = _open_chat(desk, phones)
    beto.page.context.set_offline(True)
    expect(beto.connection).to_have_attribute("data-state", "offline")
    expect(beto.page.get_by_role("status").filter(has_text="Sin conexión.")).to_be_visible()
    texts = [f"Me perdí {number}" for number in range(5)]
    for text in texts:
        phones.writes(person, text)
    beto.write("Respuesta sin red")
    expect(beto.message("Me perdí 4")).to_have_count(0)

    beto.page.context.set_offline(False)
    beto.wait_live()
    expect(beto.message("Me perdí")).to_contain_text(texts)
    expect(beto.tick("Respuesta sin red", "delivered")).to_be_visible()
    beto.assert_never_reloaded()
    phones.wait_idle()
    assert [one["text"] for one in phones.sent_to(person)] == ["Respuesta sin red"]


def test_the_screen_outlives_the_server(desk: Desk, copy: Copy, phones: Phones) -> None:
    """BEY-02, BEY-03, IMPL-03: the web process is killed and comes back; nobody has to do anything."""
    person, beto = _open_chat(desk, phones)
    with copy.without("web"):
        beto.write("Mientras el servidor no está")
        expect(beto.connection).not_to_have_attribute("data-state", "live")
        expect(beto.message("Mientras el servidor no está")).to_be_visible()
        phones.order({"from": person.phone, "text": "Yo también escribo"})
    beto.wait_live()
    expect(beto.message("Yo también escribo")).to_have_count(1)
    expect(beto.tick("Mientras el servidor no está", "delivered")).to_be_visible()
    beto.assert_never_reloaded()
    wait_for(copy.is_ready, "the copy to be well again")
    phones.wait_idle()
    assert [one["text"] for one in phones.sent_to(person)] == ["Mientras el servidor no está"]


def _open_chat(desk: Desk, phones: Phones) -> tuple[Person, Screen]:
    person = phones.person()
    phones.writes(person, "Hola")
    beto = desk.screen(BETO)
    beto.choose(person)
    beto.action("Tomar chat").click()
    expect(beto.action("Marcar como cerrado")).to_be_visible()
    return person, beto


def _only_posts(deal: Callable[[Route], None]) -> Callable[[Route], None]:
    def handle(route: Route) -> None:
        if route.request.method == "POST":
            deal(route)
        else:
            route.fallback()

    return handle


def test_a_phone_tells_of_an_answer_that_cannot_leave_any_more(desk: Desk, phones: Phones) -> None:
    """CHAT-23, BEY-03: over the open chat, which hides the list; its words are kept until they are discarded."""
    person = phones.person()
    phones.writes(person, "¿Me lo apartan?")
    desk.give(person, BETO)
    beto = desk.screen(BETO, width=360, height=740)
    beto.choose(person)
    block = _only_posts(lambda route: route.abort("internetdisconnected"))
    beto.page.route(SEND, block)
    beto.write("Te lo aparto hasta mañana")
    expect(beto.messages.locator("[data-unsent]")).to_contain_text("Te lo aparto hasta mañana")
    desk.give(person, DIANA)
    expect(beto.page.get_by_text("Este chat ya no está a tu alcance")).to_be_visible()
    beto.page.unroute(SEND, block)
    notice = beto.page.get_by_role("status").filter(has_text="1 mensaje no salió")
    expect(notice).to_be_in_viewport()
    expect(notice).to_contain_text("Te lo aparto hasta mañana")

    beto.page.get_by_role("button", name="Volver a la lista").click()
    expect(notice).to_be_in_viewport()
    notice.get_by_role("button", name="Descartar este mensaje").click()
    expect(notice).to_have_count(0)
    assert phones.sent_to(person) == []
