"""From a stored webhook body to contact, conversation, message and event."""

from __future__ import annotations

import json
import random
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from core import jsons
from core.tenancy import tenant_scope
from inbox import queries
from inbox.models import (
    Contact,
    Conversation,
    ConversationCounter,
    Message,
    ParkedChange,
    ParkedStatus,
    Ticket,
)
from integrations.models import Channel, ChannelAlert, DeliveryState, InboundDelivery, InboundProblem
from tests.conftest import Cast
from tests.inbox.webhooks import NOW, body, events, new_wamid, problems, said, take_in
from tests.integrations.whatsapp.bodies import WEBHOOKS

Outcome = tuple[list[int], list[str], list[str]]


def recorded(line: str) -> tuple[str, Outcome]:
    """A line of `outcomes.txt`."""
    name, *counts, told, troubles = line.split()
    events, problems = ([] if words == "-" else words.split(",") for words in (told, troubles))
    return name, ([int(count) for count in counts], events, problems)


OUTCOMES = dict(
    recorded(line)
    for line in (Path(__file__).parent / "outcomes.txt").read_text().splitlines()
    if not line.startswith("#")
)


def delivery(pk: int) -> InboundDelivery:
    return InboundDelivery.objects.get(pk=pk)


def counters() -> dict[tuple[str, int], int]:
    rows = ConversationCounter.objects.filter(count__gt=0).values_list("status", "assignee_id", "count")
    return {(status, assignee): count for status, assignee, count in rows}


@pytest.mark.parametrize("name", [path.stem for path in WEBHOOKS])
def test_every_recorded_body_is_taken_in_without_harm(scope: Cast, name: str) -> None:
    (pk,) = take_in(scope.app, name)
    (items, *counts), told, troubles = OUTCOMES[name]
    stored = delivery(pk)
    assert (stored.state, stored.items, stored.attempts) == (DeliveryState.PROCESSED, items, 1)
    assert stored.processed_at is not None
    assert [kind.objects.count() for kind in (Message, ParkedStatus, ParkedChange, ChannelAlert)] == counts
    happened = Counter(event["type"] for event in events(scope.organization))
    assert [f"{count}*{kind}" for kind, count in sorted(happened.items())] == told
    rows = InboundProblem.objects.order_by("id").values_list("code", "reason")
    assert [f"{code}:{reason}" if code == "not_yet_handled" else code for code, reason in rows] == troubles


def test_all_recorded_bodies_at_once(scope: Cast) -> None:
    take_in(scope.app, *(path.stem for path in WEBHOOKS))
    assert {code for _, code in problems(scope.organization)} == {"not_yet_handled", "foreign"}
    assert Conversation.objects.count() == Ticket.objects.count()
    assert set(counters()) == {("unassigned", 0)}
    shown = [event for event in events(scope.organization) if event["type"].startswith("message.")]
    assert {event["data"]["message"]["id"] for event in shown} == set(
        Message.objects.values_list("pk", flat=True)
    )


def test_a_first_message_makes_contact_conversation_ticket_and_event(scope: Cast) -> None:
    take_in(scope.app, "msg_text_basic")
    row = Conversation.objects.select_related("contact", "ticket", "last_message").get()
    message = Message.objects.get()
    assert (row.status, row.assignee_id, row.unread_count) == ("unassigned", None, 1)
    assert row.ticket is not None
    assert row.ticket.number == 1
    assert (row.contact.name, row.contact.phone) == ("Laura Restrepo", "+573005550101")
    assert row.last_message == message
    assert row.last_inbound_at == message.occurred_at
    assert message.occurred_at <= row.last_activity_at < message.occurred_at + timedelta(minutes=1)
    assert (message.direction, message.type, message.raw_type, message.status) == (
        "inbound",
        "text",
        None,
        None,
    )
    (event,) = events(scope.organization)
    assert (event["type"], event["actor"]["kind"]) == ("message.received", "contact")
    assert event["audience"] == {
        "kind": "conversation",
        "id": row.pk,
        "now": {"status": "unassigned", "assignee": None},
    }
    resources = {
        "conversation": queries.conversation_resources([row.pk])[row.pk],
        "message": queries.message_resources([message.pk])[message.pk],
    }
    assert event["data"] == json.loads(jsons.dumps(resources))


