"""Statuses move forward only, in any order, repeatedly, and before their message is known."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connection

from core import jsons
from core.actors import member_actor, system_actor
from core.events import record, service
from core.tenancy import tenant_scope
from inbox import intake, queries, statuses
from inbox.events import MessageStatusChanged
from inbox.models import AttemptState, Conversation, Message, ParkedStatus, SendAttempt
from tests.conftest import Cast
from tests.factories import make_cast, make_contact, make_conversation
from tests.inbox.outbound import changes, make_attempt, make_sent, told
from tests.inbox.webhooks import NOW, body, events, new_wamid, status, store, take_in

RANKS = ["accepted", "sent", "delivered", "read", "played"]


def second(name: str) -> datetime:
    """When Meta says that something happened, in these tests."""
    return NOW + timedelta(seconds=["sent", "delivered", "read", "played", "failed"].index(name))


@pytest.mark.parametrize("order", list(itertools.permutations(["sent", "delivered", "read", "played"])))
def test_any_order_with_copies_ends_at_the_furthest(
    scope: Cast, chat: Conversation, order: tuple[str, ...]
) -> None:
    attempt = make_sent(chat)
    wamid = attempt.wa_message_id or ""
    furthest = "accepted"
    for place, name in enumerate([*order, *order[::2]]):
        told(scope, [status(wamid, name, at=second(name))] * (1 + place % 2))
        furthest = max(furthest, name, key=RANKS.index)
        message = Message.objects.get(pk=attempt.message_id)
        assert (message.status, message.status_at) == (furthest, second(furthest))
    assert (message.sent_at, message.delivered_at) == (second("sent"), second("delivered"))
    assert message.read_at == second("read")


def test_a_message_that_becomes_known_between_two_looks_gets_its_status(
    scope: Cast, chat: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sender's commit may fall between the search for the message and the question whether it is known."""
    attempt = make_sent(chat)
    wamid, advance = attempt.wa_message_id or "", statuses._advance
    Message.objects.filter(pk=attempt.message_id).update(wa_message_id=None)
    SendAttempt.objects.filter(pk=attempt.pk).update(wa_message_id=None)

    def look_and_commit(waiting: statuses.Waiting) -> list[statuses.Failed]:
        failed = advance(waiting)
        Message.objects.filter(pk=attempt.message_id).update(wa_message_id=wamid)
        SendAttempt.objects.filter(pk=attempt.pk).update(wa_message_id=wamid)
        return failed

    monkeypatch.setattr(statuses, "_advance", look_and_commit)
    told(scope, [status(wamid, "delivered", at=second("delivered"))])
    assert Message.objects.get(pk=attempt.message_id).status == "delivered"
    assert not ParkedStatus.objects.exists()


@pytest.mark.parametrize("order", list(itertools.permutations(["sent", "delivered", "read"])))
def test_all_in_one_body_are_one_step_and_one_event(
    scope: Cast, chat: Conversation, order: tuple[str, ...]
) -> None:
    attempt = make_sent(chat)
    told(scope, [status(attempt.wa_message_id or "", name, at=second(name)) for name in order * 3])
    message = Message.objects.get(pk=attempt.message_id)
    assert (message.status, message.sent_at) == ("read", second("sent"))
    (change,) = changes(scope)
    assert [one["status"] for one in change["statuses"]] == ["read"]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["failed"], "failed"),
        (["sent", "failed"], "failed"),
        (["failed", "sent"], "failed"),
        (["failed", "delivered"], "failed"),
        (["delivered", "failed"], "delivered"),
        (["read", "failed"], "read"),
        (["played", "failed", "sent"], "played"),
    ],
)
def test_failed_is_final_unless_delivery_was_proven_before(
    scope: Cast, chat: Conversation, names: list[str], expected: str
) -> None:
    attempt = make_sent(chat)
    for name in names:
        code = 131026 if name == "failed" else None
        told(scope, [status(attempt.wa_message_id or "", name, at=second(name), code=code)])
    message = Message.objects.get(pk=attempt.message_id)
    assert message.status == expected
    # Kept as a note also when the status stays.
    assert (message.error_code, message.error_detail) == (131026, "Details of it")
    shown = queries.message_resources([message.pk])[message.pk]["error"]
    assert (shown is None) is (expected != "failed")


def test_what_proves_delivery_wins_within_one_body(scope: Cast, chat: Conversation) -> None:
    make_sent(chat, wamid="wamid.HBgMNTczMDA1NTUwMTAyFQIAERgSMjQ2RTQ1OUYzOTJFMkI0ODk3AA==")
    take_in(scope.app, "ooo_delivered_then_failed")
    message = Message.objects.get(direction="outbound")
    assert (message.status, message.error_code) == ("delivered", 131026)


