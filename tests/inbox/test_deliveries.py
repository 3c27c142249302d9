"""Stored webhooks: who may read them, trying them again, and removing them in the end."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from core import jsons
from core.actors import Actor, member_actor
from core.errors import NotFound, PermissionDenied
from core.tenancy import all_tenants, tenant_scope
from inbox import deliveries, intake, jobs
from inbox.models import Conversation, Message, ParkedStatus
from inbox.paging import Cut
from integrations.models import Channel, DeliveryState, InboundDelivery, InboundProblem
from tests.conftest import Cast
from tests.inbox.webhooks import body, events, problems, said, status, store, take_in
from tests.integrations.whatsapp.bodies import body_of


@pytest.fixture
def ana(scope: Cast) -> Actor:
    return member_actor(scope.ana)


def test_a_delivery_is_shown_with_its_problems(scope: Cast, ana: Actor) -> None:
    (pk,) = take_in(scope.app, "batch_multi_entry_multi_tenant")
    shown = json.loads(jsons.dumps(deliveries.resource(deliveries.one(ana, pk))))
    assert shown.pop("received_at").endswith("Z")
    assert shown.pop("processed_at").endswith("Z")
    assert [problem["code"] for problem in shown["problems"]] == ["foreign", "foreign"]
    assert shown["problems"][1] == {
        "pointer": "entry/1/changes/0/value/messages/0",
        "code": "foreign",
        "reason": "the number is not an active one of this app",
    }
    size = len(body_of("batch_multi_entry_multi_tenant"))
    assert {name: shown[name] for name in ("id", "state", "items", "size_bytes")} == {
        "id": pk,
        "state": "processed",
        "items": 5,
        "size_bytes": size,
    }


def test_the_list_is_newest_first_and_can_be_narrowed(scope: Cast, ana: Actor) -> None:
    ids = take_in(scope.app, "msg_text_basic", b"{", "msg_text_bsuid_only")
    (waiting,) = store(scope.app, "msg_location_pin")
    everything = deliveries.page(ana, Cut(limit=3))
    assert [row["id"] for row in everything.results] == [waiting, ids[2], ids[1]]
    rest = deliveries.page(ana, Cut(key=everything.next_key, limit=3))
    assert [row["id"] for row in rest.results] == [ids[0]]
    failed = deliveries.page(ana, Cut(), state=DeliveryState.FAILED)
    assert [(row["id"], row["problems"][0]["code"]) for row in failed.results] == [(ids[1], "unreadable")]


def test_a_list_takes_two_queries_whatever_its_length(
    scope: Cast, ana: Actor, django_assert_num_queries: object
) -> None:
    take_in(scope.app, *["account_update_disabled"] * 20)
    for limit in (2, 20):
        with django_assert_num_queries(2):  # type: ignore[operator]  # a fixture without a type
            deliveries.page(ana, Cut(limit=limit))


def test_only_owners_and_api_keys_read_raw_traffic(scope: Cast) -> None:
    (pk,) = take_in(scope.app, "msg_text_basic")
    key = Actor(kind="api", organization_id=scope.organization.pk, id=1, name="tienda web")
    assert deliveries.one(key, pk).pk == pk
    stored = InboundDelivery.objects.get(pk=pk)
    for member in (scope.marta, scope.beto):
        actor = member_actor(member)
        with pytest.raises(PermissionDenied):
            deliveries.page(actor, Cut())
        with pytest.raises(PermissionDenied):
            deliveries.one(actor, pk)
        with pytest.raises(PermissionDenied):
            deliveries.replay(stored, by=actor)


def test_carla_finds_none_of_ours(cast: Cast) -> None:
    assert cast.carla.organization_id != cast.organization.pk
    (pk,) = take_in(cast.app, "msg_text_basic")
    carla = member_actor(cast.carla)
    with tenant_scope(cast.other.pk):
        assert deliveries.page(carla, Cut()).results == []
        for unknown in (pk, pk + 1000, 0, -1, 2**70):
            with pytest.raises(NotFound):
                deliveries.one(carla, unknown)


def test_a_replay_changes_nothing_that_was_done(scope: Cast, ana: Actor) -> None:
    bodies = ["batch_50_messages", "status_batch_mixed_campaign", "batch_multi_entry_multi_tenant"]
    ids = take_in(scope.app, *bodies)
    before = (events(scope.organization), problems(scope.organization), Message.objects.count())
    parked = ParkedStatus.objects.count()
    for _ in range(3):
        for pk in ids:
            deliveries.replay(deliveries.one(ana, pk), by=ana)
        assert set(InboundDelivery.objects.values_list("state", flat=True)) == {"pending"}
        assert InboundProblem.objects.count() == 0
        intake.take_in(scope.organization.pk)
    assert (events(scope.organization), problems(scope.organization), Message.objects.count()) == before
    assert ParkedStatus.objects.count() == parked
    assert set(InboundDelivery.objects.values_list("attempts", flat=True)) == {4}


def test_a_replay_brings_what_was_foreign_once_its_number_is_connected(scope: Cast, ana: Actor) -> None:
    (pk,) = take_in(scope.app, "odd_unknown_phone_number_id")
    assert not Message.objects.exists()
    Channel.objects.create(
        organization=scope.organization,
        meta_app=scope.app,
        name="nuevo",
        phone="+573005550192",
        phone_number_id="999000111222333",
        waba_id=scope.channel.waba_id,
    )
    deliveries.replay(deliveries.one(ana, pk), by=ana)
    intake.take_in(scope.organization.pk)
    assert Message.objects.count() == 1
    assert problems(scope.organization) == []


def test_a_replay_rings(scope: Cast, ana: Actor, django_capture_on_commit_callbacks: object) -> None:
    (pk,) = take_in(scope.app, "msg_text_basic")
    with django_capture_on_commit_callbacks() as rung:  # type: ignore[operator]  # a fixture without a type
        deliveries.replay(deliveries.one(ana, pk), by=ana)
    assert len(rung) == 1


def test_a_removed_delivery_cannot_be_replayed(scope: Cast, ana: Actor) -> None:
    (pk,) = store(scope.app, "msg_text_basic")
    found = deliveries.one(ana, pk)
    InboundDelivery.objects.filter(pk=pk).delete()
    with pytest.raises(NotFound):
        deliveries.replay(found, by=ana)


def test_old_bodies_and_parked_statuses_are_removed_and_what_waits_is_not(cast: Cast) -> None:
    now = datetime.now(UTC)
    ages = {"old": 15, "young": 13}
    with tenant_scope(cast.organization.pk):
        kept = {}
        for name, days in ages.items():
            (kept[name],) = take_in(cast.app, "flows_status_change", received_at=now - timedelta(days=days))
        (waiting,) = store(cast.app, "msg_text_basic", received_at=now - timedelta(days=20))
        for name, days in {"wamid.old": 9, "wamid.young": 7}.items():
            parked = ParkedStatus.objects.create(
                organization=cast.organization,
                channel=cast.channel,
                wa_message_id=name,
                status="sent",
                at=now,
            )
            ParkedStatus.objects.filter(pk=parked.pk).update(created_at=now - timedelta(days=days))
    with all_tenants():
        jobs.sweep_housekeeping()
        assert set(InboundDelivery.objects.values_list("pk", flat=True)) == {kept["young"], waiting}
        assert set(InboundProblem.objects.values_list("delivery_id", flat=True)) == {kept["young"]}
        assert [row.wa_message_id for row in ParkedStatus.objects.all()] == ["wamid.young"]


def test_messages_outlive_the_bodies_that_brought_them(cast: Cast) -> None:
    """A captured body that comes again after its row is gone finds the message known."""
    again = body([said("de hace un mes")], statuses=[status("wamid.X", "sent")])
    take_in(cast.app, again, received_at=datetime.now(UTC) - timedelta(days=30))
    with all_tenants():
        jobs.sweep_housekeeping()
    take_in(cast.app, again)
    with tenant_scope(cast.organization.pk):
        assert InboundDelivery.objects.count() == Message.objects.count() == 1
        assert Conversation.objects.get().unread_count == 1
