"""Reactions: one of each side, the latest by Meta's clock, in any order."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import pytest

from inbox.models import Message, Reaction, Ticket
from tests.factories import make_message
from tests.inbox.changes.conftest import Chat
from tests.inbox.webhooks import NOW, body, by_phone, echoes, events, problems, reacted, take_in


def second(n: int) -> dict[str, Any]:
    return {"at": NOW + timedelta(seconds=n)}


def test_a_reaction_is_shown_and_told(chat: Chat) -> None:
    chat.write()
    chat.take(reacted(chat.wamid, "😮", **second(5)))
    assert chat.shown["reactions"] == [{"side": "contact", "emoji": "😮", "member": None}]
    (update,) = chat.updates
    assert update["message"]["reactions"] == chat.shown["reactions"]
    assert update["conversation_id"] == chat.conversation.pk
    assert update["last_message"]["id"] == chat.message.pk
    assert events(chat.cast.organization)[-1]["actor"]["kind"] == "contact"
    assert problems(chat.cast.organization) == []


def test_it_moves_the_chat_up_and_changes_nothing_else_of_it(chat: Chat) -> None:
    chat.write()
    before = chat.conversation
    chat.take(reacted(chat.wamid, "👍", **second(50)))
    after = chat.conversation
    assert after.last_activity_at == NOW + timedelta(seconds=50)
    assert chat.updates[0]["last_activity_at"] == "2026-11-22T10:30:50Z"
    for name in ("last_inbound_at", "unread_count", "last_message_id", "status", "ticket_id"):
        assert getattr(after, name) == getattr(before, name)
    assert Ticket.objects.count() == 1
    # What is written after the last message, and before the reaction, is the last message all the same.
    chat.cast.channel.refresh_from_db()
    other = Chat(chat.cast)
    other.write("y otra cosa", at=NOW + timedelta(seconds=20))
    assert chat.conversation.last_message_id == other.message.pk
    assert chat.conversation.last_activity_at == NOW + timedelta(seconds=50)


def test_the_list_tells_the_newest_reaction_to_the_last_message(chat: Chat) -> None:
    chat.write()
    assert chat.row["last_message"]["reaction"] is None
    chat.take(reacted(chat.wamid, "👍", **second(50)))
    assert chat.updates[0]["last_message"]["reaction"] == {"side": "contact", "emoji": "👍"}
    assert chat.row["last_message"]["reaction"] == {"side": "contact", "emoji": "👍"}
    chat.take(reacted(chat.wamid, None, **second(51)))
    assert chat.row["last_message"]["reaction"] is None


@pytest.mark.parametrize("removal", [None, ""])
def test_both_spellings_take_it_back(chat: Chat, removal: str | None) -> None:
    chat.write()
    chat.take(reacted(chat.wamid, "👍", **second(1)))
    chat.take(reacted(chat.wamid, removal, **second(2)))
    assert chat.reactions == {}
    assert [len(update["message"]["reactions"]) for update in chat.updates] == [1, 0]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
@pytest.mark.parametrize("is_early", [False, True])
def test_the_latest_holds_in_any_order(chat: Chat, order: tuple[int, ...], is_early: bool) -> None:
    told = [
        reacted(chat.wamid, "👍", **second(1)),
        reacted(chat.wamid, None, **second(2)),
        reacted(chat.wamid, "❤️‍🔥", **second(3)),
    ]
    if not is_early:
        chat.write()
    chat.take_each(told[n] for n in order)
    if is_early:
        assert chat.waiting == 3
        chat.write()
    assert chat.reactions == {"contact": "❤️‍🔥"}
    assert chat.waiting == 0


def test_an_older_one_that_comes_late_does_not_bring_back_what_was_taken_away(chat: Chat) -> None:
    chat.write()
    chat.take(reacted(chat.wamid, None, **second(9)))
    chat.take(reacted(chat.wamid, "👍", **second(3)))
    assert chat.reactions == {}
    assert chat.updates == []


def test_the_same_twice_is_told_once(chat: Chat) -> None:
    chat.write()
    one = reacted(chat.wamid, "👍", **second(1))
    chat.take(one, one)
    chat.take(one)
    assert len(chat.updates) == Reaction.objects.count() == 1


def test_both_sides_have_one_each(chat: Chat) -> None:
    chat.write()
    ours = by_phone(reacted(chat.wamid, "🙏", **second(2))[0])
    take_in(chat.cast.app, body([reacted(chat.wamid, "👍", **second(1))]), echoes(ours))
    assert chat.reactions == {"contact": "👍", "us": "🙏"}
    assert events(chat.cast.organization)[-1]["actor"]["kind"] == "system"


def test_a_reaction_to_what_we_wrote_finds_it_by_its_wamid(chat: Chat) -> None:
    chat.write()
    answer = chat.answer()
    chat.take(reacted(answer.wa_message_id or "", "❤️"))
    assert Reaction.objects.get().message_id == answer.pk


def test_one_to_a_message_of_another_number_waits_and_has_no_effect(chat: Chat) -> None:
    """Wamids are unique in a channel only."""
    chat.write()
    row = chat.conversation
    other = make_message(row, text="por otro número", at=NOW, direction="outbound")
    Message.objects.filter(pk=other.pk).update(wa_message_id="wamid.ELSEWHERE")
    from integrations.models import Channel

    second_number = Channel.objects.create(
        organization=chat.cast.organization,
        meta_app=chat.cast.app,
        name="otro",
        phone="+573005550191",
        phone_number_id="417398204718402",
        waba_id="389201746529184",
    )
    told = body(
        [reacted("wamid.ELSEWHERE", "👍")], number=second_number.phone_number_id, account="389201746529184"
    )
    take_in(chat.cast.app, told)
    assert not Reaction.objects.exists()
    assert chat.waiting == 1
