"""Finds what is due and was not rung for, or whose bell was lost.

`settings.SWEEPS` lists functions that look at the database and either ring or, when Redis is away, do the work
themselves. Each is called every `every_seconds`; time-outs within them are judged by the database's clock.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

import redis
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.utils.module_loading import import_string

from core import jobs
from core.tenancy import all_tenants

logger = logging.getLogger(__name__)

_FORGET_REDIS_SECONDS = 5.0
_redis_away_until = 0.0


@dataclass
class Sweep:
    """One periodic look at the database."""

    name: str
    every_seconds: float
    run: Callable[[], None]
    next_at: float = 0.0


def sweeps() -> list[Sweep]:
    return [Sweep(path, seconds, import_string(path)) for path, seconds in settings.SWEEPS]


def ring_or_run(name: str, **ids: int | str) -> None:
    """Wake a worker; when Redis is away do the work here, so that it goes on without it."""
    if _redis_answers():
        jobs.ring(name, **ids)
    else:
        jobs.run(name, ids, was_rung=False)


def _redis_answers() -> bool:
    """Ask Redis; after a refusal not again for a moment, since one that hangs costs two seconds each time."""
    global _redis_away_until
    if time.monotonic() < _redis_away_until:
        return False
    try:
        jobs.redis_client().ping()
    except (redis.RedisError, OSError):
        _redis_away_until = time.monotonic() + _FORGET_REDIS_SECONDS
        return False
    return True


def sweep_once(due: list[Sweep], *, now: float) -> None:
    """Run what is due. Work across tenants: each sweep names the organisation in what it rings."""
    for sweep in due:
        if sweep.next_at > now:
            continue
        sweep.next_at = now + sweep.every_seconds
        try:
            jobs.close_idle_connections()
            with all_tenants():
                sweep.run()
        except (OperationalError, InterfaceError) as error:
            logger.warning("sweeper.no_database", extra={"sweep": sweep.name, "reason": type(error).__name__})
        except Exception:
            # One broken sweep must not stop the others.
            logger.exception("sweeper.failed", extra={"sweep": sweep.name})


def run_forever(stopping: Callable[[], bool], *, sign: Callable[[], None]) -> None:
    """Sweep until `stopping()` is true; `sign` is called at each turn."""
    due = sweeps()
    while not stopping():
        sign()
        sweep_once(due, now=time.monotonic())
        time.sleep(0.2)
