"""Trouble of a whole number stops its sends, loses none, and ends when it was mended."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from core.actors import member_actor
from core.models import OutboxItem
from core.tenancy import all_tenants, tenant_scope
from inbox import conversations, jobs
from inbox.channels import probing, troubles
from inbox.models import Conversation, Message, SendAttempt
from inbox.sending.loop import SenderLoop, due_channels
from integrations.models import Channel, ChannelAlert
from tests.factories import make_contact, make_conversation
from tests.inbox.sending.conftest import Stage
from tests.inbox.webhooks import events


def channel(stage: Stage) -> Channel:
    with tenant_scope(stage.cast.organization.pk):
        return Channel.objects.get()


def change(stage: Stage, **fields: object) -> None:
    with tenant_scope(stage.cast.organization.pk):
        Channel.objects.update(**fields)


def probe(stage: Stage) -> bool:
    with tenant_scope(stage.cast.organization.pk):
        return probing.probe(stage.cast.channel.pk)


def kinds(stage: Stage) -> list[str]:
    return [event["type"] for event in events(stage.cast.organization)]


@pytest.fixture
def other(stage: Stage) -> Conversation:
    contact = make_contact(stage.cast.organization, name="Andrés", phone="+525512345678")
    row = make_conversation(stage.cast, contact=contact, assignee=stage.cast.beto)
    stage.simulator.inbound({"from": "5215512345678", "text": "Hola"})
    return row


@pytest.mark.parametrize("code", [190, 10, 131031, 131042, 368])
def test_what_was_refused_waits_with_the_others_and_leaves_in_order(
    stage: Stage, other: Conversation, loop: SenderLoop, code: int
) -> None:
    stage.simulator.fault(kind="error", code=code)
    first = stage.write("uno")
    stage.wait(lambda: channel(stage).trouble_since is not None)
    rest = [stage.write("dos"), stage.write("tres")]
    stage.write("para Andrés", other)
    stage.wait(lambda: stage.message(first).status == "queued")
    assert (channel(stage).trouble_code, stage.texts()) == (code, [])
    assert stage.attempts(first) == ["refused", "pending"]
    assert [stage.attempts(pk) for pk in rest] == [["pending"], ["pending"]]
    stage.simulator.clear_faults()
    with tenant_scope(stage.cast.organization.pk):
        troubles.resume(stage.cast.channel.pk, by=member_actor(stage.cast.ana))
    stage.wait_status(rest[-1], "accepted", "sent", "delivered", "read")
    stage.wait(lambda: len(stage.texts()) == 4)
    assert [text for text in stage.texts() if text != "para Andrés"] == ["uno", "dos", "tres"]


def test_owners_hear_of_it_once(stage: Stage, other: Conversation, loop: SenderLoop) -> None:
    stage.simulator.fault(kind="error", code=190)
    pks = [stage.write("uno"), stage.write("para Andrés", other)]
    stage.wait(lambda: channel(stage).trouble_since is not None)
    stage.wait(lambda: all(stage.attempts(pk)[-1] == "pending" for pk in pks))
    assert kinds(stage).count("channel.updated") == 1
    (told,) = (one for one in events(stage.cast.organization) if one["type"] == "channel.updated")
    assert told["data"]["channel"]["trouble"]["code"] == 190
    assert told["data"]["channel"]["trouble"]["title"]["es"] == "El token venció o no es válido."
    with tenant_scope(stage.cast.organization.pk):
        alert = ChannelAlert.objects.get()
    assert (alert.kind, alert.severity) == ("sending_stopped", "critical")


def test_a_number_in_trouble_is_left_alone(stage: Stage, loop: SenderLoop) -> None:
    stage.simulator.fault(kind="error", code=190)
    stage.write("uno")
    stage.wait(lambda: channel(stage).trouble_since is not None)
    stage.wait(lambda: stage.attempts(stage.write("otra"))[-1] == "pending")
    with all_tenants():
        assert due_channels() == set()


def test_blue_ticks_wait_too(stage: Stage, loop: SenderLoop) -> None:
    stage.simulator.fault(kind="error", code=190, on="read")
    with tenant_scope(stage.cast.organization.pk):
        message = Message.objects.get()
        conversations.mark_read(
            stage.conversation, through_message_id=message.pk, by=member_actor(stage.cast.beto)
        )
    stage.wait(lambda: channel(stage).trouble_since is not None)
    with tenant_scope(stage.cast.organization.pk):
        stage.wait(lambda: OutboxItem.objects.get().last_error == "the number was stopped")
        assert OutboxItem.objects.get().state == "pending"


def test_a_refusal_of_one_message_stops_nobody(stage: Stage, loop: SenderLoop) -> None:
    stage.simulator.fault(kind="error", code=131026, count=1)
    stage.wait_status(stage.write("a nadie"), "failed")
    stage.wait_status(stage.write("sigue"), "accepted", "sent", "delivered", "read")
    assert channel(stage).trouble_since is None


def test_it_goes_on_by_itself_when_meta_says_that_all_is_well(stage: Stage, loop: SenderLoop) -> None:
    fault = stage.simulator.fault(kind="error", code=190, on="any")
    pk = stage.write("uno")
    stage.wait(lambda: channel(stage).trouble_since is not None)
    assert fault.hits
    with all_tenants():
        assert probing.due() == []  # not within the first minute
    change(stage, trouble_since=timezone.now() - timedelta(seconds=61))
    with all_tenants():
        assert probing.due() == [(stage.cast.organization.pk, stage.cast.channel.pk)]
    assert not probe(stage)
    stage.simulator.clear_faults()
    assert probe(stage)
    stage.wait_status(pk, "accepted", "sent", "delivered", "read")
    now = channel(stage)
    assert (now.trouble_code, now.trouble_detail, now.probes) == (None, "", 1)
    assert now.quality == "GREEN"


def test_trouble_that_comes_again_is_tried_less_and_less_often(stage: Stage) -> None:
    waits = []
    with tenant_scope(stage.cast.organization.pk):
        for _ in range(8):
            from core.events import service

            with service():
                troubles.begin(stage.cast.channel.pk, code=131042, detail="no card")
            wait = next(
                seconds
                for seconds in (60, 120, 240, 480, 960, 1920, 3600, 7200)
                if _is_due_after(stage, seconds)
            )
            waits.append(wait)
            assert probing.probe(stage.cast.channel.pk)
    assert waits == [60, 120, 240, 480, 960, 1920, 3600, 3600]
    with tenant_scope(stage.cast.organization.pk), service():
        troubles.begin(stage.cast.channel.pk, code=131042, detail="")
        troubles.resume(stage.cast.channel.pk, by=member_actor(stage.cast.ana))
    assert channel(stage).probes == 0


def _is_due_after(stage: Stage, seconds: int) -> bool:
    change(stage, trouble_since=timezone.now() - timedelta(seconds=seconds + 1))
    with all_tenants():
        return bool(probing.due())


def test_the_sweep_has_stopped_numbers_asked_for(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """It only rings, also while Redis is away: asking takes seconds, which the other sweeps would wait."""
    rung: list[dict[str, object]] = []
    monkeypatch.setattr("core.sweeper._redis_answers", lambda: False)
    monkeypatch.setattr("core.jobs.ring", lambda name, **ids: rung.append({"name": name, **ids}))
    change(stage, trouble_code=190, trouble_since=timezone.now() - timedelta(minutes=2))
    with all_tenants():
        jobs.sweep_troubles()
    ids = {"organization_id": stage.cast.organization.pk, "channel_id": stage.cast.channel.pk}
    assert rung == [{"name": "inbox.probe", **ids}]


def test_a_long_stop_is_no_reason_to_give_up(stage: Stage, loop: SenderLoop) -> None:
    """A message that has waited for hours is tried as long as one that is new."""
    change(stage, trouble_code=190, trouble_since=timezone.now())
    pk = stage.write("con paciencia")
    with tenant_scope(stage.cast.organization.pk):
        Message.objects.filter(pk=pk).update(created_at=timezone.now() - timedelta(hours=5))
        stage.simulator.fault(kind="error", code=131016, count=1)
        troubles.resume(stage.cast.channel.pk, by=member_actor(stage.cast.ana))
    stage.wait_status(pk, "accepted", "sent", "delivered", "read")
    assert stage.attempts(pk) == ["refused", "accepted"]


def test_a_message_whose_window_closes_meanwhile_says_so(stage: Stage, loop: SenderLoop) -> None:
    change(stage, trouble_code=190, trouble_since=timezone.now())
    pk = stage.write("tarde")
    with tenant_scope(stage.cast.organization.pk):
        Conversation.objects.update(last_inbound_at=timezone.now() - timedelta(hours=25))
        troubles.resume(stage.cast.channel.pk, by=member_actor(stage.cast.ana))
    assert stage.wait_status(pk, "failed").error_code == 131047
    with tenant_scope(stage.cast.organization.pk):
        assert SendAttempt.objects.get(message_id=pk).state == "refused"
