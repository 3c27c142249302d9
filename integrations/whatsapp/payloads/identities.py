"""Persons who get another number or id, and what they want to receive."""

from __future__ import annotations

import re
from typing import Any

from integrations.whatsapp.payloads.people import Profiles
from integrations.whatsapp.payloads.place import Place
from integrations.whatsapp.payloads.types import (
    IdentityChange,
    IdentityChangeKind,
    Other,
    Preference,
    PreferenceValue,
    Problem,
    Sender,
)
from integrations.whatsapp.payloads.values import (
    bsuid,
    identifier,
    looks_like_bsuid,
    moment,
    obj,
    phone,
    text,
)

_KINDS: dict[str, IdentityChangeKind] = {
    "user_changed_number": "number_changed",
    "customer_changed_number": "number_changed",
    "user_changed_user_id": "user_id_changed",
    "customer_identity_changed": "identity_changed",
    "user_identity_changed": "identity_changed",
}
_WANTED: dict[str, PreferenceValue] = {"stop": "stop", "resume": "resume", "signup": "signup"}
# The end of Meta's sentence: "User Andrés Gómez changed from 573005550102 to 573005550122".
_FROM_TO = re.compile(r"from (\S{5,150}) to (\S{5,150}?)\.?\s*$")


def read_system(
    message: dict[str, Any], place: Place, profiles: Profiles
) -> IdentityChange | Other | Problem:
    """Read a message of the type `system`. Its ids may stand in fields, or in the sentence alone."""
    system = obj(message.get("system"))
    kind = _KINDS.get(text(system.get("type")))
    wamid = identifier(message.get("id"))
    if wamid is None:
        return Problem(place.pointer, "no_id", "the system message has no id")
    if kind is None:
        return place.other("system", message)
    sent_at, _ = moment(message.get("timestamp"), place.received_at)
    if kind == "identity_changed":
        previous, current = profiles.sender_of(message), None
        is_complete = previous is not None
    else:
        previous, current = _moved(message, system)
        is_complete = previous is not None and current is not None
    if not is_complete:
        return place.other("system", message)
    return IdentityChange(
        place.pointer, place.phone_number_id, place.waba_id, wamid, sent_at, kind, previous, current
    )


def read_user_id_update(update: dict[str, Any], place: Place) -> IdentityChange | Other:
    """Read an element of the field `user_id_update`, which Meta documented for some months of 2026."""
    ids = obj(update.get("user_id"))
    number = phone(update.get("wa_id"))
    previous = _sender(number, ids.get("previous"))
    current = _sender(number, ids.get("current"), obj(update.get("parent_user_id")).get("current"))
    if bsuid(ids.get("current")) is None or previous is None:
        return place.other("user_id_update", update)
    sent_at, _ = moment(update.get("timestamp"), place.received_at)
    return IdentityChange(
        place.pointer,
        place.phone_number_id,
        place.waba_id,
        None,
        sent_at,
        "user_id_changed",
        previous,
        current,
    )


def read_preference(told: dict[str, Any], place: Place, profiles: Profiles) -> Preference | Other:
    """Read an element of `user_preferences`; only those about marketing messages are understood."""
    person = profiles.find(told.get("wa_id"), told.get("user_id"), told.get("parent_user_id"))
    value = _WANTED.get(text(told.get("value")))
    if person is None or value is None or told.get("category") != "marketing_messages":
        return place.other("user_preference", told)
    sent_at, _ = moment(told.get("timestamp"), place.received_at)
    return Preference(place.pointer, place.phone_number_id, place.waba_id, person, value, sent_at)


def _moved(message: dict[str, Any], system: dict[str, Any]) -> tuple[Sender | None, Sender | None]:
    """Return how the person was known, and how from now on."""
    old_phone = phone(message.get("from")) or phone(system.get("customer"))
    new_phone = phone(system.get("wa_id")) or phone(system.get("new_wa_id"))
    old_id, new_id = system.get("previous_user_id"), system.get("user_id")
    told = _FROM_TO.search(text(system.get("body"), 1000))
    if told:
        before, after = told.groups()
        if looks_like_bsuid(before) and looks_like_bsuid(after):
            old_id, new_id = old_id or before, new_id or after
        else:
            old_phone, new_phone = old_phone or phone(before), new_phone or phone(after)
    previous = _sender(old_phone, old_id)
    return previous, _sender(new_phone, new_id, system.get("parent_user_id"))


def _sender(number: str | None, user_id: Any, parent_id: Any = None) -> Sender | None:
    user = bsuid(user_id)
    if number is None and user is None:
        return None
    return Sender(phone=number, bsuid=user, parent_bsuid=bsuid(parent_id))
