"""`manage.py worker inbound interactive`: carry out jobs of these queues, in this process."""

from __future__ import annotations

import argparse
import logging
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Any, Protocol

import redis
from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.module_loading import import_string
from rq import Queue, SimpleWorker
from rq.exceptions import StopRequested
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.worker import WorkerStatus

from core import garbage, heartbeats, jobs

logger = logging.getLogger(__name__)

_SECONDS_BETWEEN_TRIES = 1.0
_SECONDS_BETWEEN_HEARTBEATS = 5.0
# The longest that a job may take before the worker counts as stuck.
_PATIENCE_SECONDS = 300.0
# Less 15 seconds it is how long the worker waits for a job before it looks around.
_WORKER_TTL_SECONDS = 20


class WorkerLoop(Protocol):
    """A thread of its own that looks for work by itself, so that it goes on without Redis."""

    def start(self) -> None: ...
    def is_alive(self) -> bool: ...
    def stop(self, *, timeout_seconds: float) -> None: ...


class QuietWorker(SimpleWorker):
    """Runs jobs in this process (forking costs 10 to 50 times as much); the signals are ours."""

    # It stands in for Redis coming back, which nobody should notice late.
    max_connection_wait_time = 2.0
    on_sign: Callable[[], None]
    _heartbeat_due = 0.0

    def heartbeat(self, *args: Any, **kwargs: Any) -> None:
        self.on_sign()
        # RQ tells Redis around each job, which takes as long as a short job; its own patience is over a minute.
        if time.monotonic() >= self._heartbeat_due:
            self._heartbeat_due = time.monotonic() + _SECONDS_BETWEEN_HEARTBEATS
            super().heartbeat(*args, **kwargs)

    def _install_signal_handlers(self) -> None:
        """The command handles them."""

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Do what a bell asks for. RQ would write down each step of a run: four times the work of a short job.

        Nobody reads that: a bell says where to look, and what a killed worker left lying is found by the sweeper.
        """
        self._state = WorkerStatus.BUSY
        try:
            jobs.run(**job.kwargs)
        except Exception:
            told = {"job": job.kwargs.get("name"), "ids": job.kwargs.get("ids")}
            logger.exception("worker.job_failed", extra=told)
        finally:
            self._state = WorkerStatus.IDLE
            with self.connection.pipeline() as pipeline:
                pipeline.delete(job.key)
                pipeline.lrem(queue.intermediate_queue_key, 1, job.id)
                pipeline.execute()


class Command(BaseCommand):
    help = "Carry out jobs of the given queues, the first ones first."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("queues", nargs="+", choices=jobs.QUEUES)

    def handle(self, *args: Any, queues: list[str], **options: Any) -> None:
        stopping = threading.Event()
        loops: list[WorkerLoop] = [
            import_string(path)() for queue, path in settings.WORKER_LOOPS.items() if queue in queues
        ]
        pulse = heartbeats.Pulse(*map(heartbeats.of_worker, queues), patience_seconds=_PATIENCE_SECONDS)
        worker: QuietWorker | None = None

        def stop(signum: int, frame: FrameType | None) -> None:
            stopping.set()
            if worker is None:
                return
            if worker.get_state() == WorkerStatus.BUSY:
                worker._stop_requested = True
            else:
                # It waits for a job, or for Redis, and would go on waiting.
                raise StopRequested

        def sign() -> None:
            pulse.sign()
            if not all(loop.is_alive() for loop in loops):
                # Whoever started this process starts another one, with all its loops.
                raise SystemExit("a loop of the worker has ended")

        garbage.settle()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)
        for loop in loops:
            loop.start()
        pulse.start()
        try:
            while not stopping.is_set():
                sign()
                try:
                    worker = self._worker(queues, sign)
                    worker.work(logging_level="WARNING", max_idle_time=None)
                except (redis.RedisError, OSError) as error:
                    # The database is the record of what is due: the loops and the scheduler go on without Redis.
                    logger.warning("worker.no_redis", extra={"reason": type(error).__name__})
                stopping.wait(_SECONDS_BETWEEN_TRIES)
        except StopRequested:
            logger.debug("worker.stopped_waiting")
        finally:
            worker = None
            for loop in loops:
                loop.stop(timeout_seconds=21)
            pulse.stop()

    def _worker(self, queues: list[str], on_sign: Callable[[], None]) -> QuietWorker:
        # No socket time-out: the worker waits for jobs in a blocking call.
        connection = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2)
        worker = QuietWorker(
            [jobs.queue(name, connection) for name in queues],
            connection=connection,
            serializer=JSONSerializer,
            default_result_ttl=0,
            worker_ttl=_WORKER_TTL_SECONDS,
        )
        worker.on_sign = on_sign
        return worker
