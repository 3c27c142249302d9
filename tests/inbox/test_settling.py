"""Attempts whose outcome was not known are settled by what the customer's side proves."""

from __future__ import annotations

import uuid

import pytest

from core.events import service
from inbox import statuses
from inbox.models import Conversation, Message, ParkedStatus, SendAttempt
from tests.conftest import Cast
from tests.factories import make_contact, make_conversation
from tests.inbox.outbound import changes, make_attempt, make_sent, told
from tests.inbox.webhooks import body, events, new_wamid, said, status, take_in


@pytest.mark.parametrize("state", ["claimed", "sending", "unknown"])
@pytest.mark.parametrize(("name", "settled"), [("delivered", "accepted"), ("failed", "refused")])
def test_a_status_with_our_id_settles_an_attempt(
    scope: Cast, chat: Conversation, state: str, name: str, settled: str
) -> None:
    attempt, wamid = make_sent(chat, state=state), new_wamid()
    callback = attempt.callback_id.hex if state == "sending" else str(attempt.callback_id)
    code = 131026 if name == "failed" else None
    told(scope, [status(wamid, name, callback=callback, code=code)])
    attempt.refresh_from_db()
    message = Message.objects.get(pk=attempt.message_id)
    assert (attempt.state, attempt.wa_message_id, attempt.error_code) == (settled, wamid, code)
    assert attempt.finished_at is not None
    assert (message.status, message.wa_message_id, message.error_code) == (name, wamid, code)
    assert not ParkedStatus.objects.exists()
    (change,) = changes(scope)
    assert [one["status"] for one in change["statuses"]] == [name]


@pytest.mark.parametrize("state", ["pending", "accepted", "refused"])
def test_an_attempt_that_is_settled_or_has_not_left_is_not_settled_by_it(
    scope: Cast, chat: Conversation, state: str
) -> None:
    attempt = make_sent(chat, state="accepted")
    SendAttempt.objects.filter(pk=attempt.pk).update(state=state)
    told(scope, [status(new_wamid(), "delivered", callback=attempt.callback_id.hex)])
    attempt.refresh_from_db()
    assert attempt.state == state
    assert ParkedStatus.objects.count() == 1
    assert changes(scope) == []


@pytest.mark.parametrize("callback", ["", "cmp:42|rcp:0", "0" * 32, "ñ" * 32, str(uuid.uuid4())])
def test_callback_data_of_others_settles_nothing(scope: Cast, chat: Conversation, callback: str) -> None:
    make_sent(chat, state="unknown")
    told(scope, [status(new_wamid(), "delivered", callback=callback)])
    assert Message.objects.get(direction="outbound").status == "unknown"
    assert ParkedStatus.objects.count() == 1


def test_our_id_by_another_channel_settles_nothing(scope: Cast, chat: Conversation) -> None:
    """As after a restore: the id must belong to the channel that the status came by."""
    attempt = make_sent(chat, state="unknown")
    second_channel = scope.channel
    second_channel.pk, second_channel.phone_number_id = None, "417398204718402"
    second_channel.save()
    told_there = body(
        statuses=[status(new_wamid(), "read", callback=attempt.callback_id.hex)], number="417398204718402"
    )
    take_in(scope.app, told_there)
    attempt.refresh_from_db()
    assert attempt.state == "unknown"


def test_settling_an_old_attempt_leaves_the_message_to_the_new_one(scope: Cast, chat: Conversation) -> None:
    old = make_sent(chat, state="unknown")
    make_attempt(old.message, state="sending", number=2)
    Message.objects.filter(pk=old.message_id).update(status="queued")
    wamid = new_wamid()
    told(scope, [status(wamid, "delivered", callback=old.callback_id.hex)])
    old.refresh_from_db()
    message = Message.objects.get(pk=old.message_id)
    assert (old.state, old.wa_message_id) == ("accepted", wamid)
    assert (message.status, message.wa_message_id) == ("queued", None)
    told(scope, [status(wamid, "read")])
    message.refresh_from_db()
    assert message.status == "queued"
    assert not ParkedStatus.objects.exists()


@pytest.mark.parametrize("state", ["pending", "claimed"])
def test_what_was_taken_after_all_is_not_sent_again(scope: Cast, chat: Conversation, state: str) -> None:
    """A person has sent an unconfirmed message anew, and the new attempt has not left yet."""
    old = make_sent(chat, state="unknown")
    new = make_attempt(old.message, state=state, number=2)
    Message.objects.filter(pk=old.message_id).update(status="queued")
    wamid = new_wamid()
    told(scope, [status(wamid, "delivered", callback=old.callback_id.hex)])
    new.refresh_from_db()
    message = Message.objects.get(pk=old.message_id)
    assert (new.state, new.lease_until, new.error_detail) == ("refused", None, "an earlier attempt was taken")
    assert (message.status, message.wa_message_id) == ("delivered", wamid)


