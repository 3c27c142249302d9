"""Contact cards that a customer sends."""

from __future__ import annotations

import re
from typing import Any

from integrations.whatsapp.payloads.values import obj, text, web_url
from integrations.whatsapp.payloads.values import phone as digits_of

_MOST_CARDS = 260  # Meta sends 257 at most
_MOST_LINES = 30
_LENGTH = 300
_NAME_IN_VCARD = re.compile(r"^FN(?:;[^:\r\n]*)?:(.+)$", re.MULTILINE | re.IGNORECASE)
_ADDRESS = ("street", "city", "state", "zip", "country")


def read_cards(value: Any) -> list[dict[str, Any]]:
    """Return the cards; one without a name has an empty one."""
    cards = value if isinstance(value, list) else []
    return [_card(card) for card in cards[:_MOST_CARDS] if isinstance(card, dict)]


def name_of(card: Any) -> str:
    """Return the best name of a card of Meta's: as formatted, from its parts, or from the vCard."""
    name = obj(obj(card).get("name"))
    spelled = text(name.get("formatted_name"), _LENGTH).strip()
    parts = (text(name.get(key), _LENGTH).strip() for key in ("first_name", "middle_name", "last_name"))
    if spelled or (spelled := " ".join(part for part in parts if part)):
        return spelled
    found = _NAME_IN_VCARD.search(text(obj(card).get("vcard"), 64 * 1024))
    return found[1].strip()[:_LENGTH] if found else ""


def _card(card: dict[str, Any]) -> dict[str, Any]:
    org = obj(card.get("org"))
    name = obj(card.get("name"))
    return {
        "name": name_of(card),
        "first_name": text(name.get("first_name"), _LENGTH),
        "last_name": text(name.get("last_name"), _LENGTH),
        "organization": text(org.get("company"), _LENGTH),
        "department": text(org.get("department"), _LENGTH),
        "title": text(org.get("title"), _LENGTH),
        "phones": [_phone(one) for one in _listed(card, "phones")],
        "emails": [
            {"email": text(one.get("email"), _LENGTH), "type": _kind(one)} for one in _listed(card, "emails")
        ],
        "addresses": [{"address": _address(one), "type": _kind(one)} for one in _listed(card, "addresses")],
        "urls": [
            {"url": url, "type": _kind(one)}
            for one in _listed(card, "urls")
            if (url := web_url(one.get("url")))
        ],
        "birthday": text(card.get("birthday"), 40),
        "origin": text(card.get("origin"), 40),
    }


def _phone(one: dict[str, Any]) -> dict[str, str]:
    wa_id = digits_of(one.get("wa_id")) or ""
    return {"phone": text(one.get("phone"), 60) or wa_id, "type": _kind(one), "wa_id": wa_id}


def _address(one: dict[str, Any]) -> str:
    return ", ".join(part for key in _ADDRESS if (part := text(one.get(key), _LENGTH).strip()))


def _kind(one: dict[str, Any]) -> str:
    return text(one.get("type"), 40)


def _listed(card: dict[str, Any], name: str) -> list[dict[str, Any]]:
    value = card.get(name)
    return [one for one in (value if isinstance(value, list) else [])[:_MOST_LINES] if isinstance(one, dict)]
