"""The customer sees that we write."""

from __future__ import annotations

from core.tenancy import tenant_scope
from inbox.models import Message
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
