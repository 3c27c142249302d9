"""What changes or marks another message: reactions, edits, deletions; of customers and of the phone app alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from integrations.whatsapp.payloads.place import Place
from integrations.whatsapp.payloads.text import plain_text
from integrations.whatsapp.payloads.types import Change, Edit, Other, Problem, Reaction, Revoke, Side
from integrations.whatsapp.payloads.values import identifier, moment, obj, text

_LONGEST_EMOJI = 64


def read_change(kind: str, message: dict[str, Any], place: Place, side: Side) -> Change | Other | Problem:
    """Read a message of the type `kind`; one that does not say what it changes has no effect.

    Args:
        kind: a key of `KINDS`.
    """
    wamid = identifier(message.get("id"))
    if wamid is None:
        return Problem(place.pointer, "no_id", f"the {kind} has no id")
    found = KINDS[kind](message, place, wamid, side)
    return found if found is not None else place.other(kind, message)


def _reaction(message: dict[str, Any], place: Place, wamid: str, side: Side) -> Reaction | None:
    reaction = obj(message.get("reaction"))
    target = identifier(reaction.get("message_id"))
    if target is None:
        return None
    # A removal has no emoji, or an empty one.
    emoji = text(reaction.get("emoji"), _LONGEST_EMOJI).strip()
    sent_at, _ = moment(message.get("timestamp"), place.received_at)
    return Reaction(place.pointer, place.phone_number_id, place.waba_id, wamid, sent_at, side, target, emoji)


def _edit(message: dict[str, Any], place: Place, wamid: str, side: Side) -> Edit | None:
    edit = obj(message.get("edit"))
    target, now = identifier(edit.get("original_message_id")), obj(edit.get("message"))
    if target is None or not now:
        return None
    sent_at, _ = moment(message.get("timestamp"), place.received_at)
    said = plain_text(text(now.get("type")), now)
    return Edit(place.pointer, place.phone_number_id, place.waba_id, wamid, sent_at, side, target, said)


def _revoke(message: dict[str, Any], place: Place, wamid: str, side: Side) -> Revoke | None:
    target = identifier(obj(message.get("revoke")).get("original_message_id"))
    if target is None:
        return None
    sent_at, _ = moment(message.get("timestamp"), place.received_at)
    return Revoke(place.pointer, place.phone_number_id, place.waba_id, wamid, sent_at, side, target)


KINDS: dict[str, Callable[[dict[str, Any], Place, str, Side], Change | None]] = {
    "reaction": _reaction,
    "edit": _edit,
    "revoke": _revoke,
}
