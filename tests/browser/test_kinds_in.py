"""What customers send, as the agent sees it: each kind in the thread, and its line in the list."""

from __future__ import annotations

import re
import secrets
import time
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from integrations.simulator.media import samples
from tests.browser.desk import BETO, Desk, Screen
from tests.copy import Copy, wait_for
from tests.simulated import Person, Phones

# Sounds play without an element on the page; this keeps them where a test can ask.
NOTE_SOUNDS = """
window.sounds = [];
window.Audio = class extends window.Audio { constructor(...a) { super(...a); window.sounds.push(this); } };
"""
PLAYS = "media => !media.paused && media.currentTime > 0"
NEWEST_SOUND = "window.sounds.at(-1)"


def _opened(desk: Desk, person: Person) -> Screen:
    beto = desk.screen(BETO)
    beto.choose(person)
    return beto


def _wait_loaded(picture: Locator, width: int) -> None:
    """Wait until a picture is really there, not only its place."""
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("naturalWidth", width)
    expect(picture).to_have_js_property("complete", True)


def _wait_sound(page: Page) -> float:
    """Wait until the newest sound plays; gives its length in seconds."""
    wait_for(lambda: page.evaluate(f"({PLAYS})({NEWEST_SOUND} ?? {{ paused: true }})"), "the sound to play")
    return float(page.evaluate(f"{NEWEST_SOUND}.duration"))


def test_a_picture_opens_as_large_as_the_screen(desk: Desk, phones: Phones) -> None:
    """CHAT-18: the caption below, the whole picture on a click, Escape leads back, the next one by arrow."""
    person = phones.person()
    phones.shares(person, "image", caption="La blusa *roja*")
    phones.shares(person, "image", media="receipt")
    beto = _opened(desk, person)
    first, second = beto.articles.nth(0), beto.articles.nth(1)
    expect(first.locator("strong")).to_have_text("roja")
    expect(beto.row(person)).to_contain_text("Imagen")
    first.get_by_role("button", name="La blusa").click()
    box = beto.page.get_by_role("dialog", name="Imagen en grande")
    _wait_loaded(box.locator("img"), 900)
    expect(box.get_by_role("status")).to_have_text("1 de 2")
    beto.page.keyboard.press("ArrowRight")
    expect(box.get_by_role("status")).to_have_text("2 de 2")
    beto.page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    expect(second.get_by_role("button", name="Imagen").locator("img")).to_be_visible()


def test_whoever_reads_the_newest_stays_there_when_a_picture_comes(desk: Desk, phones: Phones) -> None:
    """CHAT-11, CHAT-18: it grows when it has been fetched; what follows is in sight, and is read."""
    person = phones.person()
    phones.writes(person, "Mira las fotos")
    beto = _opened(desk, person)
    for number in (1, 2, 3):
        phones.shares(person, "image", caption=f"Foto {number}")
        expect(
            beto.message(f"Foto {number}").get_by_role("button", name=f"Foto {number}")
        ).to_be_in_viewport()
    phones.writes(person, "¿Cuál te gusta?")
    expect(beto.message("¿Cuál te gusta?")).to_be_in_viewport()
    expect(beto.page.get_by_role("button", name=re.compile(r"\d+ nuevo"))).to_be_hidden()
    expect(beto.row(person).get_by_role("img", name=re.compile("sin leer"))).to_have_count(0)


def test_a_film_plays_in_the_thread(desk: Desk, phones: Phones) -> None:
    """CHAT-18: its length and size are said before a byte of it is loaded."""
    person = phones.person()
    phones.shares(person, "video", caption="Así llegó")
    beto = _opened(desk, person)
    film = beto.message("Así llegó")
    cover = film.get_by_role("button", name="Reproducir el video")
    expect(cover).to_contain_text("0:04")
    expect(beto.row(person)).to_contain_text("Así llegó")
    expect(film.locator("video")).to_have_count(0)
    cover.click()
    wait_for(lambda: film.locator("video").evaluate(PLAYS), "the film to play")
    assert film.locator("video").evaluate("film => film.videoWidth") > 0


