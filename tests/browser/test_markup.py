"""Markup in every field that Meta can fill stays text: in the list, the thread, the panel, in large and in history."""

from __future__ import annotations

import base64

from playwright.sync_api import expect

from tests.browser import canaries
from tests.browser.desk import ANA, BETO, Desk, Screen
from tests.browser.markup import WATCH, assert_inert, mark
from tests.simulated import Person, Phones

# What an agent sees, and must see as it was written.
SHOWN = (
    "name", "username", "edited", "headline", "ad text", "asked product", "reply", "place", "address",
    "card formatted_name", "card company", "card phone", "card email", "button", "button title", "row title",
    "row words", "answer", "product", "order", "hint", "caption of image", "file name", "caption of file",
    "of a post", "id",
)  # fmt: skip


def test_markup_is_inert_wherever_it_stands(desk: Desk, phones: Phones) -> None:
    """BEY-05, CHAT-11: no dialog, no violation of the policy, no element and no address out of what Meta brought."""
    person = phones.person(mark("name"))
    value = canaries.value(person.phone, phones.phone_number_id)
    messages = value["messages"]
    assert phones.order({"value": value, "wait": True})["delivered"]
    _change(phones, person, messages[0]["id"])
    context = desk.sign_in(BETO, height=7000)
    context.add_init_script(WATCH)
    beto = Screen.open(context.new_page(), f"{desk.copy.url}/")
    beto.find(person.phone[-7:])
    expect(beto.rows).to_have_count(1)
    beto.rows.click()
    first = beto.articles.first
    expect(first).to_contain_text("[edited]")
    _fail_to_answer(beto, phones, person)
    _fail_to_deliver(beto, phones, person)
    assert_inert(beto.page)
    for field in SHOWN:
        expect(beto.page.locator("body")).to_contain_text(f"[{field}]", use_inner_text=True)

    first.get_by_role("button", name="editado").click()
    expect(beto.page.get_by_role("dialog").filter(has_text="Antes decía")).to_contain_text("[text]")
    assert_inert(beto.page)
    beto.page.keyboard.press("Escape")
    beto.message("[caption of photo]").get_by_role("button", name="[caption of photo]").click()
    expect(beto.page.get_by_role("dialog", name="Imagen en grande")).to_contain_text("[caption of photo]")
    assert_inert(beto.page)


def _change(phones: Phones, person: Person, first: str) -> None:
    """Files that are really there, and what changes a message or tells of a person."""
    page = base64.b64encode(b"<!doctype html><script>alert(1)</script>").decode()
    drawing = base64.b64encode(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>").decode()
    html = {"bytes_base64": page, "file_name": f"{mark('path')}[file name].html", "mime_type": "text/html"}
    phones.shares(person, "document", caption=mark("caption of file"), media=html)
    svg = {"bytes_base64": drawing, "file_name": "drawing.svg", "mime_type": "image/svg+xml"}
    phones.shares(person, "image", caption=mark("caption of drawing"), media=svg)
    phones.shares(person, "image", caption=mark("caption of photo"))
    phones.shares(person, "reaction", target=first, emoji="<b>!</b>")
    phones.shares(person, "edit", target=first, text=mark("edited"))
    changed = {
        "type": "customer_identity_changed",
        "body": mark("system"),
        "identity": {"hash": mark("hash")},
    }
    phones.sends(person, "system", changed)
    phones.sends(person, "system", canaries.moved())


def _fail_to_answer(beto: Screen, phones: Phones, person: Person) -> None:
    """Let Meta refuse an answer with words that are markup."""
    phones.fault(kind="error", code=135000, details=mark("why refused"), count=1, customer=person.phone)
    beto.write("Un momento")
    failed = beto.message("Un momento")
    expect(failed.locator("[data-status=failed]")).to_be_visible()
    expect(failed.get_by_title("[why refused]")).to_be_visible()


def _fail_to_deliver(beto: Screen, phones: Phones, person: Person) -> None:
    """Let Meta take an answer, and tell afterwards with markup that it did not arrive."""
    beto.write("Ya le cuento")
    expect(beto.tick("Ya le cuento", "delivered")).to_be_visible()
    wamid = phones.sent_to(person)[-1]["wamid"]
    value = canaries.failed(wamid, person.phone, phones.phone_number_id)
    assert phones.order({"value": value, "wait": True})["delivered"]


def test_why_a_number_stopped_stays_text(desk: Desk, phones: Phones) -> None:
    """BEY-05: Meta's words stand above the chats and above the message box of everybody."""
    person = phones.person()
    phones.writes(person, "¿Tienen stock?")
    phones.fault(kind="error", code=190, details=mark("why stopped"), customer=person.phone)
    context = desk.sign_in(ANA)
    context.add_init_script(WATCH)
    ana = Screen.open(context.new_page(), f"{desk.copy.url}/")
    ana.choose(person)
    ana.write("Sí, quedan tres")
    notices = ana.page.get_by_role("status").filter(has=ana.page.get_by_title("[why stopped]"))
    expect(notices).to_have_count(2)
    assert_inert(ana.page)
    phones.clear_faults()
    ana.page.get_by_role("button", name="Reanudar").first.click()
    expect(notices).to_have_count(0)
    expect(ana.tick("Sí, quedan tres", "delivered")).to_be_visible()
