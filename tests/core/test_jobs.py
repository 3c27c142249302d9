"""Bells for workers: one waiting bell is enough, and a job runs in its tenant's scope."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from pytest_django import Settings

from core import events, jobs
from core.tenancy import ScopeMissing, all_tenants, current_organization_id
from tests.conftest import Cast

ran: list[int] = []


def note(organization_id: int) -> None:
    assert current_organization_id() == organization_id
    ran.append(organization_id)


@pytest.fixture(autouse=True)
def _fresh(settings: Settings) -> Iterator[None]:
    ran.clear()
    settings.JOBS = {"test.note": ("inbound", "tests.core.test_jobs.note")}
    jobs._function.cache_clear()
    jobs.redis_client().flushdb()
    yield
    jobs.redis_client().flushdb()
    jobs._function.cache_clear()


def waiting() -> list[Any]:
    return [job.kwargs for job in jobs.queue("inbound").jobs]


def wait_for(count: int) -> list[Any]:
    until = time.monotonic() + 60
    while len(waiting()) < count and time.monotonic() < until:
        time.sleep(0.01)
    return waiting()


def test_ringing_twice_leaves_one_job() -> None:
    jobs._enqueue([("test.note", {"organization_id": 1})])
    jobs._enqueue([("test.note", {"organization_id": 1}), ("test.note", {"organization_id": 2})])
    assert waiting() == [
        {"name": "test.note", "ids": {"organization_id": 1}},
        {"name": "test.note", "ids": {"organization_id": 2}},
    ]


def test_a_job_that_has_begun_lets_the_next_bell_ring(db: None) -> None:
    jobs._enqueue([("test.note", {"organization_id": 1})])
    jobs.run("test.note", {"organization_id": 1})
    jobs._enqueue([("test.note", {"organization_id": 1})])
    assert len(waiting()) == 2
    assert ran == [1]


def test_jobs_are_json() -> None:
    jobs._enqueue([("test.note", {"organization_id": 1})])
    (job,) = jobs.queue("inbound").jobs
    assert job.data.startswith(b"[")


def test_a_job_leaves_no_scope_behind(db: None) -> None:
    with all_tenants():
        jobs.run("test.note", {"organization_id": 5})
    with pytest.raises(ScopeMissing):
        current_organization_id()
    assert ran == [5]


@pytest.mark.django_db(transaction=True)
def test_the_bell_rings_after_the_commit_alone() -> None:
    with events.service():
        jobs.ring_after_commit("test.note", organization_id=7)
        jobs.ring_after_commit("test.note", organization_id=7)
        time.sleep(0.05)
        assert waiting() == []
    assert wait_for(1) == [{"name": "test.note", "ids": {"organization_id": 7}}]


def test_a_service_that_fails_rings_nothing(scope: Cast) -> None:
    with pytest.raises(ZeroDivisionError), events.service():
        jobs.ring_after_commit("test.note", organization_id=scope.organization.pk // 0)
    time.sleep(0.05)
    assert waiting() == []


def test_every_job_of_the_settings_has_a_queue(settings: Settings) -> None:
    from core.project import settings as real

    assert {queue for queue, _path in real.JOBS.values()} <= set(jobs.QUEUES)
