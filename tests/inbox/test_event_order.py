"""What a later event says is never older than what an earlier one said."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connection

from core.actors import member_actor
from core.events import Rendered
from core.tenancy import all_tenants, tenant_scope
from inbox import conversations, intake
from inbox.events import ConversationEvent, ConversationRead
from inbox.models import Conversation
from tests.conftest import Cast
from tests.factories import make_cast
from tests.inbox.webhooks import body, edited, events, said, store

# Asked of the locks: what `pg_stat_activity` says of waiting is remembered for a whole transaction.
_WAITS_FOR_A_LOCK = """
SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
WHERE NOT l.granted AND a.datname = current_database()
"""


@pytest.fixture
def committed(transactional_db: None) -> Cast:
    """The cast, in a database where others see what one commits."""
    return make_cast()


def _edit(cast: Cast) -> None:
    try:
        assert intake.take_in(cast.organization.pk)
    finally:
        connection.close()


def _ended_or_waiting(thread: threading.Thread) -> bool:
    if not thread.is_alive():
        return True
    with connection.cursor() as cursor:
        cursor.execute(_WAITS_FOR_A_LOCK)
        return bool(cursor.fetchone()[0])


def test_an_edit_while_the_chat_is_being_read_is_told_last(
    committed: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading locks the chat and editing the message: neither waits for the other, but for the number."""
    store(committed.app, body([said("a la calle 10", wamid="wamid.E")]))
    assert intake.take_in(committed.organization.pk)
    store(committed.app, body([edited("wamid.E", "a la calle 100")]))
    render = ConversationEvent.render.__func__  # type: ignore[attr-defined]  # a class method has it
    editing = threading.Thread(target=_edit, args=[committed])

    def render_and_let_edit(cls: type[ConversationEvent], told: Sequence[Any]) -> list[Rendered]:
        rendered: list[Rendered] = render(cls, told)
        editing.start()
        while not _ended_or_waiting(editing):
            time.sleep(0.01)
        return rendered

    monkeypatch.setattr(ConversationRead, "render", classmethod(render_and_let_edit))
    with tenant_scope(committed.organization.pk):
        chat = Conversation.objects.get()
        conversations.mark_read(
            chat, through_message_id=chat.last_message_id or 0, by=member_actor(committed.ana)
        )
    editing.join()
    with all_tenants():
        told = events(committed.organization)
    assert {event["type"] for event in told[-2:]} == {"conversation.read", "message.updated"}
    last = told[-1]["data"]
    assert last.get("conversation", last)["last_message"]["preview"] == "a la calle 100"
