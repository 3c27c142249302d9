"""A merge is taken back: what it moved goes back, what has come since stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.actors import member_actor
from core.errors import PermissionDenied
from core.models import MembershipStatus
from inbox import conversations, queries
from inbox.errors import NotUndoable
from inbox.merging import merge, undo
from inbox.models import Contact, Conversation, MergeProposal, Message, Ticket
from tests.factories import make_contact
from tests.inbox.merging.conftest import HOME, WORK, People, ana, counted, everything
from tests.inbox.webhooks import NOW, body, events, said, take_in


def test_everything_is_as_it_was(people: People) -> None:
    before = everything()
    proposal = merge.merge(people.home, people.work, by=ana(people.cast))
    assert everything() != before
    undo.undo(proposal, by=ana(people.cast))
    assert everything() == before
    assert counted()
    proposal.refresh_from_db()
    assert (proposal.state, proposal.undo) == ("dismissed", {})


@pytest.mark.parametrize("keep_home", [False, True])
def test_also_when_the_other_chat_had_decided(people: People, keep_home: bool) -> None:
    conversations.assign(people.chat(people.work), to=people.cast.beto, by=ana(people.cast))
    before = everything()
    pair = (people.home, people.work) if keep_home else (people.work, people.home)
    undo.undo(merge.merge(*pair, by=ana(people.cast)), by=ana(people.cast))
    assert everything() == before
    assert counted()


def test_a_closed_chat_comes_back_closed(people: People) -> None:
    conversations.close(people.chat(people.work), by=ana(people.cast))
    before = everything()
    undo.undo(merge.merge(people.home, people.work, by=ana(people.cast)), by=ana(people.cast))
    assert everything() == before


def test_what_has_come_since_stays_where_it_is(people: People) -> None:
    home, work = people.home, people.work
    proposal = merge.merge(home, work, by=ana(people.cast))
    people.write("después, desde la oficina", WORK, at=NOW + timedelta(hours=1))
    undo.undo(proposal, by=ana(people.cast))
    kept = Conversation.objects.get(contact_id=home.pk)
    assert people.texts(kept) == ["hola desde casa", "otra desde casa", "después, desde la oficina"]
    again = Conversation.objects.get(contact_id=work.pk)
    assert people.texts(again) == ["hola desde la oficina"]
    assert again.last_inbound_at == NOW + timedelta(minutes=1)
    assert kept.last_inbound_at == NOW + timedelta(hours=1)
    assert counted()
    # From now on each of them writes in their own chat.
    take_in(people.cast.app, body([said("ya aparte", sender=WORK, name="Laura (oficina)")]))
    assert "ya aparte" in people.texts(again)


@pytest.mark.parametrize("phone", [HOME, WORK])
def test_what_nobody_has_answered_is_in_no_closed_chat(people: People, phone: str) -> None:
    """The ticket that it came into goes away with the other chat."""
    home, work = people.home, people.work
    conversations.close(people.chat(home), by=ana(people.cast))
    proposal = merge.merge(home, work, by=ana(people.cast))
    people.write("urgente", phone, at=NOW + timedelta(minutes=9))
    undo.undo(proposal, by=ana(people.cast))
    kept = Conversation.objects.get(contact_id=home.pk)
    assert "urgente" in people.texts(kept)
    assert (kept.status, kept.unread_count) == ("unassigned", 1)
    tickets = list(Ticket.objects.filter(conversation=kept).order_by("number"))
    assert [(one.number, one.closed_at is None) for one in tickets] == [(1, False), (2, True)]
    assert kept.ticket_id == tickets[1].pk
    assert people.chat(work).status == "unassigned"
    assert counted()


def test_a_chat_that_was_closed_meanwhile(people: People) -> None:
    proposal = merge.merge(people.home, people.work, by=ana(people.cast))
    conversations.close(Conversation.objects.get(), by=ana(people.cast))
    undo.undo(proposal, by=ana(people.cast))
    assert {row.status for row in Conversation.objects.all()} <= {"closed", "unassigned"}
    for row in Conversation.objects.all():
        is_open = Ticket.objects.filter(conversation=row, closed_at=None).exists()
        assert is_open is (row.status == "unassigned") is (row.ticket_id is not None)
    assert counted()


def test_an_agent_who_has_left_does_not_get_the_chat_back(people: People) -> None:
    conversations.assign(people.chat(people.work), to=people.cast.beto, by=ana(people.cast))
    proposal = merge.merge(people.home, people.work, by=ana(people.cast))
    people.cast.beto.status = MembershipStatus.SUSPENDED
    people.cast.beto.save()
    undo.undo(proposal, by=ana(people.cast))
    assert people.chat(people.work).status == "unassigned"
    assert counted()


def test_a_name_that_somebody_has_given_since_stays(people: People) -> None:
    home = people.home
    proposal = merge.merge(home, people.work, by=ana(people.cast))
    Contact.objects.filter(pk=home.pk).update(first_name="Lau")
    undo.undo(proposal, by=ana(people.cast))
    home.refresh_from_db()
    assert home.name == "Lau"


def test_a_number_that_is_not_theirs_any_more_is_not_shown(people: People) -> None:
    home = people.home
    proposal = merge.merge(home, people.work, by=ana(people.cast))
    take_in(people.cast.app, body([said("desde la oficina", sender=WORK, name="Laura")]))
    home.refresh_from_db()
    assert home.phone == f"+{WORK}"
    undo.undo(proposal, by=ana(people.cast))
    home.refresh_from_db()
    assert home.phone == f"+{HOME}"


def test_nobody_quotes_the_other_persons_words_afterwards(people: People) -> None:
    quoted = Message.objects.get(text="hola desde la oficina")
    proposal = merge.merge(people.home, people.work, by=ana(people.cast))
    people.write("¿y esto?", HOME, quoting=quoted.wa_message_id, at=NOW + timedelta(hours=1))
    reply = Message.objects.get(text="¿y esto?")
    assert reply.quoted_message_id == quoted.pk
    undo.undo(proposal, by=ana(people.cast))
    shown = queries.message_resources([reply.pk])[reply.pk]["reply_to"]
    assert (shown["id"], shown["preview"]) == (None, "")


def test_it_is_told(people: People) -> None:
    home, work = people.home, people.work
    proposal = merge.merge(home, work, by=ana(people.cast))
    start = len(events(people.cast.organization))
    undo.undo(proposal, by=ana(people.cast))
    told = events(people.cast.organization)[start:]
    kinds = [event["type"] for event in told]
    assert kinds.count("conversation.rebuilt") == kinds.count("contact.updated") == 2
    assert "merge_proposal.closed" in kinds


def test_only_once_and_only_what_was_merged(people: People) -> None:
    proposal = merge.merge(people.home, people.work, by=ana(people.cast))
    with pytest.raises(PermissionDenied):
        undo.undo(proposal, by=member_actor(people.cast.beto))
    undo.undo(proposal, by=ana(people.cast))
    with pytest.raises(NotUndoable):
        undo.undo(proposal, by=ana(people.cast))


def test_not_when_the_one_that_was_left_is_part_of_another_by_now(people: People) -> None:
    home = people.home
    proposal = merge.merge(home, people.work, by=ana(people.cast))
    third = make_contact(people.cast.organization, name="Tercera", phone="+573005550103")
    second = merge.merge(third, home, by=ana(people.cast))
    with pytest.raises(NotUndoable):
        undo.undo(proposal, by=ana(people.cast))
    undo.undo(second, by=ana(people.cast))
    undo.undo(MergeProposal.objects.get(pk=proposal.pk), by=ana(people.cast))
    assert Contact.objects.filter(archived_at=None).count() == 3
