"""The best plain text of a message: what a preview, a search or a screen reader shows for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from integrations.whatsapp.payloads import forms
from integrations.whatsapp.payloads.cards import name_of
from integrations.whatsapp.payloads.values import obj, text

Body = dict[str, Any]


def plain_text(kind: str, message: Body) -> str:
    """Return the plain text of a message of the type `kind`; empty when it has none."""
    project = _PROJECTIONS.get(kind)
    if project is None:
        return text(obj(message.get("text")).get("body"))
    content = message.get(kind)
    return project(content) if content is not None else ""


def _body(content: Any) -> str:
    return text(obj(content).get("body"))


def _caption(content: Any) -> str:
    return text(obj(content).get("caption"))


def _place(content: Any) -> str:
    place = obj(content)
    return ", ".join(part for part in (text(place.get("name")), text(place.get("address"))) if part)


def _cards(content: Any) -> str:
    cards = content if isinstance(content, list) else []
    return ", ".join(name for name in map(_card_name, cards) if name)


def _card_name(card: Any) -> str:
    name = name_of(card)
    if name:
        return name
    phones = obj(card).get("phones")
    return text(obj(phones[0]).get("phone")) if isinstance(phones, list) and phones else ""


def _button(content: Any) -> str:
    return text(obj(content).get("text")) or text(obj(content).get("payload"))


def _interactive(content: Any) -> str:
    interactive = obj(content)
    answer = obj(interactive.get(text(interactive.get("type"))))
    if answer.get("name") == "flow":
        # WhatsApp's own words for it say only that something was sent.
        return forms.summary(forms.fields_of(answer.get("response_json")))
    return text(answer.get("title")) or text(answer.get("body"))


def _order(content: Any) -> str:
    return text(obj(content).get("text"))


_PROJECTIONS: dict[str, Callable[[Any], str]] = {
    "text": _body,
    "image": _caption,
    "video": _caption,
    "document": _caption,
    "location": _place,
    "contacts": _cards,
    "button": _button,
    "interactive": _interactive,
    "order": _order,
}
