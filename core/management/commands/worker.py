"""`manage.py worker inbound interactive`: carry out jobs of these queues, in this process."""

from __future__ import annotations

import argparse
import logging
import signal
import threading
import time
from types import FrameType
from typing import Any, Protocol

import redis
from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.module_loading import import_string
from rq import SimpleWorker
from rq.serializers import JSONSerializer

from core import jobs

logger = logging.getLogger(__name__)

_SECONDS_BETWEEN_TRIES = 1.0


class WorkerLoop(Protocol):
    """A thread of its own that looks for work by itself, so that it goes on without Redis."""

    def start(self) -> None: ...
    def stop(self, *, timeout_seconds: float) -> None: ...


class QuietWorker(SimpleWorker):
    """Runs jobs in this process (forking costs 10 to 50 times as much); the signals are ours."""

    def _install_signal_handlers(self) -> None:
        """The command handles them."""

    def handle_job_failure(self, job: Any, *args: Any, **kwargs: Any) -> None:
        logger.error("worker.job_failed", extra={"job": job.kwargs.get("name"), "ids": job.kwargs.get("ids")})
        super().handle_job_failure(job, *args, **kwargs)


class Command(BaseCommand):
    help = "Carry out jobs of the given queues, the first ones first."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("queues", nargs="+", choices=jobs.QUEUES)

    def handle(self, *args: Any, queues: list[str], **options: Any) -> None:
        stopping = threading.Event()
        loops: list[WorkerLoop] = [
            import_string(path)() for queue, path in settings.WORKER_LOOPS.items() if queue in queues
        ]
        worker: QuietWorker | None = None

        def stop(signum: int, frame: FrameType | None) -> None:
            stopping.set()
            if worker is not None:
                worker._stop_requested = True

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)
        for loop in loops:
            loop.start()
        while not stopping.is_set():
            try:
                # No socket time-out: the worker waits for jobs in a blocking call.
                connection = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2)
                worker = QuietWorker(
                    [jobs.queue(name, connection) for name in queues],
                    connection=connection,
                    serializer=JSONSerializer,
                    default_result_ttl=0,
                )
                worker.work(logging_level="WARNING", max_idle_time=None)
            except (redis.RedisError, OSError) as error:
                # The database is the record of what is due: the loops and the scheduler go on without Redis.
                logger.warning("worker.no_redis", extra={"reason": type(error).__name__})
                time.sleep(_SECONDS_BETWEEN_TRIES)
        for loop in loops:
            loop.stop(timeout_seconds=20)
