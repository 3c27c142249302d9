"""The thread that fetches files in a worker process, some of each number at a time.

A bell wakes it at once; without one it looks at the database each second, so that files need no Redis.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from datetime import UTC, datetime
from functools import partial

from django.conf import settings
from django.db import Error as DatabaseError

from core import outbox
from core.outbox import Due
from inbox.files import fetching, results
from inbox.files.fetching import Failure, Wanted
from inbox.files.inbound import LANE_PREFIX
from inbox.sending.database import across_tenants, in_scope
from integrations.whatsapp.client import GraphClient, close_loop_session

logger = logging.getLogger(__name__)

_LOOK_EVERY_SECONDS = 1.0
_MOST_AT_ONCE = 16
_EXTEND_EVERY_SECONDS = 20.0
_MOST_TRIES = 30_000
_STOP_PATIENCE_SECONDS = 5.0


class FetcherLoop:
    """Fetches what is due. The files of a number that floods wait for one another, and for nobody else."""

    running: FetcherLoop | None = None

    def __init__(self) -> None:
        self._thread = threading.Thread(target=self._main, name="fetcher", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._moved: asyncio.Event | None = None
        self._tasks: dict[asyncio.Task[None], str] = {}  # with the lane of each
        self._is_stopping = False

    def start(self) -> None:
        FetcherLoop.running = self
        self._thread.start()

    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def stop(self, *, timeout_seconds: float) -> None:
        """Begin nothing more, and leave what is under way: its lease runs out, and it is fetched anew."""
        FetcherLoop.running = None
        if self._loop is None:
            self._is_stopping = True
        else:
            # Its own thread is told: one that found out by itself could be gone before it is told.
            self._loop.call_soon_threadsafe(self._begin_to_stop)
        self._thread.join(timeout_seconds)

    def wake(self) -> None:
        """Look at once; from any thread."""
        if self._loop is not None and self._moved is not None:
            self._loop.call_soon_threadsafe(self._moved.set)

    def _begin_to_stop(self) -> None:
        self._is_stopping = True
        if self._moved is not None:
            self._moved.set()

    def _main(self) -> None:
        try:
            asyncio.run(self._run())
        finally:
            self._loop = None  # whoever stops the worker must not speak to a loop that is closed

    async def _run(self) -> None:
        self._loop, self._moved = asyncio.get_running_loop(), asyncio.Event()
        while not self._is_stopping:
            self._moved.clear()
            try:
                await self._begin_due()
            except DatabaseError as error:
                logger.warning("fetcher.no_database", extra={"reason": type(error).__name__})
            try:
                async with asyncio.timeout(_LOOK_EVERY_SECONDS):
                    await self._moved.wait()
            except TimeoutError:
                continue
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_STOP_PATIENCE_SECONDS)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await close_loop_session()

    async def _begin_due(self) -> None:
        for lane in await across_tenants(lambda: outbox.due_lanes(LANE_PREFIX)):
            room = min(self._room(lane), _MOST_AT_ONCE - len(self._tasks))
            if room <= 0:
                continue
            for item in await across_tenants(partial(outbox.claim, lane, limit=room)):
                task = asyncio.create_task(self._carry_out(item))
                self._tasks[task] = lane
                task.add_done_callback(self._ended)

    def _room(self, lane: str) -> int:
        return settings.MEDIA_DOWNLOADS - sum(1 for other in self._tasks.values() if other == lane)

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._tasks[task]
        if not task.cancelled() and task.exception() is not None:
            # Its lease runs out, and it is tried again.
            logger.error("fetcher.broke", exc_info=task.exception())
        if self._moved is not None:
            self._moved.set()

    async def _carry_out(self, item: Due) -> None:
        lease = _Lease(item)
        keeper = asyncio.create_task(lease.keep())
        try:
            attachment_id = int(item.payload["attachment"])
            wanted = await in_scope(item.organization_id, lambda: fetching.load(attachment_id))
            failure = None if wanted is None else await _tried(wanted)
        finally:
            keeper.cancel()
        if wanted is None or failure is None:
            await across_tenants(lambda: outbox.finish([lease.item]))
        else:
            await _put_off(lease.item, wanted, failure)


class _Lease:
    """Keeps a claimed item ours while a large file comes."""

    def __init__(self, item: Due) -> None:
        self.item = item

    async def keep(self) -> None:
        while True:
            await asyncio.sleep(_EXTEND_EVERY_SECONDS)
            try:
                extended = await across_tenants(lambda: outbox.extend(self.item))
            except DatabaseError:
                # The lease holds for longer than one turn.
                continue
            if extended is None:
                return
            self.item = extended


async def _tried(wanted: Wanted) -> Failure | None:
    try:
        return await _fetch(wanted)
    except DatabaseError:
        # Nothing can be written down either: the lease runs out, and it is tried again.
        raise
    except Exception:
        logger.exception("fetcher.unexpected", extra={"attachment": wanted.attachment_id})
        return Failure("unexpected")


async def _fetch(wanted: Wanted) -> Failure | None:
    if wanted.access_token is None:
        return Failure("channel_inactive")
    client = GraphClient(settings.WHATSAPP_GRAPH_URL, settings.WHATSAPP_GRAPH_VERSION, wanted.access_token)
    return await fetching.fetch(wanted, client)


async def _put_off(item: Due, wanted: Wanted, failure: Failure) -> None:
    """Say why it failed, and try again later, unless that makes no sense any more."""
    wait = fetching.wait_seconds(item.attempts)
    is_final = fetching.is_last_try(wanted, failure.code, wait=wait, now=datetime.now(UTC))
    logger.warning(
        "fetcher.failed",
        extra={
            "attachment": wanted.attachment_id,
            "reason": failure.code,
            "detail": failure.detail,
            "try": item.attempts,
        },
    )
    await in_scope(
        wanted.organization_id,
        lambda: results.note_failure(wanted.attachment_id, failure.code, failure.detail, is_final=is_final),
    )
    if is_final:
        await across_tenants(lambda: outbox.finish([item]))
    else:
        await across_tenants(
            lambda: outbox.put_off(item, seconds=wait, reason=failure.code, most_attempts=_MOST_TRIES)
        )
