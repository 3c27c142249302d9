"""The grouping writer lives on, whatever happens to its callers, its task or the database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

import psycopg
import pytest

from integrations.whatsapp import writer as writer_module
from integrations.whatsapp.connection import APPLICATION_NAME, Link, where
from integrations.whatsapp.webhook import Receive, Scope, Send, WebhookApplication
from integrations.whatsapp.writer import GroupingWriter, NotStored, RawBody
from tests.integrations.whatsapp.asgi_client import (
    DatabaseProxy,
    call,
    database_proxy,
    execute,
    post,
    stored,
)
from tests.integrations.whatsapp.bodies import body_of
from tests.integrations.whatsapp.conftest import Two

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = body_of("msg_text_basic")
PATIENCE_SECONDS = 60.0


class CountingLink(Link):
    """Counts the statements, and can be told to wait before the next one."""

    def __init__(self) -> None:
        super().__init__(where)
        self.opened = 0
        self.gate = asyncio.Event()
        self.gate.set()

    async def open(self) -> psycopg.AsyncConnection[tuple[object, ...]]:
        self.opened += 1
        await self.gate.wait()
        return await super().open()


@pytest.fixture
async def link() -> AsyncIterator[CountingLink]:
    made = CountingLink()
    yield made
    await made.discard()


@pytest.fixture
def committed() -> list[set[int]]:
    return []


@pytest.fixture
def writer(link: CountingLink, committed: list[set[int]]) -> GroupingWriter:
    return GroupingWriter(link, committed.append)


@pytest.fixture
async def proxy() -> AsyncIterator[DatabaseProxy]:
    async with database_proxy() as made:
        yield made


@pytest.fixture
async def app(two: Two, proxy: DatabaseProxy) -> AsyncIterator[WebhookApplication]:
    async def otherwise(scope: Scope, receive: Receive, send: Send) -> None:
        raise AssertionError

    application = WebhookApplication(otherwise, lambda organization_id: None, proxy.where)
    yield application
    await application.close()


def _raw(two: Two, body: bytes, *, app_id: int | None = None) -> RawBody:
    return RawBody(two.aurora.organization_id, app_id or two.aurora.pk, body, datetime.now(UTC))


async def _until(condition: Callable[[], bool]) -> None:
    """Leave the loop to the others until they have got so far."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():
            await asyncio.sleep(0)


async def _bodies() -> list[bytes]:
    return [row[2] for row in await stored()]


async def test_what_arrives_together_is_written_together_and_in_order(
    writer: GroupingWriter, link: CountingLink, committed: list[set[int]], two: Two
) -> None:
    await asyncio.gather(*(writer.store(_raw(two, b"%d" % number)) for number in range(100)))
    assert await _bodies() == [b"%d" % number for number in range(100)]
    assert link.opened == 1
    assert committed == [{two.aurora.organization_id}]


async def test_while_one_group_is_written_the_next_one_gathers(
    writer: GroupingWriter, link: CountingLink, two: Two
) -> None:
    link.gate.clear()
    first = asyncio.create_task(writer.store(_raw(two, b"first")))
    await _until(lambda: link.opened == 1)
    rest = [asyncio.create_task(writer.store(_raw(two, b"%d" % number))) for number in range(50)]
    await _until(lambda: len(writer._waiting) == 50)
    link.gate.set()
    await asyncio.gather(first, *rest)
    assert link.opened == 2
    assert len(await _bodies()) == 51


async def test_groups_have_a_limit_of_rows_and_of_bytes(
    writer: GroupingWriter, link: CountingLink, two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "ROWS_IN_A_GROUP", 10)
    await asyncio.gather(*(writer.store(_raw(two, b"x")) for _ in range(25)))
    assert link.opened == 3
    monkeypatch.setattr(writer_module, "BYTES_IN_A_GROUP", 1000)
    await asyncio.gather(
        *(writer.store(_raw(two, b"x" * 400)) for _ in range(4)), writer.store(_raw(two, b"y" * 5000))
    )
    assert link.opened == 6
    assert len(await _bodies()) == 30