def test_an_unknown_type_keeps_its_own_name(scope: Cast) -> None:
    take_in(scope.app, "msg_unknown_future_type")
    message = Message.objects.get()
    assert message.type == "unknown"
    assert message.raw_type


def test_a_repeated_delivery_has_no_effect(scope: Cast) -> None:
    take_in(scope.app, "dup_delivery_1_first")
    take_in(scope.app, "dup_delivery_2_retry")
    take_in(scope.app, "dup_delivery_3_overlap_batch")
    assert Message.objects.count() == len(events(scope.organization)) == 2
    assert Conversation.objects.get().unread_count == 2
    assert Contact.objects.count() == 1
    assert problems(scope.organization) == []


def test_copies_within_one_body_are_one_message(scope: Cast) -> None:
    take_in(scope.app, "dup_inside_one_post")
    assert Message.objects.count() == len(events(scope.organization)) == 1
    assert Conversation.objects.get().unread_count == 1


def test_the_same_messages_in_other_groupings_change_nothing(scope: Cast) -> None:
    pairs = [said(f"mensaje {n}", at=NOW - timedelta(seconds=n % 7)) for n in range(50)]
    take_in(scope.app, body(pairs))
    before = events(scope.organization)
    chance = random.Random(7)
    for _ in range(5):
        chance.shuffle(pairs)
        size = chance.randint(1, 20)
        take_in(scope.app, *(body(pairs[n : n + size]) for n in range(0, 50, size)))
    assert Message.objects.count() == 50
    assert events(scope.organization) == before


def test_a_body_of_fifty_messages_lands_whole_and_in_order(scope: Cast) -> None:
    take_in(scope.app, "batch_50_messages")
    assert Message.objects.count() == len(events(scope.organization)) == 50
    unread = sum(Conversation.objects.values_list("unread_count", flat=True))
    assert unread == 50


def test_a_burst_in_one_second_keeps_its_order(scope: Cast) -> None:
    take_in(scope.app, "batch_burst_same_user")
    texts = list(Message.objects.order_by("occurred_at", "id").values_list("text", flat=True))
    assert texts == ["Hola", "una pregunta", "¿tienen", "zapatos", "talla 38?"]
    row = Conversation.objects.select_related("last_message").get()
    assert row.last_message is not None
    assert (row.last_message.text, row.unread_count) == ("talla 38?", 5)


def test_two_senders_in_one_change_are_told_apart(scope: Cast) -> None:
    take_in(scope.app, "batch_two_senders_one_change")
    assert set(Contact.objects.values_list("name", "phone")) == {
        ("Laura Restrepo", "+573005550101"),
        ("Andrés Gómez", "+573005550102"),
    }


def test_a_body_for_several_tenants_has_effects_for_the_app_that_signed_it_only(scope: Cast) -> None:
    (pk,) = take_in(scope.app, "batch_multi_entry_multi_tenant")
    assert Message.objects.get().text == "para el número A1"
    assert problems(scope.organization) == [
        ("entry/0/changes/1/value/messages/0", "foreign"),
        ("entry/1/changes/0/value/messages/0", "foreign"),
    ]
    assert ChannelAlert.objects.get().kind == "template_status"
    assert delivery(pk).items == 5


def test_a_number_of_another_organisation_signed_by_ours_has_no_effect_anywhere(cast: Cast) -> None:
    """Carla's number is known here, but not as one of this app."""
    number, account = cast.other_channel.phone_number_id, cast.other_channel.waba_id
    forged = body([said("entra aquí")], number=number, account=account)
    take_in(cast.app, forged)
    take_in(cast.app, body([said("con la cuenta propia")], number=number))
    assert [code for _, code in problems(cast.organization)] == ["foreign", "foreign"]
    for organization in (cast.organization, cast.other):
        assert events(organization) == []
        with tenant_scope(organization.pk):
            assert not Message.objects.exists()
            assert not Contact.objects.exists()
            assert not ParkedStatus.objects.exists()
    assert problems(cast.other) == []


