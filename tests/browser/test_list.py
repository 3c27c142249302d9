"""The list of chats: searching, filtering, sorting, live."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.desk import BETO, MARTA, Desk
from tests.copy import wait_for
from tests.faults.intake import is_taken_in
from tests.simulated import Phones

SEARCH = "Buscar nombre o número…"


def test_chats_are_found_by_name_and_by_number(desk: Desk, phones: Phones) -> None:
    """CHAT-02: accents and the way a number is written make no difference."""
    person = phones.person("Zoraida Güiraldes")
    phones.writes(person, "Hola")
    phones.writes(phones.person(), "Yo no")
    marta = desk.screen(MARTA)
    search = marta.page.get_by_role("searchbox", name=SEARCH)
    digits = person.phone
    for words in ("zoraida", "GUIRALDES", digits[-7:], f"+{digits[:2]} {digits[2:5]} {digits[5:]}"):
        search.fill(words)
        expect(marta.rows).to_have_count(1)
        expect(marta.row(person)).to_be_visible()
    search.fill("nadie se llama así")
    expect(marta.page.get_by_text("Sin resultados")).to_be_visible()
    search.press("Escape")
    expect(marta.rows.nth(1)).to_be_visible()


def test_the_filter_shows_each_status_with_its_count(desk: Desk, phones: Phones) -> None:
    """CHAT-03, CHAT-04, CHAT-05, CHAT-06, CHAT-07, CHAT-12: a chat wanders through the tabs, and the counts follow."""
    # What customers wrote in earlier tests may still be on its way in.
    wait_for(lambda: is_taken_in(desk.copy), "earlier messages to be taken in")
    marta = desk.screen(MARTA)
    before = marta.counts()
    one_more = before | {"Todos": before["Todos"] + 1}
    person = phones.person()
    phones.writes(person, "¿Hay alguien?")

    marta.filter("No asignado")
    expect(marta.row(person)).to_be_visible()
    marta.expect_counts(one_more | {"No asignado": before["No asignado"] + 1})

    marta.choose(person)
    marta.action("Tomar chat").click()
    expect(marta.row(person)).to_be_hidden()
    marta.filter("Abierto")
    expect(marta.row(person)).to_be_visible()
    marta.expect_counts(one_more | {"Abierto": before["Abierto"] + 1})

    marta.action("Marcar como cerrado").click()
    expect(marta.row(person)).to_be_hidden()
    marta.filter("Cerrado")
    expect(marta.row(person)).to_be_visible()
    marta.expect_counts(one_more | {"Cerrado": before["Cerrado"] + 1})
    marta.filter("Todos")
    expect(marta.row(person).get_by_role("img", name="Cerrado")).to_be_visible()


def test_the_list_runs_from_the_newest_or_from_the_oldest(desk: Desk, phones: Phones) -> None:
    """CHAT-08, CHAT-09: the other order begins with who has waited longest."""
    person = phones.person()
    phones.writes(person, "Soy el último")
    marta = desk.screen(MARTA)
    expect(marta.rows.first).to_contain_text(person.name)
    marta.page.get_by_role("button", name="Ordenar: Más recientes").click()
    marta.page.get_by_role("menuitemradio", name="Más antiguos").click()
    expect(marta.rows.first).to_contain_text("Lucía")
    marta.page.mouse.move(900, 500)
    phones.writes(person, "Y otra vez")
    expect(marta.rows.first).to_contain_text("Lucía")


def test_an_agent_sees_their_own_and_what_nobody_has(desk: Desk, phones: Phones) -> None:
    """TICK-09, TEAM-12: never a colleague's chat, neither in the list nor by its address."""
    marta, beto = desk.screen(MARTA), desk.screen(BETO)
    marta.find("Emily Carter")
    marta.choose("Emily Carter")
    address = marta.page.url
    beto.find("Laura Restrepo")
    expect(beto.rows).to_have_count(1)
    beto.find("Emily Carter")
    expect(beto.page.get_by_text("Sin resultados")).to_be_visible()
    beto.page.goto(address)
    expect(beto.page.get_by_text("Este chat ya no está a tu alcance")).to_be_visible()
