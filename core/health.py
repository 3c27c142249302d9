"""Whether this copy works: `/health/live` says that the process answers, `/health/ready` that it can serve.

`ready` answers 503 when the database does not answer, when migrations are missing, or when work waits and nobody has
shown for a minute that they would do it. It answers 200 with status `degraded` when something is amiss that people
can work with: Redis is away (everything goes on, slower), a process that has nothing to do is silent, work has waited
for more than a minute, or the disk is nearly full.

What a tenant has to mend is no trouble of this copy: what waits for a number that Meta has stopped does not count. It
stands among the warnings instead, which change no status.

Everyone may see which part is well, since load balancers and people who wait ask without credentials. The figures
(ages, disk) and the warnings are for this machine, and for whoever sends BANDEJA_HEALTH_TOKEN as a bearer token. A
request that a proxy passed on is not from this machine.
"""

from __future__ import annotations

import logging
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import cache
from ipaddress import ip_address
from typing import Any, Generic, TypeVar

import psycopg
import redis
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, JsonResponse
from django.utils.crypto import constant_time_compare
from django.utils.module_loading import import_string
from django.views.decorators.http import require_safe
from psycopg import sql

from core import heartbeats

_DEADLINE_SECONDS = 1.5
_ABANDONED_SECONDS = 10.0
SILENT_SECONDS = 60.0
_LATE_SECONDS = 60.0
_DISK_LOW_BYTES = 500_000_000

logger = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Database:
    """What the database says.

    Attributes:
        missing_migrations: how many that this program has were not applied.
        beats: seconds since each process last beat.
        waiting: seconds for which the oldest piece of each kind of work has been due; None when none is.
        warnings: how many there are of what operators should know of; what there is none of is left out.
    """

    missing_migrations: int
    beats: dict[str, float]
    waiting: dict[str, float | None]
    warnings: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Report:
    """The judgement, part by part."""

    status: str
    database: str
    migrations: str
    redis: str
    scheduler: str
    workers: dict[str, str]
    disk: str


class Probe(Generic[T]):
    """Looks in a thread that nobody waits for longer than agreed; while one look hangs, others share it for a while."""

    def __init__(self, look: Callable[[], T]) -> None:
        self._look = look
        self._lock = threading.Lock()
        self._running: _Look[T] | None = None

    def begin(self) -> _Look[T]:
        """Return the look that is under way, else a new one."""
        with self._lock:
            if self._running is None or self._running.is_over:
                self._running = _Look(self._look)
            return self._running


class _Look(Generic[T]):
    def __init__(self, look: Callable[[], T]) -> None:
        self._began_at = time.monotonic()
        self._done = threading.Event()
        self._found: T | None = None
        threading.Thread(target=self._run, args=(look,), name="health", daemon=True).start()

    @property
    def is_over(self) -> bool:
        return self._done.is_set() or time.monotonic() > self._began_at + _ABANDONED_SECONDS

    def _run(self, look: Callable[[], T]) -> None:
        try:
            self._found = look()
        except (psycopg.Error, redis.RedisError, OSError) as error:
            # Nothing found is an answer, too.
            logger.warning("health.no_answer", extra={"of": look.__name__, "reason": type(error).__name__})
        finally:
            self._done.set()

    def result(self, until: float) -> T | None:
        """Return what was found, None when nothing was until then (a moment of `time.monotonic`)."""
        self._done.wait(max(0.0, until - time.monotonic()))
        return self._found


def look_at_database() -> Database:
    """Ask the database over a connection of our own: the pool's may all be waiting for it."""
    with psycopg.connect(**_connection_parameters()) as asked:
        asked.execute("SET statement_timeout = '1s'")
        missing = len(_migrations() - _applied(asked))
        if missing:
            # Without them the other tables may not be there.
            return Database(missing, {}, {})
        beats = asked.execute(
            "SELECT name, extract(epoch FROM now() - at)::float8 FROM core_heartbeat"
        ).fetchall()
        waiting = {name: asked.execute(query).fetchall()[0][0] for name, query in _backlogs().items()}
        counts = {name: asked.execute(query).fetchall()[0][0] for name, query in _warnings().items()}
    return Database(missing, dict(beats), waiting, {name: count for name, count in counts.items() if count})


def _applied(asked: psycopg.Connection[tuple[Any, ...]]) -> set[tuple[str, str]]:
    try:
        rows = asked.execute("SELECT app, name FROM django_migrations").fetchall()
    except psycopg.errors.UndefinedTable:
        return set()
    return {(app, name) for app, name in rows}


def look_at_redis() -> bool:
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
    try:
        return bool(client.ping())
    finally:
        client.close()


def _connection_parameters() -> dict[str, Any]:
    parameters = connection.get_connection_params()
    parameters.pop("pool", None)
    quick = {"connect_timeout": 2, "tcp_user_timeout": 5_000}
    return {**parameters, **quick, "autocommit": True, "row_factory": psycopg.rows.tuple_row}


