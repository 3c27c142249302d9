"""Channels and alerts as resources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from inbox.paging import Cut, Page, cut_rows, page_of
from integrations.models import Channel, ChannelAlert
from integrations.whatsapp import error_codes

Resource = dict[str, Any]
ALERT_ORDER = ("id",)

_FIELDS = (
    "id",
    "name",
    "phone",
    "phone_number_id",
    "is_active",
    "quality",
    "throughput",
    "messaging_limit",
    "trouble_code",
    "trouble_detail",
    "trouble_since",
)
_ALERT_FIELDS = ("id", "kind", "severity", "data", "at", "channel_id", "channel__name", "channel__phone")


def of_channels(ids: Iterable[int] | None = None) -> dict[int, Resource]:
    """Return channels by id, as they are now; all of the organisation if no ids are given."""
    rows = Channel.objects.all() if ids is None else Channel.objects.filter(pk__in=list(ids))
    return {row["id"]: _channel(row) for row in rows.order_by("name", "id").values(*_FIELDS)}


def alert_page(cut: Cut) -> Page:
    """Return one page of what Meta told, newest first, in one query."""
    rows = cut_rows(ChannelAlert.objects.all(), ALERT_ORDER, cut, ascending=False)
    return page_of([_alert(row) for row in rows.values(*_ALERT_FIELDS)], ALERT_ORDER, cut)


def _channel(row: Mapping[str, Any]) -> Resource:
    return {
        "id": row["id"],
        "name": row["name"],
        "phone": row["phone"],
        "phone_number_id": row["phone_number_id"],
        "is_active": row["is_active"],
        "quality": row["quality"],
        "throughput": row["throughput"],
        "messaging_limit": row["messaging_limit"],
        "trouble": _trouble(row) if row["trouble_since"] is not None else None,
    }


def _trouble(row: Mapping[str, Any]) -> Resource:
    meaning = error_codes.lookup(row["trouble_code"])
    return {
        "code": row["trouble_code"],
        "title": {"es": meaning.title("es"), "en": meaning.title("en")},
        "advice": {"es": meaning.advice("es"), "en": meaning.advice("en")},
        "owner_advice": {"es": meaning.owner_advice("es"), "en": meaning.owner_advice("en")},
        "detail": row["trouble_detail"],
        "since": row["trouble_since"],
    }


def _alert(row: Mapping[str, Any]) -> Resource:
    channel = {"id": row["channel_id"], "name": row["channel__name"], "phone": row["channel__phone"]}
    return {
        "id": row["id"],
        "kind": row["kind"],
        "severity": row["severity"],
        "data": row["data"],
        "channel": None if row["channel_id"] is None else channel,
        "at": row["at"],
    }
