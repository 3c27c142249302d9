"""What somebody of the business writes in the phone app of the number."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.actors import member_actor
from inbox import conversations, queries
from inbox.models import AttemptState, Conversation, ConversationCounter, Message, SendAttempt, Ticket
from inbox.sending import outcomes
from inbox.sending.letters import Letter
from integrations.whatsapp.errors import Accepted
from tests.conftest import Cast
from tests.factories import make_conversation
from tests.inbox.outbound import make_sent
from tests.inbox.webhooks import (
    NOW,
    Json,
    body,
    by_phone,
    echoes,
    edited,
    events,
    new_wamid,
    problems,
    revoked,
    said,
    status,
    take_in,
)


def wrote(text: str = "Respondido desde el celular", *, wamid: str | None = None, **given: object) -> Json:
    return by_phone(said(text, wamid=wamid, **given)[0])  # type: ignore[arg-type]  # what `said` takes


def test_an_echo_is_an_outbound_message_without_an_attempt(scope: Cast) -> None:
    take_in(scope.app, body([said()]), echoes(wrote(at=NOW + timedelta(seconds=1))))
    message = Message.objects.get(direction="outbound")
    assert (message.origin, message.status, message.sent_at) == ("phone", "sent", NOW + timedelta(seconds=1))
    assert not SendAttempt.objects.exists()
    row = Conversation.objects.get()
    assert (row.last_message_id, row.unread_count) == (message.pk, 1)
    assert row.last_inbound_at == NOW
    event = events(scope.organization)[-1]
    assert (event["type"], event["actor"]["kind"]) == ("message.created", "system")
    assert event["data"]["message"]["origin"] == "phone"
    assert event["data"]["message"]["author"] == {"kind": "system", "id": None, "name": ""}
    assert problems(scope.organization) == []


def test_one_to_somebody_new_begins_a_chat_that_stands_in_no_queue(scope: Cast) -> None:
    take_in(scope.app, "smb_echo_text")
    row = Conversation.objects.select_related("contact").get()
    assert (row.status, row.contact.name, row.last_inbound_at) == ("none", "Laura Restrepo", None)
    assert not Ticket.objects.exists()
    assert ConversationCounter.objects.get(count__gt=0).status == "none"
    take_in(scope.app, body([said()]))
    row.refresh_from_db()
    assert (row.status, row.unread_count) == ("unassigned", 1)


def test_a_closed_chat_stays_closed(scope: Cast) -> None:
    row = conversations.close(make_conversation(scope, assignee=scope.beto), by=member_actor(scope.beto))
    take_in(scope.app, echoes(wrote()))
    row.refresh_from_db()
    assert (row.status, row.unread_count, Ticket.objects.count()) == ("closed", 0, 1)


@pytest.mark.parametrize("is_early", [False, True])
def test_statuses_apply_to_it_before_and_after(scope: Cast, is_early: bool) -> None:
    wamid = new_wamid()
    told = [echoes(wrote(wamid=wamid)), body(statuses=[status(wamid, "read", at=NOW + timedelta(seconds=9))])]
    take_in(scope.app, *(reversed(told) if is_early else told))
    message = Message.objects.get()
    assert (message.status, message.read_at) == ("read", NOW + timedelta(seconds=9))


def test_it_is_edited_and_deleted_in_the_app(scope: Cast) -> None:
    wamid = new_wamid()
    edit = by_phone(edited(wamid, "corregido", at=NOW + timedelta(seconds=1))[0])
    take_in(scope.app, echoes(wrote(wamid=wamid)), echoes(edit))
    message = Message.objects.get()
    assert message.text == "corregido"
    take_in(scope.app, echoes(by_phone(revoked(wamid, at=NOW + timedelta(seconds=2))[0])))
    assert queries.message_resources([message.pk])[message.pk]["text"] == ""


def test_a_file_comes_along(scope: Cast) -> None:
    photo = wrote(type="image", image={"id": "77", "mime_type": "image/jpeg", "caption": "así llega"})
    take_in(scope.app, echoes(photo))
    message = Message.objects.get()
    assert (message.type, message.text) == ("image", "así llega")
    assert message.attachments.get().media_id == "77"


def test_an_echo_of_what_we_have_sent_ourselves_is_not_shown_again(scope: Cast) -> None:
    row = make_conversation(scope, assignee=scope.beto)
    attempt = make_sent(row)
    take_in(scope.app, echoes(wrote(wamid=attempt.wa_message_id)))
    assert Message.objects.filter(direction="outbound").count() == 1


def test_one_that_outruns_the_answer_to_our_own_send_stops_no_sender(scope: Cast) -> None:
    row = make_conversation(scope, assignee=scope.beto)
    attempt = make_sent(row, state="sending")
    take_in(scope.app, echoes(wrote(wamid="wamid.OURS")))
    letter = Letter(attempt.pk, attempt.message_id, row.pk, 1, 0.0, {"type": "text"})
    outcomes.write(scope.channel.pk, [outcomes.Outcome(letter, Accepted("wamid.OURS"))])
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.ACCEPTED
    assert Message.objects.get(wa_message_id="wamid.OURS").pk == attempt.message_id


def test_it_settles_no_attempt_of_unknown_outcome(scope: Cast) -> None:
    row = make_conversation(scope, assignee=scope.beto)
    attempt = make_sent(row, state="unknown")
    take_in(scope.app, echoes(wrote(quoting="wamid.WHO_KNOWS")))
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.UNKNOWN


def test_echoes_in_any_grouping_are_shown_once(scope: Cast) -> None:
    told = [wrote(f"{n}", at=NOW + timedelta(seconds=n)) for n in range(10)]
    take_in(scope.app, echoes(*told[:6]), echoes(*told[4:]), echoes(*reversed(told)))
    assert Message.objects.count() == len(events(scope.organization)) == 10
