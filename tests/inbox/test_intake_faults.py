"""Copies, races, broken items and a broken database: nothing is lost, nothing happens twice, no neighbour suffers."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import OperationalError, connection
from psycopg.errors import DeadlockDetected

from core.tenancy import all_tenants, tenant_scope
from inbox import intake, jobs, renderers
from inbox.intake import effects, journal, rounds
from inbox.models import Contact, Conversation, Message, ParkedStatus
from integrations.models import DeliveryState, InboundDelivery, InboundProblem
from tests.conftest import Cast
from tests.factories import make_cast
from tests.inbox.webhooks import body, events, problems, said, status, store, take_in

BROKEN = "roto"


@pytest.fixture
def committed(transactional_db: None) -> Cast:
    """The cast, in a database where others see what one commits."""
    return make_cast()


@pytest.fixture
def picky(scope: Cast) -> Cast:
    """A database that refuses messages that say «roto», and statuses of such a wamid."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE inbox_message ADD CONSTRAINT picky CHECK (text <> '{BROKEN}')")
        cursor.execute(
            f"ALTER TABLE inbox_parkedstatus ADD CONSTRAINT picky CHECK (wa_message_id <> '{BROKEN}')"
        )
    return scope


def in_threads(count: int, step: Callable[[int], object]) -> list[object]:
    together = threading.Barrier(count)

    def run(place: int) -> object:
        try:
            together.wait()
            return step(place)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def take_in_all(organization_id: int) -> None:
    """Take in as a worker does: whose bell finds somebody else at it rings it again."""
    while not intake.take_in(organization_id):
        pass


def states() -> set[str]:
    return set(InboundDelivery.objects.values_list("state", flat=True))


def test_a_hundred_copies_at_once_are_one_message(committed: Cast) -> None:
    one = body([said("una sola vez", bsuid="CO.1")])

    def step(place: int) -> None:
        store(committed.app, *[one] * 10)
        take_in_all(committed.organization.pk)

    in_threads(10, step)
    with tenant_scope(committed.organization.pk):
        assert states() == {DeliveryState.PROCESSED}
        assert InboundDelivery.objects.count() == 100
        counts = (Contact.objects.count(), Conversation.objects.count(), Message.objects.count())
        assert counts == (1, 1, 1)
        assert Conversation.objects.get().unread_count == 1
    assert len(events(committed.organization)) == 1
    assert problems(committed.organization) == []


def test_64_messages_of_somebody_new_at_once_are_one_conversation(committed: Cast) -> None:
    bodies = [body([said(f"mensaje {n}", bsuid="CO.1")]) for n in range(64)]

    def step(place: int) -> bool:
        for n in range(place, 64, 8):
            store(committed.app, bodies[n])
            take_in_all(committed.organization.pk)
        return True

    in_threads(8, step)
    with tenant_scope(committed.organization.pk):
        assert states() == {DeliveryState.PROCESSED}
        counts = (Contact.objects.count(), Conversation.objects.count(), Message.objects.count())
        assert counts == (1, 1, 64)
        row = Conversation.objects.get()
        assert row.unread_count == 64
        newest = Message.objects.order_by("-occurred_at", "-id").first()
        assert newest is not None
        assert row.last_message_id == newest.pk
    assert len(events(committed.organization)) == 64
    assert problems(committed.organization) == []


def test_organisations_do_not_wait_for_each_other(committed: Cast) -> None:
    apps = [committed.app, committed.other_app]
    numbers = [committed.channel.phone_number_id, committed.other_channel.phone_number_id]

    def step(place: int) -> bool:
        which = place % 2
        for n in range(10):
            store(apps[which], body([said(f"{place} {n}")], number=numbers[which]))
            take_in_all(apps[which].organization_id)
        return True

    in_threads(4, step)
    for organization in (committed.organization, committed.other):
        assert len(events(organization)) == 20
        with tenant_scope(organization.pk):
            assert Message.objects.count() == 20


