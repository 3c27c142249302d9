"""`manage.py scheduler`: find what is due and was not rung for."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from core import heartbeats, sweeper

# The longest that one sweep may take before the scheduler counts as stuck.
_PATIENCE_SECONDS = 120.0


class Command(BaseCommand):
    help = "Look at the database every few seconds for work that is due."

    def handle(self, *args: Any, **options: Any) -> None:
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        pulse = heartbeats.Pulse(heartbeats.SCHEDULER, patience_seconds=_PATIENCE_SECONDS)
        pulse.start()
        sweeper.run_forever(stopping.is_set, sign=pulse.sign)
        pulse.stop()
