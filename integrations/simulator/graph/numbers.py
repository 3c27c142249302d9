"""Business numbers and WABAs: their fields, and which app gets their webhooks."""

import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from integrations.simulator.accounts import Account
from integrations.simulator.client import DeliveryError
from integrations.simulator.graph.errors import GraphError, graph_reply
from integrations.simulator.graph.tokens import needs_scope, number_of, waba_of
from integrations.simulator.http import Reply, Request

if TYPE_CHECKING:
    from integrations.simulator.core import Simulator

_MANAGEMENT = "whatsapp_business_management"
_NUMBER_DEFAULT = (
    "verified_name", "code_verification_status", "display_phone_number", "quality_rating", "platform_type",
    "throughput", "last_onboarded_time", "id",
)  # fmt: skip
_WABA_DEFAULT = ("id", "name", "timezone_id", "message_template_namespace")


def _number_fields(simulator: "Simulator", account: Account) -> dict[str, Any]:
    live = account.registered
    callbacks = {"application": account.webhook_url}
    if override := simulator.accounts.override(account):
        callbacks["whatsapp_business_account"] = override
    fields: dict[str, Any] = {
        "id": account.phone_number_id,
        "display_phone_number": account.display_phone_number,
        "verified_name": account.verified_name,
        "quality_rating": "GREEN" if live else "UNKNOWN",
        "name_status": "APPROVED",
        "code_verification_status": "VERIFIED" if live else "EXPIRED",
        "platform_type": "CLOUD_API" if live else "NOT_APPLICABLE",
        "status": "CONNECTED" if live else "PENDING",
        "account_mode": "LIVE",
        "throughput": {"level": "STANDARD" if live else "NOT_APPLICABLE"},
        "whatsapp_business_manager_messaging_limit": "TIER_2K",
        "is_official_business_account": False,
        "webhook_configuration": callbacks,
        "health_status": {
            "can_send_message": "AVAILABLE" if live else "BLOCKED",
            "entities": [
                {"entity_type": "PHONE_NUMBER", "id": account.phone_number_id,
                 "can_send_message": "AVAILABLE" if live else "BLOCKED"},
                {"entity_type": "WABA", "id": account.waba_id, "can_send_message": "AVAILABLE"},
            ],
        },
    }  # fmt: skip
    if live:
        fields["last_onboarded_time"] = "2026-01-10T12:00:00+0000"
    return fields


def _waba_fields(account: Account) -> dict[str, Any]:
    name = account.waba_name or account.verified_name
    return {
        "id": account.waba_id,
        "name": name,
        "timezone_id": "16",
        "currency": "USD",
        "country": account.country,
        "account_review_status": "APPROVED",
        "business_verification_status": "verified",
        "ownership_type": "SELF",
        "status": "ACTIVE",
        "owner_business_info": {"name": f"{name} SAS", "id": "2329417887457253"},
        "message_template_namespace": "ba30dd89_2ebd_41e4_b805_f2c05ae04cc9",
    }


def _choose(
    available: dict[str, Any], request: Request, default: tuple[str, ...], kind: str
) -> dict[str, Any]:
    asked = [name.strip() for name in request.query.get("fields", "").split(",") if name.strip()]
    for name in asked:
        if name not in available and name not in default:
            sentence = f"(#100) Tried accessing nonexisting field ({name}) on node type ({kind})"
            raise GraphError(100, "-", message=sentence)
    names = [*asked] if asked else [*default]
    if "id" not in names:
        names.append("id")
    return {name: available[name] for name in names if name in available}


async def get_object(simulator: "Simulator", request: Request) -> Reply:
    """GET {phone_number_id} or {waba_id}: Graph tells them apart by the id alone."""
    object_id = request.parameters["id"]
    if simulator.accounts.of_waba(object_id):
        accounts = waba_of(simulator, request, object_id)
        needs_scope(accounts, _MANAGEMENT)
        return graph_reply(
            _choose(_waba_fields(accounts[0]), request, _WABA_DEFAULT, "WhatsAppBusinessAccount")
        )
    account = number_of(simulator, request, object_id)
    needs_scope([account], _MANAGEMENT)
    fields = _number_fields(simulator, account)
    return graph_reply(_choose(fields, request, _NUMBER_DEFAULT, "WhatsAppBusinessPhoneNumber"))


