"""Beats say that work goes on, not merely that a process exists."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from core import heartbeats
from core.models import Heartbeat


def until(condition: Callable[[], bool]) -> bool:
    end = time.monotonic() + 60
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return condition()


@pytest.mark.django_db
def test_a_beat_is_one_row_that_is_renewed() -> None:
    heartbeats.beat(["worker:ai", "worker:bulk"])
    Heartbeat.objects.update(at=timezone.now() - timedelta(hours=1))
    heartbeats.beat(["worker:ai"])
    ages = {row.name: timezone.now() - row.at for row in Heartbeat.objects.all()}
    assert ages["worker:ai"].total_seconds() < 60
    assert ages["worker:bulk"].total_seconds() > 3500


@pytest.mark.django_db(transaction=True)
def test_a_pulse_beats_while_signs_come_and_stops_when_they_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeats, "EVERY_SECONDS", 0.02)
    beats: list[float] = []
    monkeypatch.setattr(heartbeats, "beat", lambda names: beats.append(time.monotonic()))
    pulse = heartbeats.Pulse("scheduler", patience_seconds=0.2)
    pulse.start()

    def beats_thrice() -> bool:
        pulse.sign()
        return len(beats) >= 3

    assert until(beats_thrice)
    # No sign for longer than its patience: stuck.
    assert until(lambda: time.monotonic() - beats[-1] > 0.3)
    stuck_at = len(beats)
    pulse.sign()
    assert until(lambda: len(beats) > stuck_at)
    pulse.stop()
    assert until(lambda: not pulse._thread.is_alive())


@pytest.mark.django_db(transaction=True)
def test_a_pulse_survives_a_database_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeats, "EVERY_SECONDS", 0.02)
    real, calls = heartbeats.beat, []

    def sometimes(names: list[str]) -> None:
        calls.append(names)
        if len(calls) < 3:
            from django.db import OperationalError

            raise OperationalError
        real(names)

    monkeypatch.setattr(heartbeats, "beat", sometimes)
    pulse = heartbeats.Pulse("scheduler", patience_seconds=60)
    pulse.start()
    assert until(lambda: Heartbeat.objects.filter(name="scheduler").exists())
    pulse.stop()
    assert until(lambda: not pulse._thread.is_alive())
