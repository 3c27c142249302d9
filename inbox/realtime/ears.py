"""Listens to the channel layer. What it hears only shortens the wait: the table is looked at anyway."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from channels.layers import get_channel_layer

from core.bells import group_of
from inbox.realtime.limits import LAYER_SECONDS

logger = logging.getLogger(__name__)

_LONGEST_PAUSE_SECONDS = 15.0


class Ears:
    """One channel of the layer for a whole process, in the groups of all organisations that have sockets here.

    Args:
        hear: called with each message.
    """

    def __init__(self, hear: Callable[[dict[str, Any]], None]) -> None:
        self._hear = hear
        self._layer: Any = get_channel_layer()
        self._wanted: set[str] = set()
        self._changed = asyncio.Event()

    def listen_to(self, organization_id: int) -> None:
        self._wanted.add(group_of(organization_id))
        self._changed.set()

    def forget(self, organization_id: int) -> None:
        self._wanted.discard(group_of(organization_id))
        self._changed.set()

    async def run(self) -> None:
        """Listen for ever; the layer's trouble is waited out."""
        pause = 1.0
        while True:
            started = asyncio.get_running_loop().time()
            try:
                async with asyncio.timeout(LAYER_SECONDS):
                    channel = await self._layer.new_channel()
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(self._receive(channel))
                    tasks.create_task(self._subscribe(channel))
            except Exception as error:  # of whatever layer
                logger.warning("realtime.deaf", extra={"reason": repr(error)[:200]})
            if asyncio.get_running_loop().time() - started > 4 * _LONGEST_PAUSE_SECONDS:
                pause = 1.0
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    async def _receive(self, channel: str) -> None:
        while True:
            message = await self._layer.receive(channel)
            try:
                self._hear(message)
            except Exception:
                # One odd message is no reason to hear nothing more.
                logger.exception("realtime.odd_message")

    async def _subscribe(self, channel: str) -> None:
        joined: set[str] = set()
        while True:
            self._changed.clear()
            for group in self._wanted - joined:
                async with asyncio.timeout(LAYER_SECONDS):
                    await self._layer.group_add(group, channel)
                joined.add(group)
            for group in joined - self._wanted:
                async with asyncio.timeout(LAYER_SECONDS):
                    await self._layer.group_discard(group, channel)
                joined.discard(group)
            await self._changed.wait()