async def test_more_than_can_wait_is_refused_at_once(
    writer: GroupingWriter, link: CountingLink, two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "WAITING_BYTES", 1000)
    link.gate.clear()
    first = asyncio.create_task(writer.store(_raw(two, b"x" * 900)))
    second = asyncio.create_task(writer.store(_raw(two, b"x" * 900)))
    with pytest.raises(NotStored):
        await second
    link.gate.set()
    await first
    await writer.store(_raw(two, b"y" * 900))
    assert len(await _bodies()) == 2


async def test_a_cancelled_caller_takes_nobody_along(
    writer: GroupingWriter, link: CountingLink, two: Two
) -> None:
    link.gate.clear()
    tasks = [asyncio.create_task(writer.store(_raw(two, b"%d" % number))) for number in range(6)]
    await _until(lambda: link.opened == 1)
    late = [asyncio.create_task(writer.store(_raw(two, b"late %d" % number))) for number in range(6)]
    await _until(lambda: len(writer._waiting) == 6)
    for task in (tasks[0], tasks[5], late[0], late[5]):
        task.cancel()
    link.gate.set()
    ended = await asyncio.gather(*tasks, *late, return_exceptions=True)
    assert [isinstance(end, asyncio.CancelledError) for end in ended].count(True) == 4
    # The first group was already on its way; those that only waited are left out.
    assert await _bodies() == [b"%d" % n for n in range(6)] + [b"late %d" % n for n in range(1, 5)]
    await writer.store(_raw(two, b"after"))
    assert (await _bodies())[-1] == b"after"


async def test_when_everyone_has_gone_the_writer_still_serves_the_next(
    writer: GroupingWriter, link: CountingLink, two: Two
) -> None:
    for _ in range(5):
        link.gate.clear()
        before = link.opened
        tasks = [asyncio.create_task(writer.store(_raw(two, b"gone"))) for _ in range(3)]
        await _until(lambda: link.opened > before)  # noqa: B023 - called at once
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        link.gate.set()
        async with asyncio.timeout(PATIENCE_SECONDS):
            await writer.store(_raw(two, b"here"))
    assert (await _bodies()).count(b"here") == 5


async def test_a_writing_task_that_is_killed_lets_go_of_everyone_and_is_replaced(
    writer: GroupingWriter, link: CountingLink, two: Two
) -> None:
    link.gate.clear()
    on_their_way = [asyncio.create_task(writer.store(_raw(two, b"lost"))) for _ in range(3)]
    await _until(lambda: link.opened == 1)
    waiting = [asyncio.create_task(writer.store(_raw(two, b"kept"))) for _ in range(3)]
    await _until(lambda: len(writer._waiting) == 3)
    assert writer._task is not None
    writer._task.cancel()
    link.gate.set()
    async with asyncio.timeout(PATIENCE_SECONDS):
        lost = await asyncio.gather(*on_their_way, return_exceptions=True)
        await asyncio.gather(*waiting)
        await writer.store(_raw(two, b"after"))
    assert all(isinstance(end, NotStored) for end in lost)
    assert await _bodies() == [b"kept"] * 3 + [b"after"]


async def test_a_statement_that_never_ends_is_given_up(
    writer: GroupingWriter, two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = writer_module.GROUP_SECONDS
    monkeypatch.setattr(writer_module, "GROUP_SECONDS", 0.2)
    async with await psycopg.AsyncConnection.connect(where()) as locker:
        await locker.execute("LOCK TABLE integrations_inbounddelivery IN ACCESS EXCLUSIVE MODE")
        async with asyncio.timeout(PATIENCE_SECONDS):
            with pytest.raises(NotStored):
                await writer.store(_raw(two, b"lost"))
    monkeypatch.setattr(writer_module, "GROUP_SECONDS", usual)
    await writer.store(_raw(two, b"after"))
    assert b"after" in await _bodies()


async def test_one_row_that_the_database_refuses_sinks_no_other(
    writer: GroupingWriter, two: Two, committed: list[set[int]]
) -> None:
    ended = await asyncio.gather(
        writer.store(_raw(two, b"a")),
        writer.store(_raw(two, b"b", app_id=two.other.pk)),
        writer.store(_raw(two, b"c")),
        return_exceptions=True,
    )
    assert [type(end) for end in ended] == [type(None), NotStored, type(None)]
    assert await _bodies() == [b"a", b"c"]
    assert committed == [{two.aurora.organization_id}] * 2


async def test_one_connection_that_was_ended_costs_nothing(writer: GroupingWriter, two: Two) -> None:
    await writer.store(_raw(two, b"before"))
    await execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = %s AND pid <> pg_backend_pid()",
        (APPLICATION_NAME,),
    )
    await writer.store(_raw(two, b"after"))
    assert await _bodies() == [b"before", b"after"]


