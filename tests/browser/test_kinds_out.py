"""What agents send: files of each kind, voice notes, quotations and reactions, down to the customer's phone."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, expect

from integrations.simulator.media import samples
from tests.browser.desk import BETO, Desk, Screen
from tests.copy import wait_for
from tests.simulated import Person, Phones


def _opened(desk: Desk, phones: Phones) -> tuple[Person, Screen]:
    person = phones.person()
    phones.writes(person, "Hola")
    beto = desk.screen(BETO)
    beto.choose(person)
    return person, beto


def _path(sample: str) -> str:
    return str(samples.FOLDER / samples.SAMPLES[sample][0])


def _attach(beto: Screen, button: str, *files: str) -> None:
    """Choose files by a button of the message box."""
    with beto.page.expect_file_chooser() as chooser:
        beto.page.get_by_role("button", name=button, exact=True).click()
    chooser.value.set_files(list(files))


def _send(beto: Screen) -> None:
    beto.page.get_by_role("button", name="Enviar", exact=True).click()


def _sent(phones: Phones, person: Person, count: int) -> list[dict[str, Any]]:
    """Wait until so many messages have been accepted for somebody."""
    wait_for(lambda: len(phones.sent_to(person)) >= count, f"{count} messages to be accepted")
    found = phones.sent_to(person)
    assert len(found) == count
    return found


def _tick(message: Locator, status: str) -> Locator:
    return message.locator(f"[data-status={status}]")


def _expect_drawn(picture: Locator) -> None:
    expect(picture).to_be_visible()
    expect(picture).not_to_have_js_property("naturalWidth", 0)
    expect(picture).to_have_js_property("complete", True)


def test_a_picture_and_a_film_with_words_below_them(desk: Desk, phones: Phones) -> None:
    """CHAT-18: looked at before, sent with a caption each, seen on the phone, ticks to blue."""
    person, beto = _opened(desk, phones)
    _attach(beto, "Imágenes", _path("photo"))
    tile = beto.page.get_by_role("list", name="1 archivo por enviar")
    expect(tile.locator("img")).to_be_visible()
    beto.page.get_by_role("textbox").last.fill("La blusa *roja*")
    _send(beto)
    picture = beto.message("La blusa")
    expect(picture.get_by_role("button", name="La blusa").locator("img")).to_be_visible()
    expect(_tick(picture, "delivered")).to_be_visible()
    _attach(beto, "Videos", _path("video"))
    expect(tile).to_be_visible()
    _send(beto)
    expect(_tick(beto.articles.last, "delivered")).to_be_visible()
    expect(beto.articles.last.get_by_role("button", name="Reproducir el video")).to_be_visible()
    expect(beto.row(person)).to_contain_text("Video")

    first, second = _sent(phones, person, 2)
    assert (first["type"], first["content"]["caption"]) == ("image", "La blusa *roja*")
    assert (second["type"], second["media"]["mime_type"]) == ("video", "video/mp4")
    phone = desk.phone(person)
    _expect_drawn(phone.message("La blusa").locator("img").first)
    expect(phone.log.locator("video")).to_have_count(1)
    expect(_tick(picture, "read")).to_be_visible()
    expect(_tick(beto.articles.last, "read")).to_be_visible()


def test_documents_and_songs(desk: Desk, phones: Phones) -> None:
    """CHAT-18: several at once, in their order; the document under its name, byte for byte."""
    person, beto = _opened(desk, phones)
    _attach(beto, "Archivos", _path("invoice"), _path("song"))
    expect(beto.page.get_by_role("list", name="2 archivos por enviar")).to_be_visible()
    _send(beto)
    expect(beto.articles).to_have_count(3)
    expect(_tick(beto.articles.nth(2), "delivered")).to_be_visible()
    expect(beto.articles.nth(1).get_by_role("link", name="Descargar invoice.pdf")).to_be_visible()
    expect(beto.articles.nth(2).get_by_role("group")).to_be_visible()
    document, song = _sent(phones, person, 2)
    assert [document["type"], song["type"]] == ["document", "audio"]
    assert document["content"]["filename"] == "invoice.pdf"
    assert document["media"]["size"] == len(samples.data("invoice"))
    assert not song["content"].get("voice")
    phone = desk.phone(person)
    with phone.page.expect_download() as waiting:
        phone.log.get_by_role("link", name="Descargar invoice.pdf").click()
    taken = Path(waiting.value.path()).read_bytes()
    assert hashlib.sha256(taken).digest() == hashlib.sha256(samples.data("invoice")).digest()
    expect(phone.log.locator("audio")).to_have_count(1)


def test_stickers_still_and_moving(desk: Desk, phones: Phones) -> None:
    """CHAT-18: a WebP goes as a sticker when it is chosen as one, else as a picture; no words go with a sticker."""
    person, beto = _opened(desk, phones)
    _attach(beto, "Stickers (WebP)", _path("sticker"), _path("sticker_animated"))
    tray = beto.page.get_by_role("list", name="2 archivos por enviar")
    expect(tray.locator("img")).to_have_count(2)
    _send(beto)
    expect(beto.articles).to_have_count(3)
    expect(_tick(beto.articles.last, "delivered")).to_be_visible()
    expect(beto.row(person)).to_contain_text("Sticker")
    sent = _sent(phones, person, 2)
    assert [one["type"] for one in sent] == ["sticker", "sticker"]
    assert [one["media"]["size"] for one in sent] == [
        len(samples.data(name)) for name in ("sticker", "sticker_animated")
    ]
    phone = desk.phone(person)
    _expect_drawn(phone.log.locator("img").first)


def test_a_picture_that_is_pasted_or_dropped(desk: Desk, phones: Phones) -> None:
    """CHAT-18: without any dialog; what WhatsApp does not take is said by name and stays here."""
    person, beto = _opened(desk, phones)
    paste = """([target, base64, name, type, event]) => {
        const data = Uint8Array.from(atob(base64), one => one.charCodeAt(0));
        const transfer = new DataTransfer();
        transfer.items.add(new File([data], name, { type }));
        const made = event === "paste"
            ? new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true })
            : new DragEvent(event, { dataTransfer: transfer, bubbles: true, cancelable: true });
        document.querySelector(target).dispatchEvent(made);
    }"""
    beto.page.evaluate(paste, ["textarea", _base64("receipt"), "recibo.png", "image/png", "paste"])
    tray = beto.page.get_by_role("list", name=re.compile("por enviar"))
    expect(tray.get_by_role("button", name="recibo.png", exact=True)).to_be_visible()
    beto.page.evaluate(paste, ["textarea", "TVpYWA==", "juego.exe", "application/x-msdownload", "paste"])
    expect(beto.page.get_by_role("alert")).to_contain_text("juego.exe")
    expect(beto.page.get_by_role("alert")).to_contain_text("WhatsApp no acepta este tipo de archivo")
    _send(beto)
    expect(_tick(beto.articles.last, "delivered")).to_be_visible()
    [sent] = _sent(phones, person, 1)
    assert (sent["type"], sent["media"]["mime_type"]) == ("image", "image/png")


def test_a_voice_note_is_recorded_heard_and_sent(desk: Desk, phones: Phones) -> None:
    """CHAT-18: Chromium's own microphone; on the phone it is a voice note, and playing it turns it blue."""
    person, beto = _opened(desk, phones)
    beto.page.context.grant_permissions(["microphone"])
    beto.page.get_by_role("button", name="Notas de voz").click()
    beto.page.get_by_role("menuitem", name="Grabar una nota de voz").click()
    expect(beto.page.get_by_role("timer", name="Grabando")).to_have_text(re.compile("0:0[2-9]"))
    beto.page.get_by_role("button", name="Terminar y escuchar").click()
    expect(beto.page.get_by_role("group", name="Tu nota de voz")).to_be_visible()
    beto.page.get_by_role("button", name="Enviar nota de voz").click()
    note = beto.articles.last
    expect(note.get_by_role("group", name="Nota de voz")).to_be_visible()
    expect(_tick(note, "delivered")).to_be_visible()
    [sent] = _sent(phones, person, 1)
    assert (sent["type"], sent["content"]["voice"]) == ("audio", True)
    assert sent["media"]["mime_type"].startswith("audio/ogg")
    phone = desk.phone(person)
    player = phone.log.get_by_role("group", name="Nota de voz")
    player.get_by_role("button", name="Reproducir").click()
    expect(_tick(note, "played")).to_be_visible()


