from __future__ import annotations

import asyncio

from integrations.whatsapp.patience import Patience


async def test_whoever_waits_too_long_is_given_up_once_and_nobody_else() -> None:
    given_up: list[str] = []
    patience: Patience[str] = Patience(0.16, given_up.append)
    patience.begin("slow")
    patience.begin("quick")
    assert patience.end("quick")
    await asyncio.sleep(0.1)
    patience.begin("late")
    await asyncio.sleep(0.1)
    assert given_up == ["slow"]
    assert not patience.end("slow")
    assert patience.end("late")
    await asyncio.sleep(0.2)
    assert given_up == ["slow"]


async def test_it_looks_only_while_somebody_waits() -> None:
    patience: Patience[str] = Patience(0.08, lambda name: None)
    patience.begin("a")
    patience.end("a")
    await asyncio.sleep(0.05)
    assert not patience._is_looking
    patience.begin("b")
    assert patience._is_looking
    await asyncio.sleep(0.15)
    assert not patience.end("b")
    assert not patience._is_looking
