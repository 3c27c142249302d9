"""Saying goodbye under daphne, which stops without a word to its applications."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Any


def before_daphne_stops(work: Callable[[], Awaitable[None]]) -> None:
    """Have `work` done before the running loop's server stops, if that is daphne.

    Other servers cancel their applications. Daphne 4.2 means to, but trips over connections that have none.
    """
    reactor: Any = sys.modules.get("twisted.internet.reactor")
    if getattr(reactor, "_asyncioEventloop", None) is not asyncio.get_running_loop():
        return
    from twisted.internet.defer import Deferred

    reactor.addSystemEventTrigger(
        "before", "shutdown", lambda: Deferred.fromFuture(asyncio.ensure_future(work()))
    )