async def list_numbers(simulator: "Simulator", request: Request) -> Reply:
    """GET {waba_id}/phone_numbers."""
    accounts = waba_of(simulator, request, request.parameters["id"])
    needs_scope(accounts, _MANAGEMENT)
    data = [
        _choose(_number_fields(simulator, account), request, _NUMBER_DEFAULT, "WhatsAppBusinessPhoneNumber")
        for account in accounts
    ]
    return graph_reply({"data": data, "paging": {"cursors": {"before": "QVFIU0", "after": "QVFIU1"}}})


async def get_subscribed_apps(simulator: "Simulator", request: Request) -> Reply:
    """GET {waba_id}/subscribed_apps."""
    account = waba_of(simulator, request, request.parameters["id"])[0]
    if not simulator.accounts.is_subscribed(account):
        return graph_reply({"data": []})
    entry: dict[str, Any] = {
        "whatsapp_business_api_data": {
            "link": f"https://www.facebook.com/games/?app_id={account.app_id}",
            "name": account.app_name,
            "id": account.app_id,
        }
    }
    if override := simulator.accounts.override(account):
        entry["override_callback_uri"] = override
    return graph_reply({"data": [entry]})


async def post_subscribed_apps(simulator: "Simulator", request: Request) -> Reply:
    """POST {waba_id}/subscribed_apps, perhaps with a callback of the WABA's own, which is checked first."""
    account = waba_of(simulator, request, request.parameters["id"])[0]
    needs_scope([account], _MANAGEMENT)
    body = await request.json()
    for key in body:
        if key not in ("override_callback_uri", "verify_token"):
            raise GraphError(100, f'Unexpected key "{key}" on param "root".')
    override, verify_token = body.get("override_callback_uri"), body.get("verify_token")
    if (override is None) != (verify_token is None):
        raise GraphError(
            100, "-", message="(#100) override_callback_uri and verify_token must be given together."
        )
    if override is not None:
        shown = await shake_hands(simulator, str(override), str(verify_token))
        if not shown["ok"]:
            raise GraphError(100, "-", message=_callback_failed(shown))
    simulator.accounts.subscribe(account, subscribed=True, override=override)
    return graph_reply({"success": True})


async def delete_subscribed_apps(simulator: "Simulator", request: Request) -> Reply:
    """DELETE {waba_id}/subscribed_apps: no webhooks from now on."""
    account = waba_of(simulator, request, request.parameters["id"])[0]
    needs_scope([account], _MANAGEMENT)
    simulator.accounts.subscribe(account, subscribed=False)
    return graph_reply({"success": True})


async def shake_hands(simulator: "Simulator", url: str, verify_token: str) -> dict[str, Any]:
    """Make Meta's GET to a callback, and tell whether it gave the challenge back."""
    challenge = str(secrets.randbelow(10**10))
    query = urlencode({"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": verify_token})
    address = f"{url}{'&' if '?' in url else '?'}{query}"
    try:
        answer = await simulator.outbox.client.request("GET", address, {"Accept": "*/*"})
    except DeliveryError as error:
        return {"ok": False, "status": None, "reason": str(error)}
    is_right = answer.status == 200 and answer.body == challenge.encode()
    reason = None if is_right else "the challenge did not come back" if answer.status == 200 else "refused"
    return {"ok": is_right, "status": answer.status, "reason": reason}


def _callback_failed(shown: dict[str, Any]) -> str:
    phrases = {403: "Forbidden", 404: "Not Found", 500: "Internal Server Error"}
    status = shown["status"]
    problem = (
        f"HTTP Status Code = {status}; HTTP Message = {phrases.get(status, 'Unexpected')}"
        if status is not None and status != 200
        else f"{shown['reason']}"
    )
    return f"(#2200) Callback verification failed with the following errors: {problem}"