@cache
def _migrations() -> set[tuple[str, str]]:
    return set(MigrationLoader(None).disk_migrations)


@cache
def _backlogs() -> dict[str, sql.Composed]:
    """Queries for how long the oldest piece of each kind of work has been due, by the database's clock."""
    queries = {}
    for name, (label, state, since, _, excuses) in settings.BACKLOGS.items():
        table = apps.get_model(label)._meta.db_table
        queries[name] = sql.SQL(
            "SELECT extract(epoch FROM now() - min({since}))::float8 FROM {table}"
            " WHERE state = {state} AND {since} <= now()"
        ).format(since=sql.Identifier(since), table=sql.Identifier(table), state=sql.Literal(state))
        for path in excuses:
            queries[name] += sql.SQL(" AND NOT ({})").format(sql.SQL(import_string(path)))
    return queries


@cache
def _warnings() -> dict[str, sql.SQL]:
    return {name: sql.SQL(import_string(path)) for name, path in settings.WARNINGS.items()}


def judge(database: Database | None, *, redis_answers: bool, disk_free_bytes: int) -> Report:
    """Say what is well and what is not."""
    if database is None:
        workers = dict.fromkeys(_queues(), "unknown")
        return Report(
            "down", "down", "unknown", _up(redis_answers), "unknown", workers, _disk(disk_free_bytes)
        )
    silent = {
        name
        for name in (heartbeats.SCHEDULER, *map(heartbeats.of_worker, _queues()))
        if database.beats.get(name, float("inf")) > SILENT_SECONDS
    }
    waiting = {name: age for name, age in database.waiting.items() if age is not None}
    # Whoever would have to do what waits: the worker of its queue, and the scheduler for bells that were lost.
    needed = {heartbeats.of_worker(settings.BACKLOGS[name][3]) for name in waiting}
    needed |= {heartbeats.SCHEDULER} if waiting else set()
    amiss = (
        silent
        or not redis_answers
        or disk_free_bytes < _DISK_LOW_BYTES
        or any(age > _LATE_SECONDS for age in waiting.values())
    )
    down = database.missing_migrations or needed & silent
    return Report(
        status="down" if down else "degraded" if amiss else "ok",
        database="up",
        migrations="missing" if database.missing_migrations else "applied",
        redis=_up(redis_answers),
        scheduler="silent" if heartbeats.SCHEDULER in silent else "up",
        workers={q: "silent" if heartbeats.of_worker(q) in silent else "up" for q in _queues()},
        disk=_disk(disk_free_bytes),
    )


def _queues() -> list[str]:
    """Queues whose work can be seen waiting."""
    return list(dict.fromkeys(queue for _, _, _, queue, _ in settings.BACKLOGS.values()))


def _up(is_up: bool) -> str:
    return "up" if is_up else "down"


def _disk(free_bytes: int) -> str:
    return "low" if free_bytes < _DISK_LOW_BYTES else "ok"


_database = Probe(look_at_database)
_redis = Probe(look_at_redis)


@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """Say that the process answers; it asks nobody else."""
    return JsonResponse({"status": "ok"})


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Say whether this copy can serve, within two seconds also when the database hangs."""
    # Read from disk once, before the clock runs.
    _migrations()
    until = time.monotonic() + _DEADLINE_SECONDS
    looks = _database.begin(), _redis.begin()
    database, redis_answers = looks[0].result(until), bool(looks[1].result(until))
    disk_free_bytes = shutil.disk_usage(settings.DATA_DIR).free
    report = judge(database, redis_answers=redis_answers, disk_free_bytes=disk_free_bytes)
    body: dict[str, Any] = asdict(report)
    if _may_see_figures(request):
        body["warnings"] = database.warnings if database else {}
        body["figures"] = {
            "disk_free_bytes": disk_free_bytes,
            "missing_migrations": database.missing_migrations if database else None,
            "seconds_since_heartbeat": _rounded(database.beats if database else {}),
            "seconds_waited_by_oldest": _rounded(database.waiting if database else {}),
        }
    response = JsonResponse(body, status=503 if report.status == "down" else 200)
    # Whoever asks every second need not fill the log: the looks have said what is wrong.
    response._has_been_logged = True  # type: ignore[attr-defined]  # Django's own mark
    return response


def _rounded(seconds: dict[str, Any]) -> dict[str, float | None]:
    return {name: None if value is None else round(value, 1) for name, value in seconds.items()}


def _may_see_figures(request: HttpRequest) -> bool:
    token = settings.HEALTH_TOKEN
    if token and constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {token}"):
        return True
    if any(name in request.headers for name in ("X-Forwarded-For", "X-Real-Ip", "Forwarded", "Via")):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR") or "").is_loopback
    except ValueError:
        return False
