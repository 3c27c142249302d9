"""Markup in every field that Meta can fill stays text: in the list, the thread, the panel, in large and in history."""

from __future__ import annotations

import base64
import json
import secrets
import time
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import expect

from tests.browser.desk import BETO, Desk, Screen
from tests.browser.markup import WATCH, assert_inert, mark
from tests.simulated import Person, Phones

SCRIPT = "javascript:alert(document.cookie)//"
PAGE = "data:text/html,<script>alert(1)</script>"


def _messages(person: Person) -> Iterator[dict[str, Any]]:
    """One message of each kind, with markup in each of its fields; the first is quoted, edited and reacted to."""

    def message(kind: str, content: Any, **more: Any) -> dict[str, Any]:
        wamid = f"wamid.{secrets.token_hex(12).upper()}"
        start = int(time.time()) - 120
        return {
            "from": person.phone,
            "id": wamid,
            "timestamp": str(start),
            "type": kind,
            kind: content,
            **more,
        }

    referral = {
        "source_url": SCRIPT, "source_id": mark("ad id"), "source_type": mark("ad type"),
        "headline": mark("headline"), "body": mark("ad text"), "media_type": mark("ad media"), "image_url": PAGE,
        "video_url": SCRIPT, "thumbnail_url": PAGE, "ctwa_clid": mark("clid"), "welcome_message": {"text": mark("hi")},
    }  # fmt: skip
    first = message("text", {"body": mark("text")}, referral=referral)
    yield first
    product = {"catalog_id": mark("catalogue"), "product_retailer_id": mark("asked product")}
    context = {"from": person.phone, "id": first["id"], "forwarded": True, "referred_product": product}
    yield message(
        "text", {"body": f'{SCRIPT} {PAGE} https://x.test/"onclick=alert(1) {mark("reply")}'}, context=context
    )
    place = {"name": mark("place"), "address": mark("address"), "url": SCRIPT}
    yield message("location", {"latitude": 4.6, "longitude": -74.0, **place})
    yield message("location", {"latitude": mark("north"), "longitude": mark("east"), "url": PAGE})
    yield message("contacts", [_card()])
    yield message("button", {"payload": mark("payload"), "text": mark("button")})
    reply = {"id": mark("button id"), "title": mark("button title")}
    yield message("interactive", {"type": "button_reply", "button_reply": reply})
    row = {"id": mark("row id"), "title": mark("row title"), "description": mark("row words")}
    yield message("interactive", {"type": "list_reply", "list_reply": row})
    answers = json.dumps({mark("field"): mark("answer"), "nested": {mark("inner"): [mark("list")]}})
    form = {"name": mark("form"), "body": mark("form body"), "response_json": answers}
    yield message("interactive", {"type": "nfm_reply", "nfm_reply": form})
    yield message("interactive", {"type": mark("reply type")})
    item = {
        "product_retailer_id": mark("product"),
        "quantity": "2",
        "item_price": "10.5",
        "currency": mark("money"),
    }
    yield message(
        "order", {"catalog_id": mark("order catalogue"), "text": mark("order"), "product_items": [item]}
    )
    error = {
        "code": 131051,
        "title": mark("error"),
        "message": mark("error"),
        "error_data": {"details": mark("why")},
    }
    yield message("unsupported", {"type": mark("hint")}, errors=[error])
    yield message("unknown", {}, errors=[error])
    kind = mark("type")[:60]
    yield message(kind, {"name": mark("future")})
    for file in ("image", "video", "audio", "document", "sticker"):
        content = {"id": mark("file id"), "mime_type": mark("mime"), "sha256": mark("digest"), "url": SCRIPT}
        yield message(file, content | {"caption": mark(f"caption of {file}"), "filename": mark("unfetched")})


def _card() -> dict[str, Any]:
    parts = ("formatted_name", "first_name", "last_name", "middle_name", "prefix", "suffix")
    return {
        "name": {part: mark(f"card {part}") for part in parts},
        "org": {part: mark(f"card {part}") for part in ("company", "department", "title")},
        "phones": [{"phone": mark("card phone"), "type": mark("phone type"), "wa_id": mark("card wa_id")}],
        "emails": [{"email": mark("card email"), "type": mark("email type")}],
        "urls": [{"url": SCRIPT, "type": mark("url type")}],
        "addresses": [{"street": mark("card street"), "city": mark("card city"), "country_code": mark("country")}],
        "birthday": mark("birthday"), "vcard": mark("vcard"), "origin": mark("origin"),
    }  # fmt: skip


# What an agent sees, and must see as it was written.
SHOWN = (
    "name", "username", "edited", "headline", "ad text", "asked product", "reply", "place", "address",
    "card formatted_name", "card company", "card phone", "card email", "button", "button title", "row title",
    "row words", "answer", "product", "order", "hint", "caption of image", "file name", "caption of file",
)  # fmt: skip


def test_markup_is_inert_wherever_it_stands(desk: Desk, phones: Phones) -> None:
    """BEY-05, CHAT-11: no dialog, no violation of the policy, no element and no address out of what Meta brought."""
    person = phones.person(mark("name"))
    messages = list(_messages(person))
    value = phones.value(person, messages)
    value["contacts"][0]["profile"]["username"] = mark("username")
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


def _fail_to_answer(beto: Screen, phones: Phones, person: Person) -> None:
    """Let Meta refuse an answer with words that are markup."""
    phones.fault(kind="error", code=135000, details=mark("why refused"), count=1, customer=person.phone)
    beto.write("Un momento")
    failed = beto.message("Un momento")
    expect(failed.locator("[data-status=failed]")).to_be_visible()
    expect(failed.get_by_title("[why refused]")).to_be_visible()
