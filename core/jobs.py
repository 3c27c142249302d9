"""Jobs: doorbells for workers.

A job says where to look, never what to do: it may be lost, may run twice, and is never retried by the queue. The
table `settings.JOBS` maps its name to a queue and a function; `core.sweeper` finds what a lost bell left lying.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cache
from typing import Any

import orjson
import redis
import structlog
from django.conf import settings
from django.db import close_old_connections, connection
from django.utils.module_loading import import_string
from rq import Queue
from rq.serializers import JSONSerializer

from core.events import current_work
from core.ringing import Ringer
from core.tenancy import all_tenants, tenant_scope

logger = logging.getLogger(__name__)

QUEUES = ("inbound", "interactive", "ai", "bulk")
_KEPT_SECONDS = 60
_ONCE_MILLISECONDS = 2_000
# A batch of the intake costs as much as fifty of its items: a stream of webhooks shall not be taken in one by one.
_SPACING_SECONDS = 0.02

Hint = tuple[str, dict[str, Any]]


@cache
def redis_client() -> redis.Redis:
    """The process's client for queues, with short time-outs: nobody waits long for a hint."""
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=1)


def queue(name: str, connection: redis.Redis | None = None) -> Queue:
    """Return the RQ queue, with JSON as serializer (a pickle in Redis would run code)."""
    return Queue(name, connection=connection or redis_client(), serializer=JSONSerializer)


def _mark(name: str, ids: dict[str, Any]) -> str:
    return f"bandeja:bell:{name}:{orjson.dumps(ids, option=orjson.OPT_SORT_KEYS).decode()}"


def _enqueue(hints: list[Hint]) -> None:
    client = redis_client()
    for name, ids in hints:
        # One waiting bell is enough; the mark goes when the job starts, or by itself if the job is lost.
        if client.set(_mark(name, ids), 1, nx=True, px=_ONCE_MILLISECONDS):
            queue_name, _ = settings.JOBS[name]
            with client.pipeline() as together:
                queue(queue_name, client).enqueue(
                    "core.jobs.run",
                    kwargs={"name": name, "ids": ids},
                    result_ttl=0,
                    failure_ttl=_KEPT_SECONDS,
                    ttl=_KEPT_SECONDS,
                    job_timeout=-1,
                    pipeline=together,
                )
                together.execute()


_ringer: Ringer[Hint] = Ringer("jobs", _enqueue, spacing_seconds=_SPACING_SECONDS)


def ring(name: str, **ids: int | str) -> None:
    """Wake the worker of a job now; from any thread or loop, without waiting.

    Args:
        name: a key of `settings.JOBS`.
        ids: where to look; `organization_id` opens the tenant's scope around the job.
    """
    _ringer.ring(_mark(name, ids), (name, ids))


def ring_later(name: str, seconds: float, **ids: int | str) -> None:
    """Wake the worker of a job in a while, for what others have in hand now."""
    _ringer.ring(_mark(name, ids), (name, ids), after_seconds=seconds)


def ring_after_commit(name: str, **ids: int | str) -> None:
    """Ring once the present service has committed."""
    current_work().rings[_mark(name, ids)] = lambda: ring(name, **ids)


@cache
def _function(name: str) -> Callable[..., Any]:
    _, path = settings.JOBS[name]
    return import_string(path)  # type: ignore[no-any-return]  # import_string returns Any


def close_idle_connections() -> None:
    """Give connections back, as between requests; in a transaction, such as a test's, it is still needed."""
    if not connection.in_atomic_block:
        close_old_connections()


def run(name: str, ids: dict[str, Any], was_rung: bool = True) -> None:
    """Run a job in this thread, within its tenant's scope.

    Args:
        was_rung: a bell brought it here, whose mark has to go so that the next one is heard.
    """
    if was_rung:
        try:
            redis_client().delete(_mark(name, ids))
        except (redis.RedisError, OSError):
            # The mark expires by itself; a job can run while Redis is away.
            logger.debug("jobs.mark_left", extra={"job": name})
    close_idle_connections()
    organization_id = ids.get("organization_id")
    # A job that names an organisation gets that one or nothing, also when the id is none.
    scope = tenant_scope(ids["organization_id"]) if "organization_id" in ids else all_tenants()
    try:
        with scope, structlog.contextvars.bound_contextvars(job=name, organization_id=organization_id):
            _function(name)(**ids)
    finally:
        close_idle_connections()
