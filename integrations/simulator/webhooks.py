"""Webhook bodies: Meta's envelope, Meta's way of writing JSON, Meta's signature."""

import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from integrations.simulator.accounts import Account


@dataclass(frozen=True, slots=True)
class Update:
    """One thing to tell a business: a message, a status or a whole `value`."""

    id: int
    phone_number_id: str
    kind: str
    """"messages", "statuses", "value" or "change"."""
    wamid: str
    body: dict[str, Any]
    """{"item", "contact"?} for messages and statuses, the whole value for "value", {"field", "value", "time"}
    for a change of another field: with a time it is about the account and has no metadata."""
    copies: int = 1
    retry: bool = True


def meta_json(value: Any) -> bytes:
    r"""Write JSON as Meta does: compact, non-ASCII as \uXXXX and / as \/."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return text.replace("/", "\\/").encode("ascii")


def signature(secret: str, body: bytes) -> str:
    """The value of X-Hub-Signature-256 over the exact bytes."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def envelope(updates: Iterable[tuple[Account, Update]]) -> dict[str, Any]:
    """Put updates into one body: an entry per WABA and time, a change per number and kind."""
    entries: dict[tuple[str, int | None], list[dict[str, Any]]] = {}
    open_changes: dict[tuple[str, str], dict[str, Any]] = {}
    for account, update in updates:
        at = update.body["time"] if update.kind == "change" else None
        changes = entries.setdefault((account.waba_id, at), [])
        if update.kind == "change":
            value = update.body["value"] if at is not None else {**_base(account), **update.body["value"]}
            changes.append({"value": value, "field": update.body["field"]})
            continue
        if update.kind == "value":
            changes.append({"value": {**_base(account), **update.body}, "field": "messages"})
            continue
        key = (account.phone_number_id, update.kind)
        value = open_changes.get(key)
        if value is None:
            value = open_changes[key] = {**_base(account), "contacts": [], update.kind: []}
            changes.append({"value": value, "field": "messages"})
        value[update.kind].append(update.body["item"])
        contact = update.body.get("contact")
        if contact is not None and contact not in value["contacts"]:
            value["contacts"].append(contact)
    for value in open_changes.values():
        if not value["contacts"]:
            del value["contacts"]
    return {
        "object": "whatsapp_business_account",
        "entry": [
            {"id": waba_id, **({} if at is None else {"time": at}), "changes": changes}
            for (waba_id, at), changes in entries.items()
        ],
    }


def _base(account: Account) -> dict[str, Any]:
    return {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": account.wa_id, "phone_number_id": account.phone_number_id},
    }
