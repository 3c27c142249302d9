"""A merge and the senders lock the same rows in the same order."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from core.actors import member_actor
from core.tenancy import tenant_scope
from inbox import messages
from inbox.merging import merge, undo
from inbox.models import Conversation, MergeProposal, Message, SendAttempt
from inbox.sending.attempts import open_attempt
from tests.conftest import Cast
from tests.factories import make_cast, make_contact, make_conversation

_WAITING = "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted)"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_undone", [False, True])
def test_a_sender_that_is_writing_down_an_outcome_is_waited_for(is_undone: bool) -> None:
    cast = make_cast()
    by = member_actor(cast.ana)
    pair = [make_contact(cast.organization, phone=f"+57300555010{n}") for n in (1, 2)]
    chats = [make_conversation(cast, contact=contact) for contact in pair]
    with tenant_scope(cast.organization.pk):
        message = messages.send_text(chats[1], text="ya va", by=by)
        proposal = merge.merge(*pair, by=by) if is_undone else None

        def move() -> MergeProposal:
            return merge.merge(*pair, by=by) if proposal is None else undo.undo(proposal, by=by)

        with transaction.atomic():
            attempt = SendAttempt.objects.select_for_update(of=("self",), no_key=True).get(message=message)
            moving = _begin(move, cast)
            # As outcomes do: the message, and another attempt, which locks the key of the conversation.
            Message.objects.filter(pk=message.pk).update(status="queued")
            again = Message.objects.get(pk=message.pk)
            SendAttempt.objects.filter(pk=attempt.pk).update(state="refused")
            open_attempt(again, number=2, callback_id=uuid.uuid4())
        moving.join()
        expected = chats[1] if is_undone else chats[0]
        assert Conversation.objects.count() == (2 if is_undone else 1)
        found = SendAttempt.objects.filter(message=message).values_list("conversation_id", flat=True)
        assert set(found) == {expected.pk}


def _begin(move: Callable[[], object], cast: Cast) -> threading.Thread:
    """Begin a move in another thread; return when it waits for a lock of ours."""

    def run() -> None:
        with tenant_scope(cast.organization.pk):
            move()
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    while thread.is_alive():
        with connection.cursor() as cursor:
            cursor.execute(_WAITING)
            if cursor.fetchone() == (True,):
                break
        time.sleep(0.02)
    return thread
