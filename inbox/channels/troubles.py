"""Trouble of a whole number: its sends wait until somebody has mended it, or Meta says that all is well again.

A token that has expired, a right that was taken away, a payment that failed, a restriction: every send of the number
would be refused alike. What was refused has certainly not been sent, so that it waits with the others.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from django.db import connection

from core import jobs, jsons
from core.actors import Actor, system_actor
from core.errors import NotFound
from core.events import record, service
from core.tenancy import current_organization_id
from inbox.events import ChannelUpdated
from integrations.models import Channel, ChannelAlert
from integrations.whatsapp.error_codes import ErrorClass, lookup

STOPPED, RESUMED = "sending_stopped", "sending_resumed"
_DETAIL_LENGTH = 300
_LARGEST_ID = 2**63 - 1

# Trouble that comes again soon after the number went on by itself was not over: the next try comes later.
_BEGIN = """
UPDATE integrations_channel
SET trouble_code = %s, trouble_detail = %s, trouble_since = now(), updated_at = now(),
    probes = CASE WHEN resumed_at > now() - interval '1 hour' THEN probes ELSE 0 END
WHERE organization_id = %s AND id = %s AND trouble_since IS NULL
RETURNING meta_app_id, trouble_since
"""

_END = """
UPDATE integrations_channel
SET trouble_code = NULL, trouble_detail = '', trouble_since = NULL, resumed_at = now(), updated_at = now(),
    probes = CASE WHEN %s THEN least(probes + 1, 100) ELSE 0 END
WHERE organization_id = %s AND id = %s AND trouble_since IS NOT NULL
RETURNING meta_app_id, resumed_at
"""

# What cannot leave until somebody has mended a number, for `settings.BACKLOGS` and `settings.WARNINGS`.
_STOPPED_NUMBERS = "FROM integrations_channel WHERE is_active AND trouble_since IS NOT NULL"
HOLDS_ATTEMPTS = f"channel_id IN (SELECT id {_STOPPED_NUMBERS})"
HOLDS_OUTBOX = f"lane IN (SELECT 'channel:' || id {_STOPPED_NUMBERS})"
COUNT_STOPPED = f"SELECT count(*) {_STOPPED_NUMBERS}"


def stops(code: int | None, subcode: int | None = None) -> bool:
    """Tell whether everything that the number sends would be refused like this, until somebody acts."""
    meaning = lookup(code, subcode)
    return meaning.channel_wide and meaning.error_class is ErrorClass.CONFIGURATION


def begin(channel_id: int, *, code: int, detail: str) -> None:
    """Let the sends of a number wait, and tell of it; within `service()`. A trouble that lasts is told once."""
    found = _written(_BEGIN, [code, detail[:_DETAIL_LENGTH], current_organization_id(), channel_id])
    if found is not None:
        app_id, since = found
        _note(app_id, channel_id, STOPPED, since, {"code": code, "detail": detail[:_DETAIL_LENGTH]})
        record(ChannelUpdated(channel_id, system_actor(current_organization_id())))


def end(channel_id: int, *, by: Actor) -> bool:
    """Let the sends of a number go on; tell whether they were stopped."""
    with service():
        is_by_itself = by.kind == "system"
        found = _written(_END, [is_by_itself, current_organization_id(), channel_id])
        if found is not None:
            app_id, at = found
            _note(app_id, channel_id, RESUMED, at, {})
            record(ChannelUpdated(channel_id, by))
            jobs.ring_after_commit("inbox.send", channel_id=channel_id)
    return found is not None


def resume(channel_id: int, *, by: Actor) -> None:
    """Let the sends of a number go on, as somebody has mended what stopped them.

    Raises:
        NotFound: the organisation has no such number.
    """
    if not 0 < channel_id <= _LARGEST_ID or not Channel.objects.filter(pk=channel_id).exists():
        raise NotFound
    end(channel_id, by=by)


def _written(query: str, values: list[Any]) -> tuple[int, datetime] | None:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        row: tuple[int, datetime] | None = cursor.fetchone()
    return row


def _note(app_id: int, channel_id: int, kind: str, at: datetime, data: dict[str, Any]) -> None:
    digest = hashlib.sha256(jsons.dumps([channel_id, kind, at])).hexdigest()
    ChannelAlert.objects.create(
        organization_id=current_organization_id(),
        meta_app_id=app_id,
        channel_id=channel_id,
        kind=kind,
        severity="critical" if kind == STOPPED else "info",
        data=data,
        digest=digest,
        at=at,
    )
