"""What a message holds beside its text, by kind, in our words. Pure; nothing of it is trusted, all of it is bounded.

    location     latitude, longitude, name, address, url
    contacts     contacts: [name, phones, emails, addresses, urls, organization, title, birthday, origin]
    order        catalog_id, items: [id, quantity, price, currency], totals: [currency, amount], exact decimals
    button       kind template_button, id, title, description
    interactive  kind button or list, id, title, description; or kind flow, name, fields
    unsupported  hint, code, title, detail
    unknown      raw: the element as it came

Whatever its kind, a message that asks about a product of a catalogue has `product`: catalog_id, id.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

from integrations.whatsapp.payloads.cards import read_cards
from integrations.whatsapp.payloads.forms import fields_of
from integrations.whatsapp.payloads.orders import read_order
from integrations.whatsapp.payloads.types import Referral
from integrations.whatsapp.payloads.values import decimal, integer, json_safe, obj, text, web_url

Content = dict[str, Any]
_ID_LENGTH = 300
_LINE_LENGTH = 500
_RAW_DEPTH = 20
_LARGEST_RAW = 64 * 1024


def content_of(kind: str, message: dict[str, Any]) -> Content:
    """Return the content of a message of our kind `kind`; empty when all of it is text or a file."""
    read = _READERS.get(kind)
    content = read(message) if read is not None else {}
    product = obj(obj(message.get("context")).get("referred_product"))
    if product:
        content["product"] = {
            "catalog_id": text(product.get("catalog_id"), _ID_LENGTH),
            "id": text(product.get("product_retailer_id"), _ID_LENGTH),
        }
    return content


def read_referral(value: Any) -> Referral | None:
    """Return the ad or post that a customer came from."""
    if not isinstance(value, dict) or not value:
        return None
    return Referral(
        source_type=text(value.get("source_type"), 40),
        source_id=text(value.get("source_id"), _ID_LENGTH),
        source_url=web_url(value.get("source_url")) or "",
        headline=text(value.get("headline"), _LINE_LENGTH),
        body=text(value.get("body"), 2 * _LINE_LENGTH),
        media_type=text(value.get("media_type"), 40),
        image_url=web_url(value.get("image_url")),
        video_url=web_url(value.get("video_url")),
        thumbnail_url=web_url(value.get("thumbnail_url")),
        ctwa_clid=text(value.get("ctwa_clid"), _LINE_LENGTH) or None,
    )


def answer_kind(message: dict[str, Any]) -> str:
    """Return which answer an `interactive` message gives, empty when it holds none that we know."""
    kind = text(obj(message.get("interactive")).get("type"))
    given = obj(message.get("interactive")).get(kind)
    return kind if kind in _ANSWERS and isinstance(given, dict) and given else ""


def _location(message: dict[str, Any]) -> Content:
    place = obj(message.get("location"))
    return {
        "latitude": _degrees(place.get("latitude"), 90),
        "longitude": _degrees(place.get("longitude"), 180),
        "name": text(place.get("name"), _LINE_LENGTH),
        "address": text(place.get("address"), _LINE_LENGTH),
        "url": web_url(place.get("url")) or "",
    }


def _degrees(value: Any, most: int) -> float | None:
    found = decimal(value)
    return float(found) if found is not None and abs(found) <= most else None


def _contacts(message: dict[str, Any]) -> Content:
    return {"contacts": read_cards(message.get("contacts"))}


def _order(message: dict[str, Any]) -> Content:
    return read_order(message.get("order"))


def _button(message: dict[str, Any]) -> Content:
    button = obj(message.get("button"))
    return _choice("template_button", button.get("payload"), button.get("text"))


def _interactive(message: dict[str, Any]) -> Content:
    kind = answer_kind(message)
    return _ANSWERS[kind](obj(obj(message.get("interactive")).get(kind))) if kind else {}


def _choice(kind: str, key: Any, title: Any, description: Any = None) -> Content:
    return {
        "kind": kind,
        "id": text(key, _ID_LENGTH),
        "title": text(title, _LINE_LENGTH),
        "description": text(description, _LINE_LENGTH),
    }


_ANSWERS: dict[str, Callable[[dict[str, Any]], Content]] = {
    "button_reply": lambda answer: _choice("button", answer.get("id"), answer.get("title")),
    "list_reply": lambda answer: _choice(
        "list", answer.get("id"), answer.get("title"), answer.get("description")
    ),
    "nfm_reply": lambda answer: {
        "kind": "flow",
        "name": text(answer.get("name"), _LINE_LENGTH),
        # A list: the database keeps no order of keys, and the form has one.
        "fields": [
            {"name": name, "value": value} for name, value in fields_of(answer.get("response_json")).items()
        ],
    },
    "call_permission_reply": lambda answer: _choice("call_permission", answer.get("response"), ""),
}


def _unsupported(message: dict[str, Any]) -> Content:
    errors = message.get("errors")
    first = obj(errors[0]) if isinstance(errors, list) and errors else {}
    detail = text(obj(first.get("error_data")).get("details"), _LINE_LENGTH)
    return {
        "hint": text(obj(message.get("unsupported")).get("type"), 60),
        "code": integer(first.get("code")),
        "title": text(first.get("title"), _LINE_LENGTH),
        "detail": detail or text(first.get("details"), _LINE_LENGTH),
    }


def _unknown(message: dict[str, Any]) -> Content:
    if message.get("errors"):
        return _unsupported(message)
    kept = {key: json_safe(value, _RAW_DEPTH) for key, value in message.items() if key not in _ELSEWHERE}
    return {"raw": kept} if kept and len(orjson.dumps(kept)) <= _LARGEST_RAW else {}


_ELSEWHERE = frozenset(
    {"id", "from", "from_user_id", "from_parent_user_id", "timestamp", "type", "text", "context", "referral"}
)
_READERS: dict[str, Callable[[dict[str, Any]], Content]] = {
    "location": _location,
    "contacts": _contacts,
    "order": _order,
    "button": _button,
    "interactive": _interactive,
    "unsupported": _unsupported,
    "unknown": _unknown,
}
