"""Deletes core's rows whose time is over. Upper layers keep house for their own tables."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.db import models
from django.utils import timezone

from core.models import Event, IdempotencyKey, OutboxItem
from core.models.outbox import OutboxState
from core.tenancy import all_tenants

logger = logging.getLogger(__name__)

BATCH = 2_000
_BATCHES_AT_A_TIME = 25

# What is deleted: the model, when its time began, and how long it is kept.
KEPT: list[tuple[type[models.Model], str, timedelta]] = [
    (Event, "at", timedelta(hours=72)),
    (IdempotencyKey, "created_at", timedelta(hours=24)),
    (Session, "expire_date", timedelta()),
    (AccessAttempt, "attempt_time", timedelta(hours=24)),
]
_KEPT_AFTER_DONE = timedelta(hours=72)
# What was given up is kept as long as raw bodies are, for whoever asks why.
_KEPT_AFTER_GIVING_UP = timedelta(days=14)


def sweep() -> None:
    """Delete in batches of bounded size, each in its own transaction, so that nobody waits long for a lock.

    What one call does not finish, the next one goes on with.
    """
    with all_tenants():
        now = timezone.now()
        for model, field, kept in KEPT:
            _delete(model._default_manager.filter(**{f"{field}__lt": now - kept}), order=field)
        for state, kept in (
            (OutboxState.DONE, _KEPT_AFTER_DONE),
            (OutboxState.DEAD, _KEPT_AFTER_GIVING_UP),
        ):
            _delete(OutboxItem.objects.filter(state=state, created_at__lt=now - kept), order="id")


def _delete(rows: models.QuerySet[Any], *, order: str) -> None:
    deleted = 0
    for _ in range(_BATCHES_AT_A_TIME):
        batch = rows.order_by(order).values("pk")[:BATCH]
        # One statement: nothing refers to these rows, so nothing has to be collected first.
        count = rows.model._base_manager.filter(pk__in=batch)._raw_delete(rows.db)
        deleted += count
        if count < BATCH:
            break
    if deleted:
        logger.info("housekeeping.deleted", extra={"table": rows.model._meta.db_table, "count": deleted})
