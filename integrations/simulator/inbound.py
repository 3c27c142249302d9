"""Customers' messages on order: of every kind, raw values, whole bodies, exact bytes; and events of accounts."""

import asyncio
import base64
import binascii
import json
from typing import TYPE_CHECKING, Any

from integrations.simulator import drafts
from integrations.simulator.account_events import event
from integrations.simulator.accounts import Account
from integrations.simulator.http import BadRequest, Json, objects
from integrations.simulator.people import Person, digits
from integrations.simulator.wamids import new_wamid
from integrations.simulator.webhooks import meta_json

if TYPE_CHECKING:
    from integrations.simulator.core import Simulator

WAIT_SECONDS = 15.0
_KEYS = drafts.KEYS | {
    "phone_number_id", "from", "name", "value", "wait", "raw", "raw_bytes_base64", "signature", "change_number",
    "change_user_id", "legacy", "preference", "event", "with",
}  # fmt: skip


async def receive(simulator: "Simulator", order: Json) -> Json:
    """Do what `POST /_sim/inbound` asks.

    Raises:
        BadRequest: the order makes no sense.
    """
    if unknown := set(order) - _KEYS:
        raise BadRequest(f"Unknown key {sorted(unknown)[0]!r}.")
    account = _account(simulator, order)
    delivery: dict[str, Any] = {
        "copies": int(order.get("copies", 1)),
        "retry": bool(order.get("retry", True)),
    }
    if "raw" in order or "raw_bytes_base64" in order:
        answer: Json = {"wamid": _post_raw(simulator, account, order, **delivery)}
    elif "value" in order:
        answer = {"wamid": _post_value(simulator, account, order, **delivery)}
    elif "event" in order:
        answer = {"wamid": _post_event(simulator, account, order, **delivery)}
    else:
        answer = _post_of_person(simulator, account, order, **delivery)
    if order.get("wait"):
        future = simulator.outbox.expect(answer["wamid"])
        done, _ = await asyncio.wait({future}, timeout=WAIT_SECONDS)
        simulator.outbox.give_up(answer["wamid"])
        answer["status"] = future.result() if done and not future.cancelled() else None
        answer["delivered"] = answer["status"] == 200
    return answer


def _account(simulator: "Simulator", order: Json) -> Account:
    wanted = order.get("phone_number_id")
    account = simulator.accounts.by_phone_number_id(str(wanted)) if wanted else simulator.accounts.first()
    if account is None:
        raise BadRequest("No account has this phone_number_id." if wanted else "There is no account yet.")
    return account


def _post_of_person(
    simulator: "Simulator", account: Account, order: Json, *, copies: int, retry: bool
) -> Json:
    person = simulator.people.find_or_add(_sender(order), order.get("name"))
    identities = simulator.identities
    delivery: dict[str, Any] = {"copies": copies, "retry": retry}
    if "preference" in order:
        return {"wamid": identities.prefer(account, person, str(order["preference"]), **delivery)}
    if "change_number" in order:
        number, legacy = str(order["change_number"]), bool(order.get("legacy"))
        changed, wamid = identities.change_number(account, person, number, legacy=legacy, **delivery)
        return {"wamid": wamid, "user_id": changed.user_id}
    if order.get("change_user_id"):
        changed, wamid = identities.change_user_id(account, person, **delivery)
        return {"wamid": wamid, "user_id": changed.user_id}
    return write(simulator, account, person, order)


def write(simulator: "Simulator", account: Account, person: Person, order: Json) -> Json:
    """Let a person send what the order says; gives the wamid, and the id of the file if there is one.

    Raises:
        BadRequest: the order makes no sense.
    """
    draft = drafts.compose(simulator, account, person, order)
    bubble = simulator.writing.write(account, person, draft)
    answer: Json = {"wamid": bubble.wamid}
    return answer | ({"media_id": draft.media.media_id} if draft.media else {})


def _post_event(simulator: "Simulator", account: Account, order: Json, *, copies: int, retry: bool) -> str:
    changes = order.get("with") or {}
    if not isinstance(changes, dict):
        raise BadRequest("'with' must be an object.")
    field, value, at = event(account, str(order["event"]), changes)
    key = new_wamid("event", inbound=True)
    simulator.writing.post_change(account, field, value, key, at=at, copies=copies, retry=retry)
    return key


