"""Every text that Meta, customers, colleagues and programs can fill has a canary, or a reason why it needs none.

The fields are found in the types of the normaliser and in the shapes of the API: a new one fails here until `canaries`,
`test_markup` or `test_markup_inside` puts markup into it.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from rest_framework import serializers as s

from api.serializers import channels, contents, inputs, merging, resources
from core.launcher.config import ROOT
from integrations.whatsapp.payloads import Reading, read, types
from tests.browser import canaries, test_markup, test_markup_inside

PHONE = "573005550101"
# Of several types alike.
IDS = {"pointer", "phone_number_id", "waba_id", "wamid", "target"}
# Texts of the normaliser into which no markup gets through `canaries`, each with its reason.
NO_MARKUP = {
    "Sender.phone": "digits",
    "StatusUpdate.recipient_phone": "digits",
    "AccountNotice.phone": "digits",
    "InboundMedia.sha256": "hexadecimal digits",
    "AccountNotice.kind": "a word of ours",
    "Other.field": "not kept for any thread",
    "Other.kind": "a word of ours",
    "Other.data": "not kept for any thread",
}
# And those that come otherwise: a mark of the browser tests, which check that it is seen.
ELSEWHERE = {"Edit.text": "edited"}
# The inbox makes it of what an `IdentityChange` says.
CONTENT_ELSEWHERE = {"SystemContent.to": "id"}
# A reaction is one emoji or nothing: `_change` sends markup for one.
REFUSED = {"Reaction.emoji"}
# Names that no page reads, which is checked.
UNREAD = {
    "AccountNotice.data": "channel-alerts",
    "AccountNotice.quality": "quality",
    "AccountNotice.throughput": "throughput",
    "AccountNotice.messaging_limit": "messaging_limit",
    "StatusUpdate.recipient_bsuid": "recipient_bsuid",
    "StatusUpdate.callback_data": "callback_data",
    "Pricing.model": "pricing_model",
    "Pricing.type": "pricing",
    "Pricing.category": "pricing_category",
}
# Texts in what messages hold that are numbers, or words of ours.
PLAIN_CONTENT = {
    "CardPhone.wa_id": "digits",
    "OrderItem.quantity": "a decimal",
    "OrderItem.price": "a decimal",
    "OrderTotal.amount": "a decimal",
    "SystemContent.from": "the number or id that `Sender` has",
}
SHAPES: dict[str, type[s.Serializer[Any]]] = {
    "text": contents.PlainContent,
    "location": contents.LocationContent,
    "contacts": contents.ContactsContent,
    "order": contents.OrderContent,
    "button": contents.ChoiceContent,
    "unsupported": contents.UnsupportedContent,
}
# What the API takes: the mark that the browser tests put there and look for, or how it is bounded.
TAKEN = {
    "ContactInput.name": "first saved",
    "ContactInput.first_name": "first saved",
    "ContactInput.last_name": "last",
    "MessageInput.text": "answer",
    "MessageInput.caption": "caption of image",
    "PhoneMessageInput.text": "of a program",
    "UploadInput.file": "name of document",
    "ConversationQuery.q": "search",
}
BOUNDED = {
    "ContactInput.phone": "digits",
    "PhoneMessageInput.to": "digits",
    "ReactionInput.emoji": "one emoji; markup is refused in `test_markup_inside`",
    "MediaRef.link": "fetched, never shown",
    "ContactQuery.q": "no page searches contacts",
    "ContentQuery.organization": "a slug",
}
# What the API gives: the mark by which the browser tests find it.
GIVEN = {
    "Attachment.file_name": "name of document",
    "Author.name": "owner",
    "Channel.name": "number",
    "ChannelRef.name": "number",
    "Contact.name": "name",
    "Contact.first_name": "first saved",
    "Contact.last_name": "last",
    "Contact.profile_name": "name",
    "Contact.username": "username",
    "ContactRef.name": "name",
    "ContactRef.username": "username",
    "Identity.value": "id",
    "LastMessage.preview": "while looking on",
    "LastMessage.file_name": "name of document",
    "LastMessage.raw_type": "raw type",
    "Member.name": "agent",
    "Member.email": "mail",
    "MemberRef.name": "owner",
    "Message.raw_type": "raw type",
    "Message.text": "text",
    "MessageEdit.text": "text",
    "MessageError.detail": "why refused",
    "OrganizationRef.name": "shop",
    "OrganizationShape.name": "shop",
    "OwnMembership.name": "me",
    "PersonShape.email": "mail",
    "PersonShape.name": "me",
    "ProposedContact.name": "first lost",
    "ProposedContact.username": "username",
    "ProposedContact.profile_name": "name",
    "Quoted.author_name": "owner",
    "Quoted.preview": "answer",
    "Trouble.detail": "why stopped",
}
OURS = {
    "Attachment.mime_type": "what the bytes are",
    "BothLanguages.es": "our words",
    "BothLanguages.en": "our words",
    "Channel.phone": "digits",
    "ChannelRef.phone": "digits",
    "Contact.phone": "digits",
    "Contact.opt_out_source": "a word of ours",
    "ContactRef.phone": "digits",
    "ProposedContact.phone": "digits",
    "ErrorBody.code": "a word of ours",
    "ErrorBody.message": "our words",
    "EventShape.type": "a word of ours",
    "FileFailure.code": "a word of ours",
    "LastMessage.type": "a word of ours",
    "Message.type": "a word of ours",
    "Quoted.type": "a word of ours",
    "MessageError.class": "a word of ours",
    "LastReaction.emoji": "one emoji",
    "Reaction.emoji": "one emoji",
    "MediaLimit.mime_types": "our words",
    "StickerLimit.mime_types": "our words",
    "MergeProposal.reason": "a word of ours",
    "OrganizationRef.slug": "a slug",
    "OrganizationShape.slug": "a slug",
    "OrganizationShape.timezone": "a zone that exists",
    "Channel.phone_number_id": "an id of whoever runs bandeja",
    "ChannelAlert.kind": "a word of ours",
    "DeliveryProblem.pointer": "made by us",
    "DeliveryProblem.code": "a word of ours",
    "DeliveryProblem.reason": "our words",
    "Attachment.url": "an address of ours",
    "Attachment.thumbnail_url": "an address of ours",
    "Attachment.playable_url": "an address of ours",
}
UNREAD_GIVEN = {
    "Channel.quality": "quality",
    "Channel.throughput": "throughput",
    "Channel.messaging_limit": "messaging_limit",
}


def test_every_text_of_the_normaliser_has_a_canary() -> None:
    reading = _read()
    assert reading.problems == []
    carrying = {name for item in reading.items for name, value in _values(item) if _is_hostile(value)}
    excused = NO_MARKUP.keys() | ELSEWHERE.keys() | REFUSED | UNREAD.keys()
    found = {name for name in _texts_of_types() if name.partition(".")[2] not in IDS}
    assert found - carrying - excused == set(), "put markup into these in tests/browser/canaries.py"
    assert excused - found == set(), "there is no such field"
    assert NO_MARKUP.keys() & carrying == set(), "markup gets through after all"
    assert set(ELSEWHERE.values()) <= _marks()


def test_every_text_in_what_messages_hold_has_a_canary() -> None:
    carrying: set[str] = set()
    for item in _read().items:
        if isinstance(item, types.InboundMessage) and item.content:
            for shape in _shapes_of(item):
                carrying |= {name for name, value in _leaves(shape(), item.content) if _is_hostile(value)}
    excused = PLAIN_CONTENT.keys() | CONTENT_ELSEWHERE.keys()
    # Referrals are a type of the normaliser, and were looked at above.
    found = {name for name in _texts_of(contents) if not name.startswith("Referral.")}
    assert found - carrying - excused == set(), "put markup into these in tests/browser/canaries.py"
    assert excused - found == set(), "there is no such field"
    assert set(CONTENT_ELSEWHERE.values()) <= _marks()


def test_every_text_that_the_api_takes_has_a_canary() -> None:
    found = {name for module in (inputs, merging) for name in _texts_of(module) if _is_taken(name)}
    assert found == TAKEN.keys() | BOUNDED.keys()
    assert set(TAKEN.values()) <= _marks()


def test_every_text_that_the_api_gives_has_a_canary() -> None:
    found = {
        name for module in (resources, channels, merging) for name in _texts_of(module) if not _is_taken(name)
    }
    assert found == GIVEN.keys() | OURS.keys() | UNREAD_GIVEN.keys()
    assert set(GIVEN.values()) <= _marks()


def test_what_no_page_reads_is_read_by_none() -> None:
    sources = [path for path in (ROOT / "frontend" / "src").rglob("*.ts*") if "testing" not in path.parts]
    read_by = {
        (name, path.name)
        for path in sources
        if path.name != "schema.gen.ts" and ".test." not in path.name
        for name in {*UNREAD.values(), *UNREAD_GIVEN.values()}
        if re.search(rf"\b{name}\b", path.read_text())
    }
    assert read_by == set(), "give it a canary"


def _read() -> Reading:
    value = canaries.value(PHONE, "1")
    system = {"from": PHONE, "id": "wamid.moved", "timestamp": "1795341600", "type": "system"}
    value["messages"].append(system | {"system": canaries.moved()})
    said = [value, canaries.failed("wamid.ours", PHONE, "1")]
    changes = [{"field": "messages", "value": one} for one in said]
    document = {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": changes}]}
    return read(json.dumps(document).encode(), received_at=datetime.now(UTC))


def _is_hostile(value: object) -> bool:
    return isinstance(value, str) and re.search(r"<(img|[bi] )", value, re.IGNORECASE) is not None


def _texts_of_types() -> Iterator[str]:
    """Each field of the items that is text or holds some: not those of a few words, nor numbers and times."""
    for name, kind in vars(types).items():
        if is_dataclass(kind) and name not in ("Problem", "Reading"):
            for field, hint in get_type_hints(kind).items():
                parts = {hint, *get_args(hint)} if get_origin(hint) is not dict else {dict}
                if parts & {str, dict}:
                    yield f"{name}.{field}"


def _values(item: Any) -> Iterator[tuple[str, object]]:
    for field in fields(item):
        value = getattr(item, field.name)
        if is_dataclass(value):
            yield from _values(value)
        else:
            hostile = json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, dict) else value
            yield f"{type(item).__name__}.{field.name}", hostile


def _texts_of(module: Any) -> Iterator[str]:
    """Each text of the shapes that a module defines."""
    for name, shape in vars(module).items():
        if inspect.isclass(shape) and issubclass(shape, s.Serializer) and shape.__module__ == module.__name__:
            yield from (f"{name}.{field}" for field, kind in shape().fields.items() if _is_text(kind))


def _is_text(field: Any) -> bool:
    kind = getattr(field, "child", field) if isinstance(field, s.ListField) else field
    return isinstance(kind, s.CharField | s.FileField) and field.field_name not in (
        "cursor",
        "next",
        "previous",
    )


def _is_taken(name: str) -> bool:
    return name.partition(".")[0].endswith(("Input", "Query", "MediaRef"))


def _shapes_of(message: types.InboundMessage) -> Iterator[type[s.Serializer[Any]]]:
    if message.type == "interactive":
        yield contents.FlowContent if message.content.get("kind") == "flow" else contents.ChoiceContent
    elif message.type in SHAPES:
        yield SHAPES[message.type]


def _leaves(shape: s.Serializer[Any], value: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    for name, field in shape.fields.items():
        here = value.get(name)
        if isinstance(field, s.ListSerializer):
            for one in here or []:
                yield from _leaves(field.child, one)  # type: ignore[arg-type]  # ours are lists of shapes
        elif isinstance(field, s.Serializer) and here:
            yield from _leaves(field, here)
        else:
            yield f"{type(shape).__name__}.{name}", here


@cache
def _marks() -> set[str]:
    """What the browser tests look for on their pages, by the names of the marks; raw types are only sent."""
    tests = "".join(map(inspect.getsource, (test_markup, test_markup_inside, canaries)))
    looked_for = set(re.findall(r"\[([a-z_ ]+)\]", tests))
    return {*test_markup.SHOWN, *test_markup_inside.SHOWN, *looked_for}
