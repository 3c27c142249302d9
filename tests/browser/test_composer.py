"""Writing an answer."""

from __future__ import annotations

import re
import time

from playwright.sync_api import expect

from tests.browser.desk import BETO, Desk
from tests.simulated import Phones


def test_a_closed_window_takes_the_box_away_and_a_new_message_brings_it_back(
    desk: Desk, phones: Phones
) -> None:
    """BEY-05, CHAT-15: 24 hours after the customer's last words only templates may be sent."""
    person = phones.person()
    phones.writes(person, "Esto lo escribí ayer", timestamp=int(time.time()) - 24 * 3600 - 300)
    beto = desk.screen(BETO)
    beto.choose(person)
    expect(beto.page.get_by_role("note")).to_contain_text(
        f"Pasaron más de 24 horas desde el último mensaje de {person.name}"
    )
    expect(beto.box).to_be_hidden()
    phones.writes(person, "Ya volví")
    expect(beto.box).to_be_visible()
    expect(beto.page.get_by_text(re.compile("Quedan (23|24) h"))).to_be_visible()


def test_an_emoji_is_put_where_the_caret_stands(desk: Desk, phones: Phones) -> None:
    """CHAT-17: searched for by its Spanish name, from our own address."""
    person = phones.person()
    phones.writes(person, "¿Qué almuerzan?")
    beto = desk.screen(BETO)
    beto.choose(person)
    beto.box.press_sequentially("Hoy  y gaseosa")
    for _ in " y gaseosa":
        beto.box.press("ArrowLeft")
    beto.page.get_by_role("button", name="Emoji").click()
    search = beto.page.get_by_placeholder("Buscar emoji…")
    search.fill("pizza")
    beto.page.get_by_title("pizza", exact=False).first.click()
    expect(beto.box).to_have_value("Hoy 🍕 y gaseosa")
    expect(beto.box).to_be_focused()
    beto.box.press("Enter")
    expect(beto.tick("Hoy 🍕 y gaseosa", "delivered")).to_be_visible()
    assert [one["text"] for one in phones.sent_to(person)] == ["Hoy 🍕 y gaseosa"]


def test_a_draft_waits_in_its_chat(desk: Desk, phones: Phones) -> None:
    """CHAT-15: what was begun in one chat is not sent to another, and is there afterwards."""
    one, other = phones.person(), phones.person()
    for person in (one, other):
        phones.writes(person, "Hola")
    beto = desk.screen(BETO)
    beto.choose(one)
    beto.box.fill("A medias")
    beto.choose(other)
    expect(beto.box).to_have_value("")
    beto.choose(one)
    expect(beto.box).to_have_value("A medias")
    assert phones.sent_to(one) == phones.sent_to(other) == []


def test_an_answer_to_one_message_quotes_it_on_the_phone(desk: Desk, phones: Phones) -> None:
    """CHAT-23: the quoted words stand above the answer, here and there."""
    person = phones.person()
    phones.writes(person, "¿Abren el domingo?")
    phones.writes(person, "¿Y tienen parqueadero?")
    phone = desk.phone(person)
    beto = desk.screen(BETO)
    beto.choose(person)
    question = beto.message("¿Abren el domingo?")
    question.hover()
    question.get_by_role("button", name="Responder a este mensaje").click()
    beto.write("De 10 a 2")
    expect(beto.message("De 10 a 2")).to_contain_text("¿Abren el domingo?")
    expect(phone.message("De 10 a 2").locator(".quote")).to_contain_text("¿Abren el domingo?")
