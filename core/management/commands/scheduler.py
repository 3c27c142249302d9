"""`manage.py scheduler`: find what is due and was not rung for."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand

from core import sweeper


class Command(BaseCommand):
    help = "Look at the database every few seconds for work that is due."

    def handle(self, *args: Any, **options: Any) -> None:
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        sweeper.run_forever(stopping.is_set)
