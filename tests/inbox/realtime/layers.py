"""Channel layers that misbehave."""

from __future__ import annotations

from typing import Any

from channels.layers import InMemoryChannelLayer


class DeafLayer(InMemoryChannelLayer):  # type: ignore[misc]  # channels is not typed
    """Takes everything and delivers nothing."""

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        return


class BrokenLayer(InMemoryChannelLayer):  # type: ignore[misc]  # as above
    """Fails at whatever it is asked."""

    async def new_channel(self, prefix: str = "") -> str:
        raise ConnectionError("no layer today")

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        raise ConnectionError("no layer today")


class FlakyLayer(InMemoryChannelLayer):  # type: ignore[misc]  # as above
    """Loses its channel again and again."""

    async def receive(self, channel: str) -> dict[str, Any]:
        raise ConnectionError("gone again")
