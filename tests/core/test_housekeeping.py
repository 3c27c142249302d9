"""Rows whose time is over go; the others stay, whosever they are."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.db import models
from django.utils import timezone

from core import housekeeping
from core.models import Event, IdempotencyKey, Organization, OutboxItem
from core.models.outbox import OutboxState
from core.tenancy import all_tenants
from tests.conftest import Cast


def make_event(organization: Organization, seq: int, *, hours: float) -> Event:
    with all_tenants():
        return Event.objects.create(
            organization=organization,
            seq=seq,
            type="test.happened",
            at=timezone.now() - timedelta(hours=hours),
            actor={},
            audience={},
            data="{}",
        )


def left(model: type[models.Model]) -> set[object]:
    with all_tenants():
        return set(model._default_manager.values_list("pk", flat=True))


def test_events_go_after_72_hours(cast: Cast) -> None:
    kept = {make_event(cast.organization, 2, hours=71.9).pk, make_event(cast.other, 2, hours=1).pk}
    make_event(cast.organization, 1, hours=72.1)
    make_event(cast.other, 1, hours=500)
    housekeeping.sweep()
    assert left(Event) == kept


def test_idempotency_keys_go_after_24_hours(cast: Cast) -> None:
    with all_tenants():
        old, new = (
            IdempotencyKey.objects.create(
                organization=cast.organization, principal="api:1", key=key, body_digest=""
            )
            for key in ("old", "new")
        )
        IdempotencyKey.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(hours=25))
    housekeeping.sweep()
    assert left(IdempotencyKey) == {new.pk}


def test_sessions_go_when_they_have_expired(db: None) -> None:
    now = timezone.now()
    Session.objects.create(session_key="old", session_data="", expire_date=now - timedelta(seconds=1))
    Session.objects.create(session_key="new", session_data="", expire_date=now + timedelta(hours=1))
    housekeeping.sweep()
    assert left(Session) == {"new"}


def test_failed_sign_ins_go_after_a_day(db: None) -> None:
    old, new = (
        AccessAttempt.objects.create(username=name, ip_address="192.0.2.1", failures_since_start=1)
        for name in ("old", "new")
    )
    AccessAttempt.objects.filter(pk=old.pk).update(attempt_time=timezone.now() - timedelta(hours=25))
    housekeeping.sweep()
    assert left(AccessAttempt) == {new.pk}


@pytest.mark.parametrize(
    ("state", "days", "stays"),
    [
        (OutboxState.DONE, 2, True),
        (OutboxState.DONE, 4, False),
        (OutboxState.DEAD, 13, True),
        (OutboxState.DEAD, 15, False),
        (OutboxState.PENDING, 400, True),
    ],
)
def test_effects_go_some_time_after_they_were_carried_out_or_given_up(
    cast: Cast, state: OutboxState, days: int, stays: bool
) -> None:
    with all_tenants():
        item = OutboxItem.objects.create(
            organization=cast.organization, kind="k", lane="l", key="x", state=state, due_at=timezone.now()
        )
        OutboxItem.objects.update(created_at=timezone.now() - timedelta(days=days))
    housekeeping.sweep()
    assert left(OutboxItem) == ({item.pk} if stays else set())


def test_one_call_deletes_a_bounded_number_and_the_next_goes_on(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "BATCH", 3)
    monkeypatch.setattr(housekeeping, "_BATCHES_AT_A_TIME", 2)
    for seq in range(1, 9):
        make_event(cast.organization, seq, hours=100 - seq)
    housekeeping.sweep()
    with all_tenants():
        assert list(Event.objects.order_by("seq").values_list("seq", flat=True)) == [7, 8]
    housekeeping.sweep()
    assert left(Event) == set()
