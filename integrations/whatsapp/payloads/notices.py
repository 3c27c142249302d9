"""What Meta tells about accounts, numbers and templates: one neutral notice for all of these fields.

Source: Meta, "WhatsApp Business Account webhooks". Lists of events are open; an event that is not known here is told
as it is, as information.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from integrations.whatsapp.payloads.place import Place
from integrations.whatsapp.payloads.types import AccountNotice, Severity
from integrations.whatsapp.payloads.values import integer, json_safe, moment, obj, phone, text

Value = dict[str, Any]
_LENGTH = 1024
_WORD = 60

_WARNING_WORDS = """
    REJECTED PAUSED FLAGGED LIMIT_EXCEEDED LOCKED PENDING_DELETION DELETED ARCHIVED DOWNGRADE YELLOW
    PIN_CHANGED PIN_RESET_REQUEST PIN_REQUEST_SUCCESS ACCOUNT_OFFBOARDED
"""
_CRITICAL_WORDS = """
    DISABLED RED ACCOUNT_VIOLATION ACCOUNT_RESTRICTION DISABLED_UPDATE ACCOUNT_DELETED PARTNER_REMOVED
    PARTNER_APP_UNINSTALLED
"""
_WARNINGS, _CRITICAL = frozenset(_WARNING_WORDS.split()), frozenset(_CRITICAL_WORDS.split())
_ALERTS: dict[str, Severity] = {"CRITICAL": "critical", "WARNING": "warning", "INFORMATIONAL": "info"}
_TIERS = {-1: "TIER_UNLIMITED", 50: "TIER_50", 250: "TIER_250", 1000: "TIER_1K", 2000: "TIER_2K"} | {
    10_000: "TIER_10K",
    100_000: "TIER_100K",
}


def read_notice(kind: str, value: Value, place: Place) -> AccountNotice:
    """Read the value of a field, or an element of `errors`.

    Args:
        kind: a key of `KINDS`.
    """
    data, severity, number = KINDS[kind](value)
    sent_at, is_certain = moment(place.told_at, place.received_at)
    return AccountNotice(
        pointer=place.pointer,
        phone_number_id=place.phone_number_id,
        waba_id=place.waba_id,
        kind=kind,
        severity=severity,
        sent_at=sent_at,
        is_time_certain=is_certain,
        phone=phone(value.get("display_phone_number")),
        data={name: said for name, said in data.items() if said not in (None, "", [], {})},
        **number,
    )


Read = tuple[dict[str, Any], Severity, dict[str, str | None]]


def _template_status(value: Value) -> Read:
    event, rejection, other = (
        _word(value, "event"),
        obj(value.get("rejection_info")),
        obj(value.get("other_info")),
    )
    reason = _word(value, "reason")
    data = _template(value) | {
        "event": event,
        "reason": "" if reason == "NONE" else reason,
        "title": _line(other, "title"),
        "description": _line(other, "description") or _line(rejection, "reason"),
        "recommendation": _line(rejection, "recommendation"),
        "disabled_at": text(obj(value.get("disable_info")).get("disable_date"), _WORD),
    }
    return data, _severity(event), {}


def _template_quality(value: Value) -> Read:
    score = _word(value, "new_quality_score")
    data = _template(value) | {"previous": _word(value, "previous_quality_score"), "current": score}
    return data, _severity(score), {}


def _template_components(value: Value) -> Read:
    prefix = "message_template_"
    buttons = value.get(f"{prefix}buttons")
    data = _template(value) | {
        "header": _line(value, f"{prefix}title"),
        "body": _line(value, f"{prefix}element"),
        "footer": _line(value, f"{prefix}footer"),
        "buttons": [
            {
                name: said
                for name in ("type", "text", "url", "phone_number")
                if (said := _line(button, f"{prefix}button_{name}"))
            }
            for button in _objects(buttons)
        ],
    }
    return data, "info", {}


def _template_category(value: Value) -> Read:
    coming = _word(value, "correct_category")
    data = _template(value) | {
        "previous": _word(value, "previous_category"),
        "current": _word(value, "new_category"),
        "coming": coming,
        "coming_at": text(value.get("category_update_timestamp"), _WORD),
    }
    return data, "warning", {}


def _number_quality(value: Value) -> Read:
    event = _word(value, "event")
    limit = _tier(value.get("max_daily_conversations_per_business")) or _tier(value.get("current_limit"))
    number = {
        "messaging_limit": limit,
        "throughput": "HIGH" if event == "THROUGHPUT_UPGRADE" else None,
        "quality": {"FLAGGED": "RED", "UNFLAGGED": "UNKNOWN"}.get(event),
    }
    data = {"event": event, "previous_limit": _tier(value.get("old_limit")), "limit": limit}
    return data, _severity(event), number


def _number_name(value: Value) -> Read:
    decision = _word(value, "decision")
    data = {
        "decision": decision,
        "name": _line(value, "requested_verified_name"),
        "reason": _word(value, "rejection_reason"),
    }
    return data, _severity(decision), {}


def _account(value: Value) -> Read:
    event, ban = _word(value, "event"), obj(value.get("ban_info"))
    is_lifted = event == "DISABLED_UPDATE" and _word(ban, "waba_ban_state") == "REINSTATE"
    data = {
        "event": event,
        "violation": _word(obj(value.get("violation_info")), "violation_type"),
        "restrictions": [
            {
                "type": _word(one, "restriction_type"),
                "until": text(one.get("expiration"), _WORD),
                "remediation": _line(one, "remediation"),
            }
            for one in _objects(value.get("restriction_info"))
        ],
        "ban_state": _word(ban, "waba_ban_state"),
        "ban_date": _line(ban, "waba_ban_date"),
        "reason": _word(obj(value.get("disconnection_info")), "reason"),
        "details": json_safe({name: said for name, said in value.items() if name not in _SAID_OF_ACCOUNTS}),
    }
    return data, "info" if is_lifted else _severity(event), {}


_SAID_OF_ACCOUNTS = frozenset({"event", "violation_info", "restriction_info", "ban_info"})


def _account_alert(value: Value) -> Read:
    alert = obj(value.get("alert_info")) or value
    is_over = _word(alert, "alert_status") == "NONE"
    data = {
        "alert": _word(alert, "alert_type"),
        "status": _word(alert, "alert_status"),
        "description": _line(alert, "alert_description"),
        "entity_type": _word(value, "entity_type"),
        "entity_id": text(value.get("entity_id"), _WORD),
    }
    return data, "info" if is_over else _ALERTS.get(_word(alert, "alert_severity"), "info"), {}


def _account_review(value: Value) -> Read:
    decision = _word(value, "decision")
    return {"decision": decision}, "critical" if decision == "REJECTED" else "info", {}


def _capability(value: Value) -> Read:
    limit = _tier(value.get("max_daily_conversations_per_business")) or _tier(
        value.get("max_daily_conversation_per_phone")
    )
    numbers = integer(value.get("max_phone_numbers_per_waba"))
    data = {
        "limit": limit,
        "phone_numbers": numbers
        if numbers is not None
        else integer(value.get("max_phone_numbers_per_business")),
    }
    return json_safe(data), "info", {"messaging_limit": limit}


def _security(value: Value) -> Read:
    event = _word(value, "event")
    return {"event": event, "requester": text(value.get("requester"), _WORD)}, _severity(event), {}


def _error(value: Value) -> Read:
    title = _line(value, "title") or _line(value, "message")
    details = _line(obj(value.get("error_data")), "details") or _line(value, "details")
    code = json_safe(integer(value.get("code")))
    return {"code": code, "title": title, "detail": details}, "warning", {}


KINDS: dict[str, Callable[[Value], Read]] = {
    "template_status": _template_status,
    "template_quality": _template_quality,
    "template_components": _template_components,
    "template_category": _template_category,
    "phone_number_quality": _number_quality,
    "phone_number_name": _number_name,
    "account": _account,
    "account_alert": _account_alert,
    "account_review": _account_review,
    "business_capability": _capability,
    "security": _security,
    "error": _error,
}


def _template(value: Value) -> dict[str, Any]:
    return {
        "template_id": text(value.get("message_template_id"), _WORD),
        "template_name": text(value.get("message_template_name"), 512),
        # Meta writes en-US in its examples and en_US elsewhere.
        "language": text(value.get("message_template_language"), _WORD).replace("-", "_"),
        "category": _word(value, "message_template_category"),
    }


def _severity(word: str) -> Severity:
    return "critical" if word in _CRITICAL else "warning" if word in _WARNINGS else "info"


def _tier(value: Any) -> str | None:
    """Return a messaging limit by name; Meta gives names, numbers, and -1 for none."""
    number = integer(value)
    if number is not None:
        return _TIERS.get(number) or (f"TIER_{number}" if 0 < number < 10**9 else None)
    return text(value, 20) or None


def _word(value: Value, name: str) -> str:
    return text(value.get(name), _WORD)


def _line(value: Value, name: str) -> str:
    return text(value.get(name), _LENGTH)


def _objects(value: Any) -> Iterable[Value]:
    return [one for one in value[:50] if isinstance(one, dict)] if isinstance(value, list) else []
