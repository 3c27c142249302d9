"""Doorbells to the hubs of all web processes, through the channel layer.

They say "organisation is at S" and carry the unnumbered signals (typing, viewing). Both may be lost. One long-lived
loop a process sends them: `async_to_sync(group_send)` in each request would open connections at each call.
"""

from __future__ import annotations

import asyncio
from typing import Any

from channels.layers import get_channel_layer

from core.ringing import Ringer

Bell = tuple[str, dict[str, Any]]

# The hubs leave more between two deliveries of a stream; what they would hear besides only costs them.
_SPACING_SECONDS = 0.02


def group_of(organization_id: int) -> str:
    """Name of the channel-layer group that the hubs of an organisation listen to."""
    return f"organization.{organization_id}"


class _Sender:
    def __init__(self) -> None:
        self._runner: asyncio.Runner | None = None

    def __call__(self, bells: list[Bell]) -> None:
        if self._runner is None:
            self._runner = asyncio.Runner()
        try:
            self._runner.run(self._send(bells))
        except BaseException:
            # The layer keeps connections per loop: a fresh loop is the sure way to fresh connections.
            self._runner.close()
            self._runner = None
            raise

    async def _send(self, bells: list[Bell]) -> None:
        layer = get_channel_layer()
        if layer is None:
            return
        async with asyncio.timeout(3):
            for group, message in bells:
                await layer.group_send(group, message)


def _further(waiting: Bell, newer: Bell) -> Bell:
    """Of two bells the one with the greater number: two threads may ring in another order than they committed."""
    return waiting if waiting[1].get("seq", 0) > newer[1].get("seq", 0) else newer


_ringer: Ringer[Bell] = Ringer("bells", _Sender(), spacing_seconds=_SPACING_SECONDS, choose=_further)


def events_at(organization_id: int, seq: int) -> None:
    """Tell the hubs that an organisation's events now reach `seq`."""
    message = {"type": "bell", "organization_id": organization_id, "seq": seq}
    _ringer.ring(("events", organization_id), (group_of(organization_id), message))


def signal(organization_id: int, key: str, data: dict[str, Any]) -> None:
    """Send an unnumbered signal to the hubs; of equal keys that wait only the newest goes out."""
    message = {"type": "signal", "organization_id": organization_id, "data": data}
    _ringer.ring(("signal", organization_id, key), (group_of(organization_id), message))
