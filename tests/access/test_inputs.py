"""Every field of what the API takes is known for what it is: an id that the table replaces, or something else."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from rest_framework import serializers as s

import api
from api.serializers.inputs import Input, MessageInput, Query, ReadInput, UploadInput, identifier
from tests.access import test_ids
from tests.access.routes import shape_of
from tests.access.table import ROWS, Row

PUBLISHED = yaml.safe_load((Path(__file__).parents[2] / "docs" / "openapi.yaml").read_text())
_PLACE = re.compile(r"\{\w+\}")

# Ids, each of which some row of the table holds as `{…}`, so that those of others stand in its place.
IDS = {
    "AcceptanceInput.keep",
    "AssignmentInput.member",
    "MergeInput.other",
    "MessageInput.media.id",
    "MessageInput.reply_to",
    "PhoneMessageInput.to",
    "ReadInput.through_message_id",
}
# What names something in another way, and by which test that of others is tried.
OTHERWISE = {
    "ContactInput.phone": test_ids.test_an_agent_is_not_told_who_has_a_number,
    "ContentQuery.organization": test_ids.test_an_organisation_of_others_is_one_that_does_not_exist,
    "EventQuery.after": test_ids.test_a_number_of_a_longer_stream_leads_to_nothing,
    "EventQuery.stream": test_ids.test_a_stream_from_elsewhere_is_one_that_does_not_exist,
    "MessageInput.client_id": test_ids.test_a_client_id_of_another_chat_means_nothing,
    **dict.fromkeys(
        ("PageQuery.cursor", "ConversationQuery.cursor", "ContactQuery.cursor"),
        test_ids.test_a_cursor_from_elsewhere_leads_to_nothing_of_elsewhere,
    ),
    **dict.fromkeys(
        ("DeliveryQuery.cursor", "ProposalQuery.cursor"),
        test_ids.test_a_cursor_from_elsewhere_leads_to_nothing_of_elsewhere,
    ),
}
# Words, choices and figures. Nothing of theirs can name a row.
WORDS = {
    "AttemptInput.even_if_unconfirmed",
    "ContactInput.first_name",
    "ContactInput.last_name",
    "ContactInput.name",
    "ContactQuery.limit",
    "ContactQuery.q",
    "ContentQuery.variant",
    "ConversationQuery.limit",
    "ConversationQuery.q",
    "ConversationQuery.sort",
    "ConversationQuery.status",
    "DeliveryQuery.limit",
    "DeliveryQuery.state",
    "EventQuery.limit",
    "MessageInput.caption",
    "MessageInput.media.link",
    "MessageInput.text",
    "MessageInput.type",
    "MessageInput.voice",
    "PageQuery.limit",
    "PhoneMessageInput.text",
    "PreferencesInput.language",
    "ProposalQuery.limit",
    "ProposalQuery.state",
    "ReactionInput.emoji",
    "UploadInput.file",
    "UploadInput.kind",
    "UploadInput.voice",
}


def kinds() -> dict[str, type[s.Serializer[Any]]]:
    """Every class of what the API takes, by its name; those that only stand in others are found through these."""
    for module in pkgutil.walk_packages(api.__path__, "api."):
        importlib.import_module(module.name)
    found: dict[str, type[s.Serializer[Any]]] = {"UploadInput": UploadInput}
    waiting: list[type[s.Serializer[Any]]] = [Input, Query]
    while waiting:
        for kind in waiting.pop().__subclasses__():
            if kind.__module__.startswith("api."):
                found[kind.__name__] = kind
            waiting.append(kind)
    inner = {type(one) for kind in found.values() for one in serializers_in(kind())}
    return {name: kind for name, kind in found.items() if kind not in inner}


def serializers_in(field: Any) -> Iterator[s.BaseSerializer[Any]]:
    for part in parts_of(field).values():
        if isinstance(part, s.BaseSerializer):
            yield part
        yield from serializers_in(part)


def parts_of(field: Any) -> dict[str, Any]:
    """The fields in a field: of an object by their names, of a list what it is a list of."""
    if isinstance(field, s.ListSerializer | s.ListField | s.DictField):
        return {"[]": field.child}
    return dict(field.fields) if isinstance(field, s.Serializer) else {}


def leaves(name: str, field: Any) -> Iterator[tuple[str, Any]]:
    parts = parts_of(field)
    if not parts:
        yield name, field
    for part, inner in parts.items():
        yield from leaves(f"{name}{part}" if part == "[]" else f"{name}.{part}", inner)


def fields() -> dict[str, Any]:
    return {path: leaf for name, kind in kinds().items() for path, leaf in leaves(name, kind())}


def can_name_a_row(field: Any) -> bool:
    """Whether a field could hold an id, by its type alone."""
    if isinstance(field, s.IntegerField):
        return field.max_value is None or field.max_value > 1_000
    return not isinstance(field, s.BooleanField | s.ChoiceField | s.CharField | s.FileField) or isinstance(
        field, s.UUIDField | s.SlugField
    )


def test_every_field_is_known_for_what_it_is() -> None:
    there = fields()
    assert set(there) == IDS | set(OTHERWISE) | WORDS
    assert not {path for path in WORDS if can_name_a_row(there[path])}
    assert {path for path, one in there.items() if can_name_a_row(one)} <= IDS | set(OTHERWISE)


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in PUBLISHED["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), shape_of(path), operation


def input_of(operation: dict[str, Any]) -> str:
    """The name of the class that an operation reads its body with; empty if it has none."""
    contents = operation.get("requestBody", {}).get("content", {}).values()
    names = {one["schema"]["$ref"].rpartition("/")[2].removeprefix("Patched") for one in contents}
    return names.pop() if names else ""


def test_every_body_and_query_is_read_by_one_of_these_classes() -> None:
    """What they publish is what they read; see `test_schema`."""
    known = kinds()
    bodies = {input_of(operation) for _, _, operation in operations()} - {""}
    assert bodies == {name for name in known if name.endswith("Input")}
    asked = {
        one["name"]
        for _, _, operation in operations()
        for one in operation.get("parameters", ())
        if one["in"] == "query"
    }
    assert asked == {path.partition(".")[2] for path in fields() if "Query." in path}


@pytest.mark.parametrize("path", sorted(IDS))
def test_each_id_of_an_operation_stands_in_a_row_of_it(path: str) -> None:
    kind, _, field = path.partition(".")
    places = [(method, shape) for method, shape, operation in operations() if input_of(operation) == kind]
    assert places
    for method, shape in places:
        rows = [row for row in ROWS if (row.method, shape_of(row.address)) == (method, shape)]
        assert any(field in ids_in(row) for row in rows), f"{method} {shape}"


def ids_in(row: Row) -> set[str]:
    return {path for path, value in _values("", dict(row.body or {})) if _PLACE.fullmatch(str(value))}


def _values(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _values(f"{path}.{name}".lstrip("."), part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _values(f"{path}[]", part)
    else:
        yield path, value


def test_ids_are_seen_however_deep_they_stand() -> None:
    """Were the walk blind to lists, nothing would be missing from the lists above."""

    class Inner(s.Serializer[Any]):
        chats = s.ListField(child=identifier())

    class Outer(s.Serializer[Any]):
        parts = Inner(many=True)
        named = s.DictField(child=MessageInput())

    seen = {path for path, field in leaves("Outer", Outer()) if can_name_a_row(field)}
    assert seen == {
        "Outer.parts[].chats[]",
        "Outer.named[].media.id",
        "Outer.named[].reply_to",
        "Outer.named[].client_id",
    }
    assert can_name_a_row(ReadInput().fields["through_message_id"])
    row = Row("POST", "/", "", (), {"parts": [{"chats": ["{chat}"]}]})
    assert ids_in(row) == {"parts[].chats[]"}
