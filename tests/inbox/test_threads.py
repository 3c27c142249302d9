"""Where a customer's message stands, and what it does to its conversation."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from core.actors import member_actor
from core.models import MembershipStatus
from inbox import conversations
from inbox.models import Conversation, ConversationCounter, Message, Ticket
from tests.conftest import Cast
from tests.factories import make_conversation
from tests.inbox.webhooks import LAURA, NOW, body, events, new_wamid, said, take_in


def counters() -> dict[tuple[str, int], int]:
    rows = ConversationCounter.objects.filter(count__gt=0).values_list("status", "assignee_id", "count")
    return {(status, assignee): count for status, assignee, count in rows}


def test_a_message_that_is_not_news_stands_in_its_place(scope: Cast) -> None:
    row = make_conversation(scope, last_inbound_minutes_ago=1)
    newest, activity, window = row.last_message_id, row.last_activity_at, row.last_inbound_at
    late = said("llegué tarde", at=activity - timedelta(hours=2))
    take_in(scope.app, body([late]), received_at=activity)
    row.refresh_from_db()
    assert (row.last_message_id, row.last_activity_at, row.last_inbound_at) == (newest, activity, window)
    assert row.unread_count == 2
    message = Message.objects.get(text="llegué tarde")
    assert message.is_late
    first = Message.objects.filter(conversation=row).order_by("occurred_at", "id").first()
    assert first == message


def test_of_two_chats_of_one_second_the_later_stands_higher(scope: Cast) -> None:
    for number, moment in ((LAURA, 100), ("573005550177", 300), (LAURA, 700)):
        take_in(
            scope.app, body([said(at=NOW, sender=number)]), received_at=NOW + timedelta(milliseconds=moment)
        )
    listed = Conversation.objects.order_by("-last_activity_at").values_list("contact__phone", flat=True)
    assert list(listed) == [f"+{LAURA}", "+573005550177"]


@pytest.mark.parametrize(("minutes", "is_late"), [(9, False), (11, True)])
def test_a_message_is_late_after_ten_minutes(scope: Cast, minutes: int, is_late: bool) -> None:
    take_in(scope.app, body([said()]), received_at=NOW + timedelta(minutes=minutes))
    assert Message.objects.get().is_late is is_late
    assert Conversation.objects.get().last_inbound_at == NOW


def test_the_window_opens_by_metas_time_and_only_for_what_opens_it(scope: Cast) -> None:
    take_in(scope.app, "msg_unsupported_131051_poll")
    row = Conversation.objects.get()
    assert (row.last_inbound_at, row.unread_count) == (None, 1)
    take_in(scope.app, body([said(at=NOW), said(at=NOW - timedelta(minutes=5))]))
    row.refresh_from_db()
    assert row.last_inbound_at == NOW


def test_messages_of_equal_seconds_keep_one_order_whatever_comes_first(scope: Cast) -> None:
    chance = random.Random(3)
    pairs = [said(f"{n}", at=NOW + timedelta(seconds=n // 25)) for n in range(200)]
    chance.shuffle(pairs)
    for start in range(0, 200, 40):
        take_in(scope.app, body(pairs[start : start + 40]), received_at=NOW + timedelta(minutes=1))
    order = list(Message.objects.order_by("occurred_at", "id").values_list("occurred_at", "id"))
    assert order == sorted(order)
    row = Conversation.objects.get()
    assert (row.last_activity_at, row.last_message_id) == (NOW + timedelta(minutes=1), order[-1][1])
    assert row.unread_count == 200


def test_a_message_of_somebody_who_was_only_written_to_puts_the_chat_into_the_queue(scope: Cast) -> None:
    row = make_conversation(scope, status="none", last_inbound_minutes_ago=None)
    take_in(scope.app, body([said("me interesa")]))
    row.refresh_from_db()
    assert (row.status, row.unread_count) == ("unassigned", 1)
    assert Ticket.objects.get(conversation=row).number == 1
    assert counters() == {("unassigned", 0): 1}
    event = events(scope.organization)[-1]
    assert event["audience"]["before"] == {"status": "none", "assignee": None}


def test_an_open_chat_stays_with_its_agent(scope: Cast) -> None:
    row = make_conversation(scope, assignee=scope.beto)
    ticket = row.ticket_id
    take_in(scope.app, body([said()]))
    row.refresh_from_db()
    assert (row.status, row.assignee_id, row.ticket_id) == ("open", scope.beto.pk, ticket)
    assert Ticket.objects.count() == 1
    assert "before" not in events(scope.organization)[-1]["audience"]


def closed_by_beto(cast: Cast) -> Conversation:
    row = make_conversation(cast, assignee=cast.beto)
    return conversations.close(row, by=member_actor(cast.beto))


def test_a_customer_who_writes_again_gets_the_agent_who_had_the_chat_last(scope: Cast) -> None:
    row = closed_by_beto(scope)
    take_in(scope.app, body([said("otra cosa")]))
    row.refresh_from_db()
    assert (row.status, row.assignee_id, row.unread_count) == ("open", scope.beto.pk, 1)
    assert list(Ticket.objects.order_by("number").values_list("number", flat=True)) == [1, 2]
    assert row.ticket == Ticket.objects.get(number=2)
    assert counters() == {("open", scope.beto.pk): 1}
    before = {"status": "closed", "assignee": scope.beto.pk}
    assert events(scope.organization)[-1]["audience"]["before"] == before


def test_when_that_agent_works_here_no_more_the_chat_is_unassigned(scope: Cast) -> None:
    row = closed_by_beto(scope)
    scope.beto.status = MembershipStatus.SUSPENDED
    scope.beto.save()
    take_in(scope.app, body([said("¿sigue Beto?")]))
    row.refresh_from_db()
    assert (row.status, row.assignee_id) == ("unassigned", None)
    assert counters() == {("unassigned", 0): 1}


def test_without_ticket_management_a_chat_is_open(scope: Cast) -> None:
    scope.organization.ticket_management = False
    scope.organization.save()
    take_in(scope.app, body([said()]))
    row = Conversation.objects.get()
    assert (row.status, row.assignee_id) == ("open", None)
    assert counters() == {("open", 0): 1}


def test_a_message_from_before_the_closing_that_comes_late_opens_nothing(scope: Cast) -> None:
    row = closed_by_beto(scope)
    closed_at = Ticket.objects.get().closed_at
    assert closed_at is not None
    late = body([said("de antes", at=closed_at - timedelta(hours=1))])
    take_in(scope.app, late, received_at=closed_at)
    row.refresh_from_db()
    assert (row.status, row.unread_count) == ("closed", 1)
    after = body([said("de después", at=closed_at + timedelta(hours=1))])
    take_in(scope.app, after, received_at=closed_at + timedelta(hours=3))
    row.refresh_from_db()
    assert row.status == "open"
    assert Message.objects.get(text="de después").is_late


def test_a_reply_shows_what_it_quotes(scope: Cast) -> None:
    first = said("¿Cuánto cuesta?", at=NOW - timedelta(minutes=2))
    wamid = first[0]["id"]
    take_in(scope.app, body([first, said("Este", quoting=wamid)]))
    reply = Message.objects.select_related("quoted_message").get(text="Este")
    assert reply.quoted_message == Message.objects.get(text="¿Cuánto cuesta?")
    shown = events(scope.organization)[-1]["data"]["message"]["reply_to"]
    assert (shown["id"], shown["preview"]) == (reply.quoted_message_id, "¿Cuánto cuesta?")


def test_a_reply_that_comes_before_what_it_quotes_finds_it_later(scope: Cast) -> None:
    wamid = new_wamid()
    take_in(scope.app, body([said("Este", quoting=wamid)]))
    reply = Message.objects.get()
    assert (reply.quoted_message_id, reply.quoted_wa_message_id) == (None, wamid)
    assert events(scope.organization)[-1]["data"]["message"]["reply_to"]["id"] is None
    take_in(scope.app, body([said("¿Cuánto cuesta?", wamid=wamid, at=NOW - timedelta(minutes=2))]))
    reply.refresh_from_db()
    assert reply.quoted_message == Message.objects.get(wa_message_id=wamid)


def test_a_quotation_never_shows_another_customers_words(scope: Cast) -> None:
    secret = said("mi dirección es…", sender="573005550102", name="Andrés")
    take_in(scope.app, body([secret]))
    take_in(scope.app, body([said("¿y esto?", sender=LAURA, quoting=secret[0]["id"])]))
    assert Message.objects.get(text="¿y esto?").quoted_message_id is None


def test_an_impossible_quotation_does_not_keep_the_reply_away(scope: Cast) -> None:
    take_in(scope.app, body([said("hola", quoting="wamid." + "A" * 247)]))
    assert Message.objects.get().quoted_wa_message_id is None
