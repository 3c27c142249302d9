"""Markup in every field that colleagues and whoever runs bandeja fill, and in what the pages of the server repeat."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from integrations.simulator.media import samples
from tests.browser.desk import CARLA, Desk, Screen
from tests.browser.markup import WATCH, assert_inert, found_on, mark
from tests.calls import Answer, Api, call, sign_in
from tests.copy import Copy, wait_for
from tests.simulated import Person, Phones

ORGANIZATION = "ferreteria-el-tornillo"
OSCAR, PILAR = "oscar@tornillo.example", "pilar@tornillo.example"


@pytest.fixture
def hardware(desk: Desk) -> Phones:
    return Phones(desk.copy, ORGANIZATION)


@contextmanager
def _renamed(copy: Copy) -> Iterator[None]:
    """Markup for names, as long as the block lasts: other tests know these people by their own."""
    shop = copy.sql("SELECT id, name FROM core_organization WHERE slug = %s", ORGANIZATION)[0]
    people = copy.sql("SELECT id, name, email FROM core_user WHERE email = ANY(%s)", [CARLA, PILAR, OSCAR])
    channel = copy.sql("SELECT id, name FROM integrations_channel WHERE organization_id = %s", shop[0])[0]
    key = copy.sql("SELECT id, name FROM core_apikey WHERE organization_id = %s", shop[0])[0]
    # The menu of organisations is there for those who have several.
    second = copy.sql(
        """INSERT INTO core_membership (role, status, created_at, updated_at, organization_id, user_id)
        SELECT 'agent', 'active', now(), now(), o.id, u.id FROM core_organization o, core_user u
        WHERE o.slug = 'tienda-aurora' AND u.email = %s ON CONFLICT DO NOTHING RETURNING id""",
        OSCAR,
    )
    marks = {CARLA: "owner", PILAR: "agent", OSCAR: "me"}
    try:
        copy.sql("UPDATE core_organization SET name = %s WHERE id = %s", mark("shop"), shop[0])
        copy.sql("UPDATE integrations_channel SET name = %s WHERE id = %s", mark("number"), channel[0])
        copy.sql("UPDATE core_apikey SET name = %s WHERE id = %s", _short("program"), key[0])
        for pk, _, email in people:
            copy.sql(
                "UPDATE core_user SET name = %s, email = %s WHERE id = %s",
                mark(marks[email]), f'"{_short("mail")}"@{marks[email]}.example', pk,
            )  # fmt: skip
        yield
    finally:
        for (pk,) in second:
            copy.sql("DELETE FROM core_membership WHERE id = %s", pk)
        copy.sql("UPDATE core_organization SET name = %s WHERE id = %s", shop[1], shop[0])
        copy.sql("UPDATE integrations_channel SET name = %s WHERE id = %s", channel[1], channel[0])
        copy.sql("UPDATE core_apikey SET name = %s WHERE id = %s", key[1], key[0])
        for pk, name, email in people:
            copy.sql("UPDATE core_user SET name = %s, email = %s WHERE id = %s", name, email, pk)


def _short(field: str) -> str:
    """For fields of 80 characters."""
    return f"<img src=x onerror=alert(1) data-canary=1>[{field}]"


def _upload(api: Api, copy: Copy, sample: str, name: str) -> int:
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = head.encode() + samples.data(sample) + b"\r\n--x--\r\n"
    headers = {**api.headers, "Content-Type": "multipart/form-data; boundary=x"}
    answer = call("POST", f"{copy.url}/api/v1/media", body, headers=headers)
    assert answer.status == 201, answer.body
    return int(answer.json()["id"])


def _done(answer: Answer) -> dict[str, Any]:
    assert answer.status in (200, 201), answer.body
    return dict(answer.json())


def _save(owner: Api, person: Person, field: str) -> object:
    """Save a customer in the address book, and give the contact's id."""
    names = {"name": mark(field), "first_name": mark(f"first {field}"), "last_name": mark("last")}
    return _done(owner.post("/contacts", {"phone": person.number, **names}))["id"]