def test_what_comes_while_another_intake_is_about_to_leave_is_not_left_lying(
    committed: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bell of a delivery that comes between the last look and the end of the lock finds the intake busy."""
    rung: list[str] = []
    monkeypatch.setattr("core.jobs.ring_later", lambda name, seconds, **ids: rung.append(name))
    claim = journal.claim

    def claim_and_be_visited(*, items: int) -> tuple[list[journal.Piece], bool]:
        claimed = claim(items=items)

        def visit(place: int) -> None:
            store(committed.app, body([said("entre dos miradas")]))
            jobs.take_in(committed.organization.pk)

        in_threads(1, visit)
        return claimed

    store(committed.app, body([said("antes")]))
    with monkeypatch.context() as visited:
        visited.setattr(journal, "claim", claim_and_be_visited)
        assert intake.take_in(committed.organization.pk)
    assert rung == ["inbox.take_in"]
    jobs.take_in(committed.organization.pk)
    assert rung == ["inbox.take_in"]
    with tenant_scope(committed.organization.pk):
        assert {message.text for message in Message.objects.all()} == {"antes", "entre dos miradas"}


@pytest.mark.parametrize("seed", range(5))
def test_all_good_items_of_a_poisoned_body_land(picky: Cast, seed: int) -> None:
    bad = set(random.Random(seed).sample(range(40), 4))
    (pk,) = take_in(picky.app, body([said(BROKEN if n in bad else f"{n}") for n in range(40)]))
    texts = set(Message.objects.values_list("text", flat=True))
    assert texts == {str(n) for n in range(40) if n not in bad}
    assert Conversation.objects.get().unread_count == 36
    assert InboundDelivery.objects.get(pk=pk).state == DeliveryState.PROCESSED
    expected = [(f"entry/0/changes/0/value/messages/{n}", "failed") for n in sorted(bad)]
    assert sorted(problems(picky.organization), key=lambda told: int(told[0].rsplit("/", 1)[1])) == expected
    assert len(events(picky.organization)) == 36


def test_a_broken_status_leaves_its_neighbours_alone(picky: Cast) -> None:
    told = [status(f"wamid.{n}", "sent") for n in range(10)] + [status(BROKEN, "sent")]
    take_in(picky.app, body([said("y un mensaje")], statuses=told))
    assert (Message.objects.count(), ParkedStatus.objects.count()) == (1, 10)
    assert problems(picky.organization) == [("entry/0/changes/0/value/statuses/10", "failed")]


def test_a_broken_body_among_many_leaves_them_alone(picky: Cast) -> None:
    bodies = [body([said(f"{n}")]) for n in range(20)]
    bodies[7] = body([said(BROKEN)])
    bodies[12] = b"\xff\xfe nothing of Meta's"
    take_in(picky.app, *bodies)
    assert Message.objects.count() == 18
    assert [code for _, code in problems(picky.organization)] == ["failed", "unreadable"]
    assert "pending" not in states()


def test_a_reason_holds_nothing_of_what_the_customer_wrote(picky: Cast) -> None:
    take_in(picky.app, body([said(BROKEN)]))
    reason = InboundProblem.objects.get().reason
    assert reason == "IntegrityError (CheckViolation)"


def test_an_item_that_breaks_only_the_end_of_the_transaction_stands_alone_too(
    scope: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Events are rendered last, when all items have been written."""
    render = renderers.message

    def break_for_one(row: dict[str, Any], **parts: Any) -> dict[str, Any]:
        if row["text"] == "rompe":
            raise ValueError("cannot be rendered")
        return render(row, **parts)

    monkeypatch.setattr(renderers, "message", break_for_one)
    take_in(scope.app, body([said("antes"), said("rompe"), said("después")]))
    assert set(Message.objects.values_list("text", flat=True)) == {"antes", "después"}
    assert [code for _, code in problems(scope.organization)] == ["failed"]


def test_a_delivery_that_nothing_can_be_done_about_is_set_aside(
    scope: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    sort = effects._sort

    def break_for_template(piece: Any, item: Any, *rest: Any) -> None:
        if item.pointer.startswith("entry/2"):
            raise RuntimeError("a mistake of ours")
        sort(piece, item, *rest)

    monkeypatch.setattr(effects, "_sort", break_for_template)
    take_in(scope.app, "msg_text_basic", "batch_multi_entry_multi_tenant", "msg_text_bsuid_only")
    assert Message.objects.count() == 3
    assert "failed" in {code for _, code in problems(scope.organization)}
    assert "pending" not in states()


def test_trouble_with_the_database_is_nobodys_fault(scope: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_database(*args: Any, **options: Any) -> None:
        raise OperationalError("the connection was lost")

    store(scope.app, "msg_text_basic")
    with monkeypatch.context() as patch:
        patch.setattr(effects, "apply", no_database)
        with pytest.raises(OperationalError):
            intake.take_in(scope.organization.pk)
    assert states() == {DeliveryState.PENDING}
    assert problems(scope.organization) == []
    intake.take_in(scope.organization.pk)
    assert Message.objects.count() == 1


def test_a_deadlock_is_tried_again(scope: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    apply, times = effects.apply, iter([True, True])

    def deadlock_twice(*args: Any, **options: Any) -> Any:
        if next(times, False):
            raise OperationalError("deadlock") from DeadlockDetected()
        return apply(*args, **options)

    monkeypatch.setattr(effects, "apply", deadlock_twice)
    take_in(scope.app, "msg_text_basic")
    assert Message.objects.count() == 1
    assert problems(scope.organization) == []


def test_a_long_body_goes_through_several_transactions_once(
    scope: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "BATCH", 300)
    (pk,) = take_in(scope.app, body([said(f"{n}") for n in range(1000)]))
    stored = InboundDelivery.objects.get(pk=pk)
    assert (stored.items, stored.attempts, stored.state) == (1000, 1, DeliveryState.PROCESSED)
    assert Message.objects.count() == len(events(scope.organization)) == 1000
    assert Conversation.objects.get().unread_count == 1000


def test_a_long_body_that_was_interrupted_begins_anew_without_a_second_effect(
    picky: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "BATCH", 100)
    apply, times = effects.apply, iter([False, True])

    def cut_the_second(*args: Any, **options: Any) -> Any:
        if next(times, False):
            raise OperationalError("the server went away")
        return apply(*args, **options)

    pairs = [said(BROKEN if n == 240 else f"{n}") for n in range(250)]
    pairs[3][0].update(type="request_welcome")
    monkeypatch.setattr(effects, "apply", cut_the_second)
    with pytest.raises(OperationalError):
        take_in(picky.app, body(pairs))
    assert states() == {DeliveryState.PENDING}
    assert Message.objects.count() == 99
    intake.take_in(picky.organization.pk)
    stored = InboundDelivery.objects.get()
    assert (stored.items, stored.state) == (250, DeliveryState.PROCESSED)
    assert Message.objects.count() == len(events(picky.organization)) == 248
    assert problems(picky.organization) == [
        ("entry/0/changes/0/value/messages/3", "not_yet_handled"),
        ("entry/0/changes/0/value/messages/240", "failed"),
    ]


def test_a_flood_makes_way_for_another_organisation(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[dict[str, Any]] = []
    monkeypatch.setattr(
        "core.jobs.ring_later", lambda name, seconds, **ids: rung.append({"name": name, **ids})
    )
    monkeypatch.setattr(rounds, "BATCH", 1)
    monkeypatch.setattr(jobs, "_SECONDS_BEFORE_OTHERS", -1.0)
    store(cast.app, *(body([said(f"{n}")]) for n in range(3)))
    jobs.take_in(cast.organization.pk)
    with tenant_scope(cast.organization.pk):
        assert Message.objects.count() == 3  # nobody else waits
    store(cast.app, *(body([said(f"otra {n}")]) for n in range(3)))
    store(cast.other_app, body([said()], number=cast.other_channel.phone_number_id))
    jobs.take_in(cast.organization.pk)
    with tenant_scope(cast.organization.pk):
        assert Message.objects.count() == 4
    assert rung == [{"name": "inbox.take_in", "organization_id": cast.organization.pk}]


def test_the_sweep_finds_what_no_bell_was_rung_for(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[int] = []
    monkeypatch.setattr(
        "core.sweeper.ring_or_run", lambda name, organization_id: found.append(organization_id)
    )
    store(cast.other_app, "msg_text_basic")
    with all_tenants():
        jobs.sweep_inbound()
    assert found == [cast.other.pk]
    intake.take_in(cast.other.pk)
    with all_tenants():
        jobs.sweep_inbound()
    assert found == [cast.other.pk]