def test_voice_notes_and_songs_play_one_at_a_time(desk: Desk, phones: Phones) -> None:
    """CHAT-18: the length stands there before, and the second one silences the first."""
    person = phones.person()
    phones.shares(person, "audio", media="song")
    phones.shares(person, "audio", voice=True)
    context = desk.sign_in(BETO)
    context.add_init_script(NOTE_SOUNDS)
    beto = Screen.open(context.new_page(), f"{desk.copy.url}/")
    expect(beto.row(person)).to_contain_text("0:06")
    beto.choose(person)
    song, note = (beto.articles.nth(at).get_by_role("group") for at in (0, 1))
    expect(note).to_have_accessible_name("Nota de voz")
    expect(note).to_contain_text("0:06")
    song.get_by_role("button", name="Reproducir").click()
    assert 5 <= _wait_sound(beto.page) < 6
    note.get_by_role("button", name="Reproducir").click()
    expect(note.get_by_role("button", name="Pausar")).to_be_visible()
    assert 6 <= _wait_sound(beto.page) < 7
    expect(song.get_by_role("button", name="Reproducir")).to_be_visible()
    note.get_by_role("button", name="Pausar").click()
    assert beto.page.evaluate("window.sounds.every(sound => sound.paused)")


def test_documents_are_downloaded_and_stickers_are_seen(desk: Desk, phones: Phones) -> None:
    """CHAT-18: a document by its name, byte for byte; stickers still and moving, without a bubble."""
    person = phones.person()
    phones.shares(person, "document", caption="La factura de hoy")
    phones.shares(person, "sticker")
    phones.shares(person, "sticker", media="sticker_animated")
    beto = _opened(desk, person)
    expect(beto.row(person)).to_contain_text("Sticker")
    _wait_loaded(beto.articles.nth(1).get_by_role("img", name="Sticker"), 512)
    _wait_loaded(beto.articles.nth(2).get_by_role("img", name="Sticker animado"), 512)
    bill = beto.message("La factura de hoy")
    expect(bill).to_contain_text("PDF")
    with beto.page.expect_download() as waiting:
        bill.get_by_role("link", name="Descargar invoice.pdf").click()
    assert waiting.value.suggested_filename == "invoice.pdf"
    assert Path(waiting.value.path()).read_bytes() == samples.data("invoice")


def test_places_people_orders_and_forms_stand_on_cards(desk: Desk, phones: Phones) -> None:
    """CHAT-19, BEY-05: with the links, numbers and sums that one needs; nothing is asked of a map server."""
    person = phones.person()
    phones.shares(person, "location")
    phones.shares(person, "contacts")
    lines = [("SKU-1", 3, "0.10", "USD"), ("SKU-2", 2, 89900, "COP"), ("SKU-3", 1, 120000.5, "COP")]
    items = [
        {"product_retailer_id": sku, "quantity": count, "item_price": price, "currency": currency}
        for sku, count, price, currency in lines
    ]
    phones.shares(person, "order", content={"catalog_id": "1", "product_items": items, "text": "Para hoy"})
    phones.shares(person, "interactive")
    beto = _opened(desk, person)
    place, card, order, form = (beto.articles.nth(at) for at in range(4))
    expect(place).to_contain_text("Calle 63 # 68-95, Bogotá")
    link = place.get_by_role("link", name="Abrir en el mapa")
    expect(link).to_have_attribute(
        "href", "https://www.google.com/maps/search/?api=1&query=4.653382%2C-74.083633"
    )
    expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
    for words in ("Lucía Gómez", "Jefe · Acme SAS", "+57 300 555 0111", "lucia@example.com"):
        expect(card).to_contain_text(words)
    expect(order.get_by_role("definition")).to_have_text(["$0,30 USD", "$299.800,50 COP"])
    expect(order).to_contain_text("Para hoy")
    expect(form).to_contain_text("Formulario respondido")
    expect(form.get_by_role("term")).to_have_count(3)
    expect(beto.row(person)).to_contain_text("talla: M")


