"""The customer sees that we write."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from core.models import OutboxItem
from core.tenancy import tenant_scope
from inbox.models import Message
from inbox.receipts import TYPING, lane_of
from inbox.sending.loop import SenderLoop
from inbox.signals import typing_seen
from tests.inbox.sending.conftest import Stage


def test_the_customer_is_shown_that_we_write(stage: Stage, loop: SenderLoop) -> None:
    wamid = stage.simulator.inbound({"from": "573005550101", "text": "¿sí?"})["wamid"]
    with tenant_scope(stage.cast.organization.pk):
        Message.objects.filter(conversation=stage.conversation).update(wa_message_id=wamid)
        typing_seen(stage.conversation.pk)
    stage.wait(stage.simulator.reads)
    (shown,) = stage.simulator.reads()
    assert shown["message_id"] == wamid
    assert shown["typing"]


def test_that_we_wrote_some_time_ago_is_shown_to_nobody(stage: Stage, loop: SenderLoop) -> None:
    """As after a minute in which the number was stopped, or the workers were away."""
    wamid = stage.simulator.inbound({"from": "573005550101", "text": "¿sí?"})["wamid"]
    with tenant_scope(stage.cast.organization.pk):
        row = OutboxItem.objects.create(
            organization=stage.cast.organization,
            kind=TYPING,
            lane=lane_of(stage.cast.channel.pk),
            key="conversation:1",
            payload={"wamid": wamid},
            due_at=timezone.now(),
        )
        OutboxItem.objects.update(created_at=timezone.now() - timedelta(seconds=25))
        loop.wake(stage.cast.channel.pk)
        stage.wait(lambda: OutboxItem.objects.get(pk=row.pk).state == "done")
    assert stage.simulator.reads() == []
