"""Customers' messages of every kind, made from what a control or the phone page asks for."""

import base64
import binascii
from typing import TYPE_CHECKING, Any

from integrations.simulator.accounts import Account
from integrations.simulator.http import BadRequest, Json
from integrations.simulator.media import samples
from integrations.simulator.media.kinds import LARGEST_INBOUND
from integrations.simulator.media.shelf import Media
from integrations.simulator.media.sniff import base_type, sniff
from integrations.simulator.people import Person
from integrations.simulator.samples_content import AD, CARDS, FLOW_ANSWER, ORDER, PLACE, PRODUCT
from integrations.simulator.writing import Draft

if TYPE_CHECKING:
    from integrations.simulator.core import Simulator

FILE_TYPES = ("image", "video", "audio", "document", "sticker")
KEYS = {
    "type", "text", "timestamp", "context_wamid", "copies", "retry", "media", "caption", "filename", "voice",
    "too_large", "content", "target", "emoji", "removal", "payload", "forwarded", "referral", "product", "code",
    "echo",
}  # fmt: skip
MEDIA_KEYS = {
    "sample", "bytes_base64", "blob", "mime_type", "sha256", "file_name", "url", "gone", "animated",
}  # fmt: skip
_ERRORS = {
    131051: ("Message type unknown", "Message type is currently not supported."),
    131052: ("Media download error", "Media file size too big. Max file size we currently support: 100MB. Please "
             "communicate with your customer to send a media file that is less than 100MB"),
    131060: ("This message is unavailable", "This message is unavailable."),
}  # fmt: skip
_USUAL_CONTENT: dict[str, Any] = {
    "location": PLACE, "contacts": CARDS, "order": ORDER, "interactive": FLOW_ANSWER,
}  # fmt: skip


def compose(simulator: "Simulator", account: Account, person: Person, order: Json) -> Draft:
    """Make a draft of an order.

    Raises:
        BadRequest: the order makes no sense.
    """
    kind = order.get("type", "text")
    if not isinstance(kind, str) or not kind:
        raise BadRequest("'type' must be a string.")
    if order.get("too_large"):
        draft = _unsupported({"code": 131052})
    elif "content" in order and kind not in ("unsupported", "unknown"):
        draft = Draft(kind, order["content"], _words(kind, order["content"]), target=_target_of(kind, order))
    elif kind in FILE_TYPES:
        draft = _file(simulator, account, person, kind, order)
    elif maker := _MAKERS.get(kind):
        draft = maker(order)
    elif kind in _USUAL_CONTENT:
        draft = Draft(kind, _USUAL_CONTENT[kind], _words(kind, _USUAL_CONTENT[kind]))
    elif kind == "edit":
        draft = _edit(simulator, order)
    else:
        # A type that Meta may bring tomorrow.
        draft = Draft(kind, {}, "")
    return _dressed(draft, order)


def whole(simulator: "Simulator", message: Json) -> Draft:
    """Read a message that was given as Meta writes it, as far as it can be read."""
    kind = str(message["type"])
    content = message.get(kind)
    context = message.get("context")
    draft = Draft(kind, content, _words(kind, content), target=_target_of(kind, {"content": content}))
    if isinstance(content, dict) and isinstance(content.get("id"), str):
        draft.media = simulator.shelf.find(content["id"])
    draft.context = context if isinstance(context, dict) else {}
    draft.around = {name: message[name] for name in ("referral", "errors") if name in message}
    return draft


def _dressed(draft: Draft, order: Json) -> Draft:
    """Put on what every kind may have: its time, a quoted message, a forwarded mark, the ad that it came from."""
    timestamp, quoted = order.get("timestamp"), order.get("context_wamid")
    draft.timestamp = None if timestamp is None else int(timestamp)
    draft.quoted = str(quoted) if quoted else None
    draft.copies, draft.retry = int(order.get("copies", 1)), bool(order.get("retry", True))
    draft.echo = bool(order.get("echo"))
    forwarded = order.get("forwarded")
    if forwarded not in (None, False, True, "once", "frequently"):
        raise BadRequest('\'forwarded\' must be true, "once" or "frequently".')
    if forwarded:
        draft.context["frequently_forwarded" if forwarded == "frequently" else "forwarded"] = True
    if product := order.get("product"):
        draft.context["referred_product"] = product if isinstance(product, dict) else PRODUCT
    if referral := order.get("referral"):
        draft.around["referral"] = referral if isinstance(referral, dict) else AD
    return draft


def _string(order: Json, name: str, default: str | None = None) -> str:
    value = order.get(name, default)
    if not isinstance(value, str):
        raise BadRequest(f"'{name}' must be a string.")
    return value


def _text(order: Json) -> Draft:
    body = _string(order, "text")
    return Draft("text", {"body": body}, body)


def _button(order: Json) -> Draft:
    text = _string(order, "text")
    return Draft("button", {"payload": _string(order, "payload", text), "text": text}, text)


def _reaction(order: Json) -> Draft:
    target, emoji = _string(order, "target"), order.get("emoji") or ""
    if not isinstance(emoji, str):
        raise BadRequest("'emoji' must be a string.")
    content = {"message_id": target}
    if emoji or order.get("removal") == "empty":
        content["emoji"] = emoji
    return Draft("reaction", content, emoji, target=target)