def test_answers_to_buttons_and_lists_show_what_was_tapped(desk: Desk, phones: Phones) -> None:
    """CHAT-20: that it was tapped and not written, and the words of the choice."""
    person = phones.person()
    button = {"type": "button_reply", "button_reply": {"id": "slot-16", "title": "Martes 16:00"}}
    row = {"id": "envio", "title": "Envío exprés", "description": "Llega en 1-2 días"}
    phones.shares(person, "interactive", content=button)
    phones.shares(person, "interactive", content={"type": "list_reply", "list_reply": row})
    phones.shares(person, "button", text="Confirmar", payload="order:8821")
    beto = _opened(desk, person)
    expect(beto.message("Martes 16:00")).to_contain_text("Respuesta de botón")
    expect(beto.message("Envío exprés")).to_contain_text("Eligió de la lista")
    expect(beto.message("Envío exprés")).to_contain_text("Llega en 1-2 días")
    expect(beto.message("Confirmar")).to_contain_text("Respuesta a una plantilla")
    expect(beto.row(person)).to_contain_text("Confirmar")


def test_reactions_come_and_go(desk: Desk, phones: Phones) -> None:
    """CHAT-21: below the bubble with who it was, changed, and away again."""
    person = phones.person()
    wamid = phones.writes(person, "¿Les llegó el pago?")
    beto = _opened(desk, person)
    message = beto.message("¿Les llegó el pago?")
    badge = message.get_by_role("button", name=f"{person.name} reaccionó")
    phones.shares(person, "reaction", target=wamid, emoji="🙏")
    expect(badge).to_have_text("🙏")
    phones.shares(person, "reaction", target=wamid, emoji="❤️")
    expect(badge).to_have_text("❤️")
    badge.click()
    menu = beto.page.get_by_role("dialog", name="Elige una reacción")
    expect(menu).to_contain_text(f"{person.name} reaccionó ❤️")
    beto.page.keyboard.press("Escape")
    phones.shares(person, "reaction", target=wamid)
    expect(badge).to_have_count(0)


def test_edits_are_marked_and_keep_what_was_said(desk: Desk, phones: Phones) -> None:
    """BEY-05: the new words, «editado», and on a click what it said before."""
    person = phones.person()
    wamid = phones.writes(person, "Mándenlo a la calle 10")
    beto = _opened(desk, person)
    phones.shares(person, "edit", target=wamid, text="Mándenlo a la calle 100")
    message = beto.message("Mándenlo a la calle 100")
    expect(beto.articles).to_have_count(1)
    expect(beto.row(person)).to_contain_text("calle 100")
    message.get_by_role("button", name="editado").click()
    before = beto.page.get_by_role("dialog").filter(has_text="Antes decía")
    expect(before.get_by_text("Mándenlo a la calle 10", exact=True)).to_be_visible()


def test_deleted_words_are_nowhere_to_be_found(desk: Desk, phones: Phones) -> None:
    """BEY-05: not in the thread, not in a quotation of it, not in the list, not in what the page holds."""
    person = phones.person()
    secret = f"Mi clave es {secrets.token_hex(4)}"
    wamid = phones.writes(person, secret)
    phones.writes(person, "Perdón, me equivoqué", context_wamid=wamid)
    beto = _opened(desk, person)
    expect(beto.message("Perdón").get_by_title("Ir al mensaje citado")).to_contain_text(secret)
    phones.shares(person, "revoke", target=wamid)
    expect(beto.articles.first).to_contain_text("Este mensaje fue eliminado")
    expect(beto.message("Perdón").get_by_title("Ir al mensaje citado")).to_contain_text(
        "Este mensaje fue eliminado"
    )
    expect(beto.page.get_by_text(secret)).to_have_count(0)
    beto.page.reload()
    expect(beto.articles.first).to_contain_text("Este mensaje fue eliminado")
    assert secret not in beto.page.content()


