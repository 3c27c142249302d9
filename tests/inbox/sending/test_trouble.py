"""What goes wrong with one message, or one number, is nobody else's trouble."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Event, Thread

import pytest
from django.db import DataError

from core.actors import member_actor
from core.models import OutboxItem
from core.tenancy import all_tenants, tenant_scope
from inbox import conversations
from inbox.models import Conversation, Message, SendAttempt
from inbox.sending import outcomes
from inbox.sending.loop import SenderLoop
from inbox.sending.outcomes import Outcome
from tests.factories import make_contact, make_conversation
from tests.inbox.sending.conftest import Gate, Stage


@pytest.fixture
def other(stage: Stage) -> Conversation:
    contact = make_contact(stage.cast.organization, name="Andrés", phone="+525512345678")
    conversation = make_conversation(stage.cast, contact=contact, assignee=stage.cast.beto)
    stage.simulator.inbound({"from": "5215512345678", "text": "Hola"})
    return conversation


@pytest.mark.parametrize("ciphertext", ["v1:lost:AAAA", "token of nobody"])
def test_a_number_whose_token_cannot_be_read_silences_no_other(
    stage: Stage, loop: SenderLoop, ciphertext: str
) -> None:
    channel = stage.cast.other_channel
    with tenant_scope(stage.cast.other.pk):
        channel.access_token_ciphertext = ciphertext
        channel.save()
    loop.wake(channel.pk)
    stage.wait_status(stage.write("sale igual"), "accepted")
    assert loop.is_alive()


def test_a_number_whose_token_is_none_silences_no_other(stage: Stage, loop: SenderLoop) -> None:
    channel = stage.cast.other_channel
    with tenant_scope(stage.cast.other.pk):
        channel.access_token = "contraseña\n"
        channel.save()
    loop.wake(channel.pk)
    stage.wait_status(stage.write("sale igual"), "accepted")
    assert loop.is_alive()


def test_what_has_no_bell_is_found_while_others_ring_all_the_time(stage: Stage, loop: SenderLoop) -> None:
    stopping = Event()

    def ring() -> None:
        while not stopping.wait(0.05):
            loop.wake(stage.cast.other_channel.pk)

    thread = Thread(target=ring)
    thread.start()
    try:
        stage.wait_status(stage.write("sin timbre"), "accepted")
    finally:
        stopping.set()
        thread.join()


def test_a_reply_does_not_wait_for_slow_blue_ticks(
    stage: Stage, loop: SenderLoop, gate: Callable[..., Gate]
) -> None:
    held = gate("read")
    with tenant_scope(stage.cast.organization.pk):
        inbound = Message.objects.get(conversation=stage.conversation)
        conversations.mark_read(
            stage.conversation, through_message_id=inbound.pk, by=member_actor(stage.cast.beto)
        )
    loop.wake(stage.cast.channel.pk)
    held.wait_for_a_call()
    pk = stage.write("enseguida")
    loop.wake(stage.cast.channel.pk)
    stage.wait_status(pk, "accepted")
    with all_tenants():
        assert OutboxItem.objects.get().state != "done"


def test_an_outcome_that_cannot_be_written_holds_up_no_other(
    stage: Stage, loop: SenderLoop, other: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = stage.write("rota")
    write = outcomes.write

    def picky(channel_id: int, written: Sequence[Outcome]) -> None:
        if any(outcome.letter.message_id == bad for outcome in written):
            raise DataError("value out of range")
        write(channel_id, written)

    monkeypatch.setattr(outcomes, "write", picky)
    good = stage.write("sana", other)
    loop.wake(stage.cast.channel.pk)
    stage.wait_status(good, "accepted")
    assert stage.attempts(bad) == ["sending"]  # until its lease makes it unknown
    assert stage.texts().count("rota") == 1


def test_a_message_that_has_no_body_is_refused_and_holds_up_no_other(
    stage: Stage, loop: SenderLoop, other: Conversation
) -> None:
    bad = stage.write("vacía")
    with tenant_scope(stage.cast.organization.pk):
        Message.objects.filter(pk=bad).update(text="")
        assert SendAttempt.objects.filter(message_id=bad).exists()
    good = stage.write("sana", other)
    loop.wake(stage.cast.channel.pk)
    stage.wait_status(good, "accepted")
    stage.wait_status(bad, "failed")
