"""The whole way: a customer writes on a phone, an agent takes the chat and answers, the ticks turn blue."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.desk import BETO, Desk
from tests.simulated import Phones


def test_a_message_from_the_phone_reaches_the_agent_and_the_answer_goes_back(
    desk: Desk, phones: Phones
) -> None:
    """CHAT-01, CHAT-10, CHAT-11, CHAT-15, CHAT-23, CHAT-33, TICK-09: live both ways, without a reload."""
    laura = phones.person()
    phones.writes(laura, "Buenos días")
    beto = desk.screen(BETO)
    other = phones.person()
    phones.writes(other, "Yo escribí después")
    expect(beto.rows.first).to_contain_text(other.name)

    phone = desk.phone(laura)
    phone.write("¿Tienen esta blusa en talla M?")
    expect(beto.rows.first).to_contain_text(laura.name)
    expect(beto.row(laura)).to_contain_text("¿Tienen esta blusa en talla M?")
    expect(beto.row(laura).get_by_role("img", name="2 mensajes sin leer")).to_be_visible()

    beto.choose(laura)
    phone.write("¿Y en color terracota?")
    expect(beto.message("¿Y en color terracota?")).to_be_visible()

    beto.action("Tomar chat").click()
    expect(beto.action("Marcar como cerrado")).to_be_visible()
    expect(beto.action("Tomar chat")).to_be_hidden()

    beto.box.press_sequentially("Sí, nos quedan dos.")
    beto.box.press("Shift+Enter")
    beto.box.press_sequentially("Una blanca y una terracota.")
    expect(beto.box).to_have_value("Sí, nos quedan dos.\nUna blanca y una terracota.")
    beto.box.press("Enter")
    expect(beto.box).to_have_value("")
    expect(beto.message("Una blanca y una terracota.")).to_have_count(1)
    expect(phone.message("Sí, nos quedan dos.")).to_contain_text("Una blanca y una terracota.")
    expect(beto.tick("nos quedan dos", "read")).to_be_visible()

    [sent] = phones.sent_to(laura)
    assert sent["text"] == "Sí, nos quedan dos.\nUna blanca y una terracota."
    beto.assert_never_reloaded()


def test_ticks_go_from_one_grey_to_two_and_turn_blue_when_the_phone_shows_the_chat(
    desk: Desk, phones: Phones
) -> None:
    """CHAT-23, CHAT-33: one grey tick when Meta has it, two when it has arrived, blue when it was read."""
    sofia = phones.person()
    phones.writes(sofia, "¿Hacen envíos?")
    beto = desk.screen(BETO)
    beto.choose(sofia)
    phones.control("webhooks", {"hold": True})
    beto.write("Sí, a todo el país.")
    expect(beto.tick("a todo el país", "accepted")).to_be_visible()
    expect(beto.row(sofia).locator("[data-status=accepted]")).to_be_visible()

    phones.control("webhooks", {"hold": False})
    two = beto.tick("a todo el país", "delivered")
    expect(two).to_be_visible()
    grey = two.evaluate("element => getComputedStyle(element).color")

    desk.phone(sofia)
    blue = beto.tick("a todo el país", "read")
    expect(blue).to_be_visible()
    expect(blue).not_to_have_css("color", grey)
    expect(blue).to_have_attribute("aria-label", re.compile("Leído"))
    expect(beto.row(sofia).locator("[data-status=read]")).to_be_visible()
    beto.assert_never_reloaded()
