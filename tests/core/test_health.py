"""Health tells the truth, quickly, and little to strangers."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from core import health, heartbeats
from core.actors import member_actor
from core.events import service
from core.health import Database, Probe, judge
from core.models import Heartbeat, OutboxItem
from core.tenancy import all_tenants, tenant_scope
from inbox import conversations, messages
from inbox.channels import troubles
from inbox.models import SendAttempt
from integrations.models import InboundDelivery
from tests.conftest import Cast
from tests.factories import make_cast, make_conversation

FREE = 10_000_000_000
PATIENCE_SECONDS = 60.0
BEATS = {"scheduler": 1.0, "worker:inbound": 2.0, "worker:interactive": 3.0}
IDLE: dict[str, float | None] = {"deliveries": None, "attempts": None, "outbox": None}


@pytest.fixture(autouse=True)
def _fresh_probes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_database", Probe(health.look_at_database))
    monkeypatch.setattr(health, "_redis", Probe(health.look_at_redis))


@pytest.fixture
def hanging() -> Iterator[int]:
    """Port of a server that takes connections and never says a word."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(16)
        yield silent.getsockname()[1]


def ready(client: Client, **headers: str) -> tuple[int, dict[str, Any]]:
    response = client.get("/health/ready", headers=headers)
    return response.status_code, response.json()


def test_live_asks_nobody(client: Client) -> None:
    # No database is allowed in this test.
    response = client.get("/health/live")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def judged(
    *,
    beats: dict[str, float] | None = None,
    waiting: dict[str, float | None] | None = None,
    missing: int = 0,
    redis: bool = True,
    free: int = FREE,
) -> str:
    database = Database(missing, BEATS if beats is None else beats, {**IDLE, **(waiting or {})})
    return judge(database, redis_answers=redis, disk_free_bytes=free).status


def test_all_is_well() -> None:
    report = judge(Database(0, BEATS, IDLE), redis_answers=True, disk_free_bytes=FREE)
    assert report.status == "ok"
    assert report.workers == {"inbound": "up", "interactive": "up"}


def test_without_database_nothing_can_be_served() -> None:
    report = judge(None, redis_answers=True, disk_free_bytes=FREE)
    assert (report.status, report.database, report.redis) == ("down", "down", "up")


def test_missing_migrations_are_down() -> None:
    assert judged(missing=1, beats={}) == "down"


def test_without_redis_it_works_degraded() -> None:
    assert judged(redis=False) == "degraded"


def test_a_full_disk_is_degraded() -> None:
    assert judged(free=10_000_000) == "degraded"


@pytest.mark.parametrize("beats", [{}, {**BEATS, "scheduler": 61.0}, {**BEATS, "worker:inbound": 61.0}])
def test_silence_without_work_is_degraded(beats: dict[str, float]) -> None:
    assert judged(beats=beats) == "degraded"


@pytest.mark.parametrize(
    ("silent", "waiting", "status"),
    [
        ("scheduler", "deliveries", "down"),
        ("worker:inbound", "deliveries", "down"),
        ("worker:interactive", "deliveries", "degraded"),
        ("worker:interactive", "attempts", "down"),
        ("worker:inbound", "attempts", "degraded"),
        ("worker:interactive", "outbox", "down"),
    ],
)
def test_silence_of_whoever_is_needed_is_down(silent: str, waiting: str, status: str) -> None:
    never = {name: age for name, age in BEATS.items() if name != silent}
    for beats in ({**BEATS, silent: 61.0}, never):
        assert judged(beats=beats, waiting={waiting: 0.5}) == status


def test_silence_of_less_than_a_minute_is_patience() -> None:
    assert judged(beats={**BEATS, "worker:inbound": 59.0}, waiting={"deliveries": 30.0}) == "ok"


def test_work_that_waits_for_long_is_degraded() -> None:
    assert judged(waiting={"deliveries": 61.0}) == "degraded"


@pytest.mark.django_db(transaction=True)
def test_ready_looks_at_what_is_there(client: Client) -> None:
    heartbeats.beat(list(BEATS))
    status, body = ready(client)
    assert status == 200
    assert body["status"] == "ok"
    assert body["figures"]["missing_migrations"] == 0
    assert body["figures"]["seconds_since_heartbeat"].keys() == BEATS.keys()
    assert body["figures"]["seconds_waited_by_oldest"] == IDLE
    assert body["figures"]["disk_free_bytes"] > 0


@pytest.mark.django_db(transaction=True)
def test_a_silent_worker_with_work_waiting_is_503(client: Client) -> None:
    cast: Cast = make_cast()
    heartbeats.beat(list(BEATS))
    with all_tenants():
        InboundDelivery.objects.create(
            organization=cast.organization,
            meta_app=cast.app,
            body=b"{}",
            received_at=timezone.now() - timedelta(seconds=90),
        )
    status, body = ready(client)
    assert (status, body["status"]) == (200, "degraded")
    assert 89 < body["figures"]["seconds_waited_by_oldest"]["deliveries"] < 120
    Heartbeat.objects.filter(name="worker:inbound").update(at=timezone.now() - timedelta(minutes=2))
    status, body = ready(client)
    assert (status, body["status"], body["workers"]["inbound"]) == (503, "down", "silent")


