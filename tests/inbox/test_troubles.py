"""A `failed` status that holds for the whole number stops it, as a refusal does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from inbox.models import Conversation
from integrations.models import Channel
from tests.conftest import Cast
from tests.factories import make_conversation
from tests.inbox.outbound import make_sent
from tests.inbox.webhooks import NOW, body, events, status, take_in


@pytest.fixture
def chat(scope: Cast) -> Conversation:
    return make_conversation(scope, assignee=scope.beto)


@pytest.mark.parametrize(
    ("code", "is_stop"), [(131042, True), (131048, True), (131026, False), (131016, False)]
)
def test_which_failures_stop_the_number(scope: Cast, chat: Conversation, code: int, is_stop: bool) -> None:
    attempt = make_sent(chat)
    take_in(scope.app, body(statuses=[status(attempt.wa_message_id or "", "failed", code=code)]))
    assert (Channel.objects.get(pk=scope.channel.pk).trouble_code == code) is is_stop
    told = [event["type"] for event in events(scope.organization)]
    assert ("channel.updated" in told) is is_stop


def test_the_message_waits_with_the_others(scope: Cast, chat: Conversation) -> None:
    attempt = make_sent(chat)
    wamid = attempt.wa_message_id or ""
    take_in(scope.app, body(statuses=[status(wamid, "failed", code=131042)]))
    message = attempt.message
    message.refresh_from_db()
    assert (message.status, message.wa_message_id, message.error_code) == ("queued", None, None)
    assert list(message.attempts.order_by("number").values_list("state", flat=True)) == ["refused", "pending"]
    # The same word on the old attempt, once more, says nothing of the new one.
    Channel.objects.update(trouble_code=None, trouble_since=None)
    take_in(scope.app, body(statuses=[status(wamid, "failed", code=131042)]))
    assert message.attempts.count() == 2
    assert Channel.objects.get(pk=scope.channel.pk).trouble_since is None


def test_a_failure_from_before_the_number_went_on_does_not_stop_it_again(
    scope: Cast, chat: Conversation
) -> None:
    Channel.objects.update(resumed_at=timezone.now())
    attempt = make_sent(chat)
    late = status(attempt.wa_message_id or "", "failed", code=131042, at=NOW - timedelta(minutes=5))
    take_in(scope.app, body(statuses=[late]))
    attempt.message.refresh_from_db()
    assert attempt.message.status == "queued"
    is_before = Channel.objects.get(pk=scope.channel.pk).trouble_since is None
    assert is_before is (timezone.now() > NOW - timedelta(minutes=5))


def test_many_failures_of_one_batch_are_one_trouble(scope: Cast, chat: Conversation) -> None:
    sent = [make_sent(chat) for _ in range(20)]
    take_in(
        scope.app, body(statuses=[status(one.wa_message_id or "", "failed", code=131042) for one in sent])
    )
    told = [event["type"] for event in events(scope.organization)]
    assert told.count("channel.updated") == 1
