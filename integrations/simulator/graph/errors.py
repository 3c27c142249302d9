"""Meta's error answers by code, with the texts and statuses that Meta gives them."""

import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from integrations.simulator.http import Reply
from integrations.simulator.webhooks import meta_json

GRAPH_VERSION = 26
HELP_URL = "/documentation/business-messaging/whatsapp/support/error-codes"


@dataclass(frozen=True, slots=True)
class Spec:
    """One code: HTTP status, message, details (None: no error_data) and the rest that only some have."""

    http: int
    message: str
    details: str | None = None
    subcode: int | None = None
    transient: bool | None = None
    status_details: str | None = None
    """The details in a failed status, where they differ."""
    headers: dict[str, str] = field(default_factory=dict)
    prefixed: bool = True


_TRANSIENT_NOTE = "Service temporarily unavailable. Please retry later."

CATALOGUE: dict[int, Spec] = {
    0: Spec(401, "We were unable to authenticate the app user.", prefixed=False),
    1: Spec(400, "An unknown error has occurred.", transient=False, prefixed=False),
    2: Spec(503, "Service temporarily unavailable", transient=True),
    3: Spec(500, "Application does not have the capability to make this API call."),
    4: Spec(
        400, "Application request limit reached", transient=True,
        headers={"X-App-Usage": json.dumps({"call_count": 100, "total_cputime": 20, "total_time": 25})},
    ),
    10: Spec(403, "Application does not have permission for this action"),
    33: Spec(400, "Parameter value is not valid", "The business phone number has been deleted."),
    100: Spec(400, "Invalid parameter", "Invalid parameter"),
    190: Spec(401, "Error validating access token: Session has expired.", subcode=463, prefixed=False),
    200: Spec(403, "You do not have the necessary permissions required to send messages on behalf of this "
                   "WhatsApp Business Account"),
    368: Spec(403, "Temporarily blocked for policies violations", "The WhatsApp Business Account associated with "
                   "the app has been restricted or disabled for violating a platform policy."),
    613: Spec(400, "Calls to this api have exceeded the rate limit."),
    2500: Spec(400, "An active access token must be used to query information about the current user.",
               prefixed=False),
    80007: Spec(400, "There have been too many calls to this WhatsApp Business account. Wait a bit and try again. "
                     "For more info, please refer to "
                     "https://developers.facebook.com/docs/graph-api/overview/rate-limiting."),
    130429: Spec(400, "Rate limit hit", "Cloud API message throughput has been reached.", subcode=2494055),
    130472: Spec(400, "User's number is part of an experiment",
                 "Failed to send message because this user's phone number is part of an experiment"),
    130497: Spec(403, "Business account is restricted from messaging users in this country",
                 "Business account is restricted from messaging users in this country."),
    131000: Spec(500, "Something went wrong", "Message failed to send due to an unknown error."),
    131005: Spec(403, "Access denied", "Permission is either not granted or has been removed."),
    131008: Spec(400, "Required parameter is missing", "The request is missing a required parameter."),
    131009: Spec(400, "Parameter value is not valid", "One or more parameter values are invalid."),
    131016: Spec(500, "Service unavailable", _TRANSIENT_NOTE, transient=True),
    131021: Spec(400, "Recipient cannot be sender", "Recipient cannot be sender"),
    131026: Spec(400, "Message undeliverable", "Message Undeliverable."),
    131030: Spec(400, "Recipient phone number not in allowed list", "Recipient phone number not in allowed list: "
                      "Add recipient phone number to recipient list and try again."),
    131031: Spec(403, "Business Account locked", "Business Account has been locked."),
    131037: Spec(400, "WhatsApp provided number needs display name approval before message can be sent.",
                 "Display name approval needed"),
    131042: Spec(400, "Business eligibility payment issue", "Message failed to send because there were one or more "
                      "errors related to your payment method."),
    131045: Spec(500, "Incorrect certificate", "Message failed to send due to a phone number registration error."),
    131047: Spec(400, "Re-engagement message", "Message failed to send because more than 24 hours have passed since "
                      "the customer last replied to this number.",
                 status_details="More than 24 hours have passed since the recipient last replied to the sender "
                                "number."),
    131048: Spec(400, "Spam rate limit hit", "Message failed to send because there are restrictions on how many "
                      "messages can be sent from this phone number. This may be because too many previous messages "
                      "were blocked or flagged as spam."),
    131049: Spec(400, "This message was not delivered to maintain healthy ecosystem engagement.",
                 "In order to maintain a healthy ecosystem engagement, the message failed to be delivered."),
    131050: Spec(400, "User has stopped marketing messages", "Unable to deliver the message. This recipient has "
                      "chosen to stop receiving marketing messages on WhatsApp from your business."),
    131051: Spec(400, "Unsupported message type", "Message type is not currently supported."),
    131052: Spec(400, "Media download error", "Failed to download the media from the URL."),
    131053: Spec(400, "Media upload error", "Unsupported Image mime type image/heic."),
    131056: Spec(400, "(Business Account, Consumer Account) pair rate limit hit", "Message failed to send because "
                      "there were too many messages sent from this phone number to the same phone number in a short "
                      "period of time."),
    131057: Spec(500, "Account in maintenance mode", "Business Account is in maintenance mode"),
    131062: Spec(400, "Business-scoped User ID (BSUID) recipients are not supported for this message",
                 "One-tap, zero-tap and copy-code authentication templates need a phone number."),
    131063: Spec(400, "Marketing templates are disabled for Cloud API",
                 "Use the Marketing Messages API or enable marketing templates on Cloud API."),
    131064: Spec(400, "Messaging limit reached due to template classification violations", "Message failed to send "
                      "because this account has reached its messaging limit due to template classification "
                      "violations."),
    132000: Spec(400, "Number of parameters does not match the expected number of params"),
    132001: Spec(404, "Template name does not exist in the translation"),
    132005: Spec(400, "Translated text too long", "Translated text too long"),
    132007: Spec(400, "Template Format Character Policy Violated", "Template content violates a WhatsApp policy"),
    132012: Spec(400, "Parameter format does not match format in the created template"),
    132015: Spec(400, "Template is Paused", "Template has been paused due to low quality."),
    132016: Spec(400, "Template is Disabled", "Template has been paused too many times due to low quality and is now "
                      "permanently disabled."),
    132018: Spec(400, "There was an issue with the parameters in your template"),
    132068: Spec(400, "Flow is blocked", "Flow is in blocked state."),
    132069: Spec(400, "Flow is throttled", "Flow is in throttled state and 10 messages using this flow were already "
                      "sent in the last hour."),
    133004: Spec(503, "Server temporarily unavailable", _TRANSIENT_NOTE, transient=True),
    133005: Spec(400, "Two step verification PIN Mismatch", "Two step verification PIN mismatch"),
    133010: Spec(400, "Account not registered", "Phone number not registered on the WhatsApp Business Platform."),
    133015: Spec(400, "Please wait a few minutes before attempting to register this phone number",
                 "The phone number was deleted recently."),
    133016: Spec(400, "Account register deregister rate limit exceeded", "Registration or Deregistration failed "
                      "because there were too many attempts for this phone number in a short period of time"),
    134011: Spec(400, "WhatsApp Payments terms of service has not been accepted", "Accept the terms of service."),
    134101: Spec(400, "Template is still syncing", "Wait up to 10 minutes and try again."),
    135000: Spec(400, "Generic user error", "Message failed to send because of an unknown error with your request "
                      "parameters"),
    137000: Spec(400, "Recipient identity key hash mismatch", "The recipient identity key hash does not match."),
}  # fmt: skip