def test_the_recorded_disorder_ends_as_it_should(scope: Cast, chat: Conversation) -> None:
    names = {"ooo_1_read", "ooo_failed_then_sent_1_failed"}
    take_in(scope.app, *names)
    wamids = dict(ParkedStatus.objects.values_list("status", "wa_message_id"))
    ParkedStatus.objects.all().delete()
    read, failed = make_sent(chat, wamid=wamids["read"]), make_sent(chat, wamid=wamids["failed"])
    recorded = ["ooo_1_read", "ooo_2_sent", "ooo_3_delivered"]
    recorded += ["ooo_failed_then_sent_1_failed", "ooo_failed_then_sent_2_sent"]
    for name in recorded:
        take_in(scope.app, name)
    message = Message.objects.get(pk=read.message_id)
    assert message.status == "read"
    assert None not in (message.sent_at, message.delivered_at, message.read_at)
    assert Message.objects.get(pk=failed.message_id).status == "failed"
    assert not ParkedStatus.objects.exists()


def test_read_without_delivered_leaves_the_delivery_untold(scope: Cast, chat: Conversation) -> None:
    """Meta never says when: a screen that counts deliveries counts what was read too."""
    attempt = make_sent(chat)
    told(scope, [status(attempt.wa_message_id or "", "read", at=second("read"))])
    message = Message.objects.get(pk=attempt.message_id)
    assert (message.status, message.delivered_at, message.read_at) == ("read", None, second("read"))


def test_a_failure_without_errors_and_one_with_a_giant_code(scope: Cast, chat: Conversation) -> None:
    one, other = make_sent(chat), make_sent(chat)
    giant = status(other.wa_message_id or "", "failed", code=10**18)
    told(scope, [status(one.wa_message_id or "", "failed"), giant])
    for attempt in (one, other):
        message = Message.objects.get(pk=attempt.message_id)
        assert (message.status, message.error_code) == ("failed", None)


def test_copies_change_nothing_and_tell_nobody(scope: Cast, chat: Conversation) -> None:
    attempt = make_sent(chat)
    for _ in range(50):
        told(scope, [status(attempt.wa_message_id or "", "delivered")])
    assert len(changes(scope)) == 1


def test_one_event_for_each_conversation_of_a_batch(scope: Cast, chat: Conversation) -> None:
    other = make_conversation(scope, contact=make_contact(scope.organization, phone="+573005550102"))
    attempts = [make_sent(row) for row in (chat, other, chat, other, chat)]
    told(scope, [status(attempt.wa_message_id or "", "delivered") for attempt in attempts])
    found = {change["conversation_id"]: change for change in changes(scope)}
    assert {pk: len(change["statuses"]) for pk, change in found.items()} == {chat.pk: 3, other.pk: 2}
    for row in (chat, other):
        pks = [attempt.message_id for attempt in attempts if attempt.conversation_id == row.pk]
        resource = queries.conversation_resources([row.pk])[row.pk]
        expected = {
            "conversation_id": row.pk,
            "statuses": [queries.status_news([row.pk], pks).statuses[pk] for pk in pks],
            "last_message": resource["last_message"],
        }
        assert found[row.pk] == json.loads(jsons.dumps(expected))
        shown = queries.message_resources(pks)
        for one in found[row.pk]["statuses"]:
            message = json.loads(jsons.dumps(shown[one["id"]]))
            assert {name: message[name] for name in one} == one


def test_a_customers_message_has_no_status(scope: Cast, chat: Conversation) -> None:
    theirs = Message.objects.get(conversation=chat)
    told(scope, [status(theirs.wa_message_id or "", "read")])
    theirs.refresh_from_db()
    assert theirs.status is None
    assert not ParkedStatus.objects.exists()


def test_a_status_by_another_channel_touches_nothing(cast: Cast) -> None:
    with tenant_scope(cast.organization.pk):
        attempt = make_sent(make_conversation(cast))
    stolen = status(attempt.wa_message_id or "", "read", callback=attempt.callback_id.hex)
    take_in(cast.other_app, body(statuses=[stolen], number=cast.other_channel.phone_number_id))
    with tenant_scope(cast.organization.pk):
        assert Message.objects.get(pk=attempt.message_id).status == "accepted"
    with tenant_scope(cast.other.pk):
        assert ParkedStatus.objects.get().status == "read"
    assert events(cast.other) == []


