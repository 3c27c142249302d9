"""Two contacts become one: everything moves, nothing is lost, and late webhooks find the one that is left."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from core.actors import member_actor
from core.errors import Invalid, PermissionDenied
from core.tenancy import tenant_scope
from inbox import access, conversations, intake, queries
from inbox.errors import AlreadyDecided, NotMergeable
from inbox.merging import merge, proposals, undo
from inbox.models import (
    Contact,
    Conversation,
    MergeProposal,
    Message,
    Ticket,
)
from inbox.realtime.replay import events_after
from integrations.models import Channel
from tests.conftest import Cast
from tests.factories import make_cast, make_contact, make_conversation
from tests.inbox.merging.conftest import HOME, WORK, People, ana, counted
from tests.inbox.webhooks import NOW, body, events, reacted, revoked, said, store, take_in


def identities(contact: Contact) -> set[tuple[str, str]]:
    return set(contact.identities.values_list("kind", "value"))


def test_identities_messages_and_times_come_together(people: People) -> None:
    home, work = people.home, people.work
    gone = people.chat(work)
    merge.merge(home, work, by=ana(people.cast))
    row = Conversation.objects.get()
    assert people.texts(row) == ["hola desde casa", "hola desde la oficina", "otra desde casa"]
    assert (row.contact_id, row.unread_count) == (home.pk, 3)
    assert row.last_inbound_at == NOW + timedelta(minutes=2)
    assert row.last_activity_at >= row.last_inbound_at
    assert row.last_message is not None
    assert row.last_message.text == "otra desde casa"
    assert identities(home) == {
        ("phone", HOME),
        ("phone", WORK),
        ("bsuid", "CO.11111"),
        ("bsuid", "CO.22222"),
    }
    work.refresh_from_db()
    assert (work.merged_into_id, work.archived_at is not None, identities(work)) == (home.pk, True, set())
    assert not Conversation.objects.filter(pk=gone.pk).exists()
    assert counted()


def test_one_of_two_open_tickets_is_closed_and_episodes_keep_their_order(people: People) -> None:
    merge.merge(people.home, people.work, by=ana(people.cast))
    row = Conversation.objects.get()
    tickets = list(Ticket.objects.order_by("number"))
    assert [one.number for one in tickets] == [1, 2]
    assert [one.closed_at is None for one in tickets] == [False, True]
    assert row.ticket_id == tickets[1].pk
    assert tickets[0].closed_by_id == people.cast.ana.pk


def test_the_chat_that_somebody_works_on_decides_who_has_it(people: People) -> None:
    by = ana(people.cast)
    conversations.assign(people.chat(people.work), to=people.cast.beto, by=by)
    merge.merge(people.home, people.work, by=by)
    row = Conversation.objects.get()
    assert (row.status, row.assignee_id) == ("open", people.cast.beto.pk)
    assert Ticket.objects.get(closed_at=None).pk == row.ticket_id
    assert counted()


def test_those_who_lose_a_chat_are_told(people: People) -> None:
    by = ana(people.cast)
    mine, theirs = people.chat(people.home), people.chat(people.work)
    conversations.assign(mine, to=people.cast.diana, by=by)
    conversations.assign(theirs, to=people.cast.beto, by=by)
    start = len(events(people.cast.organization))
    merge.merge(people.home, people.work, by=by)
    told = {event["type"]: event for event in events(people.cast.organization)[start:]}
    assert set(told) == {
        "conversation.removed",
        "conversation.rebuilt",
        "merge_proposal.closed",
        "contact.merged",
    }
    removed = told["conversation.removed"]
    assert removed["data"] == {"id": theirs.pk, "moved_to": mine.pk}
    assert removed["audience"]["now"] == {"status": "open", "assignee": people.cast.beto.pk}
    assert told["conversation.rebuilt"]["data"]["conversation"]["id"] == mine.pk
    assert told["contact.merged"]["data"]["merged_id"] == people.work.pk
    assert told["contact.merged"]["data"]["contact"]["id"] == people.home.pk


def test_those_who_come_back_are_told_where_their_chat_went(people: People) -> None:
    by = ana(people.cast)
    gone, kept = people.chat(people.work), people.chat(people.home)
    for row in (gone, kept):
        conversations.assign(row, to=people.cast.beto, by=by)
    merge.merge(people.home, people.work, by=by)
    who = access.viewer(member_actor(people.cast.beto))
    texts = events_after(who, people.cast.organization.pk, None, 0, limit=500).results
    told = [event["data"] for event in map(json.loads, texts) if event["type"] == "conversation.removed"]
    assert told == [{"id": gone.pk, "moved_to": kept.pk}]
    assert "moved_to" not in str(
        events_after(
            access.viewer(member_actor(people.cast.diana)), people.cast.organization.pk, None, 0, limit=500
        ).results
    )


def test_chats_of_other_numbers_only_change_hands(people: People) -> None:
    second = Channel.objects.create(
        organization=people.cast.organization,
        meta_app=people.cast.app,
        name="otro",
        phone="+573005550191",
        phone_number_id="417398204718402",
        waba_id="389201746529184",
    )
    told = body(
        [said("por el otro número", sender=WORK, name="Laura (oficina)")],
        number=second.phone_number_id,
        account=second.waba_id,
    )
    take_in(people.cast.app, told)
    moved = Conversation.objects.get(channel=second)
    merge.merge(people.home, people.work, by=ana(people.cast))
    moved.refresh_from_db()
    assert moved.contact_id == people.home.pk
    assert Conversation.objects.count() == 2
    assert counted()


@pytest.mark.parametrize("sender", [{"sender": WORK}, {"sender": None, "bsuid": "CO.22222"}])
def test_late_webhooks_for_the_other_one_find_the_one_that_is_left(
    people: People, sender: dict[str, Any]
) -> None:
    home, wamid = people.home, Message.objects.get(text="hola desde la oficina").wa_message_id
    merge.merge(home, people.work, by=ana(people.cast))
    late = said("llego tarde", at=NOW + timedelta(seconds=30), **sender)
    take_in(people.cast.app, body([late, reacted(wamid or "", "👍")]))
    row = Conversation.objects.get()
    assert "llego tarde" in people.texts(row)
    assert Contact.objects.filter(archived_at=None).get() == home
    assert row.messages.get(wa_message_id=wamid).reactions.get().emoji == "👍"


def test_names_and_wishes_are_completed_and_not_overwritten(people: People) -> None:
    home, work = people.home, people.work
    Contact.objects.filter(pk=home.pk).update(first_name="", username=None)
    Contact.objects.filter(pk=work.pk).update(
        first_name="Laura", last_name="Restrepo", username="laura.r", opted_out_at=NOW, preference_at=NOW
    )
    merge.merge(home, work, by=ana(people.cast))
    home.refresh_from_db()
    assert (home.name, home.username, home.opted_out_at) == ("Laura Restrepo", "laura.r", NOW)
    assert home.phone == "+573005550101"


def test_quotations_and_their_words_stay(people: People) -> None:
    quoted = Message.objects.get(text="hola desde la oficina")
    people.write("¿y esto?", WORK, quoting=quoted.wa_message_id)
    merge.merge(people.home, people.work, by=ana(people.cast))
    reply = Message.objects.get(text="¿y esto?")
    shown = queries.message_resources([reply.pk])[reply.pk]["reply_to"]
    assert (shown["id"], shown["preview"]) == (quoted.pk, "hola desde la oficina")


@pytest.mark.parametrize("is_undone", [False, True])
def test_deleted_words_are_in_no_event_of_any_chat_that_they_were_in(people: People, is_undone: bool) -> None:
    people.write("mi clave es 9988", WORK, at=NOW + timedelta(minutes=5))
    secret = Message.objects.get(text="mi clave es 9988").wa_message_id or ""
    proposal = merge.merge(people.home, people.work, by=ana(people.cast))
    take_in(people.cast.app, body([reacted(secret, "👍", sender=WORK)]))
    if is_undone:
        undo.undo(proposal, by=ana(people.cast))
    told = [event for event in events(people.cast.organization) if "9988" in str(event["data"])]
    assert len({event["audience"]["id"] for event in told}) == 2
    take_in(people.cast.app, body([revoked(secret, sender=WORK, at=NOW + timedelta(minutes=9))]))
    assert not [event for event in events(people.cast.organization) if "9988" in str(event["data"])]


def test_a_proposal_is_decided_once(people: People) -> None:
    from core.events import service

    with service():
        proposals.propose([(people.work.pk, people.home.pk, proposals.CLASH)])
    proposal = MergeProposal.objects.get()
    with pytest.raises(Invalid):
        merge.accept(proposal, keep=999_999, by=ana(people.cast))
    with pytest.raises(PermissionDenied):
        merge.accept(proposal, keep=people.home.pk, by=member_actor(people.cast.beto))
    merge.accept(proposal, keep=people.work.pk, by=ana(people.cast))
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by_id) == ("merged", people.cast.ana.pk)
    with pytest.raises(AlreadyDecided):
        merge.accept(proposal, keep=people.work.pk, by=ana(people.cast))
    with pytest.raises(AlreadyDecided):
        merge.dismiss(proposal, by=ana(people.cast))


def test_a_merge_by_hand_answers_the_open_proposal(people: People) -> None:
    from core.events import service

    with service():
        proposals.propose([(people.work.pk, people.home.pk, proposals.CLASH)])
    merge.merge(people.home, people.work, by=ana(people.cast))
    assert MergeProposal.objects.get().state == "merged"


def test_what_was_asked_of_the_other_one_is_asked_of_the_one_that_is_left(people: People) -> None:
    from core.events import service

    third = make_contact(people.cast.organization, name="Tercera", phone="+573005550103")
    home, work = people.home, people.work
    with service():
        proposals.propose([(work.pk, third.pk, proposals.CLASH)])
    merge.merge(home, work, by=ana(people.cast))
    asked = MergeProposal.objects.get(state="open")
    assert {asked.contact_id, asked.other_id} == {home.pk, third.pk}


def test_undoing_asks_again_what_the_merge_has_answered(people: People) -> None:
    from core.events import service

    third = make_contact(people.cast.organization, name="Tercera", phone="+573005550103")
    home, work = people.home, people.work
    with service():
        proposals.propose([(pk, third.pk, proposals.CLASH) for pk in (home.pk, work.pk)])
    rows = MergeProposal.objects.filter(other=third).order_by("contact_id")
    told_of = rows.values_list("contact_id", "other_id", "state")
    before = list(told_of)
    proposal = merge.merge(home, work, by=ana(people.cast))
    assert [state for *_, state in told_of.all()] == ["open", "dismissed"]
    start = len(events(people.cast.organization))
    undo.undo(proposal, by=ana(people.cast))
    assert list(told_of.all()) == before
    told = [event["data"] for event in events(people.cast.organization)[start:]]
    asked = [data["merge_proposal"] for data in told if "merge_proposal" in data]
    assert [one["other"]["id"] for one in asked if one["state"] == "open"] == [third.pk]


def test_undoing_leaves_what_somebody_has_answered_meanwhile(people: People) -> None:
    from core.events import service

    third = make_contact(people.cast.organization, name="Tercera", phone="+573005550103")
    with service():
        proposals.propose([(people.work.pk, third.pk, proposals.CLASH)])
    asked = MergeProposal.objects.get()
    proposal = merge.merge(people.home, people.work, by=ana(people.cast))
    merge.dismiss(asked, by=ana(people.cast))
    undo.undo(proposal, by=ana(people.cast))
    asked.refresh_from_db()
    assert asked.state == "dismissed"


def test_who_is_gone_cannot_be_merged_again(people: People) -> None:
    home, work = people.home, people.work
    merge.merge(home, work, by=ana(people.cast))
    third = make_contact(people.cast.organization, name="Tercera", phone="+573005550103")
    for pair in ((work, third), (third, work), (home, work), (home, home)):
        with pytest.raises(NotMergeable):
            merge.merge(*pair, by=ana(people.cast))


def test_a_long_chat_costs_as_many_queries_as_a_short_one(people: People) -> None:
    from django.test.utils import CaptureQueriesContext

    def cost(count: int, phone: str) -> int:
        one = make_conversation(
            people.cast, contact=make_contact(people.cast.organization, name="A", phone=phone)
        )
        two = make_conversation(
            people.cast, contact=make_contact(people.cast.organization, name="B", phone=phone[:-1] + "9")
        )
        pairs = [said(f"{n}", sender=phone[1:-1] + "9", name="B") for n in range(count)]
        take_in(people.cast.app, body(pairs))
        with CaptureQueriesContext(connection) as captured:
            merge.merge(one.contact, two.contact, by=ana(people.cast))
        return len(captured)

    assert cost(2, "+573005551110") == cost(60, "+573005551120")


def test_many_episodes_cost_as_many_queries_as_few(people: People) -> None:
    from django.test.utils import CaptureQueriesContext

    def cost(count: int, phone: str) -> int:
        pair = [
            make_conversation(
                people.cast, contact=make_contact(people.cast.organization, name=name, phone=phone + name)
            )
            for name in "12"
        ]
        Ticket.objects.bulk_create(
            Ticket(
                organization=people.cast.organization,
                conversation=row,
                number=n + 2,
                opened_at=NOW - timedelta(days=2 * n + shift),
                closed_at=NOW - timedelta(days=n),
            )
            for shift, row in enumerate(pair)
            for n in range(count)
        )
        with CaptureQueriesContext(connection) as captured:
            merge.merge(pair[0].contact, pair[1].contact, by=ana(people.cast))
        tickets = Ticket.objects.filter(conversation=pair[0]).order_by("number")
        assert [one.number for one in tickets] == list(range(1, 2 * count + 3))
        closed = [one.opened_at for one in tickets if one.closed_at is not None]
        assert closed == sorted(closed)
        return len(captured)

    assert cost(2, "+57300555111") == cost(9, "+57300555112")


@pytest.mark.django_db(transaction=True)
def test_a_merge_and_webhooks_at_once_lose_nothing() -> None:
    """Customers write to both while they become one: every message ends in the one chat that is left."""
    cast = make_cast()
    with tenant_scope(cast.organization.pk):
        store(cast.app, body([said("a", sender=HOME, name="A")]), body([said("b", sender=WORK, name="B")]))
        intake.take_in(cast.organization.pk)
        home, work = (Contact.objects.get(profile_name=name) for name in "AB")
    together = threading.Barrier(2)

    def write() -> None:
        together.wait()
        for n in range(20):
            sender, name = ((HOME, "A"), (WORK, "B"))[n % 2]
            store(cast.app, body([said(f"{n}", sender=sender, name=name)]))
            intake.take_in(cast.organization.pk)
        connection.close()

    def join() -> None:
        together.wait()
        with tenant_scope(cast.organization.pk):
            merge.merge(home, work, by=member_actor(cast.ana))
        connection.close()

    threads = [threading.Thread(target=step) for step in (write, join)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    intake.take_in(cast.organization.pk)
    with tenant_scope(cast.organization.pk):
        row = Conversation.objects.get()
        assert Message.objects.filter(conversation=row).count() == 22
        assert row.unread_count == 22
        assert Contact.objects.filter(archived_at=None).count() == 1
        assert counted()
    assert events(cast.organization)


def test_carla_cannot_merge_what_is_ours(cast: Cast) -> None:
    assert cast.carla.organization_id != cast.organization.pk
    ours = make_contact(cast.organization)
    with tenant_scope(cast.other.pk):
        theirs = make_contact(cast.other, name="Otra", phone="+573005550109")
        with pytest.raises(NotMergeable):
            merge.merge(theirs, ours, by=member_actor(cast.carla))