_UNKNOWN = Spec(400, "Something that the simulator has no text for", "")


@dataclass
class GraphError(Exception):
    """A refusal. Texts that are None come from the catalogue; `details` "-" leaves error_data out."""

    code: int
    details: str | None = None
    message: str | None = None
    subcode: int | None = None
    type: str = "OAuthException"
    http: int | None = None


def error_body(error: GraphError) -> dict[str, Any]:
    """Write a refusal as Meta does."""
    spec = CATALOGUE.get(error.code, _UNKNOWN)
    prefix = f"(#{error.code}) " if spec.prefixed else ""
    body: dict[str, Any] = {
        "message": prefix + spec.message if error.message is None else error.message,
        "type": error.type,
        "code": error.code,
    }
    details = spec.details if error.details is None else error.details
    if details is not None and details != "-":
        body["error_data"] = {"messaging_product": "whatsapp", "details": details}
    subcode = (
        error.subcode if error.subcode is not None else (spec.subcode if error.message is None else None)
    )
    if subcode is not None:
        body["error_subcode"] = subcode
    if spec.transient is not None:
        body["is_transient"] = spec.transient
    body["fbtrace_id"] = trace_id()
    return {"error": body}


def error_reply(error: GraphError, waba_id: str = "") -> Reply:
    """Answer with a refusal."""
    spec = CATALOGUE.get(error.code, _UNKNOWN)
    headers = dict(spec.headers)
    if error.code == 80007:
        usage = {"type": "whatsapp_business_management", "call_count": 100, "total_cputime": 5, "total_time": 7,
                 "estimated_time_to_regain_access": 14}  # fmt: skip
        headers["X-Business-Use-Case-Usage"] = json.dumps({waba_id: [usage]})
    return graph_reply(error_body(error), error.http or spec.http, headers)


def graph_reply(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Reply:
    """Answer as graph.facebook.com does."""
    return Reply(
        status,
        meta_json(value),
        "application/json; charset=UTF-8",
        {"facebook-api-version": f"v{GRAPH_VERSION}.0", "x-fb-trace-id": trace_id(), **(headers or {})},
    )


def status_error(code: int) -> dict[str, Any]:
    """The entry of `errors[]` in a failed status."""
    spec = CATALOGUE.get(code, _UNKNOWN)
    return {
        "code": code,
        "title": spec.message,
        "message": spec.message,
        "error_data": {"details": spec.status_details or spec.details or spec.message},
        "href": HELP_URL,
    }


def trace_id() -> str:
    return "A" + secrets.token_urlsafe(16)[:22]
