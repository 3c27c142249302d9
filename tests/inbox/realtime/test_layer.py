"""Doorbells that are lost, late or false, and a layer that comes and goes: the table is what counts."""

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from channels.layers import get_channel_layer
from django.conf import LazySettings
from django.db import connection

from core.bells import group_of
from core.launcher.services import Services
from core.models import EventCounter, Membership
from inbox.realtime import hub as hub_module
from inbox.realtime.database import Head
from inbox.realtime.hub import Hub, hub
from tests.conftest import Cast
from tests.inbox.realtime.conftest import Inbox
from tests.inbox.realtime.lines import PATIENCE_SECONDS, sign_in
from tests.inbox.realtime.local import in_database, local_line

NEVER = 3_600.0


def use_layer(settings: LazySettings, backend: str, **config: object) -> None:
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": backend, "CONFIG": config}}


def use_valkey(settings: LazySettings, url: str) -> None:
    default = settings.CHANNEL_LAYERS["default"]
    host = default["CONFIG"]["hosts"][0] | {"address": url}
    settings.CHANNEL_LAYERS = {"default": {**default, "CONFIG": {**default["CONFIG"], "hosts": [host]}}}


@pytest.mark.parametrize("layer", ["DeafLayer", "BrokenLayer", "FlakyLayer"])
async def test_without_a_single_doorbell_everything_arrives(
    inbox: Inbox, settings: LazySettings, layer: str
) -> None:
    use_layer(settings, f"tests.inbox.realtime.layers.{layer}")
    here = hub()
    row = await in_database(inbox.chat)
    async with local_line(inbox.cast.ana) as ana:
        assert (await ana.read())["type"] == "hello"
        for _ in range(3):
            head = await in_database(inbox.receive, row, row)
            assert await ana.until(head) == list(range(1, head + 1))
    await here.close()


async def test_a_doorbell_needs_no_look(inbox: Inbox, own_hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_module, "LOOK_SECONDS", NEVER)
    row = await in_database(inbox.chat)
    async with local_line(inbox.cast.ana) as ana:
        await ana.read()
        await _rings(inbox)
        head = await in_database(inbox.receive, row)
        await ana.until(head)


async def test_false_doorbells_are_harmless(inbox: Inbox, own_hub: Hub) -> None:
    row = await in_database(inbox.chat)
    layer = get_channel_layer()
    group = group_of(inbox.organization.pk)
    async with local_line(inbox.cast.ana) as ana:
        await ana.read()
        await _rings(inbox)
        organization = inbox.organization.pk
        for message in (
            {"type": "bell", "organization_id": organization, "seq": 10**15},
            {"type": "bell", "organization_id": organization, "seq": "many"},
            {"type": "bell", "organization_id": 0, "seq": 1},
            {"type": "bell"},
            {"type": "signal", "organization_id": organization, "data": None},
            {"type": "signal", "organization_id": organization, "data": {"signal": "typing"}},
            {"type": "what"},
        ):
            await layer.group_send(group, message)
        head = await in_database(inbox.receive, row)
        assert await ana.until(head) == [1]


async def test_an_answer_that_is_older_than_what_was_delivered_is_no_restore(
    inbox: Inbox, own_hub: Hub
) -> None:
    """The look and the delivery ask at the same time, on two connections."""
    row = await in_database(inbox.chat)
    async with local_line(inbox.cast.ana) as ana:
        await ana.read()
        feed = own_hub.feed_of(inbox.organization.pk)
        assert feed is not None
        asked = Head(feed.stream_id, feed.head)
        await ana.until(await in_database(inbox.receive, row, row))
        feed.look(asked, delivered=asked.seq)
        assert await ana.until(await in_database(inbox.receive, row)) == [1, 2, 3]