def test_carla_sees_nothing_of_what_our_customers_write(cast: Cast) -> None:
    assert cast.carla.organization_id != cast.organization.pk
    take_in(cast.app, "msg_text_basic")
    take_in(cast.other_app, body([said("hola, Carla")], number=cast.other_channel.phone_number_id))
    assert len(events(cast.organization)) == 1
    (event,) = events(cast.other)
    assert event["data"]["message"]["text"] == "hola, Carla"
    with tenant_scope(cast.other.pk):
        assert Message.objects.get().text == "hola, Carla"
        assert Contact.objects.get().phone == "+573005550101"


def test_a_number_that_is_no_longer_active_is_foreign(scope: Cast) -> None:
    Channel.objects.filter(pk=scope.channel.pk).update(is_active=False)
    take_in(scope.app, "msg_text_basic")
    assert [code for _, code in problems(scope.organization)] == ["foreign"]


def test_without_a_number_the_account_names_the_channel_if_it_has_one_only(scope: Cast) -> None:
    document = json.loads(body([said("sin número")]))
    del document["entry"][0]["changes"][0]["value"]["metadata"]["phone_number_id"]
    take_in(scope.app, json.dumps(document).encode())
    assert Message.objects.get().channel_id == scope.channel.pk
    Channel.objects.create(
        organization=scope.organization,
        meta_app=scope.app,
        name="otro",
        phone="+573005550191",
        phone_number_id="417398204718402",
        waba_id=scope.channel.waba_id,
    )
    document["entry"][0]["changes"][0]["value"]["messages"][0]["id"] = new_wamid()
    take_in(scope.app, json.dumps(document).encode())
    assert Message.objects.count() == 1
    assert [code for _, code in problems(scope.organization)] == ["foreign"]


def test_the_sample_of_metas_dashboard_is_kept_and_has_no_effect(scope: Cast) -> None:
    take_in(scope.app, "dashboard_test_sample")
    assert problems(scope.organization) == [("entry/0/changes/0/value/messages/0", "foreign")]
    assert not Contact.objects.exists()


def test_nul_and_lone_surrogates_reach_the_screen_as_replacement_signs(scope: Cast) -> None:
    take_in(scope.app, "raw_nul_and_lone_surrogate")
    assert Message.objects.get().text == "corte \ufffd y nulo \ufffd fin"
    (event,) = events(scope.organization)
    assert event["data"]["message"]["text"] == "corte \ufffd y nulo \ufffd fin"


def test_a_body_that_cannot_be_read_is_kept_as_failed(scope: Cast) -> None:
    (pk,) = take_in(scope.app, b'{"object": ')
    assert delivery(pk).state == DeliveryState.FAILED
    assert problems(scope.organization) == [("", "unreadable")]


def test_a_body_that_is_broken_everywhere_does_not_flood_the_list(scope: Cast) -> None:
    entries = ",".join("1" for _ in range(5000))
    (pk,) = take_in(scope.app, f'{{"object":"whatsapp_business_account","entry":[{entries}]}}'.encode())
    assert delivery(pk).state == DeliveryState.FAILED
    assert InboundProblem.objects.count() == 1001
    assert InboundProblem.objects.latest("id").reason == "and 4000 more"


def test_a_message_without_any_profile_is_shown(scope: Cast) -> None:
    take_in(scope.app, "msg_no_contacts_array")
    assert Conversation.objects.select_related("contact").get().contact.name


def test_the_number_of_queries_does_not_grow_with_the_batch(scope: Cast) -> None:
    from django.test.utils import CaptureQueriesContext

    def queries_for(size: int, first: int) -> int:
        pairs = [
            said(sender=f"57300{first + n:07d}", bsuid=f"CO.{first + n}", name=f"Persona {n}")
            for n in range(size)
        ]
        with CaptureQueriesContext(connection) as captured:
            take_in(scope.app, body(pairs))
        return len(captured)

    assert queries_for(200, 1000) == queries_for(5, 5000)
    assert Conversation.objects.count() == 205
