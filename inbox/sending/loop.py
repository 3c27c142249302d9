"""The thread that runs the senders of a worker process.

A bell wakes it at once; without one it looks at the database each second, so that sending needs no Redis.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from contextlib import suppress

from django.db import Error as DatabaseError
from django.db import connection

from inbox.sending.channel import ChannelSender, load
from inbox.sending.database import across_tenants
from integrations.whatsapp.client import close_loop_session

logger = logging.getLogger(__name__)

_LOOK_EVERY_SECONDS = 1.0

_DUE_CHANNELS = """
SELECT c.id FROM integrations_channel c JOIN (
    SELECT DISTINCT channel_id FROM inbox_sendattempt WHERE state = 'pending' AND due_at <= now()
    UNION
    SELECT DISTINCT substring(lane FROM 9)::bigint FROM core_outboxitem
    WHERE state = 'pending' AND due_at <= now() AND lane LIKE 'channel:%%') due ON due.channel_id = c.id
WHERE c.is_active AND c.trouble_since IS NULL
"""


def due_channels() -> set[int]:
    """Return the channels that have something to send now; across tenants."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE_CHANNELS, [])
        return {pk for (pk,) in cursor.fetchall()}


class SenderLoop:
    """Runs one `ChannelSender` for each channel that has something due. A slow channel holds up no other."""

    running: SenderLoop | None = None

    def __init__(self) -> None:
        self._thread = threading.Thread(target=self._main, name="senders", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._senders: dict[int, ChannelSender] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._rung: set[int] = set()
        self._moved: asyncio.Event | None = None
        self._is_stopping = False

    def start(self) -> None:
        SenderLoop.running = self
        self._thread.start()

    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def stop(self, *, timeout_seconds: float) -> None:
        """Claim nothing more, let calls in flight finish, write their outcomes, and end."""
        SenderLoop.running = None
        if self._loop is None:
            self._is_stopping = True
        else:
            # Its own thread is told: one that found out by itself could be gone before it is told.
            self._loop.call_soon_threadsafe(self._stop_senders)
        self._thread.join(timeout_seconds)

    def wake(self, channel_id: int) -> None:
        """Look at a channel at once; from any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._ring, channel_id)

    def _main(self) -> None:
        try:
            asyncio.run(self._run())
        finally:
            self._loop = None  # whoever stops the worker must not speak to a loop that is closed

    async def _run(self) -> None:
        self._loop, self._moved = asyncio.get_running_loop(), asyncio.Event()
        look_at = 0.0
        while not self._is_stopping:
            # Also between bells that never cease: what becomes due by itself has none.
            if time.monotonic() >= look_at:
                self._rung |= await self._due_by_looking()
                look_at = time.monotonic() + _LOOK_EVERY_SECONDS
            await self._start_due()
            with suppress(TimeoutError):
                async with asyncio.timeout(look_at - time.monotonic()):
                    await self._moved.wait()
            self._moved.clear()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        await close_loop_session()

    async def _due_by_looking(self) -> set[int]:
        try:
            return await across_tenants(due_channels)
        except DatabaseError as error:
            logger.warning("senders.no_database", extra={"reason": type(error).__name__})
            return set()

    async def _start_due(self) -> None:
        rung, self._rung = self._rung, set()
        for channel_id in rung:
            if channel_id in self._tasks:
                self._senders[channel_id].wake()
                continue
            sender = await self._sender(channel_id)
            if sender is not None and not self._is_stopping:
                self._start(channel_id, sender)

    async def _sender(self, channel_id: int) -> ChannelSender | None:
        try:
            line = await across_tenants(lambda: load(channel_id))
            return None if line is None else ChannelSender(line)
        except Exception as error:
            # One whose token cannot be read, or is none, must not silence the channels of everybody else.
            logger.warning(
                "senders.no_channel", extra={"channel": channel_id, "reason": type(error).__name__}
            )
            return None

    def _start(self, channel_id: int, sender: ChannelSender) -> None:
        task = asyncio.create_task(sender.run(), name=f"channel {channel_id}")
        self._senders[channel_id], self._tasks[channel_id] = sender, task
        task.add_done_callback(lambda done: self._ended(channel_id, done))

    def _ended(self, channel_id: int, task: asyncio.Task[None]) -> None:
        del self._senders[channel_id], self._tasks[channel_id]
        if not task.cancelled() and task.exception() is not None:
            logger.error("senders.sender_broke", extra={"channel": channel_id}, exc_info=task.exception())

    def _ring(self, channel_id: int) -> None:
        self._rung.add(channel_id)
        if self._moved is not None:
            self._moved.set()

    def _stop_senders(self) -> None:
        self._is_stopping = True
        for sender in self._senders.values():
            sender.stop()
        if self._moved is not None:
            self._moved.set()
