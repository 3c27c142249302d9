"""Who calls: bearer tokens, app tokens, and debug_token."""

import time
from email.utils import formatdate
from typing import TYPE_CHECKING, Any

from integrations.simulator.accounts import Account
from integrations.simulator.graph.errors import GraphError, graph_reply
from integrations.simulator.http import Reply, Request

if TYPE_CHECKING:
    from integrations.simulator.core import Simulator


def bearer_of(request: Request) -> str | None:
    """The token of the Authorization header."""
    scheme, _, token = (request.header("authorization") or "").partition(" ")
    return token.strip() or None if scheme.lower() in ("bearer", "oauth") else None


def token_of(request: Request) -> str | None:
    """The token of a call, from the header or the query."""
    return bearer_of(request) or request.query.get("access_token") or None


def authorise(simulator: "Simulator", request: Request) -> list[Account]:
    """Give the accounts that the caller's token reaches.

    Raises:
        GraphError: there is no token, or nobody has this one, or it has expired.
    """
    token = token_of(request)
    if token is None:
        raise GraphError(2500)
    accounts = simulator.accounts.of_token(token)
    if not accounts:
        raise GraphError(190, message="Invalid OAuth access token - Cannot parse access token")
    expired = [account for account in accounts if has_expired(account)]
    if expired:
        raise GraphError(190, message=expiry_sentence(expired[0]), subcode=463)
    return accounts


def has_expired(account: Account) -> bool:
    return 0 < account.token_expires_at <= time.time()


def expiry_sentence(account: Account) -> str:
    """What Meta says about an expired token, with both times."""
    then, now = formatdate(account.token_expires_at), formatdate()
    return f"Error validating access token: Session has expired on {then}. The current time is {now}."


def not_found(request: Request, object_id: str, *, documented: bool = True) -> GraphError:
    """The one answer for a wrong id and for an object without access; that for media names no documentation."""
    hint = " Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api"
    return GraphError(
        100,
        "" if documented else "-",
        message=(
            f"Unsupported {request.method.lower()} request. Object with ID '{object_id}' does not exist, cannot be "
            "loaded due to missing permissions, or does not support this operation."
            f"{hint if documented else ''}"
        ),
        subcode=33,
        type="GraphMethodException",
    )


def number_of(simulator: "Simulator", request: Request, object_id: str) -> Account:
    """Give the number with this id if the caller's token reaches its WABA.

    Raises:
        GraphError: see `authorise`; 100 with subcode 33 for an id that is wrong or not theirs.
    """
    reached = {account.waba_id for account in authorise(simulator, request)}
    account = simulator.accounts.by_phone_number_id(object_id)
    if account is None or account.waba_id not in reached:
        raise not_found(request, object_id)
    return account


def waba_of(simulator: "Simulator", request: Request, object_id: str) -> list[Account]:
    """Give the numbers of this WABA if the caller's token reaches it.

    Raises:
        GraphError: as `number_of`.
    """
    if object_id not in {account.waba_id for account in authorise(simulator, request)}:
        raise not_found(request, object_id)
    return simulator.accounts.of_waba(object_id)


def needs_scope(accounts: list[Account], scope: str) -> None:
    """Refuse a token without the permission.

    Raises:
        GraphError: 200 or 10.
    """
    if not any(scope in account.scopes for account in accounts):
        raise GraphError(200 if scope == "whatsapp_business_messaging" else 10)


async def debug_token(simulator: "Simulator", request: Request) -> Reply:
    """GET debug_token: what a token may do, asked with the app's own token."""
    query = request.query
    caller = query.get("access_token") or token_of(request)
    if caller is None:
        raise GraphError(2500)
    app_id, _, secret = caller.partition("|")
    apps = simulator.accounts.of_app(app_id) if secret else simulator.accounts.of_token(caller)
    if secret and not any(account.app_secret == secret for account in apps):
        raise GraphError(190, message="Invalid OAuth access token signature.")
    if not apps:
        raise GraphError(190, message="Invalid OAuth access token - Cannot parse access token")
    if not query.get("input_token"):
        raise GraphError(100, "-", message="(#100) The parameter input_token is required.")
    return graph_reply({"data": _token_data(simulator, query["input_token"], apps[0].app_id)})


def _token_data(simulator: "Simulator", token: str, app_id: str) -> dict[str, Any]:
    accounts = simulator.accounts.of_token(token)
    if not accounts:
        return _invalid(190, "Invalid OAuth access token data.", 463)
    account = accounts[0]
    if account.app_id != app_id:
        return _invalid(100, "(#100) The App_id in the input_token did not match the Viewing App")
    if has_expired(account):
        return _invalid(190, expiry_sentence(account), 463) | {"app_id": app_id}
    targets = list(dict.fromkeys(other.waba_id for other in accounts))
    return {
        "app_id": app_id,
        "type": "SYSTEM_USER",
        "application": account.app_name,
        "data_access_expires_at": 0,
        "expires_at": account.token_expires_at,
        "is_valid": True,
        "issued_at": 1790000000,
        "scopes": list(account.scopes),
        "granular_scopes": [{"scope": scope, "target_ids": targets} for scope in account.scopes],
        "user_id": "104169029247128",
    }


def _invalid(code: int, message: str, subcode: int | None = None) -> dict[str, Any]:
    error: dict[str, Any] = {"code": code, "message": message}
    if subcode is not None:
        error["subcode"] = subcode
    return {"error": error, "is_valid": False, "scopes": []}