def test_what_a_message_answers_and_where_it_came_from_is_said(desk: Desk, phones: Phones) -> None:
    """CHAT-23, BEY-05: quoted, forwarded, from an ad, about a product, late, written on the phone."""
    person = phones.person()
    wamid = phones.writes(person, "Vi esto", referral=True)
    phones.writes(person, "Cadena de la suerte", forwarded="frequently")
    phones.writes(person, "¿Queda en M?", product=True)
    phones.writes(person, "Desde ayer escribo", timestamp=int(time.time()) - 3600)
    phones.writes(person, "Me refiero a esto", context_wamid=wamid)
    beto = _opened(desk, person)
    ad = beto.message("Vi esto").first
    expect(beto.message("Desde ayer escribo")).to_contain_text("llegó tarde")
    expect(beto.message("Cadena")).to_contain_text("Reenviado muchas veces")
    expect(beto.message("¿Queda en M?")).to_contain_text("Pregunta por el producto SKU-VESTIDO-22")
    expect(beto.articles.filter(has_text="Llegó por un anuncio")).to_contain_text("Escríbenos por WhatsApp")
    expect(beto.page.get_by_role("link", name="Ver en fb.me")).to_have_attribute(
        "href", "https://fb.me/4xYzAbCdE"
    )
    quote = beto.message("Me refiero a esto").get_by_title("Ir al mensaje citado")
    expect(quote).to_contain_text("Vi esto")
    quote.click()
    expect(beto.page.locator("[data-row][data-flash]")).to_contain_text("Llegó por un anuncio")
    expect(ad).to_be_visible()
    phones.shares(person, "text", text="Le contesté desde el celular", echo=True)
    echo = beto.message("Le contesté desde el celular")
    expect(echo).to_contain_text("Desde el teléfono")
    expect(echo.locator("[data-side=out]")).to_be_visible()


def test_changes_of_a_person_are_lines_and_facts(desk: Desk, phones: Phones) -> None:
    """BEY-06: a new number in the thread and in the panel, and that they want no marketing."""
    person = phones.person()
    phones.writes(person, "Voy a cambiar de línea")
    beto = _opened(desk, person)
    panel = beto.page.get_by_role("complementary", name="Datos del contacto")
    expect(panel).to_contain_text(person.number_as_read)
    other = phones.person(person.name)
    phones.order({"from": person.phone, "change_number": other.phone, "wait": True})
    line = f"El cliente cambió de número: de {person.number_as_read} a {other.number_as_read}"
    expect(beto.messages.get_by_text(line)).to_be_visible()
    expect(panel).to_contain_text(other.number_as_read)
    phones.writes(other, "Este es el nuevo")
    expect(beto.message("Este es el nuevo")).to_be_visible()
    expect(beto.message("Voy a cambiar de línea")).to_be_visible()
    phones.order({"from": other.phone, "preference": "stop", "wait": True})
    expect(panel).to_contain_text("No quiere recibir promociones")


def test_somebody_without_a_phone_is_a_full_citizen(desk: Desk, phones: Phones) -> None:
    """BEY-06: known by name and username, answered by the business-scoped id, also after it changed."""
    user_id, username = f"CO.{secrets.randbelow(10**20):020d}", f"noa.{secrets.token_hex(3)}"
    customer = {"wa_id": None, "user_id": user_id, "name": f"Noa {username[4:]}", "username": username}
    phones.control("accounts", {"customers": [customer]})
    noa = Person(customer["name"] or "", user_id)
    phones.writes(noa, "Los vi por el nombre de usuario")
    beto = _opened(desk, noa)
    panel = beto.page.get_by_role("complementary", name="Datos del contacto")
    expect(panel).to_contain_text(f"@{username}")
    expect(panel).to_contain_text("Sin teléfono")
    changed = phones.order({"from": user_id, "change_user_id": True, "wait": True})
    expect(beto.messages.get_by_text("WhatsApp renovó el identificador de este cliente")).to_be_visible()
    answer = f"Te respondemos por aquí, {username}"
    beto.write(answer)
    expect(beto.tick(answer, "delivered")).to_be_visible()
    assert [one["user_id"] for one in phones.ledger() if one["text"] == answer] == [changed["user_id"]]


