"""Removing files that nobody needs: uploads that were never sent, and what a crash left between disk and row."""

from __future__ import annotations

import logging
import time
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from inbox.files import storage

logger = logging.getLogger(__name__)

KEPT_UNSENT_HOURS = 24
_AT_ONCE = 200
_MOST_ROUNDS = 50

_UNSENT = """
DELETE FROM inbox_attachment WHERE id IN (
    SELECT id FROM inbox_attachment
    WHERE message_id IS NULL AND created_at < now() - %s * interval '1 hour'
    ORDER BY created_at LIMIT %s FOR UPDATE SKIP LOCKED)
RETURNING organization_id, storage_key
"""

_KNOWN = """
SELECT storage_key FROM inbox_attachment WHERE organization_id = %s AND storage_key = ANY(%s)
"""


def remove_unsent() -> None:
    """Remove uploads that were not sent within a day; across tenants. First the row, then the file."""
    for _ in range(_MOST_ROUNDS):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_UNSENT, [KEPT_UNSENT_HOURS, _AT_ONCE])
            removed = cursor.fetchall()
        for organization_id, key in removed:
            if not _known(organization_id, [key]):
                storage.remove(organization_id, key)
        if len(removed) < _AT_ONCE:
            return


def remove_orphans(*, now: float | None = None) -> None:
    """Remove what lies in the folders for more than a day and belongs to no row: a crash came between the two."""
    before = (now if now is not None else time.time()) - KEPT_UNSENT_HOURS * 3600
    for place in _folders():
        batch: list[tuple[str, Path]] = []
        for found in storage.left_lying(int(place.name), before=before):
            batch.append(found)
            if len(batch) >= _AT_ONCE:
                _sift(int(place.name), batch)
                batch = []
        _sift(int(place.name), batch)


def _folders() -> list[Path]:
    root = Path(settings.MEDIA_ROOT)
    if not root.is_dir():
        return []
    return [place for place in root.iterdir() if place.is_dir() and place.name.isdecimal()]


def _sift(organization_id: int, batch: list[tuple[str, Path]]) -> None:
    known = _known(organization_id, [key for key, _ in batch if key])
    removed = 0
    for key, path in batch:
        if key not in known:
            path.unlink(missing_ok=True)
            removed += 1
    if removed:
        logger.info("files.orphans", extra={"organization": organization_id, "count": removed})


def _known(organization_id: int, keys: list[str]) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [organization_id, keys])
        return {key for (key,) in cursor.fetchall()}
