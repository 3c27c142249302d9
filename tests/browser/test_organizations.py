"""Two organisations in one browser."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.desk import Desk, Screen
from tests.simulated import Phones

OSCAR = "oscar@tornillo.example"


def test_two_tabs_of_two_organisations_never_mix(desk: Desk, phones: Phones) -> None:
    """IMPL-03: each tab shows, receives and sends for its own, whatever was opened last."""
    desk.copy.sql(
        """INSERT INTO core_membership (role, status, created_at, updated_at, organization_id, user_id)
        SELECT 'manager', 'active', now(), now(), o.id, u.id FROM core_organization o, core_user u
        WHERE o.slug = 'tienda-aurora' AND u.email = %s""",
        OSCAR,
    )
    window = desk.sign_in(OSCAR)
    hardware = Phones(desk.copy, "ferreteria-el-tornillo")
    one, other = phones.person(), hardware.person()
    shop = Screen.open(window.new_page(), f"{desk.copy.url}/o/tienda-aurora/chats")
    tools = Screen.open(window.new_page(), f"{desk.copy.url}/o/ferreteria-el-tornillo/chats")
    phones.writes(one, "Quiero una blusa")
    hardware.writes(other, "Quiero un taladro")
    expect(shop.row(one)).to_be_visible()
    expect(tools.row(other)).to_be_visible()
    expect(shop.row(other)).to_have_count(0)
    expect(tools.row(one)).to_have_count(0)

    tools.choose(other)
    shop.choose(one)
    shop.write("Desde la tienda")
    tools.write("Desde la ferretería")
    for screen, text in ((shop, "Desde la tienda"), (tools, "Desde la ferretería")):
        expect(screen.tick(text, "delivered")).to_be_visible()
    assert [entry["phone_number_id"] for entry in phones.sent_to(one)] == [phones.phone_number_id]
    assert [entry["phone_number_id"] for entry in phones.sent_to(other)] == [hardware.phone_number_id]

    # A chat of the other organisation does not exist here, also when its number is known.
    chat = re.sub("tienda-aurora", "ferreteria-el-tornillo", shop.page.url)
    stray = window.new_page()
    stray.goto(chat)
    expect(stray.get_by_text("Este chat ya no está a tu alcance")).to_be_visible()