def test_a_late_failure_of_an_old_attempt_does_not_touch_the_new_one(scope: Cast, chat: Conversation) -> None:
    old = make_sent(chat)
    message = old.message
    message.wa_message_id, message.status = None, "queued"  # as whoever opens another attempt leaves it
    message.save()
    new = make_attempt(message, state="pending", number=2)
    told(scope, [status(old.wa_message_id or "", "failed", code=131026)])
    message.refresh_from_db()
    assert message.status == "queued"
    new.state, new.wa_message_id = AttemptState.ACCEPTED, new_wamid()
    new.save()
    message.status, message.wa_message_id = "accepted", new.wa_message_id
    message.save()
    told(scope, [status(old.wa_message_id or "", "failed", code=131026, at=second("failed"))])
    message.refresh_from_db()
    assert (message.status, message.error_code) == ("accepted", None)
    assert not ParkedStatus.objects.exists()
    assert changes(scope) == []


def test_a_status_before_its_message_waits_for_it(scope: Cast, chat: Conversation) -> None:
    wamid = new_wamid()
    told(
        scope,
        [status(wamid, "sent", at=second("sent"))],
        [status(wamid, "delivered", at=second("delivered"))] * 2,
    )
    assert set(ParkedStatus.objects.values_list("status", flat=True)) == {"sent", "delivered"}
    assert events(scope.organization) == []
    attempt = make_sent(chat, wamid=wamid)
    with service():
        assert statuses.apply_parked(chat.channel_id, [wamid]) == []
        record(MessageStatusChanged(chat.pk, [attempt.message_id], system_actor(chat.organization_id)))
    message = Message.objects.get(pk=attempt.message_id)
    assert (message.status, message.sent_at) == ("delivered", second("sent"))
    assert not ParkedStatus.objects.exists()
    assert len(changes(scope)) == 1  # the sender's own word and ours are one event


def test_a_parked_failure_is_told_to_whoever_may_try_again(scope: Cast, chat: Conversation) -> None:
    wamid = new_wamid()
    told(scope, [status(wamid, "failed", code=131056)])
    attempt = make_sent(chat, wamid=wamid)
    with service():
        failed = statuses.apply_parked(chat.channel_id, [wamid])
    assert failed == [statuses.Failed(attempt.message_id, 131056)]


def shuffled(cast: Cast, wamids: Iterable[str]) -> list[bytes]:
    names = ["sent", "delivered", "read", "delivered", "sent", "read"]
    return [body(statuses=[status(wamid, name, at=second(name)) for wamid in wamids]) for name in names]


@pytest.mark.django_db(transaction=True)
def test_two_intakes_and_a_sender_leave_nothing_parked() -> None:
    """Statuses arrive while the sender is writing the wamids: each finds its message, now or then."""
    cast = make_cast()
    with tenant_scope(cast.organization.pk):
        chat = make_conversation(cast, assignee=cast.beto)
        attempts = [make_sent(chat, state="sending") for _ in range(30)]
    wamids = [new_wamid() for _ in attempts]
    together = threading.Barrier(3)

    def run_intake(place: int) -> None:
        try:
            together.wait()
            for one in shuffled(cast, wamids)[place::2]:
                store(cast.app, one)
                intake.take_in(cast.organization.pk)
        finally:
            connection.close()

    def run_sender() -> None:
        try:
            together.wait()
            with tenant_scope(cast.organization.pk):
                for attempt, wamid in zip(attempts, wamids, strict=True):
                    with service():
                        SendAttempt.objects.filter(pk=attempt.pk).update(
                            state="accepted", wa_message_id=wamid
                        )
                        rows = Message.objects.filter(pk=attempt.message_id)
                        rows.update(status="accepted", wa_message_id=wamid)
                        statuses.apply_parked(cast.channel.pk, [wamid])
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        for step in (pool.submit(run_intake, 0), pool.submit(run_intake, 1), pool.submit(run_sender)):
            step.result()
    with tenant_scope(cast.organization.pk):
        assert not ParkedStatus.objects.exists()
        assert set(Message.objects.filter(direction="outbound").values_list("status", flat=True)) == {"read"}
    events(cast.organization)


def test_beto_and_ana_get_the_same_bytes(scope: Cast, chat: Conversation) -> None:
    """The event holds nothing that depends on who looks; who may look stands in its audience."""
    attempt = make_sent(chat)
    told(scope, [status(attempt.wa_message_id or "", "read")])
    (event,) = [one for one in events(scope.organization) if one["type"] == "message.status_changed"]
    assert event["audience"] == {
        "kind": "conversation",
        "id": chat.pk,
        "now": {"status": "open", "assignee": member_actor(scope.beto).id},
    }
    assert event["actor"]["kind"] == "system"
