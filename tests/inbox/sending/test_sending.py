"""Messages leave once, in order, and the screen says what is known."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.actors import member_actor
from core.tenancy import all_tenants, tenant_scope
from inbox import conversations, messages
from inbox.jobs import sweep_attempts
from inbox.models import Conversation, Message, SendAttempt
from inbox.sending.loop import SenderLoop
from tests.factories import make_contact, make_conversation
from tests.inbox.sending.conftest import PATIENCE_SECONDS, Gate, Stage


def test_a_reply_leaves_and_gets_its_wamid(stage: Stage, loop: SenderLoop) -> None:
    pk = stage.write("¡Hola, Laura! 👋")
    message = stage.wait_status(pk, "accepted")
    (entry,) = stage.simulator.ledger()
    assert (entry["text"], entry["wamid"]) == ("¡Hola, Laura! 👋", message.wa_message_id)
    with tenant_scope(stage.cast.organization.pk):
        assert entry["callback_data"] == message.attempts.get().callback_id.hex


def test_a_bell_is_not_needed(stage: Stage, loop: SenderLoop) -> None:
    """Without Redis a sender finds what is due by looking."""
    pk = stage.write("sin timbre")
    stage.wait_status(pk, "accepted")


def test_messages_of_a_conversation_leave_in_the_order_of_writing(stage: Stage, loop: SenderLoop) -> None:
    stage.simulator.fault(kind="delay", seconds=0.05, probability=0.5, seed=7)
    expected = [f"mensaje {n}" for n in range(20)]
    last = [stage.write(text) for text in expected][-1]
    loop.wake(stage.cast.channel.pk)
    stage.wait_status(last, "accepted")
    assert stage.texts() == expected


def test_conversations_do_not_wait_for_one_another(
    stage: Stage, loop: SenderLoop, gate: Callable[..., Gate]
) -> None:
    contact = make_contact(stage.cast.organization, name="Andrés", phone="+525512345678")
    other = make_conversation(stage.cast, contact=contact, assignee=stage.cast.beto)
    stage.simulator.inbound({"from": "5215512345678", "text": "Hola"})
    held = gate("send", customer="573005550101")
    slow, quick = stage.write("lento"), stage.write("rápido", other)
    held.wait_for_a_call()
    stage.wait_status(quick, "accepted")
    assert stage.message(slow).status in ("queued", "sending")
    held.open()
    stage.wait_status(slow, "accepted")


@pytest.mark.parametrize("code", [131026, 131047, 131051, 131030])
def test_a_certain_refusal_is_shown_and_not_repeated(stage: Stage, loop: SenderLoop, code: int) -> None:
    stage.simulator.fault(kind="error", code=code, count=1)
    pk = stage.write("no llega")
    message = stage.wait_status(pk, "failed")
    assert message.error_code == code
    assert stage.attempts(pk) == ["refused"]
    assert stage.texts() == []


@pytest.mark.parametrize("code", [130429, 131016, 133004])
def test_a_listed_refusal_is_tried_again(stage: Stage, loop: SenderLoop, code: int) -> None:
    stage.simulator.fault(kind="error", code=code, count=1)
    pk = stage.write("a la segunda")
    stage.wait_status(pk, "accepted")
    assert stage.attempts(pk) == ["refused", "accepted"]
    assert stage.texts() == ["a la segunda"]


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "reset", "when": "after_accept"},
        {"kind": "reset", "when": "half_response"},
        {"kind": "html", "status": 502, "when": "after_accept"},
        {"kind": "html", "status": 502, "when": "before_accept"},
        {"kind": "garbage", "body": "empty"},
        {"kind": "garbage", "body": "no_id"},
        {"kind": "error", "code": 131000},
        {"kind": "error", "code": 2},
    ],
)
def test_an_unclear_outcome_is_said_and_never_repeated(
    stage: Stage, loop: SenderLoop, fault: dict[str, object]
) -> None:
    stage.simulator.fault(**fault, count=1)
    unclear = stage.write("¿llegó?")
    stage.wait_status(unclear, "unknown")
    later = stage.write("el siguiente sale")
    stage.wait_status(later, "accepted")
    assert stage.attempts(unclear) == ["unknown"]
    assert stage.texts().count("¿llegó?") <= 1


def test_a_person_may_send_an_unconfirmed_one_again(stage: Stage, loop: SenderLoop) -> None:
    stage.simulator.fault(kind="reset", when="after_accept", count=1)
    pk = stage.write("otra vez")
    stage.wait_status(pk, "unknown")
    with tenant_scope(stage.cast.organization.pk):
        messages.resend(stage.message(pk), by=member_actor(stage.cast.beto), send_unconfirmed=True)
    stage.wait_status(pk, "accepted")
    assert stage.attempts(pk) == ["unknown", "accepted"]


def test_what_a_dead_sender_was_sending_is_unknown(stage: Stage) -> None:
    claimed, sending = stage.write("reclamado"), stage.write("enviando")
    with tenant_scope(stage.cast.organization.pk):
        rows = SendAttempt.objects
        rows.filter(message_id=claimed).update(state="claimed", lease_until="2020-01-01T00:00Z")
        rows.filter(message_id=sending).update(state="sending", lease_until="2020-01-01T00:00Z")
    with all_tenants():
        sweep_attempts()
        sweep_attempts()
    assert (stage.attempts(claimed), stage.message(claimed).status) == (["pending"], "queued")
    assert (stage.attempts(sending), stage.message(sending).status) == (["unknown"], "unknown")


def test_a_living_lease_is_left_alone(stage: Stage) -> None:
    pk = stage.write("en curso")
    with tenant_scope(stage.cast.organization.pk):
        SendAttempt.objects.filter(message_id=pk).update(state="sending", lease_until="2999-01-01T00:00Z")
    with all_tenants():
        sweep_attempts()
    assert stage.attempts(pk) == ["sending"]


def test_the_window_is_looked_at_again_before_leaving(stage: Stage) -> None:
    pk = stage.write("tarde")
    with tenant_scope(stage.cast.organization.pk):
        Conversation.objects.filter(pk=stage.conversation.pk).update(last_inbound_at="2020-01-01T00:00Z")
    sender = SenderLoop()
    sender.start()
    message = stage.wait_status(pk, "failed")
    sender.stop(timeout_seconds=PATIENCE_SECONDS)
    assert message.error_code == 131047
    assert stage.texts() == []


def test_two_senders_send_nothing_twice(stage: Stage, loop: SenderLoop) -> None:
    second = SenderLoop()
    second.start()
    expected = [f"uno solo {n}" for n in range(15)]
    last = [stage.write(text) for text in expected][-1]
    for each in (loop, second):
        each.wake(stage.cast.channel.pk)
    stage.wait_status(last, "accepted")
    second.stop(timeout_seconds=PATIENCE_SECONDS)
    assert stage.texts() == expected


def test_stopping_lets_a_call_finish_and_claims_no_more(stage: Stage, gate: Callable[..., Gate]) -> None:
    held = gate("send")
    sender = SenderLoop()
    sender.start()
    first = stage.write("en vuelo")
    held.wait_for_a_call()
    second = stage.write("para el próximo")
    with ThreadPoolExecutor(1) as pool:
        stopping = pool.submit(sender.stop, timeout_seconds=PATIENCE_SECONDS)
        stage.wait(lambda: sender._is_stopping)
        held.open()
        stopping.result()
    assert stage.message(first).status == "accepted"
    assert stage.attempts(second) == ["pending"]


def test_reading_shows_blue_ticks(stage: Stage, loop: SenderLoop) -> None:
    with tenant_scope(stage.cast.organization.pk):
        inbound = Message.objects.get(conversation=stage.conversation)
        wamid = stage.simulator.inbound({"from": "573005550101", "text": "¿sí?"})["wamid"]
        Message.objects.filter(pk=inbound.pk).update(wa_message_id=wamid)
        conversations.mark_read(
            stage.conversation, through_message_id=inbound.pk, by=member_actor(stage.cast.beto)
        )
    stage.wait(lambda: [read["message_id"] for read in stage.simulator.reads()] == [wamid])
