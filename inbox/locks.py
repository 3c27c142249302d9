"""Locks by name that last until the transaction ends."""

from __future__ import annotations

from core import statements


def intake_of(organization_id: int) -> str:
    """Return the lock of whoever takes webhooks in for an organisation, or moves what these would touch."""
    return f"intake of organization {organization_id}"


def try_lock(name: str) -> bool:
    """Take the lock unless somebody else has it; tell whether it is ours now."""
    with statements.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [name])
        (is_ours,) = cursor.fetchone()
    return bool(is_ours)


def lock(name: str) -> None:
    """Wait for the lock and take it."""
    with statements.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def lock_shared(name: str) -> None:
    """Wait until nobody has the lock for themselves, and share it with others who share it."""
    with statements.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 0))", [name])
