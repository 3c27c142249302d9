"""What Meta brings with markup in each of its fields; `test_canaries` finds the field that has none."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator
from typing import Any

from tests.browser.markup import mark

SCRIPT = "javascript:alert(document.cookie)//"
PAGE = "data:text/html,<script>alert(1)</script>"


def link(field: str) -> str:
    """An address that a browser may be sent to, with markup in it."""
    return f"https://x.test/\"'><img/src=x/onerror=alert(1)/data-canary=1>[{field}]"


def value(phone: str, phone_number_id: str) -> dict[str, Any]:
    """What one webhook brings of a person: the profile and all messages."""
    return {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "573005550190", "phone_number_id": phone_number_id},
        "contacts": [{"profile": {"name": mark("name"), "username": mark("username")}, "wa_id": phone}],
        "messages": list(messages(phone)),
    }


def moved() -> dict[str, Any]:
    """A system message of somebody who is known by another id from now on."""
    ids = {"user_id": "<i data-canary=1>[id]", "parent_user_id": "<i data-canary=1>[parent id]"}
    return {"type": "user_changed_user_id", "body": mark("system"), **ids}


def failed(wamid: str, phone: str, phone_number_id: str) -> dict[str, Any]:
    """What a webhook brings of a message that could not be delivered."""
    error = {
        "code": 131026, "title": mark("undelivered"), "message": mark("undelivered"),
        "error_data": {"details": mark("why undelivered")}, "href": SCRIPT,
    }  # fmt: skip
    pricing = {"pricing_model": mark("model"), "type": mark("price"), "category": mark("category")}
    status = {
        "id": wamid, "status": "failed", "timestamp": str(int(time.time())), "recipient_id": phone,
        "errors": [error], "pricing": pricing, "biz_opaque_callback_data": mark("callback"),
    }  # fmt: skip
    return {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "573005550190", "phone_number_id": phone_number_id},
        "statuses": [status],
    }


def messages(phone: str) -> Iterator[dict[str, Any]]:
    """One message of each kind, with markup in each of its fields; the first is quoted, edited and reacted to."""

    def message(kind: str, content: Any, **more: Any) -> dict[str, Any]:
        wamid = f"wamid.{secrets.token_hex(12).upper()}"
        start = int(time.time()) - 120
        return {
            "from": phone,
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
    addresses = {name: link(name) for name in ("source_url", "image_url", "video_url", "thumbnail_url")}
    yield message(
        "text", {"body": mark("of a post")}, referral=referral | addresses | {"source_type": "post"}
    )
    product = {"catalog_id": mark("catalogue"), "product_retailer_id": mark("asked product")}
    context = {"from": phone, "id": first["id"], "forwarded": True, "referred_product": product}
    yield message(
        "text", {"body": f'{SCRIPT} {PAGE} https://x.test/"onclick=alert(1) {mark("reply")}'}, context=context
    )
    place = {"name": mark("place"), "address": mark("address"), "url": SCRIPT}
    yield message("location", {"latitude": 4.6, "longitude": -74.0, **place})
    yield message("location", {"latitude": mark("north"), "longitude": mark("east"), "url": PAGE})
    yield message("location", {"latitude": 4.6, "longitude": -74.0, **place, "url": link("map")})
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
    # The second one is short enough to stay whole where types are cut.
    for kind in (mark("type")[:60], "<b data-canary=1>[raw type]</b>"):
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
        "urls": [{"url": SCRIPT, "type": mark("url type")}, {"url": link("card-url"), "type": mark("link type")}],
        "addresses": [{"street": mark("card street"), "city": mark("card city"), "country_code": mark("country"),
                       "type": mark("address type")}],
        "birthday": mark("birthday"), "vcard": mark("vcard"), "origin": mark("origin"),
    }  # fmt: skip
