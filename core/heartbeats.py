"""Processes that no request reaches say that they work: rows in the database, so that it is known without Redis."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence

from django.db import Error as DatabaseError
from django.db import connection

logger = logging.getLogger(__name__)

EVERY_SECONDS = 5.0
SCHEDULER = "scheduler"


def of_worker(queue: str) -> str:
    """Return the name under which the workers of a queue beat."""
    return f"worker:{queue}"


def beat(names: Sequence[str]) -> None:
    """Note that these work now, by the database's clock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_heartbeat (name, at) SELECT unnest(%s::text[]), now()"
            " ON CONFLICT (name) DO UPDATE SET at = EXCLUDED.at",
            [sorted(names)],
        )


class Pulse:
    """Beats from a thread for as long as the main thread gives signs: a beat says more than "the process exists".

    Args:
        patience_seconds: the longest that one piece of work may take before it counts as stuck.
    """

    def __init__(self, *names: str, patience_seconds: float) -> None:
        self._names = names
        self._patience_seconds = patience_seconds
        self._signed_at = time.monotonic()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pulse", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()

    def sign(self) -> None:
        """Show that the main thread goes on."""
        self._signed_at = time.monotonic()

    def _run(self) -> None:
        while True:
            if time.monotonic() - self._signed_at < self._patience_seconds:
                self._beat()
            if self._stopping.wait(EVERY_SECONDS):
                return

    def _beat(self) -> None:
        try:
            beat(self._names)
        except DatabaseError as error:
            # Health says so by itself: it asks the same database.
            logger.warning("heartbeats.no_database", extra={"reason": type(error).__name__})
        finally:
            connection.close()