def _write(desk: Desk, owner: Api, program: Api, hardware: Phones, person: Person) -> int:
    """Everything that Carla and a program can write into a chat; gives its id."""
    copy = desk.copy
    _save(owner, person, "saved")
    lost = _save(owner, hardware.person(), "lost")
    hardware.writes(person, "¿Tienen taladros?")
    wait_for(lambda: owner.get("/conversations", q=person.phone).json()["results"], "the chat to be there")
    found = owner.get("/conversations", q=person.phone).json()["results"][0]
    chat, contact = int(found["id"]), int(found["contact"]["id"])
    messages = f"/conversations/{chat}/messages"
    asked = owner.get(messages).json()["results"][0]["id"]
    pilar = next(one for one in owner.get("/members").json()["results"] if "[agent]" in one["name"])
    _done(owner.post(f"/conversations/{chat}/assignment", {"member": pilar["id"]}))
    reply = _done(owner.post(messages, {"type": "text", "text": mark("answer"), "reply_to": asked}))
    link = f'javascript:alert(1) https://x.test/"onclick=alert(1) *{mark("bold")}* ```{mark("code")}```'
    _done(owner.post(messages, {"type": "text", "text": link, "reply_to": reply["id"]}))
    for kind, sample in (("image", "photo"), ("document", "invoice")):
        media = _upload(
            owner, copy, sample, f"<img src=x onerror=alert(1) data-canary=1>[name of {kind}].pdf"
        )
        caption = mark(f"caption of {kind}")
        _done(owner.post(messages, {"type": kind, "media": {"id": media}, "caption": caption}))
    _done(owner.call("PUT", f"/messages/{asked}/reaction", {"emoji": "👍"}))
    _done(program.post("/messages/text", {"to": person.number, "text": mark("of a program")}))
    assert owner.call("PUT", f"/messages/{asked}/reaction", {"emoji": mark("emoji")}).status == 422
    assert owner.call("PATCH", "/preferences", {"language": mark("language")}).status == 422
    _done(owner.post(f"/contacts/{contact}/merge", {"other": lost}))
    return chat


TITLES = """() => [...document.querySelectorAll("[title], [aria-label]")].map(
    element => `${element.title} ${element.getAttribute("aria-label")}`)"""
SHOWN = (
    "shop", "me", "mail", "first saved", "last", "agent", "owner", "answer", "bold", "code", "caption of image",
    "caption of document", "name of document", "program", "of a program", "first lost", "number",
)  # fmt: skip


def test_what_colleagues_write_stays_text(desk: Desk, hardware: Phones) -> None:
    """BEY-05, CHAT-11: list, thread, panel, menus, and the signals of who types."""
    copy = desk.copy
    owner = sign_in(copy.url, CARLA, copy.password(CARLA), ORGANIZATION)
    program = Api.by_key(copy.url, copy.organization(ORGANIZATION)["api_key"])
    windows = [desk.sign_in(email, height=5_000) for email in (OSCAR, CARLA)]
    with _renamed(copy):
        person = hardware.person()
        chat = _write(desk, owner, program, hardware, person)
        for window in windows:
            window.add_init_script(WATCH)
        address = f"{copy.url}/o/{ORGANIZATION}/chats/{chat}"
        oscar, carla = (Screen.open(window.new_page(), address) for window in windows)
        expect(oscar.message("[of a program]")).to_be_visible()
        expect(oscar.message("[name of document]")).to_contain_text("[caption of document]")
        # The panel asks for itself.
        panel = oscar.page.get_by_role("complementary", name="Datos del contacto")
        expect(panel).to_contain_text("[first lost]")
        seen = [oscar.page.locator("body").inner_text()]
        seen += oscar.page.evaluate(TITLES)
        assert_inert(oscar.page)
        expect(carla.box).to_be_visible()
        carla.box.press_sequentially("Un")
        typing = oscar.page.get_by_text(re.compile(r"\[owner\].*está escribiendo"))
        expect(typing.first).to_be_visible()
        assert_inert(oscar.page)
        for menu in ("Tu cuenta", "Organización", "Atiende"):
            oscar.page.get_by_role("button", name=re.compile(f"^{menu}")).first.click()
            expect(oscar.page.locator("[aria-expanded=true], [data-expanded=true]").first).to_be_visible()
            seen.append(oscar.page.locator("body").inner_text())
            assert_inert(oscar.page)
            oscar.page.keyboard.press("Escape")
        oscar.message("[caption of image]").get_by_role("button", name="[caption of image]").click()
        expect(oscar.page.get_by_role("dialog", name="Imagen en grande")).to_contain_text("[owner]")
        assert_inert(oscar.page)
        oscar.page.keyboard.press("Escape")
        carla.write(mark("while looking on"))
        expect(oscar.message("[while looking on]")).to_be_visible()
        carla.find(_short("search"))
        expect(carla.page.get_by_text("Ningún chat coincide con")).to_contain_text("[search]")
        for screen in (oscar, carla):
            assert_inert(screen.page)
        assert [field for field in SHOWN if not any(f"[{field}]" in one for one in seen)] == []

    _assert_phone_is_inert(desk, hardware, person)


