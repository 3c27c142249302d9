"""A number that Meta refuses as a whole: everybody sees why, nothing is lost, and an owner lets it go on."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.browser.desk import ANA, BETO, Desk, Screen
from tests.simulated import Phones

TOKEN_EXPIRED = 190


def test_a_stopped_number_keeps_what_is_written_and_sends_it_once_it_goes_on(
    desk: Desk, phones: Phones
) -> None:
    """BEY-02, BEY-03, CHAT-23: the reply waits instead of failing, and leaves exactly once."""
    person = phones.person()
    phones.writes(person, "¿Tienen stock?")
    phones.fault(kind="error", code=TOKEN_EXPIRED, customer=person.phone)
    ana, beto = desk.screen(ANA), desk.screen(BETO)
    beto.choose(person)
    beto.write("Sí, quedan tres")
    for screen in (beto, ana):
        expect(_notice(screen)).to_contain_text("detenidos")
        expect(_notice(screen)).to_contain_text("token")
    expect(beto.page.get_by_role("button", name="Reanudar")).to_have_count(0)
    expect(beto.page.get_by_text("saldrá cuando se reanuden")).to_be_visible()
    expect(beto.message("Sí, quedan tres").locator("[data-status=failed]")).to_have_count(0)
    beto.write("Y dos más en bodega")

    phones.clear_faults()
    ana.page.get_by_role("button", name="Reanudar").first.click()
    for screen in (ana, beto):
        expect(_notice(screen)).to_have_count(0)
    for text in ("Sí, quedan tres", "Y dos más en bodega"):
        expect(beto.tick(text, "delivered")).to_be_visible()
    assert [sent["text"] for sent in phones.sent_to(person)] == ["Sí, quedan tres", "Y dos más en bodega"]


def _notice(screen: Screen) -> Locator:
    return screen.page.get_by_role("status").filter(has_text="Los envíos de Tienda Aurora")
