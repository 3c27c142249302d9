"""A thread that carries out hints, so that no request waits for Redis and none fails when Redis is away."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

logger = logging.getLogger(__name__)

_QUIET_SECONDS_AFTER_TROUBLE = 1.0

T = TypeVar("T")


class Ringer(Generic[T]):
    """Delivers hints from one daemon thread; of equal ones that wait, only one.

    A hint may be lost: what it announces stands in the database, where others look by themselves.

    Args:
        deliver: carries out a batch; called in the thread, again and again.
        spacing_seconds: between two equal hints. The first goes out at once; of a stream that follows, whoever hears
            them shall do much at a time and not little again and again.
        choose: between one that waits and an equal one that comes; the newer by default.
    """

    def __init__(
        self,
        name: str,
        deliver: Callable[[list[T]], None],
        *,
        spacing_seconds: float = 0.0,
        choose: Callable[[T, T], T] = lambda _, newer: newer,
    ) -> None:
        self._name = name
        self._deliver = deliver
        self._spacing = spacing_seconds
        self._choose = choose
        self._delivered_at: dict[Hashable, float] = {}
        self._waiting: dict[Hashable, T] = {}
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._pid = 0

    def ring(self, key: Hashable, hint: T, *, after_seconds: float = 0.0) -> None:
        """Deliver `hint` soon. Never waits, never raises for a provider's trouble.

        Args:
            after_seconds: not before.
        """
        with self._lock:
            self._waiting[key] = self._choose(self._waiting[key], hint) if key in self._waiting else hint
            if after_seconds:
                self._delivered_at[key] = time.monotonic() + after_seconds - self._spacing
            if self._thread is None or not self._thread.is_alive() or self._pid != os.getpid():
                self._pid = os.getpid()
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()
        self._wake.set()

    def _run(self) -> None:
        pause: float | None = None
        while True:
            self._wake.wait(pause)
            self._wake.clear()
            batch, pause = self._take_due(time.monotonic())
            if not batch:
                continue
            try:
                self._deliver(batch)
            except Exception as error:
                # Whatever went wrong, the thread must live on: the database is looked at anyway.
                logger.warning(
                    "ringing.unheard",
                    extra={"bell": self._name, "count": len(batch), "reason": repr(error)[:200]},
                )
                time.sleep(_QUIET_SECONDS_AFTER_TROUBLE)

    def _take_due(self, now: float) -> tuple[list[T], float | None]:
        """Return the hints that may go out now, and the seconds until the next of those that wait."""
        with self._lock:
            since = now - self._spacing
            recent = {key: at for key, at in self._delivered_at.items() if at > since}
            due = [key for key in self._waiting if key not in recent]
            batch = [self._waiting.pop(key) for key in due]
            self._delivered_at = recent | dict.fromkeys(due, now)
            pause = min((recent[key] - since for key in self._waiting), default=None)
            return batch, pause
