"""Edits: the thread says what the latest one says, and the past is kept in order."""

from __future__ import annotations

import itertools
import random
from datetime import timedelta
from typing import Any

import pytest

from inbox import queries
from inbox.models import MessageEdit
from tests.inbox.changes.conftest import Chat
from tests.inbox.webhooks import NOW, by_phone, echoes, edited, events, new_wamid, problems, said, take_in

FIRST = "Hola, ¿tienen la talla M?"


def at(n: int) -> dict[str, Any]:
    return {"at": NOW + timedelta(seconds=n)}


def test_an_edit_replaces_the_text_and_keeps_what_it_said(chat: Chat) -> None:
    chat.write(FIRST)
    chat.take(edited(chat.wamid, "Hola, ¿tienen la talla L?", **at(40)))
    assert chat.past == [FIRST, "Hola, ¿tienen la talla L?"]
    assert chat.shown["edited_at"] == NOW + timedelta(seconds=40)
    (update,) = chat.updates
    assert update["message"]["text"] == update["last_message"]["preview"] == "Hola, ¿tienen la talla L?"
    assert (chat.conversation.unread_count, problems(chat.cast.organization)) == (1, [])


def test_a_caption_is_edited_as_a_text_is(chat: Chat) -> None:
    photo = said(
        wamid=chat.wamid, type="image", image={"id": "1", "mime_type": "image/jpeg", "caption": "rojo"}
    )
    chat.take(photo)
    change, profile = edited(chat.wamid, "", **at(5))
    change["edit"]["message"] = {"type": "image", "image": {"id": "1", "caption": "azul"}}
    chat.take((change, profile))
    assert (chat.past, chat.shown["type"]) == (["rojo", "azul"], "image")


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_edits_in_any_order_end_alike(chat: Chat, order: tuple[int, ...]) -> None:
    """The original is one of the four: what comes before it waits."""
    told = [said(FIRST, wamid=chat.wamid, **at(0))]
    told += [edited(chat.wamid, f"versión {n}", **at(n)) for n in (1, 2, 3)]
    chat.take_each(told[n] for n in order)
    assert chat.past == [FIRST, "versión 1", "versión 2", "versión 3"]
    assert chat.shown["edited_at"] == NOW + timedelta(seconds=3)
    assert chat.waiting == 0


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
@pytest.mark.parametrize("is_one_body", [False, True])
def test_an_edit_may_name_the_edit_before_it(chat: Chat, order: tuple[int, ...], is_one_body: bool) -> None:
    names = [chat.wamid, new_wamid(), new_wamid(), new_wamid()]
    told = [said(FIRST, wamid=names[0], **at(0))]
    told += [edited(names[n - 1], f"versión {n}", wamid=names[n], **at(n)) for n in (1, 2, 3)]
    if is_one_body:
        chat.take(*(told[n] for n in order))
    else:
        chat.take_each(told[n] for n in order)
    assert chat.past == [FIRST, "versión 1", "versión 2", "versión 3"]
    assert chat.waiting == 0


def test_edits_of_one_second_keep_the_order_of_their_arrival(chat: Chat) -> None:
    chat.write(FIRST)
    chat.take(edited(chat.wamid, "uno", **at(7)), edited(chat.wamid, "dos", **at(7)))
    assert chat.past == [FIRST, "uno", "dos"]


def test_the_same_edit_again_changes_nothing(chat: Chat) -> None:
    told = [
        said(FIRST, wamid=chat.wamid),
        edited(chat.wamid, "uno", **at(1)),
        edited(chat.wamid, "dos", **at(2)),
    ]
    chat.take_each(told)
    before = events(chat.cast.organization)
    chance = random.Random(5)
    for _ in range(5):
        chance.shuffle(told)
        chat.take(*told)
    assert chat.past == [FIRST, "uno", "dos"]
    assert MessageEdit.objects.count() == 2
    assert events(chat.cast.organization) == before


def test_an_early_edit_is_shown_with_the_message_at_once(chat: Chat) -> None:
    chat.take(edited(chat.wamid, "corregido", **at(3)))
    assert (chat.waiting, problems(chat.cast.organization)) == (1, [])
    chat.write(FIRST)
    (event,) = events(chat.cast.organization)
    assert event["type"] == "message.received"
    assert event["data"]["message"]["text"] == "corregido"
    assert chat.past == [FIRST, "corregido"]


def test_nobody_edits_what_the_other_side_wrote(chat: Chat) -> None:
    chat.write(FIRST)
    answer = chat.answer("Sí, la tenemos")
    chat.take(edited(answer.wa_message_id or "", "No"))
    take_in(chat.cast.app, echoes(by_phone(edited(chat.wamid, "otra cosa")[0])))
    answer.refresh_from_db()
    assert (answer.text, chat.past, MessageEdit.objects.count()) == ("Sí, la tenemos", [FIRST], 0)


def test_a_quotation_shows_the_new_words(chat: Chat) -> None:
    chat.write(FIRST)
    reply = Chat(chat.cast)
    reply.write("¿y esto?", quoting=chat.wamid)
    chat.take(edited(chat.wamid, "en talla L", **at(2)))
    assert reply.shown["reply_to"]["preview"] == "en talla L"


def test_many_edits_of_one_batch_cost_few_queries(chat: Chat) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost(count: int) -> int:
        chats = [Chat(chat.cast) for _ in range(count)]
        for one in chats:
            one.write()
        with CaptureQueriesContext(connection) as captured:
            chat.take(*(edited(one.wamid, "x", **at(1)) for one in chats))
        assert {queries.message_resources([one.message.pk])[one.message.pk]["text"] for one in chats} == {"x"}
        return len(captured)

    assert cost(3) == cost(30)
