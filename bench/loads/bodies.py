"""What Meta posts: statuses and messages, signed as Meta signs them."""

from __future__ import annotations

import hmac
import time
from collections.abc import Sequence
from typing import Any

import orjson

from bench.loads import http
from bench.seed import APP_SECRET, PHONE, PHONE_NUMBER_ID, WABA_ID, name_of, phone_of, wamid_of


def status(number: int, name: str) -> dict[str, Any]:
    """A status of the seeded message of this number, as a campaign's are."""
    return {
        "id": wamid_of(number),
        "status": name,
        "timestamp": str(int(time.time())),
        "recipient_id": phone_of(number)[1:],
        "recipient_user_id": f"CO.{90_000_000_000_000_000_000 + number}",
        "pricing": {"billable": True, "pricing_model": "PMP", "type": "regular", "category": "marketing"},
    }


def text(conversation: int, wamid: str, words: str) -> dict[str, Any]:
    """A text of the seeded customer of this number."""
    return {
        "from": phone_of(conversation)[1:],
        "id": wamid,
        "timestamp": str(int(time.time())),
        "type": "text",
        "text": {"body": words},
    }


def body(
    *, statuses: Sequence[dict[str, Any]] = (), messages: Sequence[dict[str, Any]] = (), tenant: int = 0
) -> bytes:
    """One webhook body."""
    people = [one["recipient_id"] for one in statuses] + [one["from"] for one in messages]
    value: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": PHONE[1:], "phone_number_id": f"{PHONE_NUMBER_ID + tenant}"},
        "contacts": [{"profile": {"name": name_of(person)}, "wa_id": person} for person in people],
    }
    if statuses:
        value["statuses"] = list(statuses)
    if messages:
        value["messages"] = list(messages)
    changes = [{"value": value, "field": "messages"}]
    entry = [{"id": f"{WABA_ID + tenant}", "changes": changes}]
    return orjson.dumps({"object": "whatsapp_business_account", "entry": entry})


def post(raw: bytes, tenant: int = 0) -> bytes:
    """The signed request that brings a body."""
    signature = hmac.digest(APP_SECRET.encode(), raw, "sha256").hex()
    headers = {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={signature}"}
    return http.request("POST", f"/webhook/whatsapp/bench-{tenant}", headers, raw)
