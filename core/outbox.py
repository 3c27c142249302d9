"""Effects outside the database that a transaction decides on and somebody carries out later, at least once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson

from core import jsons, statements
from core.tenancy import current_organization_id

MOST_ATTEMPTS = 8
_LEASE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Due:
    """One claimed item.

    Attributes:
        due_at: its lease: an item that was posted anew meanwhile has another one.
        age_seconds: how long ago it was posted, for effects that are true for a moment only.
    """

    id: int
    organization_id: int
    kind: str
    payload: dict[str, Any]
    attempts: int
    due_at: datetime
    age_seconds: float


def post(kind: str, *, lane: str, key: str, payload: dict[str, Any]) -> None:
    """Decide on an effect, within the present transaction; a waiting one with the same key is replaced."""
    post_many(kind, [(lane, key, payload)])


def post_many(kind: str, effects: Iterable[tuple[str, str, dict[str, Any]]]) -> None:
    """Decide on effects of one kind, each with its lane, key and payload; the keys differ."""
    rows = [{"lane": lane, "key": key, "payload": payload} for lane, key, payload in effects]
    if not rows:
        return
    with statements.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_outboxitem "
            "(organization_id, kind, lane, key, payload, state, attempts, due_at, last_error, created_at) "
            "SELECT %s, %s, i.lane, i.key, i.payload, 'pending', 0, now(), '', now() "
            "FROM json_to_recordset(%s::json) AS i (lane text, key text, payload jsonb) "
            "ON CONFLICT (organization_id, kind, key) WHERE state = 'pending' "
            "DO UPDATE SET payload = excluded.payload, due_at = excluded.due_at, attempts = 0, created_at = now()",
            [current_organization_id(), kind, jsons.recordset(rows)],
        )


def due_lanes(prefix: str) -> list[str]:
    """Return the lanes that begin so and have something due; across tenants."""
    with statements.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT lane FROM core_outboxitem "
            "WHERE state = 'pending' AND due_at <= now() AND starts_with(lane, %s) ORDER BY lane",
            [prefix],
        )
        return [lane for (lane,) in cursor.fetchall()]


def claim(lane: str, *, limit: int) -> list[Due]:
    """Claim due items of a lane for a minute, oldest first; across tenants, as a lane belongs to one."""
    with statements.cursor() as cursor:
        cursor.execute(
            "UPDATE core_outboxitem SET attempts = attempts + 1, due_at = now() + %s * interval '1 second' "
            "WHERE id IN (SELECT id FROM core_outboxitem WHERE lane = %s AND state = 'pending' AND due_at <= now() "
            "ORDER BY due_at LIMIT %s FOR UPDATE SKIP LOCKED) "
            "RETURNING id, organization_id, kind, payload, attempts, due_at, "
            "extract(epoch FROM now() - created_at)::float8",
            [_LEASE_SECONDS, lane, limit],
        )
        return [
            Due(pk, org, kind, _json(payload), tries, due, age)
            for pk, org, kind, payload, tries, due, age in cursor
        ]


def extend(item: Due) -> Due | None:
    """Keep a claimed item for another minute; None when it was posted anew, or somebody else has claimed it."""
    with statements.cursor() as cursor:
        cursor.execute(
            "UPDATE core_outboxitem SET due_at = now() + %s * interval '1 second' "
            "WHERE id = %s AND state = 'pending' AND due_at = %s RETURNING due_at",
            [_LEASE_SECONDS, item.id, item.due_at],
        )
        row = cursor.fetchone()
    return None if row is None else replace(item, due_at=row[0])


def finish(items: Sequence[Due]) -> None:
    """Note that items were carried out; one that was posted anew meanwhile stays due."""
    with statements.cursor() as cursor:
        cursor.execute(
            "UPDATE core_outboxitem item SET state = 'done' FROM unnest(%s::bigint[], %s::timestamptz[]) "
            "AS done (id, due_at) WHERE item.id = done.id AND item.due_at = done.due_at",
            [[item.id for item in items], [item.due_at for item in items]],
        )


def put_off(item: Due, *, seconds: float, reason: str, most_attempts: int = MOST_ATTEMPTS) -> None:
    """Try an item again later; after `most_attempts` it is left for dead."""
    with statements.cursor() as cursor:
        cursor.execute(
            "UPDATE core_outboxitem SET due_at = now() + %s * interval '1 second', last_error = %s, "
            "state = CASE WHEN attempts >= %s THEN 'dead' ELSE 'pending' END WHERE id = %s AND due_at = %s",
            [seconds, reason[:200], most_attempts, item.id, item.due_at],
        )


def abandon(lane: str, *, reason: str) -> list[tuple[str, dict[str, Any]]]:
    """Leave all for dead that waits in a lane; return the kind and payload of each."""
    with statements.cursor() as cursor:
        cursor.execute(
            "UPDATE core_outboxitem SET state = 'dead', last_error = %s "
            "WHERE lane = %s AND state = 'pending' RETURNING kind, payload",
            [reason[:200], lane],
        )
        return [(kind, _json(payload)) for kind, payload in cursor.fetchall()]


def _json(value: Any) -> dict[str, Any]:
    """A raw cursor gives jsonb as text: Django's adapter parses it for model fields only."""
    parsed: dict[str, Any] = value if isinstance(value, dict) else orjson.loads(value)
    return parsed
