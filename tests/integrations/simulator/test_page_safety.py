"""The phone page under hostile contents, and for people who do not see it."""

import base64
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from integrations.simulator.testing import LAURA, RunningSimulator
from tests.integrations.simulator.browser import open_chat, send_kind

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[3]


def test_markup_in_files_names_and_texts_is_inert(page: Page, phones: RunningSimulator) -> None:
    evil = "<img src=x onerror=\"document.title='owned'\">"
    person = {"from": LAURA["wa_id"]}
    svg = {
        "bytes_base64": base64.b64encode(
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
        ).decode()
    }
    phones.inbound(
        {**person, "type": "document", "media": {**svg, "file_name": evil + ".svg"}, "caption": evil}
    )
    phones.inbound(
        {**person, "type": "image", "media": {**svg, "mime_type": "image/svg+xml"}, "caption": evil}
    )
    phones.inbound({**person, "type": "contacts", "content": [{"name": {"formatted_name": evil}}]})
    phones.inbound({**person, "type": "location", "content": {"latitude": evil, "longitude": evil, "name": evil,
                                                            "url": "javascript:alert(1)"}})  # fmt: skip
    phones.inbound({**person, "type": evil, "content": {}})
    open_chat(page, "Laura")
    expect(page.locator(".row.own")).to_have_count(5)
    expect(page.locator(".place")).to_have_attribute("href", re.compile("^https://www.openstreetmap.org/"))
    assert page.title() == "Teléfonos de clientes · bandeja"
    link = page.locator(".media-document").get_attribute("href")
    answer = page.request.get(f"{phones.base_url}{link}")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert "sandbox" in answer.headers["content-security-policy"]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 360)])
def test_axe_finds_nothing_in_any_kind(
    chromium: Browser, phones: RunningSimulator, scheme: Any, width: int
) -> None:
    axe = (ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js").read_text()
    person = {"from": LAURA["wa_id"]}
    for kind in (
        "image",
        "video",
        "audio",
        "document",
        "sticker",
        "location",
        "contacts",
        "order",
        "interactive",
    ):
        phones.inbound({**person, "type": kind})
    wamid = phones.inbound({**person, "text": "Hola", "referral": True, "forwarded": True})["wamid"]
    phones.inbound({**person, "type": "reaction", "target": wamid, "emoji": "👍"})
    action = {"buttons": [{"type": "reply", "reply": {"id": "ok", "title": "Confirmar"}}]}
    send_kind(phones, "interactive", {"type": "button", "body": {"text": "¿Sí?"}, "action": action})
    context = chromium.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    page.goto(phones.base_url)
    open_chat(page, "Laura")
    expect(page.locator(".row")).to_have_count(11)
    assert page.evaluate("document.documentElement.scrollWidth") <= width

    def violations() -> Any:
        page.wait_for_timeout(250)
        return page.evaluate(
            "axe.run().then((result) => result.violations.map((one) => [one.id, one.nodes[0].html]))"
        )

    page.evaluate(axe)
    page.get_by_role("button", name="Adjuntar").click()
    found = violations()
    page.keyboard.press("Escape")
    page.locator(".react").last.click()
    found += violations()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Perfil", exact=True).click()
    found += violations()
    context.close()
    assert found == []
