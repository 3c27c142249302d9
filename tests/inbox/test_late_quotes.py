"""A reply that came before we knew what it quotes shows the quotation as soon as we know, without a reload."""

from __future__ import annotations

from inbox.models import Message
from inbox.sending import outcomes
from inbox.sending.letters import Letter
from inbox.sending.outcomes import Outcome
from integrations.whatsapp.errors import Accepted
from tests.conftest import Cast
from tests.factories import make_conversation
from tests.inbox.outbound import make_sent
from tests.inbox.webhooks import body, events, new_wamid, said, take_in


def test_a_reply_that_outran_metas_answer_is_told_again_with_its_quotation(scope: Cast) -> None:
    row = make_conversation(scope, assignee=scope.beto)
    attempt, other, wamid = make_sent(row, state="sending"), make_sent(row, state="sending"), new_wamid()
    take_in(scope.app, body([said("¡Sí!", quoting=wamid)]))
    reply = Message.objects.get(text="¡Sí!")
    assert reply.quoted_message_id is None
    assert [one["type"] for one in events(scope.organization)] == ["message.received"]
    letters = [
        Letter(one.pk, one.message_id, row.pk, number=1, waited_seconds=1, body={"type": "text"})
        for one in (attempt, other)
    ]
    verdicts = [Accepted(wamid), Accepted(new_wamid())]
    outcomes.write(scope.channel.pk, [Outcome(*pair) for pair in zip(letters, verdicts, strict=True)])
    (told,) = (one["data"] for one in events(scope.organization) if one["type"] == "message.updated")
    assert (told["message"]["id"], told["message"]["reply_to"]["id"]) == (reply.pk, attempt.message_id)


def test_what_comes_in_one_batch_is_told_once(scope: Cast) -> None:
    wamid = new_wamid()
    take_in(scope.app, body([said("¡Sí!", quoting=wamid), said("¿Vienes?", wamid=wamid)]))
    told = events(scope.organization)
    assert [one["type"] for one in told] == ["message.received"] * 2
    quoted = Message.objects.get(text="¿Vienes?")
    assert told[0]["data"]["message"]["reply_to"]["id"] == quoted.pk
