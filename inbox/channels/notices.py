"""What Meta tells about accounts, numbers and templates: kept once, and written to the channel where it says so."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from core import jsons
from core.actors import system_actor
from core.events import record
from core.tenancy import current_organization_id
from inbox.events import ChannelUpdated
from integrations.whatsapp.payloads import AccountNotice

_KEEP = """
INSERT INTO integrations_channelalert
    (organization_id, meta_app_id, channel_id, kind, severity, data, digest, at, created_at)
SELECT %s, i.meta_app_id, i.channel_id, i.kind, i.severity, i.data, i.digest, i.at, now()
FROM json_to_recordset(%s::json)
    AS i (meta_app_id bigint, channel_id bigint, kind text, severity text, data jsonb, digest text, at timestamptz)
ON CONFLICT (organization_id, digest) DO NOTHING
RETURNING digest
"""

# Not when something newer of its kind is known.
_WRITE = """
UPDATE integrations_channel c
SET quality = coalesce(i.quality, c.quality), throughput = coalesce(i.throughput, c.throughput),
    messaging_limit = coalesce(i.messaging_limit, c.messaging_limit), updated_at = now()
FROM (SELECT %s::bigint AS id, %s::text AS quality, %s::text AS throughput, %s::text AS messaging_limit) i
WHERE c.id = i.id AND c.organization_id = %s
  AND (c.quality, c.throughput, c.messaging_limit) IS DISTINCT FROM
      (coalesce(i.quality, c.quality), coalesce(i.throughput, c.throughput),
       coalesce(i.messaging_limit, c.messaging_limit))
  AND NOT EXISTS (
    SELECT 1 FROM integrations_channelalert a
    WHERE a.meta_app_id = c.meta_app_id AND a.kind = %s AND a.at > %s
      AND (a.channel_id = c.id OR a.channel_id IS NULL))
RETURNING c.id
"""
_DETAIL = 12  # of quality and severity
_LIMIT = 20


@dataclass(frozen=True, slots=True)
class Told:
    """A notice, and whom it is about.

    Attributes:
        channel_id: the number that it is about; None for the account as a whole.
        channel_ids: all numbers that it holds for.
    """

    notice: AccountNotice
    meta_app_id: int
    channel_id: int | None
    channel_ids: tuple[int, ...]


def apply(told: Sequence[Told]) -> None:
    """Keep notices, each once however often it is delivered; within `service()`."""
    by_digest = {_digest(one): one for one in told}
    if not by_digest:
        return
    rows = [_row(one, digest) for digest, one in by_digest.items()]
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [current_organization_id(), jsons.recordset(rows)])
        fresh = {digest for (digest,) in cursor.fetchall()}
    news = [one for digest, one in by_digest.items() if digest in fresh]
    changed: dict[int, None] = {}
    for one in sorted(news, key=lambda each: each.notice.sent_at):
        changed |= dict.fromkeys(_write(one))
    for channel_id in changed:
        record(ChannelUpdated(channel_id, system_actor(current_organization_id())))


def _digest(told: Told) -> str:
    """Name what was told. Without a time of Meta's the same words count once a day."""
    notice = told.notice
    at = notice.sent_at if notice.is_time_certain else _day(notice.sent_at)
    said: list[Any] = [
        told.meta_app_id,
        notice.waba_id,
        notice.phone_number_id,
        notice.phone,
        notice.kind,
        at,
    ]
    return hashlib.sha256(jsons.dumps([*said, notice.data])).hexdigest()


def _day(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _row(told: Told, digest: str) -> dict[str, Any]:
    notice = told.notice
    return {
        "meta_app_id": told.meta_app_id,
        "channel_id": told.channel_id,
        "kind": notice.kind,
        "severity": notice.severity,
        "data": notice.data,
        "digest": digest,
        "at": notice.sent_at,
    }


def _write(told: Told) -> list[int]:
    """Write what the numbers have from now on; return those that have something else than before."""
    notice = told.notice
    if notice.quality is None and notice.throughput is None and notice.messaging_limit is None:
        return []
    changed: list[int] = []
    for channel_id in told.channel_ids:
        values = [
            _cut(notice.quality, _DETAIL),
            _cut(notice.throughput, _LIMIT),
            _cut(notice.messaging_limit, _LIMIT),
        ]
        with connection.cursor() as cursor:
            cursor.execute(
                _WRITE,
                [channel_id, *values, current_organization_id(), notice.kind, notice.sent_at],
            )
            changed += [pk for (pk,) in cursor.fetchall()]
    return changed


def _cut(value: str | None, length: int) -> str | None:
    return None if value is None else value[:length]
