"""What else a number can be asked for: registering, its profile, its list of blocked people."""

import json
from typing import TYPE_CHECKING, Any

from integrations.simulator.graph import checks
from integrations.simulator.graph.errors import GraphError, graph_reply
from integrations.simulator.graph.tokens import needs_scope, number_of
from integrations.simulator.http import Json, Reply, Request
from integrations.simulator.people import digits

if TYPE_CHECKING:
    from integrations.simulator.core import Simulator

PIN = "123456"
# Whatever picture was handed over: nobody looks at it here.
PICTURE_URL = "https://pps.whatsapp.net/v/t61/x.jpg"
MOST_ATTEMPTS, ATTEMPT_SECONDS = 10, 72 * 3600
_FIELDS = ("about", "address", "description", "email", "profile_picture_url", "websites", "vertical")
_LONGEST = {
    "about": 139,
    "address": 256,
    "description": 512,
    "email": 128,
    "vertical": 40,
    "profile_picture_handle": 500,
}


async def register(simulator: "Simulator", request: Request) -> Reply:
    """POST {phone_number_id}/register; the two-step PIN of every number is 123456."""
    account = number_of(simulator, request, request.parameters["id"])
    needs_scope([account], "whatsapp_business_management")
    body = await request.json()
    checks.only(body, {"messaging_product", "pin", "data_localization_region"}, "root")
    _product(body)
    pin = checks.text(body, "pin", "root")
    _count_attempt(simulator, account.phone_number_id)
    if pin != PIN:
        raise GraphError(133005)
    return graph_reply({"success": True})


async def deregister(simulator: "Simulator", request: Request) -> Reply:
    """POST {phone_number_id}/deregister."""
    account = number_of(simulator, request, request.parameters["id"])
    needs_scope([account], "whatsapp_business_management")
    _count_attempt(simulator, account.phone_number_id)
    return graph_reply({"success": True})


def _count_attempt(simulator: "Simulator", phone_number_id: str) -> None:
    key, now = f"registering:{phone_number_id}", simulator.shelf.now()
    attempts = [at for at in json.loads(simulator.store.setting(key) or "[]") if at > now - ATTEMPT_SECONDS]
    if len(attempts) >= MOST_ATTEMPTS:
        raise GraphError(133016)
    simulator.store.set_setting(key, json.dumps([*attempts, now]))


async def business_profile(simulator: "Simulator", request: Request) -> Reply:
    """GET and POST {phone_number_id}/whatsapp_business_profile."""
    account = number_of(simulator, request, request.parameters["id"])
    needs_scope([account], "whatsapp_business_management")
    key = f"profile:{account.phone_number_id}"
    profile: Json = json.loads(simulator.store.setting(key) or "{}")
    if request.method == "POST":
        changes = await request.json()
        checks.only(changes, {"messaging_product", "websites", *_LONGEST}, "root")
        _product(changes)
        for name, most in _LONGEST.items():
            checks.optional_text(changes, name, most=most)
        websites = changes.get("websites", [])
        if not isinstance(websites, list) or len(websites) > 2:
            raise GraphError(131009, "Param websites must be an array of at most 2 addresses.")
        profile |= {name: value for name, value in changes.items() if name != "messaging_product"}
        if "profile_picture_handle" in changes:
            profile["profile_picture_url"] = PICTURE_URL
        simulator.store.set_setting(key, json.dumps(profile))
        return graph_reply({"success": True})
    asked = [name.strip() for name in request.query.get("fields", "").split(",") if name.strip()]
    for name in asked:
        if name not in _FIELDS and name != "messaging_product":
            sentence = (
                f"(#100) Tried accessing nonexisting field ({name}) on node type (WhatsAppBusinessProfile)"
            )
            raise GraphError(100, "-", message=sentence)
    shown = {name: profile[name] for name in _ordered(asked or list(_FIELDS)) if name in profile}
    return graph_reply({"data": [_with_product(shown)]})


def _ordered(asked: list[str]) -> list[str]:
    return [name for name in _FIELDS if name in asked]


def _with_product(shown: Json) -> Json:
    """Meta writes messaging_product in the middle, before the picture."""
    names = list(shown)
    at = names.index("profile_picture_url") if "profile_picture_url" in names else len(names)
    names.insert(at, "messaging_product")
    return {name: "whatsapp" if name == "messaging_product" else shown[name] for name in names}


async def block_users(simulator: "Simulator", request: Request) -> Reply:
    """GET, POST and DELETE {phone_number_id}/block_users."""
    account = number_of(simulator, request, request.parameters["id"])
    needs_scope([account], "whatsapp_business_messaging")
    key = f"blocked:{account.phone_number_id}"
    blocked: list[str] = json.loads(simulator.store.setting(key) or "[]")
    if request.method == "GET":
        data = [{"messaging_product": "whatsapp", "wa_id": wa_id} for wa_id in blocked]
        return graph_reply({"data": data, "paging": {"cursors": {"before": "QVFIU0", "after": "QVFIU1"}}})
    body = await request.json()
    checks.only(body, {"messaging_product", "block_users"}, "root")
    _product(body)
    users: list[dict[str, Any]] = []
    for one in checks.a_list(body, "block_users", "root", most=64_000):
        checks.only(one, {"user"}, "block_users")
        user = checks.text(one, "user", "block_users")
        person = simulator.people.by_number(digits(user))
        wa_id = (person.number if person else None) or digits(user)
        users.append({"input": user, "wa_id": wa_id})
    named = [user["wa_id"] for user in users]
    kept = [wa_id for wa_id in blocked if wa_id not in named]
    adds = request.method == "POST"
    simulator.store.set_setting(key, json.dumps([*kept, *named] if adds else kept))
    done = "added_users" if adds else "removed_users"
    return graph_reply({"messaging_product": "whatsapp", "block_users": {done: users}})


def _product(body: Json) -> None:
    if checks.text(body, "messaging_product", "root") != "whatsapp":
        raise GraphError(131009, "Param messaging_product must be one of {WHATSAPP}.")