def test_an_answer_to_a_picture_quotes_it(desk: Desk, phones: Phones) -> None:
    """CHAT-23: with its small copy, here and on the phone."""
    person, beto = _opened(desk, phones)
    wamid = phones.shares(person, "image", caption="¿Tienen esta?")
    question = beto.message("¿Tienen esta?")
    question.hover()
    question.get_by_role("button", name="Responder a este mensaje").click()
    expect(beto.page.get_by_text(f"Respondes a {person.name}")).to_be_visible()
    beto.write("Sí, en M y L")
    answer = beto.message("Sí, en M y L")
    expect(answer.get_by_title("Ir al mensaje citado")).to_contain_text("¿Tienen esta?")
    expect(answer.get_by_title("Ir al mensaje citado").locator("img")).to_be_visible()
    expect(_tick(answer, "delivered")).to_be_visible()
    [sent] = _sent(phones, person, 1)
    assert sent["context"] == wamid
    phone = desk.phone(person)
    expect(phone.message("Sí, en M y L").locator(".quote")).to_contain_text("¿Tienen esta?")


def test_a_reaction_and_its_removal_reach_the_phone(desk: Desk, phones: Phones) -> None:
    """CHAT-21: one of ours at a time; the same again takes it away."""
    person, beto = _opened(desk, phones)
    wamid = phones.writes(person, "Ya les pagué")
    phone = desk.phone(person)
    message = beto.message("Ya les pagué")

    def react(name: str) -> None:
        message.hover()
        message.get_by_role("button", name="Reaccionar a este mensaje").click()
        menu = beto.page.get_by_role("dialog", name="Elige una reacción")
        menu.get_by_role("button", name=name, exact=True).click()

    badge = message.get_by_role("button", name="Reaccionaste")
    shown = phone.log.locator(".row", has_text="Ya les pagué").locator(".reaction")
    react("👍")
    expect(badge).to_have_text("👍")
    expect(shown).to_have_text("👍")
    react("🙏")
    expect(badge).to_have_text("🙏")
    expect(shown).to_have_text("🙏")
    react("Quitar 🙏")
    expect(badge).to_have_count(0)
    expect(shown).to_have_count(0)
    found = _sent(phones, person, 3)
    assert [(one["type"], one["content"]) for one in found] == [
        ("reaction", {"message_id": wamid, "emoji": emoji}) for emoji in ("👍", "🙏", "")
    ]


def test_a_file_that_meta_refuses_says_why_and_can_be_tried_again(desk: Desk, phones: Phones) -> None:
    """BEY-05, CHAT-33: the reason in Spanish beside the message, and one click that mends it."""
    person, beto = _opened(desk, phones)
    phones.fault(kind="error", code=131053, on="send", count=1, customer=person.phone)
    _attach(beto, "Imágenes", _path("receipt"))
    _send(beto)
    message = beto.articles.last
    expect(_tick(message, "failed")).to_be_visible()
    message.get_by_role("button", name="Reintentar").click()
    expect(_tick(message, "delivered")).to_be_visible()
    assert len(_sent(phones, person, 1)) == 1


def _base64(sample: str) -> str:
    return b64encode(samples.data(sample)).decode()
