"""Looking an app up while the database hangs."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from integrations.whatsapp import apps_cache
from integrations.whatsapp.apps_cache import AppsCache, LookUpFailed
from integrations.whatsapp.connection import Link


class _Hanging:
    """A connection that nobody answers on; its first user waits for ever."""

    def __init__(self) -> None:
        self.opened = self.discarded = 0

    async def open(self) -> Any:
        self.opened += 1
        await asyncio.Event().wait()

    async def discard(self) -> None:
        self.discarded += 1


def test_whoever_waits_for_their_turn_waits_no_longer_than_agreed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apps_cache, "LOOK_UP_SECONDS", 0.3)
    link = _Hanging()

    async def look_up() -> list[object]:
        cache = AppsCache(cast(Link, link))
        return list(
            await asyncio.gather(*(cache.find(f"key-{n}") for n in range(20)), return_exceptions=True)
        )

    answers = asyncio.run(look_up())
    assert [type(one) for one in answers] == [LookUpFailed] * 20
    # The others gave up in the queue, and left the connection of the one who had it alone.
    assert (link.opened, link.discarded) == (1, 1)
