"""The scheduler looks for what is due, whatever happens to one of its sweeps, and also without Redis."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from django.db import OperationalError
from pytest_django import Settings

from core import jobs, sweeper
from core.sweeper import Sweep, sweep_once
from core.tenancy import ScopeMissing, all_tenants, current_organization_id
from inbox.models import Contact

ran: list[Any] = []


def note(**ids: Any) -> None:
    """The job of these tests: notes its ids and its scope."""
    try:
        ran.append((ids, current_organization_id()))
    except ScopeMissing:
        ran.append((ids, None))


@pytest.fixture(autouse=True)
def _fresh(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    ran.clear()
    settings.JOBS = {"test.note": ("inbound", "tests.core.test_sweeper.note")}
    monkeypatch.setattr(sweeper, "_redis_away_until", 0.0)
    jobs._function.cache_clear()
    yield
    jobs._function.cache_clear()


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    heard: list[Any] = []
    monkeypatch.setattr(jobs, "ring", lambda name, **ids: heard.append((name, ids)))
    return heard


class AwayRedis:
    """A Redis that refuses, and counts who asked."""

    asked = 0

    def ping(self) -> None:
        self.asked += 1
        raise redis.ConnectionError("away")

    def delete(self, *names: str) -> None:
        raise AssertionError("the sweep rang no bell, so there is no mark to delete")


def test_one_failing_sweep_does_not_stop_the_others(db: None) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    def lose_database() -> None:
        raise OperationalError

    due = [
        Sweep("fails", 1, fail),
        Sweep("away", 1, lose_database),
        Sweep("works", 1, lambda: ran.append("works")),
    ]
    sweep_once(due, now=10)
    assert ran == ["works"]
    sweep_once(due, now=10.5)
    assert ran == ["works"]
    sweep_once(due, now=11)
    assert ran == ["works", "works"]


def test_a_sweep_looks_across_tenants_and_leaves_no_scope(db: None) -> None:
    sweep_once([Sweep("counts", 1, lambda: ran.append(Contact.objects.count()))], now=10)
    assert ran == [0]
    with pytest.raises(ScopeMissing):
        Contact.objects.count()


def test_a_job_is_rung_for_while_redis_answers(rung: list[Any]) -> None:
    sweeper.ring_or_run("test.note", organization_id=3)
    assert rung == [("test.note", {"organization_id": 3})]
    assert ran == []


def test_a_job_runs_here_in_its_scope_while_redis_is_away(
    db: None, monkeypatch: pytest.MonkeyPatch, rung: list[Any]
) -> None:
    monkeypatch.setattr(jobs, "redis_client", AwayRedis)
    with all_tenants():
        sweeper.ring_or_run("test.note", organization_id=3)
        sweeper.ring_or_run("test.note", channel_id=4)
    assert ran == [({"organization_id": 3}, 3), ({"channel_id": 4}, None)]
    assert rung == []


def test_a_redis_that_hangs_is_not_asked_for_each_job(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    away = AwayRedis()
    monkeypatch.setattr(jobs, "redis_client", lambda: away)
    for number in range(1, 6):
        sweeper.ring_or_run("test.note", organization_id=number)
    assert away.asked == 1
    assert len(ran) == 5


def test_redis_is_asked_again_after_a_while(
    db: None, monkeypatch: pytest.MonkeyPatch, rung: list[Any]
) -> None:
    monkeypatch.setattr(sweeper, "_redis_away_until", time.monotonic() - 0.1)
    sweeper.ring_or_run("test.note", organization_id=3)
    assert len(rung) == 1


def test_the_sweeps_of_the_settings_exist() -> None:
    assert [sweep.name for sweep in sweeper.sweeps()]


def test_the_scheduler_signs_at_each_turn_and_stops_when_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeper, "sweeps", list)
    signs: list[int] = []
    sweeper.run_forever(lambda: len(signs) >= 2, sign=lambda: signs.append(1))
    assert len(signs) == 2