@pytest.mark.parametrize("newer", ["refused", "accepted"])
def test_what_an_old_attempt_delivered_is_no_failure(scope: Cast, chat: Conversation, newer: str) -> None:
    """The attempt that a person has made anew was refused for good, at once or by a status."""
    old = make_sent(chat, state="unknown")
    theirs = new_wamid() if newer == "accepted" else None
    make_attempt(old.message, state=newer, wamid=theirs, number=2)
    Message.objects.filter(pk=old.message_id).update(status="failed", error_code=131026, wa_message_id=theirs)
    wamid = new_wamid()
    told(scope, [status(wamid, "delivered", callback=old.callback_id.hex)])
    message = Message.objects.get(pk=old.message_id)
    assert (message.status, message.wa_message_id, message.error_code) == ("delivered", wamid, None)
    told(scope, [status(wamid, "read")])
    message.refresh_from_db()
    assert message.status == "read"
    assert [one["statuses"][0]["status"] for one in changes(scope)] == ["delivered", "read"]


def test_two_failures_are_one(scope: Cast, chat: Conversation) -> None:
    old = make_sent(chat, state="unknown")
    make_attempt(old.message, state="refused", number=2)
    Message.objects.filter(pk=old.message_id).update(status="failed", error_code=131051)
    told(scope, [status(new_wamid(), "failed", callback=old.callback_id.hex, code=131026)])
    message = Message.objects.get(pk=old.message_id)
    assert (message.status, message.error_code) == ("failed", 131051)


def test_a_refused_old_attempt_leaves_the_new_one_alone(scope: Cast, chat: Conversation) -> None:
    old = make_sent(chat, state="unknown")
    new = make_attempt(old.message, state="pending", number=2)
    told(scope, [status(new_wamid(), "failed", callback=old.callback_id.hex, code=131026)])
    new.refresh_from_db()
    assert new.state == "pending"


def reply_to(cast: Cast, wamid: str, *others: str) -> None:
    take_in(cast.app, body([said("¿y esto?", quoting=one) for one in (wamid, *others)]))


def test_a_quoting_reply_settles_the_only_unknown_attempt(scope: Cast, chat: Conversation) -> None:
    attempt, wamid = make_sent(chat, state="unknown"), new_wamid()
    told(scope, [status(wamid, "delivered")])
    reply_to(scope, wamid)
    attempt.refresh_from_db()
    message = Message.objects.get(pk=attempt.message_id)
    assert (attempt.state, attempt.wa_message_id) == ("accepted", wamid)
    assert (message.status, message.wa_message_id) == ("delivered", wamid)
    assert Message.objects.get(text="¿y esto?").quoted_message == message
    assert [event["type"] for event in events(scope.organization)] == [
        "message.received",
        "message.status_changed",
    ]


def test_a_quoting_reply_settles_nothing_where_it_is_not_clear(scope: Cast, chat: Conversation) -> None:
    one = make_sent(chat, state="unknown")
    reply_to(scope, new_wamid(), new_wamid())  # two unknown messages are quoted
    other = make_sent(chat, state="unknown")
    reply_to(scope, new_wamid())  # it may be either
    SendAttempt.objects.filter(pk=other.pk).update(state="sending")
    reply_to(scope, new_wamid())  # it may be the one that is just leaving
    one.refresh_from_db()
    assert one.state == "unknown"


def test_a_reply_that_quotes_what_is_known_elsewhere_settles_nothing(scope: Cast, chat: Conversation) -> None:
    attempt = make_sent(chat, state="unknown")
    stranger = make_conversation(scope, contact=make_contact(scope.organization, phone="+573005550102"))
    reply_to(scope, make_sent(stranger).wa_message_id or "")
    attempt.refresh_from_db()
    assert attempt.state == "unknown"


def test_what_names_itself_goes_before_what_is_guessed(scope: Cast, chat: Conversation) -> None:
    """A reply quotes one message while, in the same body, a status proves that it was another one's."""
    unknown, wamid = make_sent(chat, state="unknown"), new_wamid()
    other = make_sent(chat, state="claimed")
    reply = said("¿y esto?", quoting=wamid)
    take_in(scope.app, body([reply], statuses=[status(wamid, "read", callback=other.callback_id.hex)]))
    unknown.refresh_from_db()
    assert unknown.state == "unknown"
    assert Message.objects.get(text="¿y esto?").quoted_message_id == other.message_id


def test_a_reply_that_outruns_the_wamid_is_joined_when_the_sender_writes_it(
    scope: Cast, chat: Conversation
) -> None:
    attempt, wamid = make_sent(chat, state="sending"), new_wamid()
    reply_to(scope, wamid)
    assert Message.objects.get(text="¿y esto?").quoted_message_id is None
    SendAttempt.objects.filter(pk=attempt.pk).update(state="accepted", wa_message_id=wamid)
    Message.objects.filter(pk=attempt.message_id).update(status="accepted", wa_message_id=wamid)
    with service():
        statuses.apply_parked(chat.channel_id, [wamid])
    assert Message.objects.get(text="¿y esto?").quoted_message_id == attempt.message_id
