"""The loops of a worker end when they are told, whoever is quicker."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any

import pytest

from inbox.files.loop import FetcherLoop
from inbox.sending.loop import SenderLoop

PATIENCE_SECONDS = 60.0


class SlowHand:
    """Reaches the loop later than the loop would need to look around by itself, as on a busy machine."""

    def __init__(self, loop: asyncio.AbstractEventLoop, thread: threading.Thread) -> None:
        self._loop, self._thread = loop, thread

    def call_soon_threadsafe(self, *words: Any) -> None:
        self._thread.join(2)
        self._loop.call_soon_threadsafe(*words)


@pytest.mark.parametrize("kind", [SenderLoop, FetcherLoop])
def test_a_loop_that_is_told_late_still_ends_in_order(
    transactional_db: None, kind: type[SenderLoop] | type[FetcherLoop]
) -> None:
    started = kind()
    started.start()
    end = time.monotonic() + PATIENCE_SECONDS
    while started._moved is None:
        assert time.monotonic() < end, "the loop never began"
        time.sleep(0.01)
    assert started._loop is not None
    started._loop = SlowHand(started._loop, started._thread)  # type: ignore[assignment]  # stands in for it
    started.stop(timeout_seconds=PATIENCE_SECONDS)
    assert not started.is_alive()
