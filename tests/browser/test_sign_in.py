"""Coming in and going out."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.desk import ANA, BETO, DIANA, Desk, Screen, fill_sign_in
from tests.simulated import Phones


def test_a_wrong_password_says_so_and_the_right_one_opens_the_chats(desk: Desk) -> None:
    """IMPL-04, CHAT-01: the person stays on the page with what was typed, and may try again."""
    page = desk.window().new_page()
    fill_sign_in(page, desk.copy, ANA, "no es esta")
    expect(page.get_by_role("alert")).to_contain_text("El correo o la contraseña no son correctos")
    expect(page.get_by_label("Correo electrónico")).to_have_value(ANA)
    page.get_by_label("Contraseña", exact=True).fill(desk.copy.password(ANA))
    page.get_by_role("button", name="Iniciar sesión").click()
    expect(page).to_have_url(re.compile("/o/tienda-aurora/chats$"))
    expect(Screen(page).rows.first).to_be_visible()


def test_someone_who_is_not_signed_in_comes_back_to_where_they_wanted_to_go(desk: Desk) -> None:
    """IMPL-04: a link to a chat leads there after signing in."""
    page = desk.window().new_page()
    wanted = f"{desk.copy.url}/o/tienda-aurora/chats/1"
    page.goto(wanted)
    page.get_by_label("Correo electrónico").fill(BETO)
    page.get_by_label("Contraseña", exact=True).fill(desk.copy.password(BETO))
    page.get_by_role("button", name="Iniciar sesión").click()
    expect(page).to_have_url(wanted)


def test_signing_out_ends_the_live_screen_of_the_other_tab(desk: Desk, phones: Phones) -> None:
    """TEAM-12, CHAT-33: nothing more reaches a tab whose session has ended."""
    window = desk.window()
    first = window.new_page()
    fill_sign_in(first, desk.copy, DIANA)
    Screen(first).wait_live()
    other = Screen.open(window.new_page(), f"{desk.copy.url}/")
    first.get_by_role("button", name=re.compile("^Tu cuenta")).click()
    first.get_by_role("menuitem", name="Cerrar sesión").click()
    expect(first).to_have_url(re.compile("/accounts/login/"))
    # Without a click: the server has closed the line, and the page leaves by itself.
    expect(other.page).to_have_url(re.compile("/accounts/login/"))
    expect(other.page.get_by_role("heading", name="Iniciar sesión")).to_be_visible()


def test_the_sign_in_page_speaks_english_when_asked(desk: Desk) -> None:
    """IMPL-04: both languages before anyone is known."""
    page = desk.window().new_page()
    page.goto(f"{desk.copy.url}/")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.get_by_label("E-mail").fill("nobody@example.com")
    page.get_by_label("Password", exact=True).fill("not this one")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("The e-mail or the password is not right")
