"""Writing to a customer, while others do something with the same chat."""

from __future__ import annotations

import pytest

from core.actors import member_actor
from core.models import Organization
from inbox import access, messages
from inbox.errors import AlreadyAssigned, ChannelInactive
from inbox.models import Message
from integrations.models import Channel
from tests.conftest import Cast
from tests.factories import make_conversation
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