@pytest.mark.django_db(transaction=True)
def test_what_waits_for_a_stopped_number_is_a_warning_and_no_trouble_of_the_machine(client: Client) -> None:
    """A tenant whose token has run out does not take the copy out of the load balancer, and operators see it."""
    cast: Cast = make_cast()
    heartbeats.beat(list(BEATS))
    long_ago = timezone.now() - timedelta(hours=2)
    by = member_actor(cast.ana)
    with tenant_scope(cast.organization.pk):
        row = make_conversation(cast)
        messages.send_text(row, text="Ya va", by=by)
        conversations.mark_read(row, through_message_id=row.last_message_id or 0, by=by)
        assert (SendAttempt.objects.count(), OutboxItem.objects.count()) == (1, 1)
        SendAttempt.objects.update(due_at=long_ago)
        OutboxItem.objects.update(due_at=long_ago)
    assert ready(client)[1]["status"] == "degraded"
    with tenant_scope(cast.organization.pk), service():
        troubles.begin(cast.channel.pk, code=190, detail="expired")
    status, body = ready(client)
    assert (status, body["status"]) == (200, "ok")
    assert body["figures"]["seconds_waited_by_oldest"] == IDLE
    assert body["warnings"] == {"stopped_numbers": 1}
    _, told_to_strangers = ready(Client(REMOTE_ADDR="192.0.2.1"))
    assert "warnings" not in told_to_strangers
    # What is not theirs to hold up counts as before.
    with all_tenants():
        OutboxItem.objects.update(lane=f"channel:{cast.other_channel.pk}")
    assert ready(client)[1]["status"] == "degraded"
    with tenant_scope(cast.organization.pk):
        troubles.end(cast.channel.pk, by=by)
    assert ready(client)[1]["warnings"] == {}


@pytest.mark.django_db(transaction=True)
def test_missing_migrations_are_503(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'core' AND name = '0002_heartbeat'")
    try:
        status, body = ready(client)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO django_migrations (app, name, applied) VALUES ('core', '0002_heartbeat', now())"
            )
    assert (status, body["migrations"], body["figures"]["missing_migrations"]) == (503, "missing", 1)


@pytest.mark.django_db(transaction=True)
def test_redis_away_is_told_and_not_failed(client: Client, settings: Settings) -> None:
    heartbeats.beat(list(BEATS))
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    status, body = ready(client)
    assert (status, body["status"], body["redis"]) == (200, "degraded", "down")


@pytest.mark.django_db(transaction=True)
def test_a_redis_that_hangs_does_not_hang_health(
    client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch, hanging: int
) -> None:
    assert health._DEADLINE_SECONDS < 2
    # The look ends after a minute; the answer comes while it hangs.
    settings.REDIS_URL = f"redis://127.0.0.1:{hanging}/0?socket_timeout=60"
    monkeypatch.setattr(health, "_ABANDONED_SECONDS", PATIENCE_SECONDS)
    status, body = ready(client)
    assert (status, body["redis"]) == (200, "down")
    assert not health._redis.begin().is_over


def test_a_database_that_hangs_is_told_within_two_seconds(
    client: Client, monkeypatch: pytest.MonkeyPatch, hanging: int
) -> None:
    assert health._DEADLINE_SECONDS < 2
    monkeypatch.setattr(
        health,
        "_connection_parameters",
        lambda: {"host": "127.0.0.1", "port": hanging, "dbname": "x", "connect_timeout": 60},
    )
    # The look ends after a minute; the answers come while it hangs.
    monkeypatch.setattr(health, "_ABANDONED_SECONDS", 60.0)
    for _ in range(3):
        status, body = ready(client)
        assert (status, body["status"], body["database"]) == (503, "down", "down")
        assert not health._database.begin().is_over


def test_while_one_look_hangs_others_share_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_ABANDONED_SECONDS", PATIENCE_SECONDS)
    looks: list[str] = []
    ending = threading.Event()

    def look() -> bool:
        looks.append("look")
        return ending.wait(PATIENCE_SECONDS)

    probe = Probe(look)
    soon = time.monotonic() + 0.05
    assert [probe.begin().result(soon) for _ in range(5)] == [None] * 5
    last = probe.begin()
    ending.set()
    assert last.result(time.monotonic() + PATIENCE_SECONDS) is True
    assert len(looks) == 1
    assert probe.begin().result(time.monotonic() + PATIENCE_SECONDS) is True
    assert len(looks) == 2


def test_a_look_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_ABANDONED_SECONDS", 0.05)
    looks: list[str] = []
    hangs, ending = threading.Event(), threading.Event()

    def look() -> bool:
        looks.append("look")
        if len(looks) > 1:
            return True
        hangs.set()
        return ending.wait(PATIENCE_SECONDS)

    probe = Probe(look)
    first = probe.begin()
    assert hangs.wait(PATIENCE_SECONDS)
    assert first.result(time.monotonic() + 0.1) is None
    assert probe.begin().result(time.monotonic() + PATIENCE_SECONDS) is True
    ending.set()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("headers", "address", "token", "sees"),
    [
        ({}, "127.0.0.1", "", True),
        ({}, "::1", "", True),
        ({}, "192.0.2.1", "", False),
        ({}, "", "", False),
        ({"X-Forwarded-For": "192.0.2.1"}, "127.0.0.1", "", False),
        ({"Forwarded": "for=192.0.2.1"}, "127.0.0.1", "", False),
        ({"Authorization": "Bearer letmein"}, "192.0.2.1", "letmein", True),
        ({"Authorization": "Bearer wrong"}, "192.0.2.1", "letmein", False),
        ({"Authorization": "Bearer "}, "192.0.2.1", "", False),
    ],
)
def test_figures_are_not_for_strangers(
    settings: Settings, headers: dict[str, str], address: str, token: str, sees: bool
) -> None:
    settings.HEALTH_TOKEN = token
    _, body = ready(Client(REMOTE_ADDR=address), **headers)
    assert ("figures" in body) is sees
    assert body["database"] == "up"


def test_only_reading_is_served(client: Client) -> None:
    assert client.post("/health/live").status_code == 405
    assert client.post("/health/ready").status_code == 405
    unknown = client.get("/health/nothing")
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, "not_found")
