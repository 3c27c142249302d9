"""Deletions: the row stays, its words are told by nobody any more."""

from __future__ import annotations

import itertools
import json
from datetime import timedelta
from typing import Any

import pytest

from core.actors import member_actor
from core.models import Event
from inbox import access, conversations, queries
from inbox.models import Message
from inbox.paging import Cut
from inbox.realtime.replay import events_after
from tests.inbox.changes.conftest import Chat
from tests.inbox.webhooks import (
    NOW,
    by_phone,
    echoes,
    edited,
    events,
    new_wamid,
    problems,
    reacted,
    revoked,
    said,
    take_in,
)

SECRET = "mi clave es 4417"


def at(n: int) -> dict[str, Any]:
    return {"at": NOW + timedelta(seconds=n)}


def everything_told(chat: Chat) -> str:
    """All that a person with every right can read about the chat: lists, thread, edits, and events from the start."""
    who = access.viewer(member_actor(chat.cast.ana))
    row = chat.conversation
    told = [
        queries.conversation_page(who, Cut(limit=50)).results,
        queries.message_page(row.pk, Cut(limit=50)).results,
        queries.edit_rows(chat.message.pk),
        queries.conversation_page(who, Cut(limit=50), search="4417").results,
    ]
    stored = "".join(Event.objects.values_list("data", flat=True))
    replayed = events_after(who, chat.cast.organization.pk, None, 0).as_json().decode()
    return json.dumps(told, default=str) + stored + replayed


def test_a_deleted_message_keeps_its_place_and_loses_its_words(chat: Chat) -> None:
    chat.write(SECRET, referral={"headline": "anuncio 4417"})
    chat.take(revoked(chat.wamid, **at(30)))
    shown = chat.shown
    assert (shown["text"], shown["content"], shown["attachments"], shown["referral"]) == ("", {}, [], None)
    assert shown["deleted_at"] == NOW + timedelta(seconds=30)
    (update,) = chat.updates
    assert update["message"]["deleted_at"] == update["last_message"]["deleted_at"] == "2026-11-22T10:30:30Z"
    assert update["last_message"]["preview"] == ""
    assert (chat.conversation.unread_count, problems(chat.cast.organization)) == (1, [])


def test_nothing_tells_its_words_again(chat: Chat) -> None:
    chat.write(SECRET)
    reply = Chat(chat.cast)
    reply.write("perdón, era para otro", quoting=chat.wamid, at=NOW + timedelta(seconds=1))
    conversations.assign(chat.conversation, to=chat.cast.beto, by=member_actor(chat.cast.ana))
    chat.take(edited(chat.wamid, "mi clave es 4417, no 4418", **at(2)))
    chat.take(reacted(chat.wamid, "👍", **at(3)))
    assert "4417" in everything_told(chat)
    chat.take(revoked(chat.wamid, **at(4)))
    assert "4417" not in everything_told(chat)
    assert reply.shown["reply_to"]["preview"] == ""
    # Whoever comes back after a while is told in the old event already that it is gone.
    first = events(chat.cast.organization)[0]
    assert first["data"]["message"]["deleted_at"] == "2026-11-22T10:30:04Z"
    assert reply.shown["text"] in everything_told(chat)


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_it_is_gone_in_whatever_order_things_come(chat: Chat, order: tuple[int, ...]) -> None:
    edit = new_wamid()
    told = [
        said(SECRET, wamid=chat.wamid, **at(0)),
        edited(chat.wamid, f"{SECRET}!", wamid=edit, **at(1)),
        reacted(edit, "👍", **at(2)),
        revoked(edit, **at(3)),
    ]
    chat.take_each(told[n] for n in order)
    assert chat.shown["deleted_at"] == NOW + timedelta(seconds=3)
    assert chat.waiting == 0
    assert "4417" not in everything_told(chat)


def test_a_second_deletion_changes_nothing(chat: Chat) -> None:
    chat.write()
    chat.take(revoked(chat.wamid, **at(1)))
    chat.take(revoked(chat.wamid, **at(2)))
    assert chat.shown["deleted_at"] == NOW + timedelta(seconds=1)
    assert len(chat.updates) == 1


def test_nobody_deletes_what_the_other_side_wrote(chat: Chat) -> None:
    chat.write()
    answer = chat.answer()
    chat.take(revoked(answer.wa_message_id or ""))
    take_in(chat.cast.app, echoes(by_phone(revoked(chat.wamid)[0])))
    assert not Message.objects.filter(deleted_at__isnull=False).exists()


def test_a_poisoned_batch_of_changes_leaves_the_good_ones(chat: Chat) -> None:
    """Every tenth change is broken; the others have their effects."""
    chats = [Chat(chat.cast) for _ in range(40)]
    chat.take(*(said(f"{n}", wamid=one.wamid) for n, one in enumerate(chats)))
    told = [edited(one.wamid, f"nuevo {n}", **at(n)) for n, one in enumerate(chats)]
    for n in range(0, 40, 10):
        told[n][0]["edit"] = ["roto"] if n % 20 else {"original_message_id": chats[n].wamid, "message": 7}
    chat.take(*told)
    texts = set(Message.objects.values_list("text", flat=True))
    assert texts == {f"{n}" if n % 10 == 0 else f"nuevo {n}" for n in range(40)}
    assert [code for _, code in problems(chat.cast.organization)] == ["not_yet_handled"] * 4
