"""Removing what has been kept long enough; across tenants, in small transactions."""

from __future__ import annotations

from django.db import connection, transaction

KEPT_DAYS_OF_BODIES = 14
KEPT_DAYS_OF_PARKED = 8  # Meta repeats a webhook for 7 days
_AT_ONCE = 500
_MOST_ROUNDS = 100

# What still waits is never too old: it was acknowledged.
_OLD_DELIVERIES = """
WITH old AS (
    SELECT id FROM integrations_inbounddelivery
    WHERE received_at < now() - %s * interval '1 day' AND state <> 'pending'
    ORDER BY received_at LIMIT %s FOR UPDATE SKIP LOCKED),
problems AS (DELETE FROM integrations_inboundproblem p USING old WHERE p.delivery_id = old.id)
SELECT id FROM old
"""

_OLD_PARKED = """
DELETE FROM {table} WHERE id IN (
    SELECT id FROM {table} WHERE created_at < now() - %s * interval '1 day'
    ORDER BY created_at LIMIT %s FOR UPDATE SKIP LOCKED)
"""
_PARKED = ("inbox_parkedstatus", "inbox_parkedchange")


def remove_old_deliveries() -> None:
    """Remove raw bodies, and what is noted of them, after 14 days."""
    for _ in range(_MOST_ROUNDS):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_OLD_DELIVERIES, [KEPT_DAYS_OF_BODIES, _AT_ONCE])
            ids = [pk for (pk,) in cursor.fetchall()]
            cursor.execute("DELETE FROM integrations_inbounddelivery WHERE id = ANY(%s)", [ids])
        if len(ids) < _AT_ONCE:
            return


def remove_old_parked() -> None:
    """Remove statuses and changes whose message has not appeared in 8 days: it is not one of ours."""
    for table in _PARKED:
        for _ in range(_MOST_ROUNDS):
            with connection.cursor() as cursor:
                cursor.execute(_OLD_PARKED.format(table=table), [KEPT_DAYS_OF_PARKED, _AT_ONCE])
                removed = cursor.rowcount
            if removed < _AT_ONCE:
                break