def test_what_cannot_be_shown_says_what_it_is(desk: Desk, phones: Phones) -> None:
    """BEY-05: polls, what only the phone shows, what is too large, and types that nobody knew of."""
    person = phones.person()
    phones.shares(person, "unsupported", content={"type": "poll_creation"})
    phones.shares(person, "unsupported", code=131060)
    phones.shares(person, "video", too_large=True)
    phones.shares(person, "event_invite", content={"name": "Feria", "start_time": "1796205600"})
    beto = _opened(desk, person)
    for words in (
        "Mensaje no compatible: encuesta",
        "Mensaje no disponible aquí",
        "El archivo pesa demasiado",
        "Mensaje de tipo «event_invite»",
    ):
        expect(beto.message(words)).to_be_visible()
    expect(beto.row(person)).to_contain_text("Mensaje de")


def test_a_file_that_does_not_come_is_said_and_comes_by_itself_later(desk: Desk, phones: Phones) -> None:
    """CHAT-18, BEY-05: a broken link is told in words while it is tried again; a lying picture is a document."""
    person = phones.person()
    phones.fault(kind="error", code=131016, on="media", count=1, customer=person.phone)
    phones.shares(person, "image", caption="Esta tarda")
    lie = {"bytes_base64": "PGI+bm90IGEgcGljdHVyZTwvYj4=", "mime_type": "image/jpeg"}
    phones.shares(person, "image", caption="Esta miente", media=lie)
    beto = _opened(desk, person)
    expect(beto.message("Esta miente").get_by_role("link", name="Descargar")).to_be_visible()
    expect(beto.message("Esta miente").locator("img")).to_have_count(0)
    expect(beto.message("Esta tarda").get_by_role("button", name="Esta tarda")).to_be_visible()


def test_a_person_need_not_wait_for_the_next_try(desk: Desk, phones: Phones, copy: Copy) -> None:
    """CHAT-18: a file that is late, or was given up after a week, is asked for from the thread."""
    person = phones.person()
    phones.fault(kind="gone", on="download", customer=person.phone)
    phones.shares(person, "image", caption="La que no llega")
    beto = _opened(desk, person)
    photo = beto.message("La que no llega")
    expect(photo).to_contain_text("El archivo ya no está en WhatsApp. Se reintenta solo.")

    [(file,)] = copy.sql("SELECT max(id) FROM inbox_attachment")
    # As if it had come a week ago, and the last try were due now.
    copy.sql("UPDATE inbox_attachment SET created_at = now() - interval '8 days' WHERE id = %s", file)
    _put_off(copy, file, "0 seconds")
    photo.get_by_role("button", name="Intentar de nuevo").click()
    expect(photo.get_by_role("button", name="Intentar de nuevo")).to_be_enabled()

    copy.sql("UPDATE inbox_attachment SET created_at = now() WHERE id = %s", file)
    photo.get_by_role("button", name="Intentar de nuevo").click()
    expect(photo.get_by_role("button", name="Intentar ahora")).to_be_enabled()
    phones.clear_faults()
    _put_off(copy, file, "1 hour")
    photo.get_by_role("button", name="Intentar ahora").click()
    expect(photo.get_by_role("button", name="La que no llega").locator("img")).to_be_visible()


def _put_off(copy: Copy, file: int, wait: str) -> None:
    """Say when the next try of a file is due."""
    copy.sql(
        "UPDATE core_outboxitem SET due_at = now() + %s::interval WHERE key = %s AND state = 'pending'",
        wait,
        f"attachment:{file}",
    )
