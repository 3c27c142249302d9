"""What each type of message may say, but for interactive ones."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from integrations.simulator.graph import checks
from integrations.simulator.graph.errors import GraphError

TEXT_LENGTH = 4096
CAPTION_LENGTH = 1024
MOST_CONTACTS = 257
_FILE_KEYS = {
    "image": {"id", "link", "caption"},
    "video": {"id", "link", "caption"},
    "audio": {"id", "link", "voice"},
    "document": {"id", "link", "caption", "filename"},
    "sticker": {"id", "link"},
}
_CARD_LISTS = {
    "phones": {"phone", "type", "wa_id"},
    "emails": {"email", "type"},
    "urls": {"url", "type"},
    "addresses": {"street", "city", "state", "zip", "country", "country_code", "type"},
}
_NAME_PARTS = {"first_name", "last_name", "middle_name", "suffix", "prefix"}


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file that a message names, by its id or by a link of the business's own."""

    kind: str
    where: str
    media_id: str | None
    link: str | None
    voice: bool = False


Read = tuple[str, list[FileRef]]


def text(body: Mapping[str, Any]) -> Read:
    """Read `text`."""
    content = checks.an_object(body, "text")
    checks.only(content, {"body", "preview_url"}, "text")
    if not isinstance(content.get("preview_url", False), bool):
        raise GraphError(131009, "Param text['preview_url'] must be a boolean.")
    if "body" not in content:
        checks.missing("body", "text")
    words = content["body"]
    if not isinstance(words, str):
        raise GraphError(131009, "Param text['body'] must be a string.")
    if not words:
        raise GraphError(131009, "Param text['body'] must be at least 1 characters long.")
    if len(words) > TEXT_LENGTH:
        checks.too_long("text['body']", TEXT_LENGTH)
    return words, []


def media(kind: str) -> Callable[[Mapping[str, Any]], Read]:
    """Give the reader of `image`, `video`, `audio`, `document` or `sticker`."""

    def read(body: Mapping[str, Any]) -> Read:
        content = checks.an_object(body, kind)
        checks.only(content, _FILE_KEYS[kind], kind)
        caption = checks.optional_text(content, "caption", kind, CAPTION_LENGTH)
        checks.optional_text(content, "filename", kind, 240)
        if not isinstance(content.get("voice", False), bool):
            raise GraphError(131009, f"Param {kind}['voice'] must be a boolean.")
        reference = file_ref(content, kind, kind, voice=content.get("voice") is True)
        return caption or "", [reference]

    return read


def file_ref(content: Mapping[str, Any], kind: str, where: str, *, voice: bool = False) -> FileRef:
    """Read the id or link of a file."""
    media_id, link = (checks.optional_text(content, name, where) for name in ("id", "link"))
    if not media_id and not link:
        raise GraphError(131008, f"Parameter 'id' or 'link' is mandatory for param '{where}'")
    if media_id and link:
        raise GraphError(131009, f"Param {where} must have either id or link, not both.")
    if link:
        parts = urlsplit(link)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            sentence = f"Param {where}['link'] is not a valid URI."
            raise GraphError(100, sentence, message=f"(#100) {sentence}")
    return FileRef(kind, where, media_id or None, link or None, voice)


def location(body: Mapping[str, Any]) -> Read:
    """Read `location`."""
    content = checks.an_object(body, "location")
    checks.only(content, {"latitude", "longitude", "name", "address"}, "location")
    for axis, most in (("latitude", 90.0), ("longitude", 180.0)):
        value = content.get(axis)
        if value in (None, ""):
            checks.missing(axis, "location")
        try:
            number = float("nan") if isinstance(value, bool) else float(value or 0)
        except (TypeError, ValueError):
            number = float("nan")
        if not abs(number) <= most:
            raise GraphError(
                131009, f"Param location['{axis}'] must be a number between -{most:g} and {most:g}."
            )
    name = checks.optional_text(content, "name", "location", 1000)
    address = checks.optional_text(content, "address", "location", 1000)
    return name or address or "", []


def contacts(body: Mapping[str, Any]) -> Read:
    """Read `contacts`."""
    cards = checks.a_list(body, "contacts", "root", most=MOST_CONTACTS)
    names = []
    for index, card in enumerate(cards):
        where = f"contacts[{index}]"
        checks.only(card, {"name", "org", "birthday", *_CARD_LISTS}, where)
        name = checks.an_object(card, "name", where)
        checks.only(name, {"formatted_name", *_NAME_PARTS}, f"{where}['name']")
        names.append(checks.text(name, "formatted_name", f"{where}['name']"))
        if not any(checks.optional_text(name, part, where) for part in sorted(_NAME_PARTS)):
            raise GraphError(131009, f"Param {where}['name'] needs one more part than formatted_name.")
        if card.get("org") is not None:
            organization = checks.an_object(card, "org", where)
            checks.only(organization, {"company", "department", "title"}, f"{where}['org']")
        _birthday(card, where)
        for kind, keys in _CARD_LISTS.items():
            if card.get(kind) is None:
                continue
            for entry in checks.a_list(card, kind, where, most=100):
                checks.only(entry, keys, f"{where}['{kind}']")
                for key in keys:
                    checks.optional_text(entry, key, f"{where}['{kind}']")
    return ", ".join(names), []


def _birthday(card: Mapping[str, Any], where: str) -> None:
    birthday = checks.optional_text(card, "birthday", where)
    if birthday is not None and not re.fullmatch(r"\d{4}-\d\d-\d\d", birthday):
        raise GraphError(131009, f"Param {where}['birthday'] must have the format YYYY-MM-DD.")


def reaction(body: Mapping[str, Any]) -> Read:
    """Read `reaction`; an empty emoji takes the reaction away."""
    content = checks.an_object(body, "reaction")
    checks.only(content, {"message_id", "emoji"}, "reaction")
    if not checks.text(content, "message_id", "reaction").startswith("wamid."):
        raise GraphError(131009, "Invalid message_id")
    if content.get("emoji") is None:
        checks.missing("emoji", "reaction")
    emoji = checks.optional_text(content, "emoji", "reaction") or ""
    if not is_emoji(emoji):
        raise GraphError(131009, "Param reaction['emoji'] must be a single emoji.")
    return emoji, []


def is_emoji(value: str) -> bool:
    """Tell whether this can be one emoji: no letters, no spaces, not longer than the longest family."""
    has_sign = any(ord(one) > 0x7F for one in value)
    plain = any(one.isalpha() or one.isspace() for one in value)
    return not value or (has_sign and not plain and len(value) <= 20)