async def test_the_layer_may_go_and_come_back(
    inbox: Inbox, settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "LOOK_SECONDS", 0.2)
    services = Services(tmp_path, database_url=os.environ["DATABASE_URL"], durable=False)
    valkey_url = (await asyncio.to_thread(services.start))["redis_url"]
    valkey = services.servers["valkey"]
    use_valkey(settings, valkey_url)
    here = hub()
    row = await in_database(inbox.chat)
    try:
        async with local_line(inbox.cast.ana) as ana:
            await ana.read()
            await ana.until(await in_database(inbox.receive, row))
            await asyncio.to_thread(valkey.stop)
            await ana.until(await in_database(inbox.receive, row))
            valkey.revive()
            await asyncio.to_thread(valkey.wait)
            await _rings(inbox)
            head = await in_database(inbox.receive, row)
            assert await ana.until(head) == list(range(1, head + 1))
    finally:
        await here.close()
        with suppress(Exception):
            await get_channel_layer().flush()
        await asyncio.to_thread(services.stop)


async def _rings(inbox: Inbox) -> None:
    """Wait until a message of the layer reaches the hub: then its subscription stands."""
    heard = asyncio.Event()
    organization_id = inbox.organization.pk
    feed = hub().feed_of(organization_id)
    assert feed is not None
    with patch.object(feed, "announce", lambda seq: heard.set()):
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not heard.is_set():
                with suppress(Exception):
                    bell = {"type": "bell", "organization_id": organization_id, "seq": 0}
                    await get_channel_layer().group_send(group_of(organization_id), bell)
                with suppress(TimeoutError):
                    await asyncio.wait_for(heard.wait(), 0.2)


@pytest.mark.slow
async def test_a_quiet_half_minute_does_not_cost_the_subscription(
    inbox: Inbox, own_hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """redis-py 8 closes sockets after five quiet seconds, unless the settings say otherwise."""
    monkeypatch.setattr(hub_module, "LOOK_SECONDS", NEVER)
    row = await in_database(inbox.chat)
    async with local_line(inbox.cast.ana) as ana:
        await ana.read()
        await _rings(inbox)
        await asyncio.sleep(30)
        await ana.until(await in_database(inbox.receive, row))


async def test_the_database_may_be_away_for_a_moment(inbox: Inbox, own_hub: Hub) -> None:
    row = await in_database(inbox.chat)
    async with local_line(inbox.cast.ana) as ana:
        await ana.read()
        await ana.until(await in_database(inbox.receive, row))
        # The connections break, as when the database is restarted.
        await in_database(_end_connections)
        head = await in_database(inbox.receive, row)
        assert await ana.until(head) == [1, 2]


async def test_all_connections_may_break_at_once(people: Cast, own_hub: Hub) -> None:
    """Each of those that wait in the pool is found broken only when it is used."""
    database = own_hub.database
    await asyncio.gather(*(database.rows("SELECT pg_sleep(0.3)", []) for _ in range(4)))
    await in_database(_end_connections)
    assert await database.rows("SELECT 1", []) == [(1,)]


def _end_connections() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'bandeja socket'"
        )


async def test_a_crowd_costs_few_queries(inbox: Inbox, own_hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ninety sockets come back at once, and share what they ask."""
    row = await in_database(lambda: inbox.chat(assignee=inbox.cast.beto))
    head = await in_database(inbox.touch, *[row] * 200)
    query = await in_database(inbox.query, 20)
    cast = inbox.cast
    crowd = [
        (who, await in_database(sign_in, who)) for who in (cast.ana, cast.marta, cast.beto) for _ in range(30)
    ]
    asked: list[str] = []
    ask = own_hub.database.rows

    async def counting(text: str, values: Sequence[Any]) -> list[Any]:
        asked.append(text)
        return await ask(text, values)

    monkeypatch.setattr(own_hub.database, "rows", counting)

    async def come_back(member: Membership, session: str) -> list[int]:
        async with local_line(member, query, session=session) as one:
            return await one.until(head)

    heard = await asyncio.gather(*(come_back(*one) for one in crowd))
    assert heard == [list(range(21, head + 1))] * len(crowd)
    assert len(asked) <= 20


async def test_a_restore_is_noticed_within_a_look(inbox: Inbox, own_hub: Hub) -> None:
    row = await in_database(inbox.chat)
    async with local_line(inbox.cast.ana) as ana:
        await ana.read()
        await ana.until(await in_database(inbox.receive, row))
        counters = EventCounter.objects.filter(pk=inbox.organization.pk)
        await in_database(lambda: counters.update(stream_id=uuid.uuid4(), seq=0))
        while ana.code is None:
            await ana.read()
        assert ana.code == 4410
