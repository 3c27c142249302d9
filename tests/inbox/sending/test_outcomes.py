"""What calls have proved, written down late: when others have gone on with the message meanwhile."""

from __future__ import annotations

import pytest

from core.actors import member_actor
from inbox import messages
from inbox.models import Conversation, Message, SendAttempt
from inbox.sending import outcomes
from inbox.sending.letters import Letter
from inbox.sending.outcomes import Outcome
from integrations.whatsapp.errors import Accepted, NotSent, Refused, Unknown, Verdict
from tests.conftest import Cast
from tests.factories import make_conversation
from tests.inbox.outbound import make_attempt, make_sent, told
from tests.inbox.webhooks import status

REFUSED = Refused(131026, "recipient", False, None, False, "undeliverable", "")
LISTED = Refused(131016, "later", True, None, False, "overloaded", "")


@pytest.fixture
def chat(scope: Cast) -> Conversation:
    return make_conversation(scope, assignee=scope.beto)


def write(attempt: SendAttempt, verdict: Verdict, *, was_started: bool = True) -> None:
    letter = Letter(
        attempt_id=attempt.pk,
        message_id=attempt.message_id,
        conversation_id=attempt.conversation_id,
        number=attempt.number,
        waited_seconds=1,
        body={"type": "text"} if was_started else {},
    )
    outcomes.write(attempt.channel_id, [Outcome(letter, verdict)])


def sent_anew(chat: Conversation, state: str) -> tuple[SendAttempt, SendAttempt]:
    """An attempt of unknown outcome, and the one of a person who did not want to wait."""
    old = make_sent(chat, state="unknown")
    new = make_attempt(old.message, state=state, number=2)
    Message.objects.filter(pk=old.message_id).update(status="queued")
    return old, new


@pytest.mark.parametrize("state", ["pending", "claimed"])
def test_a_late_acceptance_keeps_the_new_attempt_from_leaving(chat: Conversation, state: str) -> None:
    old, new = sent_anew(chat, state)
    write(old, Accepted("wamid.OLD"))
    new.refresh_from_db()
    message = Message.objects.get(pk=old.message_id)
    assert new.state == "refused"
    assert (message.status, message.wa_message_id) == ("accepted", "wamid.OLD")


def test_a_late_acceptance_leaves_the_message_to_an_attempt_that_has_left(chat: Conversation) -> None:
    old, new = sent_anew(chat, "sending")
    write(old, Accepted("wamid.OLD"))
    write(new, Accepted("wamid.NEW"))
    message = Message.objects.get(pk=old.message_id)
    assert (message.status, message.wa_message_id) == ("accepted", "wamid.NEW")


def test_a_late_acceptance_holds_against_the_refusal_of_the_new_attempt(chat: Conversation) -> None:
    old, new = sent_anew(chat, "sending")
    write(new, REFUSED)
    assert Message.objects.get(pk=old.message_id).status == "failed"
    write(old, Accepted("wamid.OLD"))
    message = Message.objects.get(pk=old.message_id)
    assert (message.status, message.wa_message_id, message.error_code) == ("accepted", "wamid.OLD", None)


@pytest.mark.parametrize("verdict", [REFUSED, LISTED, NotSent("refused")])
def test_what_was_taken_before_is_neither_failed_nor_sent_once_more(
    chat: Conversation, verdict: Verdict
) -> None:
    old, new = sent_anew(chat, "sending")
    write(old, Accepted("wamid.OLD"))
    write(new, verdict)
    message = Message.objects.get(pk=old.message_id)
    assert (message.status, message.wa_message_id) == ("accepted", "wamid.OLD")
    assert message.attempts.count() == 2


def test_what_a_status_refused_counts_as_taken_no_more(scope: Cast, chat: Conversation) -> None:
    old = make_sent(chat, state="accepted", wamid="wamid.OLD")
    told(scope, [status("wamid.OLD", "failed", code=131026)])
    messages.resend(old.message, by=member_actor(scope.beto))
    new = SendAttempt.objects.get(number=2)
    SendAttempt.objects.filter(pk=new.pk).update(state="sending")
    write(new, REFUSED)
    message = Message.objects.get(pk=old.message_id)
    assert (message.status, message.wa_message_id, message.error_code) == ("failed", None, 131026)


@pytest.mark.parametrize("verdict", [REFUSED, LISTED, NotSent("refused")])
def test_a_late_refusal_leaves_the_message_to_the_new_attempt(chat: Conversation, verdict: Verdict) -> None:
    old, new = sent_anew(chat, "pending")
    write(old, verdict)
    old.refresh_from_db()
    new.refresh_from_db()
    message = Message.objects.get(pk=old.message_id)
    assert (old.state, new.state, message.status) == ("refused", "pending", "queued")
    assert message.attempts.count() == 2


def test_a_refusal_of_our_own_does_not_touch_what_somebody_else_is_sending(chat: Conversation) -> None:
    """The lease ran out before it was written, and another sender has taken the attempt up."""
    attempt = make_sent(chat, state="sending")
    write(attempt, REFUSED, was_started=False)
    attempt.refresh_from_db()
    assert attempt.state == "sending"


def test_a_status_that_was_quicker_is_the_better_witness(chat: Conversation) -> None:
    attempt = make_sent(chat, state="accepted", wamid="wamid.A")
    write(attempt, Unknown("reset"))
    attempt.refresh_from_db()
    assert (attempt.state, attempt.wa_message_id) == ("accepted", "wamid.A")
