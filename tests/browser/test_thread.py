"""The conversation: its history, kinds that we do not know, and words that would like to be code."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import expect

from tests.browser.desk import BETO, Desk, Screen
from tests.simulated import Person, Phones

LENGTH = 170


def test_older_messages_come_while_scrolling_and_one_jump_leads_back(desk: Desk, phones: Phones) -> None:
    """CHAT-11: the whole conversation, in order, page by page, and only what is in sight is drawn."""
    person = phones.person()
    _write_history(phones, person)
    beto = desk.screen(BETO)
    beto.choose(person)
    expect(beto.message(f"línea {LENGTH}.")).to_be_visible()
    expect(beto.message("línea 1.")).to_have_count(0)

    beto.messages.hover()
    seen: set[int] = set()
    most_drawn = 0
    first = beto.message("línea 1.")
    for _ in range(200):
        numbers = [int(text.split("línea ")[1].split(".")[0]) for text in beto.articles.all_inner_texts()]
        assert numbers == sorted(numbers)
        most_drawn = max(most_drawn, len(numbers))
        seen.update(numbers)
        if 1 in seen:
            break
        beto.page.mouse.wheel(0, -500)
        # What comes from above, out of memory or from the server, is drawn before the one that was first.
        expect(beto.articles.first).not_to_contain_text(f"línea {numbers[0]}.")
    expect(first).to_be_visible()
    expect(beto.messages.get_by_text("Aquí empieza la conversación")).to_be_visible()
    assert seen == set(range(1, LENGTH + 1))
    assert most_drawn < LENGTH / 2

    phones.writes(person, "Recién llegado")
    jump = beto.page.get_by_role("button", name="1 nuevo")
    expect(jump).to_be_visible()
    expect(first).to_be_visible()
    jump.click()
    expect(beto.message("Recién llegado")).to_be_visible()
    expect(jump).to_be_hidden()


def test_days_stand_between_the_messages(desk: Desk, phones: Phones) -> None:
    """CHAT-11: a message of yesterday and one of today are told apart."""
    person = phones.person()
    now = int(time.time())
    phones.writes(person, "Esto fue ayer", timestamp=now - 24 * 3600)
    phones.writes(person, "Esto es hoy", timestamp=now)
    context = desk.sign_in(BETO)
    # No midnight passes between writing and looking.
    context.clock.set_fixed_time(datetime.fromtimestamp(now, UTC))
    beto = Screen.open(context.new_page(), f"{desk.copy.url}/")
    beto.choose(person)
    expect(beto.messages.get_by_text("Ayer", exact=True)).to_be_visible()
    expect(beto.messages.get_by_text("Hoy", exact=True)).to_be_visible()


def test_a_kind_of_tomorrow_stands_there_as_a_card(desk: Desk, phones: Phones) -> None:
    """CHAT-11, BEY-01: known kinds by their name, unknown ones with what Meta calls them; nothing is left out."""
    person = phones.person()
    phones.sends(person, "image", {"id": "900100200300499", "mime_type": "image/jpeg", "sha256": "x"})
    phones.sends(person, "hologram", {"id": "900100200300498"})
    beto = desk.screen(BETO)
    expect(beto.row(person)).to_contain_text("Mensaje de tipo «hologram»")
    beto.choose(person)
    expect(beto.message("Mensaje de tipo «hologram»")).to_contain_text("aún no se puede mostrar aquí")
    expect(beto.articles.filter(has_text=re.compile("imagen", re.IGNORECASE))).to_be_visible()


def test_markup_in_a_name_and_a_message_stays_text(desk: Desk, phones: Phones) -> None:
    """CHAT-11: nothing that a customer writes becomes part of the page; the desk sees no dialog and no CSP error."""
    name = "<img src=x onerror=alert(1)> <b>Ana</b>"
    text = "<script>alert(document.cookie)</script><img src=x onerror=alert(2)>{{7*7}} javascript:alert(3)"
    person = phones.person(name)
    phones.writes(person, text)
    beto = desk.screen(BETO)
    expect(beto.row(person).get_by_title(name)).to_have_text(name)
    expect(beto.row(person)).to_contain_text("<script>alert")
    beto.choose(person)
    expect(beto.message(text)).to_be_visible()
    beto.action("Tomar chat").click()
    beto.write("<u>claro</u> &amp; listo")
    expect(beto.message("<u>claro</u> &amp; listo")).to_be_visible()
    for selector in ("img[src=x]", "#content script", "#content u", "a[href^='javascript:']"):
        expect(beto.page.locator(selector), selector).to_have_count(0)


def _write_history(phones: Phones, person: Person) -> None:
    start = int(time.time()) - LENGTH * 60
    messages: list[dict[str, Any]] = [
        {
            "from": person.phone,
            "id": f"wamid.{person.phone}{number:04d}",
            "timestamp": str(start + number * 60),
            "type": "text",
            "text": {"body": f"línea {number}."},
        }
        for number in range(1, LENGTH + 1)
    ]
    answer = phones.order({"value": phones.value(person, messages), "wait": True})
    assert answer["delivered"], answer
