"""Writing to a customer, while others do something with the same chat."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import LazySettings

from core.actors import api_actor, member_actor
from core.models import ApiKey, Organization
from inbox import access, messages
from inbox.errors import AlreadyAssigned, ChannelInactive
from inbox.models import Conversation, Message, SendAttempt
from integrations.models import Channel
from tests.conftest import Cast
from tests.factories import make_conversation, make_key, make_message
from tests.inbox.outbound import make_sent


def test_of_two_agents_who_answer_at_once_only_the_quicker_one_does(scope: Cast) -> None:
    Organization.objects.filter(pk=scope.organization.pk).update(agents_see_unassigned=True)
    chat = make_conversation(scope)
    beto, diana = member_actor(scope.beto), member_actor(scope.diana)
    seen_by_diana = access.conversation(diana, chat.pk)
    messages.send_text(access.conversation(beto, chat.pk), text="¡Hola! Soy Beto", by=beto)
    with pytest.raises(AlreadyAssigned):
        messages.send_text(seen_by_diana, text="¡Hola! Soy Diana", by=diana)
    assert Message.objects.filter(direction="outbound").count() == 1


@pytest.mark.parametrize("are_prepared", [True, False])
@pytest.mark.parametrize("later_seconds", [-60, 60])
def test_a_reply_moves_its_chat_unless_the_customer_has_written_later(
    scope: Cast, settings: LazySettings, are_prepared: bool, later_seconds: int
) -> None:
    settings.PREPARED_STATEMENTS = are_prepared
    chat = make_conversation(scope)
    make_key(scope.organization)
    program = api_actor(ApiKey.objects.get())
    at = datetime.now(UTC) + timedelta(seconds=later_seconds)
    theirs = make_message(chat, text="¿Tienen talla M?", at=at)
    Conversation.objects.filter(pk=chat.pk).update(last_message=theirs, last_activity_at=at)
    ours = messages.send_text(access.conversation(program, chat.pk), text="¿Te la guardo?", by=program)
    chat.refresh_from_db()
    assert chat.last_message_id == (theirs if later_seconds > 0 else ours).pk
    assert (chat.last_activity_at == at) == (later_seconds > 0)
    assert (chat.assignee_id, chat.status) == (None, "unassigned")
    attempt = SendAttempt.objects.get(message_id=ours.pk)
    assert (attempt.number, attempt.state, attempt.lane) == (1, "pending", "interactive")


def test_a_lost_chat_is_not_resent_to(scope: Cast) -> None:
    chat = make_conversation(scope, assignee=scope.beto)
    failed = make_sent(chat, state="refused").message
    Message.objects.filter(pk=failed.pk).update(status="failed")
    with pytest.raises(AlreadyAssigned):
        messages.resend(failed, by=member_actor(scope.diana))


def test_nothing_is_resent_by_a_number_that_is_not_connected_any_more(scope: Cast) -> None:
    chat = make_conversation(scope, assignee=scope.beto)
    failed = make_sent(chat, state="refused").message
    Message.objects.filter(pk=failed.pk).update(status="failed")
    Channel.objects.filter(pk=chat.channel_id).update(is_active=False)
    with pytest.raises(ChannelInactive):
        messages.resend(failed, by=member_actor(scope.beto))
