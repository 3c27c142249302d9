"""Every kind of message on the phone page: sent, received, tapped, recorded."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from integrations.simulator.media import samples
from integrations.simulator.media.sniff import sniff
from integrations.simulator.testing import LAURA, RunningSimulator
from tests.integrations.simulator.browser import open_chat, send, send_kind
from tests.integrations.simulator.conftest import NUMBER_ID, Receiver

pytestmark = pytest.mark.browser

FOLDER = samples.FOLDER


def attach(page: Page, name: str) -> None:
    page.get_by_role("button", name="Adjuntar").click()
    page.locator("#attach").get_by_role("button", name=name).click()


def own(page: Page) -> Locator:
    return page.locator(".row.own").last


def newest(phones: RunningSimulator, receiver: Receiver) -> dict[str, Any]:
    phones.wait_idle()
    return receiver.items("messages")[-1]


def is_drawn(picture: Locator) -> bool:
    """Whether the browser could read the picture."""
    return bool(picture.evaluate("(image) => image.decode().then(() => image.naturalWidth > 0)"))


def stored(phones: RunningSimulator, sample: str) -> str:
    def put() -> str:
        shelf, data = phones.simulator.shelf, samples.data(sample)
        name = samples.SAMPLES[sample][0]
        blob = shelf.blobs.put(data)
        return shelf.add(NUMBER_ID, "upload", blob, len(data), sniff(data), file_name=name).media_id

    return phones.call(put)


def test_files_from_the_disk_are_looked_at_and_sent(
    page: Page, phones: RunningSimulator, receiver: Receiver
) -> None:
    open_chat(page, "Laura")
    with page.expect_file_chooser() as chooser:
        attach(page, "Foto o video")
    names = ("photo.jpg", "sticker.webp", "video.mp4", "invoice.pdf", "song.mp3")
    chooser.value.set_files([FOLDER / name for name in names])
    expect(page.locator(".file-row")).to_have_count(5)
    page.get_by_role("button", name="Quitar song.mp3").click()
    page.get_by_label("Comentario").fill("Mira 👀")
    page.locator("#files").get_by_role("button", name="Enviar").click()
    expect(page.locator(".row.own")).to_have_count(4)
    phones.wait_idle()
    sent = receiver.items("messages")
    # The picture that is neither JPEG nor PNG became a JPEG, as WhatsApp does.
    assert [item["type"] for item in sent] == ["image", "image", "video", "document"]
    assert [item["image"]["mime_type"] for item in sent[:2]] == ["image/jpeg"] * 2
    assert sent[0]["image"]["caption"] == "Mira 👀"
    assert sent[3]["document"]["filename"] == "invoice.pdf"
    assert phones.file(sent[0]["image"]["id"]) == samples.data("photo")
    assert is_drawn(page.locator(".row.own img").first)


def test_a_pasted_picture_is_attached(page: Page, phones: RunningSimulator, receiver: Receiver) -> None:
    open_chat(page, "Laura")
    page.get_by_label("Escribe un mensaje").evaluate(
        """async (box) => {
          const picture = await (await fetch("/_sim/phone/samples/receipt")).blob();
          const clipboard = new DataTransfer();
          clipboard.items.add(new File([picture], "pegada.png", { type: "image/png" }));
          box.dispatchEvent(new ClipboardEvent("paste", { clipboardData: clipboard, bubbles: true }));
        }"""
    )
    page.locator("#files").get_by_role("button", name="Enviar").click()
    expect(own(page).locator("img")).to_be_visible()
    assert newest(phones, receiver)["image"]["mime_type"] == "image/png"


def test_a_file_over_100_mb_only_leaves_a_notice(
    page: Page, phones: RunningSimulator, receiver: Receiver, tmp_path: Path
) -> None:
    large = tmp_path / "largo.mp4"
    with large.open("wb") as file:
        file.truncate(100 * 1024 * 1024 + 1)
    open_chat(page, "Laura")
    with page.expect_file_chooser() as chooser:
        attach(page, "Foto o video")
    chooser.value.set_files(large)
    expect(page.locator(".file-row")).to_contain_text("100 MB")
    page.locator("#files").get_by_role("button", name="Enviar").click()
    expect(own(page)).to_contain_text("Archivo de más de 100 MB")
    assert newest(phones, receiver)["errors"][0]["code"] == 131052


def test_samples_stickers_places_contacts_and_orders(
    page: Page, phones: RunningSimulator, receiver: Receiver
) -> None:
    open_chat(page, "Laura")
    attach(page, "Muestras")
    page.get_by_role("button", name="Nota de voz voice.ogg").click()
    expect(own(page).get_by_role("group", name="Nota de voz")).to_be_visible()
    assert newest(phones, receiver)["audio"]["voice"] is True
    attach(page, "Sticker")
    page.get_by_role("button", name="Sticker animado").click()
    expect(own(page).get_by_role("img", name="Sticker")).to_be_visible()
    assert newest(phones, receiver)["sticker"]["animated"] is True
    attach(page, "Ubicación")
    page.get_by_label("Latitud").fill("95")
    page.locator("#sheet").get_by_role("button", name="Enviar").click()
    expect(page.locator(".field-error")).to_contain_text("La latitud va de -90 a 90")
    page.get_by_label("Latitud").fill("4.65")
    page.locator("#sheet").get_by_role("button", name="Enviar").click()
    expect(own(page)).to_contain_text("Parque Simón Bolívar")
    assert newest(phones, receiver)["location"]["latitude"] == 4.65
    attach(page, "Contacto")
    page.locator("#sheet").get_by_role("button", name="Enviar").click()
    expect(own(page)).to_contain_text("Lucía Gómez")
    assert newest(phones, receiver)["contacts"][0]["phones"][0]["wa_id"] == "573005550111"
    attach(page, "Pedido")
    expect(own(page)).to_contain_text("299.800,5")
    assert newest(phones, receiver)["type"] == "order"


def test_a_voice_message_is_recorded(page: Page, phones: RunningSimulator, receiver: Receiver) -> None:
    open_chat(page, "Laura")
    page.get_by_role("button", name="Grabar nota de voz").click()
    expect(page.locator("#recording-time")).to_have_text("0:01")
    page.get_by_role("button", name="Descartar la grabación").click()
    expect(page.locator("#recording")).to_be_hidden()
    page.get_by_role("button", name="Grabar nota de voz").click()
    expect(page.locator("#recording-time")).to_have_text("0:02")
    page.get_by_role("button", name="Enviar la nota de voz").click()
    expect(own(page).get_by_role("group", name="Nota de voz")).to_be_visible()
    audio = newest(phones, receiver)["audio"]
    assert (audio["mime_type"], audio["voice"]) == ("audio/ogg; codecs=opus", True)
    found = sniff(phones.file(audio["id"]))
    assert (found.mime_types[0], found.codec) == ("audio/ogg", "opus")
    expect(own(page).locator(".player-time")).to_have_text(re.compile("0:0[12]"))


def test_what_the_business_sends_is_shown_and_a_voice_message_played(
    page: Page, phones: RunningSimulator, receiver: Receiver
) -> None:
    phones.inbound({"from": LAURA["wa_id"], "text": "Hola"})
    open_chat(page, "Laura")
    send_kind(phones, "image", {"id": stored(phones, "photo"), "caption": "La blusa"})
    send_kind(phones, "video", {"id": stored(phones, "video")})
    send_kind(phones, "document", {"id": stored(phones, "invoice"), "filename": "factura.pdf"})
    send_kind(phones, "sticker", {"id": stored(phones, "sticker")})
    send_kind(phones, "location", {"latitude": 4.6, "longitude": -74.0, "name": "Tienda Aurora"})
    card = {"name": {"formatted_name": "Soporte", "first_name": "Soporte"}, "phones": [{"phone": "+57 1"}]}
    send_kind(phones, "contacts", [card])
    voice = send_kind(phones, "audio", {"id": stored(phones, "voice"), "voice": True})
    log = page.locator("#log")
    expect(log.locator(".row:not(.own)")).to_have_count(7)
    for picture in log.locator(".row:not(.own) img").all():
        assert is_drawn(picture)
    page.wait_for_function("document.querySelector('#log video').readyState >= 1")
    expect(log).to_contain_text("Tienda Aurora")
    with page.expect_download() as download:
        log.get_by_role("link", name="Descargar factura.pdf").click()
    assert Path(download.value.path()).read_bytes() == samples.data("invoice")

    player = log.get_by_role("group", name="Nota de voz")
    expect(player.locator(".player-time")).to_have_text("0:06")
    player.get_by_role("button", name="Reproducir").click()
    phones.wait_until(
        lambda: (voice, "played") in [(s["id"], s["status"]) for s in receiver.items("statuses")]
    )
    # What comes meanwhile does not stop it.
    send(phones, body="¿La escuchaste?")
    expect(log).to_contain_text("¿La escuchaste?")
    expect(player.get_by_role("button", name="Pausar")).to_be_visible()
    assert page.evaluate("!document.querySelector('#log audio').paused")

    log.get_by_role("button", name="Ver la foto").click()
    expect(page.locator("#lightbox img")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#lightbox")).to_be_hidden()


def test_buttons_and_lists_are_answered_with_a_tap(
    page: Page, phones: RunningSimulator, receiver: Receiver
) -> None:
    phones.inbound({"from": LAURA["wa_id"], "text": "Hola"})
    open_chat(page, "Laura")
    buttons = [{"type": "reply", "reply": {"id": "ok", "title": "Confirmar"}}]
    sections = [{"rows": [{"id": "x", "title": "Exprés", "description": "1-2 días"}]}]
    actions = {
        "button": {"buttons": buttons},
        "list": {"button": "Ver opciones", "sections": sections},
        "location_request_message": {"name": "send_location"},
        "contact_request": {"name": "request_contact_info"},
        "flow": {
            "name": "flow",
            "parameters": {
                "flow_message_version": "3",
                "flow_id": "1",
                "flow_cta": "Agendar",
                "flow_token": "t",
            },
        },
        "product": {"catalog_id": "1", "product_retailer_id": "SKU-22"},
    }
    wamids = {
        kind: send_kind(phones, "interactive", {"type": kind, "body": {"text": kind}, "action": action})
        for kind, action in actions.items()
    }
    log = page.locator("#log")
    log.get_by_role("button", name="Confirmar").click()
    expect(own(page)).to_contain_text("Confirmar")
    answer = newest(phones, receiver)
    assert answer["interactive"] == {
        "type": "button_reply",
        "button_reply": {"id": "ok", "title": "Confirmar"},
    }
    assert answer["context"]["id"] == wamids["button"]
    log.get_by_role("button", name="Ver opciones").click()
    page.get_by_role("button", name="Exprés 1-2 días").click()
    expect(own(page)).to_contain_text("1-2 días")
    chosen = {"id": "x", "title": "Exprés", "description": "1-2 días"}
    assert newest(phones, receiver)["interactive"]["list_reply"] == chosen
    log.get_by_role("button", name="Enviar ubicación").click()
    page.locator("#sheet").get_by_role("button", name="Enviar").click()
    expect(own(page)).to_contain_text("Parque Simón Bolívar")
    assert newest(phones, receiver)["context"]["id"] == wamids["location_request_message"]
    log.get_by_role("button", name="Compartir mi número").click()
    expect(own(page).locator(".person-card")).to_be_visible()
    shared = newest(phones, receiver)["contacts"][0]
    assert (shared["origin"], shared["phones"][0]["wa_id"]) == ("contact_request", LAURA["wa_id"])
    log.get_by_role("button", name="Agendar").click()
    expect(own(page)).to_contain_text("Formulario respondido")
    assert newest(phones, receiver)["interactive"]["nfm_reply"]["name"] == "flow"
    log.get_by_role("button", name="Pedido").click()
    expect(own(page)).to_contain_text("SKU-22")
    assert newest(phones, receiver)["order"]["product_items"][0]["product_retailer_id"] == "SKU-22"


def test_reacting_editing_and_deleting(page: Page, phones: RunningSimulator, receiver: Receiver) -> None:
    phones.inbound({"from": LAURA["wa_id"], "text": "Me la yevo"})
    phones.wait_idle()
    wamid = send(phones, body="¿Te la aparto?")
    open_chat(page, "Laura")
    theirs = page.locator(".row:not(.own)").last
    theirs.hover()
    theirs.get_by_role("button", name="Reaccionar y más").click()
    page.get_by_role("button", name="Reaccionar con ❤️").click()
    expect(theirs.get_by_role("button", name="Quitar la reacción ❤️")).to_be_visible()
    assert newest(phones, receiver)["reaction"] == {"message_id": wamid, "emoji": "❤️"}
    theirs.get_by_role("button", name="Quitar la reacción ❤️").click()
    expect(theirs.locator(".reaction")).to_have_count(0)
    assert newest(phones, receiver)["reaction"] == {"message_id": wamid}

    mine = own(page)
    mine.get_by_role("button", name="Reaccionar y más").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Editar").click()
    expect(page.locator("#quoting-who")).to_have_text("Editando tu mensaje")
    page.get_by_label("Escribe un mensaje").fill("Me la llevo")
    page.keyboard.press("Enter")
    expect(own(page)).to_contain_text("Me la llevo")
    expect(own(page)).to_contain_text("editado")
    assert newest(phones, receiver)["edit"]["message"]["text"]["body"] == "Me la llevo"

    own_wamid = newest(phones, receiver)["edit"]["original_message_id"]
    send_kind(phones, "reaction", {"message_id": own_wamid, "emoji": "👍"})
    expect(own(page).get_by_role("img", name="Reacción de la empresa: 👍")).to_be_visible()
    own(page).get_by_role("button", name="Reaccionar y más").click()
    page.get_by_role("button", name="Eliminar para todos").click()
    expect(own(page)).to_contain_text("Eliminaste este mensaje")
    expect(own(page)).not_to_contain_text("Me la llevo")
    assert newest(phones, receiver)["revoke"]["original_message_id"] == own_wamid


def test_the_profile_changes_number_username_and_marketing(
    page: Page, phones: RunningSimulator, receiver: Receiver
) -> None:
    phones.inbound({"from": LAURA["wa_id"], "text": "Hola"})
    open_chat(page, "Laura")
    page.get_by_role("button", name="Perfil", exact=True).click()
    page.get_by_label("Nombre de usuario").fill("@laura.r")
    page.get_by_label("Ocultar el teléfono").check()
    page.get_by_role("button", name="Guardar perfil").click()
    expect(page.locator(".stage-caption")).to_contain_text("@laura.r")
    page.get_by_role("button", name="Perfil", exact=True).click()
    page.get_by_label("Ocultar el teléfono").uncheck()
    page.get_by_role("switch", name="No quiere publicidad").click()
    page.get_by_role("button", name="Guardar perfil").click()
    expect(page.locator(".stage-caption")).to_contain_text("+57 300 555 0101")
    page.get_by_role("button", name="Perfil", exact=True).click()
    expect(page.get_by_role("switch", name="No quiere publicidad")).to_have_attribute("aria-checked", "true")
    page.get_by_label("Número nuevo").fill(LAURA["wa_id"])
    page.get_by_role("button", name="Cambiar número").click()
    expect(page.locator("#sheet .profile-part .field-error")).to_contain_text("Ese número no sirve")
    page.get_by_label("Número nuevo").fill("+57 300 555 0121")
    page.get_by_role("button", name="Cambiar número").click()
    expect(page.locator(".stage-caption")).to_contain_text("+57 300 555 0121")
    expect(page.locator(".row.own")).to_have_count(1)
    phones.wait_idle()
    assert [one["value"] for one in receiver.items("user_preferences")] == ["stop"]
    assert receiver.items("messages")[-1]["system"]["wa_id"] == "573005550121"


def test_uncommon_messages_and_faults_of_files_from_the_controls(
    page: Page, phones: RunningSimulator, receiver: Receiver
) -> None:
    open_chat(page, "Laura")
    page.get_by_role("button", name="Controles").click()
    controls = page.locator("#controls")
    for name in (
        "Desde un anuncio", "Reenviado", "Pregunta por producto", "Botón de plantilla", "Formulario", "Encuesta",
        "No disponible (131060)", "Archivo > 100 MB", "Tipo desconocido", "Tipo que miente",
    ):  # fmt: skip
        controls.get_by_role("button", name=name, exact=True).click()
    expect(page.locator(".row.own")).to_have_count(10)
    controls.get_by_role("button", name="Eco del celular").click()
    expect(page.locator(".row:not(.own)")).to_contain_text("Respondido desde el celular")
    phones.wait_idle()
    assert len(receiver.items("message_echoes")) == 1
    assert receiver.items("messages")[0]["referral"]["source_type"] == "ad"
    controls.get_by_role("switch", name="El enlace se cuelga").click()
    expect(page.locator("#fault-count")).to_have_text("1")
    assert [fault.name for fault in phones.call(phones.simulator.faults.all)] == ["stall:after_accept"]
    controls.get_by_role("button", name="Apagar todos").click()
    controls.get_by_label("Aviso").select_option("account_update_restriction")
    controls.get_by_role("button", name="Mandar aviso").click()
    phones.wait_until(lambda: receiver.posts[-1].json["entry"][0]["changes"][0]["field"] == "account_update")


def test_texts_are_formatted_as_whatsapp_does(page: Page, phones: RunningSimulator) -> None:
    open_chat(page, "Laura")
    words = "*Total: _$99.900_*, ~antes 120~, código `A-41`, mi_archivo_final, 3*4*5 y https://tienda.example/a_b_c"
    phones.inbound({"from": LAURA["wa_id"], "text": "¿Cuánto es?"})
    send(phones, text={"body": words})
    bubble = page.locator(".row:not(.own) .bubble-text").last
    expect(bubble).to_have_text(
        "Total: $99.900, antes 120, código A-41, mi_archivo_final, 3*4*5 y https://tienda.example/a_b_c"
    )
    expect(bubble.locator("strong em")).to_have_text("$99.900")
    expect(bubble.locator("s")).to_have_text("antes 120")
    expect(bubble.locator("code")).to_have_text("A-41")
    expect(bubble.locator("a")).to_have_attribute("href", "https://tienda.example/a_b_c")
    expect(page.locator(".person", has_text="Laura")).to_contain_text("Total: $99.900, antes 120")