def _assert_phone_is_inert(desk: Desk, hardware: Phones, person: Person) -> None:
    """The simulator's page, with all that was sent there."""
    window = desk.window(height=5_000)
    window.add_init_script(WATCH)
    page = window.new_page()
    page.goto(desk.copy.simulator_url)
    page.locator("#business-select").select_option(hardware.phone_number_id)
    page.get_by_role("button", name=person.name).click()
    log = page.get_by_role("region", name="Mensajes")
    expect(log).to_contain_text("[while looking on]")
    for field in ("answer", "bold", "caption of image", "caption of document", "name of document"):
        expect(log).to_contain_text(f"[{field}]")
    assert_inert(page)


# Signed out, and what an address or a form holds.
ADDRESSES = (
    "/accounts/login/?next={}",
    "/accounts/login/?next=javascript:alert(1)//{}",
    "/accounts/login/?next=/o/{}",
    "/accounts/login/?next=//x.test/{}",
    "/accounts/logout/?next={}",
    "/nothing/{}",
    "/o/{}/chats/{}",
    "/api/docs/?lang={}&version={}&url={}&configUrl={}",
    "/api/docs/?lang=%22%7D);alert(1)//%3C/script%3E{}#/{}",
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_an_address_holds_stays_text(desk: Desk, address: str) -> None:
    """IMPL-04: sign-in, error pages and the page of the API."""
    page = _watched(desk)
    page.goto(desk.copy.url + address.replace("{}", quote(mark("address"), safe="")))
    if address.startswith("/api/docs/"):
        expect(page.locator(".swagger-ui .info")).to_be_visible()
        # Its own lists and arrows have no addresses of ours.
        assert page.evaluate("document.querySelectorAll('[data-canary], [onerror], [onload]').length") == 0
        assert page.evaluate("window.violations") == []
    else:
        assert_inert(page)


def test_what_somebody_types_at_the_door_stays_text(desk: Desk) -> None:
    """IMPL-04: the e-mail comes back into its field, and nowhere else."""
    page = _watched(desk)
    page.goto(f"{desk.copy.url}/accounts/login/?next=/o/{quote(mark('next'))}")
    email, button = page.get_by_label("Correo electrónico"), page.get_by_role("button", name="Iniciar sesión")
    # The last of them is a whole address, as far as the server knows.
    for typed in (f'"{_short("mail")}"@x.test', mark("mail"), '"<svg/onload=alert(1)>"@x.test'):
        page.evaluate("for (const form of document.forms) form.noValidate = true")
        email.fill(typed)
        page.get_by_label("Contraseña", exact=True).fill(mark("password"))
        with page.expect_response("**/accounts/login/**") as answered:
            button.click()
        assert answered.value.status == 422
        page.wait_for_load_state()
        expect(email).to_have_value(typed)
        assert_inert(page)
    expect(page.get_by_role("alert")).to_contain_text("El correo o la contraseña no son correctos")


@pytest.mark.parametrize("address", ["/", "/accounts/login/", "/api/docs/", "simulator"])
def test_a_canary_shows_itself(desk: Desk, address: str) -> None:
    """The other tests could say that nothing was found on any page: here they must find it."""
    window = desk.sign_in(CARLA) if address == "/" else desk.window()
    window.add_init_script(WATCH)
    page = window.new_page()
    page.goto(desk.copy.simulator_url if address == "simulator" else desk.copy.url + address)
    assert page.evaluate("window.violations") == []
    page.evaluate(
        "markup => document.body.insertAdjacentHTML('beforeend', markup)", mark("escaped by nobody")
    )
    page.wait_for_function("window.violations.length > 0")
    found = found_on(page)
    assert any("data-canary" in one for one in found)
    assert any("script-src" in one for one in found)
    # That the policy speaks in the console is noted as trouble; here it has to.
    assert desk.troubles != []
    desk.troubles.clear()


def _watched(desk: Desk) -> Page:
    window = desk.window()
    window.add_init_script(WATCH)
    return window.new_page()