class TestOutage:
    async def test_while_the_database_is_away_the_answer_is_503_and_then_200(
        self, app: WebhookApplication, proxy: DatabaseProxy
    ) -> None:
        assert (await post(app, TEXT)).status == 200
        proxy.cut()
        away = await asyncio.gather(*(post(app, TEXT) for _ in range(20)))
        assert {answer.status for answer in away} == {503}
        proxy.restore()
        back = await asyncio.gather(*(post(app, TEXT) for _ in range(20)))
        assert {answer.status for answer in back} == {200}
        assert len(await _bodies()) == 21

    async def test_from_the_very_start_too(self, app: WebhookApplication, proxy: DatabaseProxy) -> None:
        proxy.cut()
        assert (await post(app, TEXT)).status == 503
        assert (await call(app, "GET")).status == 503
        proxy.restore()
        assert (await post(app, TEXT)).status == 200

    async def test_every_200_has_a_row_when_the_connection_is_cut_again_and_again(
        self, app: WebhookApplication, proxy: DatabaseProxy
    ) -> None:
        async def deliver(number: int) -> bool:
            await asyncio.sleep(number * 0.002)
            return (await post(app, b'{"entry": [], "n": %d}' % number)).status == 200

        async def cut_often() -> None:
            for _ in range(10):
                await asyncio.sleep(0.06)
                proxy.cut()
                await asyncio.sleep(0.01)
                proxy.restore()

        *acknowledged, _ = await asyncio.gather(*(deliver(number) for number in range(300)), cut_often())
        rows = set(await _bodies())
        assert any(acknowledged)
        for number, is_acknowledged in enumerate(acknowledged):
            assert not is_acknowledged or b'{"entry": [], "n": %d}' % number in rows
        again = [number for number, is_acknowledged in enumerate(acknowledged) if not is_acknowledged]
        assert all([await deliver(0) for _ in again[:3]])

    async def test_a_network_that_swallows_everything_is_given_up(
        self, app: WebhookApplication, proxy: DatabaseProxy, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert (await post(app, TEXT)).status == 200
        monkeypatch.setattr(writer_module, "GROUP_SECONDS", 0.4)
        [desk] = app._desks.values()
        desk._writer._patience.seconds = 0.2
        proxy.hold()
        async with asyncio.timeout(PATIENCE_SECONDS):
            assert (await post(app, TEXT)).status == 503
        proxy.release()
        monkeypatch.undo()
        desk._writer._patience.seconds = writer_module.STORE_SECONDS
        assert (await post(app, TEXT)).status == 200

    async def test_clients_that_leave_while_it_is_stored_leave_the_webhook_working(
        self, app: WebhookApplication, proxy: DatabaseProxy
    ) -> None:
        assert (await post(app, TEXT)).status == 200
        proxy.hold()
        leaving = [asyncio.create_task(post(app, TEXT)) for _ in range(20)]
        await asyncio.sleep(0.05)
        for task in leaving:
            task.cancel()
        await asyncio.gather(*leaving, return_exceptions=True)
        proxy.release()
        async with asyncio.timeout(PATIENCE_SECONDS):
            assert (await post(app, TEXT)).status == 200


async def test_a_doorbell_that_fails_does_not_take_the_answer_along(two: Two, link: CountingLink) -> None:
    def broken(organization_ids: set[int]) -> None:
        raise RuntimeError("no bell")

    writer = GroupingWriter(link, broken)
    await writer.store(_raw(two, b"stored"))
    assert await _bodies() == [b"stored"]
    await writer.store(_raw(two, b"and the next"))