def _post_value(simulator: "Simulator", account: Account, order: Json, *, copies: int, retry: bool) -> str:
    value = order["value"]
    if not isinstance(value, dict):
        raise BadRequest("'value' must be an object.")
    noted = note_messages(simulator, account, value)
    key = noted[0] if noted else new_wamid("value", inbound=True)
    simulator.outbox.add(account.phone_number_id, "value", key, value, copies=copies, retry=retry)
    return key


def _post_raw(simulator: "Simulator", account: Account, order: Json, *, copies: int, retry: bool) -> str:
    if "raw_bytes_base64" in order:
        try:
            body = base64.b64decode(order["raw_bytes_base64"], validate=True)
        except (binascii.Error, TypeError, ValueError) as error:
            raise BadRequest("'raw_bytes_base64' is not base64.") from error
    else:
        body = meta_json(order["raw"])
    wamids = [*note_body(simulator, body), new_wamid("raw", inbound=True)]
    simulator.outbox.add_post(
        account.phone_number_id, body, wamids, copies=copies, retry=retry, signed=order.get("signature")
    )
    return wamids[-1]


def _sender(order: Json) -> str:
    sender = order.get("from")
    if not isinstance(sender, str) or not sender:
        raise BadRequest("'from' must be a number, a BSUID or \"new\".")
    if sender != "new" and "." not in sender and not 7 <= len(digits(sender)) <= 15:
        raise BadRequest("A number has 7 to 15 digits.")
    return sender


def note_body(simulator: "Simulator", body: bytes) -> list[str]:
    """Remember the customers' messages of a raw body as far as it can be read; gives their wamids."""
    try:
        content = json.loads(body)
        values = [
            change["value"]
            for entry in content["entry"]
            for change in entry["changes"]
            if isinstance(change.get("value"), dict)
        ]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return []
    wamids: list[str] = []
    for value in values:
        metadata = value.get("metadata")
        number = metadata.get("phone_number_id") if isinstance(metadata, dict) else None
        account = simulator.accounts.by_phone_number_id(str(number))
        if account is not None:
            wamids += note_messages(simulator, account, value)
    return wamids


def note_messages(simulator: "Simulator", account: Account, value: dict[str, Any]) -> list[str]:
    """Remember the messages of a `value`: they open the window and can be marked as read."""
    names = _names(value.get("contacts"))
    wamids = []
    for message in objects(value.get("messages")):
        wamid, kind = message.get("id"), message.get("type")
        sender = message.get("from_user_id") or message.get("from")
        if not (isinstance(wamid, str) and isinstance(kind, str) and isinstance(sender, str) and sender):
            continue
        wamids.append(wamid)
        if simulator.chats.find(wamid) is not None or not str(message.get("timestamp", "")).isdigit():
            continue
        person = _sender_of(simulator, message, names)
        draft = drafts.whole(simulator, message)
        bubble = simulator.chats.add(
            account.phone_number_id, person.user_id, "in", wamid, type=kind, text=draft.text,
            meta_time=int(message["timestamp"]), content=simulator.writing.content_of(draft),
            extras=simulator.writing.extras_of(draft),
        )  # fmt: skip
        simulator.writing.apply(draft, bubble)
    return wamids


def _sender_of(simulator: "Simulator", message: dict[str, Any], names: dict[str, str]) -> Any:
    user_id, number = message.get("from_user_id"), message.get("from")
    known = simulator.people.by_user_id(user_id) if isinstance(user_id, str) else None
    if known is None and isinstance(number, str):
        known = simulator.people.by_number(number)
    if known is not None:
        return known
    name = names.get(str(user_id)) or names.get(str(number)) or str(number or user_id)
    return simulator.people.add(
        wa_id=number if isinstance(number, str) else None, user_id=user_id or None, name=name
    )


def _names(contacts: Any) -> dict[str, str]:
    names: dict[str, str] = {}
    for contact in objects(contacts):
        profile = contact.get("profile")
        name = profile.get("name") if isinstance(profile, dict) else None
        if isinstance(name, str):
            names |= {str(contact[key]): name for key in ("wa_id", "user_id") if key in contact}
    return names
