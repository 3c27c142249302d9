"""Strict reading of request bodies: an unknown key, a missing one or a wrong value is refused as Meta does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from integrations.simulator.graph import checks, interactive, kinds
from integrations.simulator.graph.errors import GraphError

CALLBACK_LENGTH = 512

_ROOT_KEYS = {
    "messaging_product", "recipient_type", "to", "recipient", "type", "context", "biz_opaque_callback_data",
    "recipient_identity_key_hash", "messaging_account_id",
}  # fmt: skip
_READ_KEYS = {"messaging_product", "status", "message_id", "typing_indicator"}
# Types that Meta has and this simulator does not play (templates), and those that Meta does not have, are
# answered alike: 131051. None of them is ever accepted.
_READERS = {
    "text": kinds.text,
    **{kind: kinds.media(kind) for kind in ("image", "video", "audio", "document", "sticker")},
    "location": kinds.location,
    "contacts": kinds.contacts,
    "reaction": kinds.reaction,
    "interactive": interactive.interactive,
}


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to send, as the request names it.

    Attributes:
        content: the object of the type, unchanged.
        text: what a person would read of it.
        files: the files that it names, with the kind of message that each is for.
    """

    to: str | None
    recipient: str | None
    type: str
    content: Any
    text: str
    quoted: str | None
    callback_data: str | None
    files: list[kinds.FileRef] = field(default_factory=list)

    @property
    def is_voice(self) -> bool:
        return self.type == "audio" and self.content.get("voice") is True


@dataclass(frozen=True, slots=True)
class ReadMark:
    """A message to mark as read, perhaps with the typing sign."""

    message_id: str
    typing: bool


def parse_request(body: Mapping[str, Any]) -> Outgoing | ReadMark:
    """Read the body of POST /messages.

    Raises:
        GraphError: with the code that Meta gives.
    """
    product = checks.text(body, "messaging_product", "root")
    if product != "whatsapp":
        raise GraphError(131009, f'Param messaging_product must be one of {{WHATSAPP}} - got "{product}".')
    return _read_mark(body) if "status" in body else _message(body)


def _read_mark(body: Mapping[str, Any]) -> ReadMark:
    checks.only(body, _READ_KEYS, "root")
    if body["status"] != "read":
        raise GraphError(131009, "Param status must be one of {READ}.")
    message_id = checks.text(body, "message_id", "root")
    typing = False
    if "typing_indicator" in body:
        indicator = checks.an_object(body, "typing_indicator", "root")
        checks.only(indicator, {"type"}, "typing_indicator")
        if checks.text(indicator, "type", "typing_indicator") != "text":
            raise GraphError(131009, "Param typing_indicator['type'] must be one of {TEXT}.")
        typing = True
    return ReadMark(message_id, typing)


def _message(body: Mapping[str, Any]) -> Outgoing:
    type_name = body.get("type", "text")
    if not isinstance(type_name, str):
        raise GraphError(131009, "Param type must be a string.")
    checks.only(body, _ROOT_KEYS | {type_name}, "root")
    if body.get("recipient_type", "individual") != "individual":
        if body["recipient_type"] == "group":
            raise GraphError(131051, "Group messages are not currently supported.")
        raise GraphError(131009, "Param recipient_type must be one of {INDIVIDUAL, GROUP}.")
    if body.get("to") is None and body.get("recipient") is None:
        raise GraphError(131008, "Parameter 'to' or 'recipient' is mandatory")
    to, recipient = (checks.optional_text(body, name) for name in ("to", "recipient"))
    callback_data = checks.optional_text(body, "biz_opaque_callback_data", most=CALLBACK_LENGTH)
    for name in ("recipient_identity_key_hash", "messaging_account_id"):
        checks.optional_text(body, name)
    quoted = _quoted(body)
    reader = _READERS.get(type_name)
    if reader is None:
        raise GraphError(131051)
    if body.get(type_name) is None:
        raise GraphError(131008, f"Parameter '{type_name}' is mandatory for type '{type_name}'")
    words, files = reader(body)
    return Outgoing(to, recipient, type_name, body[type_name], words, quoted, callback_data, files)


def _quoted(body: Mapping[str, Any]) -> str | None:
    if "context" not in body:
        return None
    context = checks.an_object(body, "context", "root")
    checks.only(context, {"message_id"}, "context")
    message_id = checks.text(context, "message_id", "context")
    if not message_id.startswith("wamid."):
        raise GraphError(131009, "Invalid message_id")
    return message_id