def _revoke(order: Json) -> Draft:
    target = _string(order, "target")
    return Draft("revoke", {"original_message_id": target}, "", target=target)


def _edit(simulator: "Simulator", order: Json) -> Draft:
    target, text = _string(order, "target"), _string(order, "text")
    original = simulator.chats.find(target)
    kind = (
        original.type if original is not None and original.type in ("image", "video", "document") else "text"
    )
    content = (
        {**original.content, "caption": text} if original is not None and kind != "text" else {"body": text}
    )
    message: Json = {"type": kind, kind: content}
    if not order.get("echo"):
        message = {"context": {"id": "M0"}, **message}
    return Draft("edit", {"original_message_id": target, "message": message}, text, target=target)


def _unsupported(order: Json) -> Draft:
    code = int(order.get("code") or 131051)
    title, details = _ERRORS.get(code, ("Something that the simulator has no text for", ""))
    error = {"code": code, "title": title, "message": title, "error_data": {"details": details}}
    return Draft("unsupported", order.get("content"), "", around={"errors": [error]})


def _unknown(order: Json) -> Draft:
    error = {
        "code": 131051, "details": "Message type is not currently supported", "title": "Unsupported message type",
    }  # fmt: skip
    return Draft("unknown", order.get("content"), "", around={"errors": [error]})


_MAKERS = {
    "text": _text, "button": _button, "reaction": _reaction, "revoke": _revoke, "unsupported": _unsupported,
    "unknown": _unknown,
}  # fmt: skip


def _file(simulator: "Simulator", account: Account, person: Person, kind: str, order: Json) -> Draft:
    wish = order.get("media", {})
    wish = {"sample": wish} if isinstance(wish, str) else wish
    if not isinstance(wish, dict):
        raise BadRequest("'media' must be the name of a sample or an object.")
    if unknown := set(wish) - MEDIA_KEYS:
        raise BadRequest(f"'media' has no {sorted(unknown)[0]!r}.")
    voice = bool(order.get("voice"))
    media = _media(simulator, account, person, "voice" if voice and kind == "audio" else kind, wish)
    if media.size > LARGEST_INBOUND:
        return _unsupported({"code": 131052})
    caption = _string(order, "caption", "")
    content: Json = {"caption": caption} if caption and kind in ("image", "video", "document") else {}
    if kind == "document" and media.file_name:
        content["filename"] = media.file_name
    mime_type = media.mime_type
    if kind == "audio" and voice and mime_type == "audio/ogg":
        mime_type = "audio/ogg; codecs=opus"
    content |= {"mime_type": mime_type, "sha256": media.sha256_base64, "id": media.media_id}
    if wish.get("url", True):
        content["url"] = simulator.shelf.url(media, simulator.base_url)
    if kind == "audio":
        content["voice"] = voice
    if kind == "sticker":
        content["animated"] = bool(wish.get("animated", media.is_animated))
    if wish.get("gone"):
        simulator.shelf.delete(media)
    return Draft(kind, content, caption, media=media)


def _media(simulator: "Simulator", account: Account, person: Person, kind: str, wish: Json) -> Media:
    shelf = simulator.shelf
    told, name = str(wish.get("mime_type") or ""), str(wish.get("file_name") or "")
    if "blob" in wish:
        blob = str(wish["blob"])
        try:
            data = shelf.blobs.get(blob)
        except KeyError as error:
            raise BadRequest("No file has been left under this name.") from error
    else:
        if "bytes_base64" in wish:
            data = _decoded(wish["bytes_base64"])
        else:
            sample = str(wish.get("sample") or samples.USUAL[kind])
            if sample not in samples.SAMPLES:
                raise BadRequest(f"There is no sample {sample!r}; there are {', '.join(samples.SAMPLES)}.")
            data = samples.data(sample)
            name = name or samples.SAMPLES[sample][0]
            told = told or base_type(samples.SAMPLES[sample][1])
        blob = shelf.blobs.put(data)
    return shelf.add(
        account.phone_number_id, "inbound", blob, len(data), sniff(data), mime_type=told,
        sha256=str(wish.get("sha256") or ""), file_name=name, user_id=person.user_id,
    )  # fmt: skip


def _decoded(value: Any) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, TypeError, ValueError) as error:
        raise BadRequest("'bytes_base64' is not base64.") from error


def _target_of(kind: str, order: Json) -> str | None:
    content = order["content"]
    name = {"reaction": "message_id", "edit": "original_message_id", "revoke": "original_message_id"}.get(
        kind
    )
    target = content.get(name) if name and isinstance(content, dict) else None
    return target if isinstance(target, str) else None


def _words(kind: str, content: Any) -> str:
    """What a person would read of a content that was given whole."""
    if isinstance(content, list):
        names = [card.get("name") for card in content if isinstance(card, dict)]
        return ", ".join(str(name.get("formatted_name") or "") for name in names if isinstance(name, dict))
    if not isinstance(content, dict):
        return ""
    if kind == "interactive":
        answer = content.get(str(content.get("type")))
        content = answer if isinstance(answer, dict) else {}
    if kind == "edit":
        message = content.get("message")
        inner = message.get(str(message.get("type"))) if isinstance(message, dict) else None
        content = inner if isinstance(inner, dict) else {}
    named = (content.get(name) for name in ("body", "caption", "text", "title", "name", "emoji"))
    return next((value for value in named if isinstance(value, str) and value), "")
