"""The 24-hour customer service window."""

from __future__ import annotations

from datetime import datetime, timedelta

WINDOW_HOURS = 24


def closes_at(last_inbound_at: datetime | None) -> datetime | None:
    """Return when the window closes or closed; None if the contact never wrote."""
    return None if last_inbound_at is None else last_inbound_at + timedelta(hours=WINDOW_HOURS)


def is_open(last_inbound_at: datetime | None, *, now: datetime) -> bool:
    """Tell whether a free-form message may still be sent to the contact.

    Args:
        last_inbound_at: when the contact last wrote, by Meta's clock, UTC; None if never.
        now: the present, UTC.

    Source: WhatsApp Business Platform, "Customer service windows" (24 hours).
    """
    end = closes_at(last_inbound_at)
    return end is not None and now < end
