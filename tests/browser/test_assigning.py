"""Who has a chat: taking, giving, closing, and who clears the unread."""

from __future__ import annotations

from playwright.sync_api import Route, expect

from tests.browser.desk import BETO, DIANA, MARTA, Desk, Screen
from tests.simulated import Person, Phones


def test_a_manager_gives_a_chat_to_another_agent_and_the_first_loses_it_at_once(
    desk: Desk, phones: Phones
) -> None:
    """TEAM-08, TEAM-12, CHAT-33: the row goes from one screen and comes to the other without a reload."""
    person = _taken_by_beto(desk, phones)
    beto, diana, marta = desk.screen(BETO), desk.screen(DIANA), desk.screen(MARTA)
    beto.choose(person)
    expect(beto.page.get_by_role("button", name="Asignar")).to_have_count(0)
    expect(diana.row(person)).to_have_count(0)

    marta.choose(person)
    _assign(marta, "Diana Solís")
    expect(diana.row(person)).to_be_visible()
    expect(beto.row(person)).to_be_hidden()
    expect(beto.page.get_by_text("Este chat ya no está a tu alcance")).to_be_visible()
    expect(beto.box).to_be_hidden()
    beto.assert_never_reloaded()
    diana.assert_never_reloaded()


def test_closing_and_reopening_is_seen_by_everyone(desk: Desk, phones: Phones) -> None:
    """CHAT-06, CHAT-12: the agent closes, the manager sees it; a person reopens; a new message does too."""
    person = _taken_by_beto(desk, phones)
    beto, marta = desk.screen(BETO), desk.screen(MARTA)
    for screen in (beto, marta):
        screen.choose(person)
    beto.action("Marcar como cerrado").click()
    for screen in (beto, marta):
        expect(screen.row(person).get_by_role("img", name="Cerrado")).to_be_visible()
        expect(screen.action("Reabrir")).to_be_visible()

    beto.action("Reabrir").click()
    expect(marta.action("Marcar como cerrado")).to_be_visible()
    expect(marta.row(person).get_by_role("img", name="Asignado a Beto Gómez")).to_be_visible()
    beto.assert_never_reloaded()
    marta.assert_never_reloaded()


def test_only_the_one_in_charge_clears_the_unread_and_the_customer_sees_blue(
    desk: Desk, phones: Phones
) -> None:
    """CHAT-01, TEAM-08: a manager who only looks changes nothing, for the team or for the customer."""
    person = _taken_by_beto(desk, phones)
    phone = desk.phone(person)
    phone.write("¿Sigue disponible?")
    marta = desk.screen(MARTA)
    unread = marta.row(person).get_by_role("img", name="2 mensajes sin leer")
    expect(unread).to_be_visible()
    marta.choose(person)
    expect(marta.message("¿Sigue disponible?")).to_be_visible()
    marta.page.wait_for_timeout(1_000)
    expect(unread).to_be_visible()
    own = phone.message("¿Sigue disponible?")
    expect(own.get_by_role("img", name="Recibido por la empresa")).to_be_visible()

    desk.screen(BETO).choose(person)
    expect(unread).to_be_hidden()
    expect(own.get_by_role("img", name="Leído por la empresa")).to_be_visible()


def test_of_two_who_take_a_chat_at_once_one_has_it_and_the_other_is_told(desk: Desk, phones: Phones) -> None:
    """TICK-09, CHAT-33: the slower one loses the row and hears why; nothing is taken away from the first."""
    person = phones.person()
    phones.writes(person, "¿Quién me atiende?")
    beto, diana = desk.screen(BETO), desk.screen(DIANA)
    for screen in (beto, diana):
        screen.choose(person)
    # Diana's click is on its way while Beto's is answered.
    held: list[Route] = []
    diana.page.route("**/assignment", lambda route: held.append(route))
    with diana.page.expect_request("**/assignment"):
        diana.action("Tomar chat").click()
    beto.action("Tomar chat").click()
    expect(beto.action("Marcar como cerrado")).to_be_visible()
    held[0].continue_()
    expect(diana.page.get_by_text("Lo tomó otra persona")).to_be_visible()
    expect(diana.row(person)).to_be_hidden()
    diana.page.wait_for_timeout(500)
    expect(diana.row(person)).to_be_hidden()
    expect(beto.row(person)).to_be_visible()
    expect(beto.action("Marcar como cerrado")).to_be_visible()


def _taken_by_beto(desk: Desk, phones: Phones) -> Person:
    person = phones.person()
    phones.writes(person, "Hola, buenas")
    desk.give(person, BETO)
    return person


def _assign(screen: Screen, name: str) -> None:
    screen.actions.get_by_role("button", name="Atiende: Beto Gómez").click()
    screen.page.get_by_role("option", name=name).click()
