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
from django.db import InterfaceError, OperationalError, close_old_connections
from django.utils.module_loading import import_string

from core import jobs
from core.tenancy import all_tenants

logger = logging.getLogger(__name__)


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
    try:
        jobs.redis_client().ping()
    except (redis.RedisError, OSError):
        jobs.run(name, ids)
    else:
        jobs.ring(name, **ids)


def sweep_once(due: list[Sweep], *, now: float) -> None:
    """Run what is due. Work across tenants: each sweep names the organisation in what it rings."""
    for sweep in due:
        if sweep.next_at > now:
            continue
        sweep.next_at = now + sweep.every_seconds
        try:
            close_old_connections()
            with all_tenants():
                sweep.run()
        except (OperationalError, InterfaceError) as error:
            logger.warning("sweeper.no_database", extra={"sweep": sweep.name, "reason": type(error).__name__})
        except Exception:
            # One broken sweep must not stop the others.
            logger.exception("sweeper.failed", extra={"sweep": sweep.name})


def run_forever(stopping: Callable[[], bool]) -> None:
    """Sweep until `stopping()` is true."""
    due = sweeps()
    while not stopping():
        sweep_once(due, now=time.monotonic())
        time.sleep(0.2)
