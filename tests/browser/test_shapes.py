"""The same screen on a phone, by keyboard, in the dark, in English."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import BETO, DIANA, Desk
from tests.simulated import Phones

PILAR = "pilar@tornillo.example"


def test_a_narrow_screen_shows_one_panel_at_a_time(desk: Desk, phones: Phones) -> None:
    """CHAT-10: list, conversation and contact take turns, and back leads back."""
    person = phones.person()
    phones.writes(person, "Desde el bus")
    beto = desk.screen(BETO, width=360, height=740, has_touch=True)
    expect(beto.row(person)).to_be_visible()
    expect(beto.messages).to_be_hidden()
    beto.choose(person)
    expect(beto.list).to_be_hidden()
    beto.write("Respondo desde el celular")
    expect(beto.tick("Respondo desde el celular", "delivered")).to_be_visible()
    assert beto.page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    beto.page.get_by_role("button", name="Mostrar los datos del contacto").click()
    contact = beto.page.get_by_role("complementary", name="Datos del contacto")
    expect(contact).to_be_visible()
    contact.get_by_role("button", name="Ocultar los datos del contacto").click()
    beto.page.get_by_role("button", name="Volver a la lista").click()
    expect(beto.list).to_be_visible()
    expect(beto.messages).to_be_hidden()
    beto.page.go_back()
    expect(beto.message("Desde el bus")).to_be_visible()


def test_the_keyboard_alone_is_enough(desk: Desk, phones: Phones) -> None:
    """CHAT-10, CHAT-15: reach the list, walk to a chat, open it, write, send."""
    first, second = phones.person(), phones.person()
    phones.writes(second, "Yo escribí antes")
    phones.writes(first, "Yo escribí después")
    beto = desk.screen(BETO)
    expect(beto.rows.first).to_contain_text(first.name)
    page = beto.page
    _tab_to(page, "a[data-conversation]")
    expect(beto.row(first)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(beto.row(second)).to_be_focused()
    page.keyboard.press("Enter")
    expect(beto.message("Yo escribí antes")).to_be_visible()
    expect(beto.box).to_be_visible()
    _tab_to(page, "textarea")
    page.keyboard.type("Sin tocar el ratón")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("ni una vez")
    page.keyboard.press("Enter")
    expect(beto.tick("Sin tocar el ratón", "delivered")).to_be_visible()
    phones.wait_idle()
    assert [one["text"] for one in phones.sent_to(second)] == ["Sin tocar el ratón\nni una vez"]


def test_three_panels_stand_side_by_side_on_a_desk(desk: Desk, phones: Phones) -> None:
    """CHAT-10: list, conversation, contact; the contact can be put away."""
    person = phones.person()
    phones.writes(person, "Hola")
    beto = desk.screen(BETO)
    beto.choose(person)
    contact = beto.page.get_by_role("complementary", name="Datos del contacto")
    for part in (beto.list, beto.messages, contact):
        expect(part).to_be_visible()
    expect(contact.get_by_text(person.number_as_read).first).to_be_visible()
    beto.page.get_by_role("button", name="Ocultar los datos del contacto").first.click()
    expect(contact).to_be_hidden()


@pytest.mark.parametrize(("scheme", "is_dark"), [("light", False), ("dark", True)])
def test_light_and_dark_follow_the_system(desk: Desk, scheme: str, is_dark: bool) -> None:
    """CHAT-01: the sign-in page and the chats, from the first paint."""
    page = desk.window(color_scheme=scheme).new_page()
    page.goto(f"{desk.copy.url}/accounts/login/")
    assert _is_dark(page) is is_dark
    diana = desk.screen(DIANA, color_scheme=scheme)
    expect(diana.rows.first).to_be_visible()
    assert _is_dark(diana.page) is is_dark


def test_the_appearance_that_was_chosen_stays(desk: Desk) -> None:
    """CHAT-01: against the system's, and also after a reload."""
    diana = desk.screen(DIANA, color_scheme="light")
    diana.page.get_by_role("button", name=re.compile("^Tu cuenta")).click()
    diana.page.get_by_role("menuitemradio", name="Oscuro").click()
    expect(diana.page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
    diana.page.reload()
    expect(diana.rows.first).to_be_visible()
    assert _is_dark(diana.page)


def test_english_is_a_whole_second_language(desk: Desk) -> None:
    """IMPL-04, CHAT-01: chosen in the menu, kept for the person, in the words of the server too."""
    pilar = desk.screen(PILAR)
    page = pilar.page
    pilar.choose("Inés Olvera")
    page.get_by_role("button", name=re.compile("^Tu cuenta")).click()
    page.get_by_role("menuitemradio", name="English").click()
    page.keyboard.press("Escape")
    expect(page.get_by_placeholder("Search name or number…")).to_be_visible()
    expect(page.get_by_role("group", name="Chat actions")).to_contain_text("Mark as closed")
    page.reload()
    expect(page.get_by_role("textbox", name="Write a message")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("button", name=re.compile("^Your account")).click()
    page.get_by_role("menuitemradio", name="Español").click()
    expect(page.get_by_placeholder("Buscar nombre o número…")).to_be_visible()


def _tab_to(page: Page, selector: str) -> None:
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"the Tab key never reaches {selector}")


def _is_dark(page: Page) -> bool:
    """Whether what lies behind everything is dark."""
    light: float = page.evaluate(
        """() => {
            const colour = getComputedStyle(document.body).backgroundColor.match(/[0-9.]+/g).map(Number);
            return (0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2]) / 255;
        }"""
    )
    assert light < 0.2 or light > 0.8, light
    return light < 0.2
