"""Walks a webhook body. Each part is read by itself, so that none sinks its neighbours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from integrations.whatsapp.payloads.document import Unreadable, parse
from integrations.whatsapp.payloads.identities import read_preference, read_user_id_update
from integrations.whatsapp.payloads.messages import read_echo, read_message
from integrations.whatsapp.payloads.notices import read_notice
from integrations.whatsapp.payloads.people import Profiles
from integrations.whatsapp.payloads.place import Place
from integrations.whatsapp.payloads.statuses import read_status
from integrations.whatsapp.payloads.types import Item, Other, Problem, Reading
from integrations.whatsapp.payloads.values import identifier, json_safe, obj, phone, text

OBJECT = "whatsapp_business_account"
FIELD_LENGTH = 60

# Fields whose value is one notice.
_NOTICES = {
    "message_template_status_update": "template_status",
    "message_template_quality_update": "template_quality",
    "message_template_components_update": "template_components",
    "template_category_update": "template_category",
    "phone_number_quality_update": "phone_number_quality",
    "phone_number_name_update": "phone_number_name",
    "account_update": "account",
    "account_alerts": "account_alert",
    "account_review_update": "account_review",
    "business_capability_update": "business_capability",
    "security": "security",
}
# Fields whose value is one event that has no effect here.
_EVENTS = {
    "flows": "flow",
    "partner_solutions": "partner_solution",
    "payment_configuration_update": "payment_configuration",
    "automatic_events": "automatic_event",
}

Reader = Callable[[dict[str, Any], Place, Profiles], Item | Problem]


def _kept(kind: str) -> Reader:
    return lambda element, place, _: place.other(kind, element)


# Fields whose value holds lists: name of the list, and how an element is read. The statuses of the field `messages`
# have a loop of their own.
_LISTS: dict[str, dict[str, Reader]] = {
    "messages": {
        "messages": read_message,
        "errors": lambda element, place, _: read_notice("error", element, place),
    },
    "smb_message_echoes": {"message_echoes": read_echo},
    "smb_app_state_sync": {"state_sync": _kept("contact_sync")},
    "history": {"history": _kept("history"), "messages": _kept("history_message")},
    "calls": {"calls": _kept("call"), "statuses": _kept("call_status")},
    "user_preferences": {"user_preferences": read_preference},
    "user_id_update": {"user_id_update": lambda element, place, _: read_user_id_update(element, place)},
    "group_lifecycle_update": {"groups": _kept("group")},
    "group_participants_update": {"groups": _kept("group")},
    "group_settings_update": {"groups": _kept("group")},
    "group_status_update": {"groups": _kept("group")},
}


def read(body: bytes, *, received_at: datetime | None = None) -> Reading:
    """Return everything that a webhook body says. Never raises for what is in the body.

    Args:
        body: the raw bytes.
        received_at: when they arrived, UTC; now if not given. It replaces times that Meta does not give and
            those that lie in the future.
    """
    reading = Reading()
    try:
        document = parse(body)
    except Unreadable as error:
        reading.problems.append(Problem("", "unreadable", str(error)))
        return reading
    _read_document(document, received_at or datetime.now(UTC), reading)
    return reading


def _read_document(document: Any, received_at: datetime, reading: Reading) -> None:
    if not isinstance(document, dict):
        reading.problems.append(Problem("", "not_an_object", "the body is not a JSON object"))
        return
    product = document.get("object")
    if isinstance(product, str) and product != OBJECT:
        reading.items.append(
            Other("", product[:FIELD_LENGTH], "other_product", None, None, json_safe(document))
        )
        return
    if document.get("entry") is None:
        reading.problems.append(Problem("entry", "not_a_list", "the body has no entries"))
    for pointer, entry in _elements(document.get("entry"), "entry", reading):
        for place, change in _elements(entry.get("changes"), f"{pointer}/changes", reading):
            _guarded(place, reading, _read_change, change, place, entry, received_at, reading)


def _elements(value: Any, pointer: str, reading: Reading) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the objects of a list with their places; what is no object, or no list, becomes a problem."""
    if value is None:
        return
    if not isinstance(value, list):
        reading.problems.append(Problem(pointer, "not_a_list", "a list was expected here"))
        return
    for index, element in enumerate(value):
        place = f"{pointer}/{index}"
        if isinstance(element, dict):
            yield place, element
        else:
            reading.problems.append(Problem(place, "not_an_object", "an object was expected here"))


def _guarded(pointer: str, reading: Reading, step: Callable[..., None], *arguments: Any) -> None:
    try:
        step(*arguments)
    except Exception as error:  # whatever is wrong with one part, the others are read
        reading.problems.append(Problem(pointer, "unexpected", f"{type(error).__name__} while reading"))


def _read_change(
    change: dict[str, Any], pointer: str, entry: dict[str, Any], received_at: datetime, reading: Reading
) -> None:
    value = change.get("value")
    field = _field_of(change)
    if not isinstance(value, dict):
        reading.problems.append(Problem(f"{pointer}/value", "not_an_object", "the change has no value"))
        return
    metadata = obj(value.get("metadata"))
    place = Place(
        pointer=f"{pointer}/value",
        field=field,
        phone_number_id=identifier(metadata.get("phone_number_id")),
        waba_id=identifier(entry.get("id")),
        received_at=received_at,
        own_phone=phone(metadata.get("display_phone_number")),
        told_at=entry.get("time"),
    )
    if field in _LISTS:
        _read_lists(value, place, reading)
    elif field in _NOTICES:
        reading.items.append(read_notice(_NOTICES[field], value, place))
    else:
        reading.items.append(place.other(_EVENTS.get(field, "unknown_field"), value))


def _field_of(change: dict[str, Any]) -> str:
    """Return the name of the field. Without one, what looks like messages or statuses is taken as that."""
    field = text(change.get("field"), FIELD_LENGTH)
    if not field and not obj(change.get("value")).keys().isdisjoint(("messages", "statuses")):
        return "messages"
    return field


def _read_lists(value: dict[str, Any], place: Place, reading: Reading) -> None:
    before = len(reading.items) + len(reading.problems)
    profiles = Profiles(value.get("contacts"))
    for name, read in _LISTS[place.field].items():
        for pointer, element in _elements(value.get(name), f"{place.pointer}/{name}", reading):
            try:
                found = read(element, place.at(pointer), profiles)
            except Exception as error:  # an element that breaks the reader must not take the others along
                found = Problem(pointer, "unexpected", f"{type(error).__name__} while reading")
            _keep(found, reading)
    if place.field == "messages":
        _read_statuses(value, place, reading)
    if len(reading.items) + len(reading.problems) == before:
        reading.items.append(place.other("empty", value))


def _read_statuses(value: dict[str, Any], place: Place, reading: Reading) -> None:
    for pointer, status in _elements(value.get("statuses"), f"{place.pointer}/statuses", reading):
        try:
            found = read_status(
                status,
                pointer=pointer,
                phone_number_id=place.phone_number_id,
                waba_id=place.waba_id,
                received_at=place.received_at,
            )
        except Exception as error:  # as above
            found = Problem(pointer, "unexpected", f"{type(error).__name__} while reading")
        _keep(found, reading)


def _keep(found: Item | Problem, reading: Reading) -> None:
    if isinstance(found, Problem):
        reading.problems.append(found)
    else:
        reading.items.append(found)
