"""Strict reading of request bodies: an unknown key, a missing one or a wrong value is refused as Meta does."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from integrations.simulator.graph.errors import GraphError

TEXT_LENGTH = 4096
CALLBACK_LENGTH = 512

# Message types that Meta has and this simulator does not play yet, and those that Meta does not have, are
# answered alike: 131051. None of them is ever accepted.
_ROOT_KEYS = {
    "messaging_product", "recipient_type", "to", "recipient", "type", "context", "biz_opaque_callback_data",
    "recipient_identity_key_hash", "messaging_account_id",
}  # fmt: skip
_READ_KEYS = {"messaging_product", "status", "message_id", "typing_indicator"}


@dataclass(frozen=True, slots=True)
class TextMessage:
    """A text to send, as the request names it."""

    to: str | None
    recipient: str | None
    body: str
    quoted: str | None
    callback_data: str | None


@dataclass(frozen=True, slots=True)
class ReadMark:
    """A message to mark as read, perhaps with the typing sign."""

    message_id: str
    typing: bool


def parse_request(body: Mapping[str, Any]) -> TextMessage | ReadMark:
    """Read the body of POST /messages.

    Raises:
        GraphError: with the code that Meta gives.
    """
    product = _string(body, "messaging_product", "root")
    if product != "whatsapp":
        raise GraphError(131009, f'Param messaging_product must be one of {{WHATSAPP}} - got "{product}".')
    return _read_mark(body) if "status" in body else _text_message(body)


def _read_mark(body: Mapping[str, Any]) -> ReadMark:
    _only(body, _READ_KEYS, "root")
    if body["status"] != "read":
        raise GraphError(131009, "Param status must be one of {READ}.")
    message_id = _string(body, "message_id", "root")
    typing = False
    if "typing_indicator" in body:
        indicator = _object(body, "typing_indicator")
        _only(indicator, {"type"}, "typing_indicator")
        if _string(indicator, "type", "typing_indicator") != "text":
            raise GraphError(131009, "Param typing_indicator['type'] must be one of {TEXT}.")
        typing = True
    return ReadMark(message_id, typing)


def _text_message(body: Mapping[str, Any]) -> TextMessage:
    type_name = body.get("type", "text")
    if not isinstance(type_name, str):
        raise GraphError(131009, "Param type must be a string.")
    _only(body, _ROOT_KEYS | {type_name}, "root")
    if body.get("recipient_type", "individual") != "individual":
        if body["recipient_type"] == "group":
            raise GraphError(131051, "Group messages are not currently supported.")
        raise GraphError(131009, "Param recipient_type must be one of {INDIVIDUAL, GROUP}.")
    if body.get("to") is None and body.get("recipient") is None:
        raise GraphError(131008, "Parameter 'to' or 'recipient' is mandatory")
    to, recipient = (_optional_string(body, name) for name in ("to", "recipient"))
    callback_data = _optional_string(body, "biz_opaque_callback_data")
    if callback_data is not None and len(callback_data) > CALLBACK_LENGTH:
        _too_long("biz_opaque_callback_data", CALLBACK_LENGTH)
    for name in ("recipient_identity_key_hash", "messaging_account_id"):
        _optional_string(body, name)
    quoted = _quoted(body)
    if type_name != "text":
        raise GraphError(131051)
    return TextMessage(to, recipient, _text(body), quoted, callback_data)


def _text(body: Mapping[str, Any]) -> str:
    if "text" not in body:
        raise GraphError(131008, "Parameter 'text' is mandatory for type 'text'")
    text = _object(body, "text")
    _only(text, {"body", "preview_url"}, "text")
    if not isinstance(text.get("preview_url", False), bool):
        raise GraphError(131009, "Param text['preview_url'] must be a boolean.")
    if "body" not in text:
        raise GraphError(131008, "Parameter 'body' is mandatory for param 'text'")
    content = text["body"]
    if not isinstance(content, str):
        raise GraphError(131009, "Param text['body'] must be a string.")
    if not content:
        raise GraphError(131009, "Param text['body'] must be at least 1 characters long.")
    if len(content) > TEXT_LENGTH:
        _too_long("text['body']", TEXT_LENGTH)
    return content


def _quoted(body: Mapping[str, Any]) -> str | None:
    if "context" not in body:
        return None
    context = _object(body, "context")
    _only(context, {"message_id"}, "context")
    message_id = _string(context, "message_id", "context")
    if not message_id.startswith("wamid."):
        raise GraphError(131009, "Invalid message_id")
    return message_id


def _only(value: Mapping[str, Any], allowed: set[str], where: str) -> None:
    for key in value:
        if key not in allowed:
            raise GraphError(100, f'Unexpected key "{key}" on param "{where}".')


def _object(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = body[name]
    if not isinstance(value, dict):
        raise GraphError(131009, f"Param {name} must be a JSON object.")
    return value


def _string(body: Mapping[str, Any], name: str, where: str) -> str:
    if body.get(name) in (None, ""):
        raise GraphError(131008, f"Parameter '{name}' is mandatory for param '{where}'")
    value = body[name]
    if not isinstance(value, str):
        raise GraphError(131009, f"Param {name} must be a string.")
    return value


def _optional_string(body: Mapping[str, Any], name: str) -> str | None:
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise GraphError(131009, f"Param {name} must be a string.")
    return value


def _too_long(param: str, length: int) -> None:
    sentence = f"Param {param} must be at most {length} characters long."
    raise GraphError(100, sentence, message=f"(#100) {sentence}")
