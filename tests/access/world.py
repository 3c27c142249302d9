"""Two organisations with the same kinds of rows, everything in them marked with whose it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.utils import timezone

from core.actors import contact_actor, member_actor, system_actor
from core.events import record, service
from core.models import EventCounter, Membership, MembershipStatus
from core.people_events import MemberUpdated, OrganizationUpdated
from core.tenancy import tenant_scope
from inbox import conversations, events
from inbox.files.storage import Incoming
from inbox.merging import merge, proposals
from inbox.models import Attachment, Contact, Conversation, MergeProposal, Message, MessageEdit, Ticket
from inbox.sight import Sight
from integrations.models import Channel, ChannelAlert, DeliveryState, InboundDelivery, InboundProblem
from tests.access.sides import ABSENT, CHATS, Ids, Side, World
from tests.conftest import Cast
from tests.factories import (
    make_cast,
    make_channel,
    make_contact,
    make_conversation,
    make_message,
    make_user,
)
from tests.inbox.files import makers


def make_world() -> World:
    cast = make_cast()
    there = replace(
        cast,
        organization=cast.other,
        other=cast.organization,
        ana=cast.carla,
        beto=_agent(cast, "Bruno Lejano"),
        diana=_agent(cast, "Dora Lejana"),
        app=cast.other_app,
        channel=cast.other_channel,
    )
    suspended = Membership.objects.create(
        organization=cast.organization,
        user=make_user("Sara Paredes"),
        role="agent",
        status=MembershipStatus.SUSPENDED,
    )
    # Not as many of anything there as here: no figure of theirs may look like one of ours.
    return World(_side("aqui", cast, "0", more=0), _side("alla", there, "9", more=2), suspended)


def _agent(cast: Cast, name: str) -> Membership:
    return Membership.objects.create(organization=cast.other, user=make_user(name), role="agent")


def _side(name: str, cast: Cast, digit: str, *, more: int) -> Side:
    side = Side(name, cast)
    _members(side)
    _channels(side, digit)
    _settings(side)
    owners = {"own": cast.beto, "waiting": None, "colleague": cast.diana, "ours": None}
    for number, (about, assignee) in enumerate(owners.items()):
        side.phones[about] = f"+57300555{digit}1{number:02d}"
        side.ids[about] = _chat(side, about, assignee)
    for number in range(more):
        _more(side, f"+57300555{digit}300", number)
    common = _organization(side, more=more)
    for ids in side.ids.values():
        ids.update(common)
    _events(side)
    return side


def _members(side: Side) -> None:
    """Mark everyone who works there; whoever is suspended has a mark of their own."""
    for member in Membership.objects.filter(organization=side.cast.organization).select_related("user"):
        about = "suspended" if member.status == MembershipStatus.SUSPENDED else "everyone"
        member.user.name += f" {side.mark(about)}"
        member.user.save(update_fields=["name"])
        side.note("members", member.pk, "everyone")
    for one in (side.cast.ana, side.cast.marta, side.cast.beto, side.cast.diana):
        one.user.refresh_from_db()


def _channels(side: Side, digit: str) -> None:
    """A second number, so that a contact has chats that not everyone sees who sees the contact."""
    cast = side.cast
    make_channel(
        cast.organization,
        key=f"second-key-{side.name}",
        phone_number_id=f"50000000000000{digit}",
        waba_id=f"60000000000000{digit}",
        phone=f"+57300555{digit}777",
    )
    with tenant_scope(cast.organization.pk):
        for channel in Channel.objects.all():
            channel.name = side.mark("everyone")
            channel.trouble_code, channel.trouble_detail = 190, side.mark("everyone")
            channel.trouble_since = timezone.now()
            channel.save()
            side.note("channels", channel.pk, "everyone")


def _chat(side: Side, about: str, assignee: Membership | None) -> Ids:
    contact = make_contact(side.cast.organization, name=side.mark(about), phone=side.phones[about])
    side.note("contacts", contact.pk, about)
    row = make_conversation(
        side.cast, contact=contact, assignee=assignee, status="none" if about == "ours" else None
    )
    _note_chat(side, row, about)
    with tenant_scope(side.cast.organization.pk):
        message = row.last_message
        assert message is not None
        Message.objects.filter(pk=message.pk).update(type="image")
        ours = make_message(
            row,
            text=side.mark(about),
            at=datetime.now(UTC) - timedelta(minutes=1),
            direction="outbound",
        )
        Message.objects.filter(pk=ours.pk).update(status="failed", error_code=131026)
        side.note(f"messages of {row.pk}", ours.pk, about)
        edit = f"{side.mark(about)} before"
        MessageEdit.objects.create(message=message, text_before=edit, edited_at=timezone.now())
        side.note(f"edits of {message.pk}", edit, about)
        ids = {
            "chat": row.pk,
            "contact": contact.pk,
            "message": message.pk,
            "failed": ours.pk,
            "file": _file(side, about, message=message).pk,
            "lost": _file(side, about, message=message, state="failed").pk,
            "upload": _file(side, about, member=assignee or side.cast.ana).pk,
        }
    ids["closed"] = _closed(side, about, assignee).pk
    if about == "own":
        _shared(side, contact)
    return ids


def _note_chat(side: Side, row: Conversation, about: str) -> None:
    """Mark a chat's only message, and write down what it adds to the lists."""
    with tenant_scope(side.cast.organization.pk):
        message, ticket = row.last_message, row.ticket
        assert message is not None
        Message.objects.filter(pk=message.pk).update(text=side.mark(about))
        side.note("conversations", row.pk, about, row.status)
        side.note(f"conversations of {row.contact_id}", row.pk, about)
        side.note(f"messages of {row.pk}", message.pk, about)
        if ticket is not None:
            ticket.number = 2
            ticket.save()
            earlier = Ticket.objects.create(
                conversation=row, number=1, opened_at=ticket.opened_at, closed_at=ticket.opened_at
            )
            for one in (ticket, earlier):
                side.note(f"tickets of {row.pk}", one.pk, about)


def _closed(side: Side, about: str, assignee: Membership | None) -> Conversation:
    """A chat that is closed. If nobody had it, it is in no queue any more, and no agent sees it."""
    phone = side.phones[about][:-3] + "5" + side.phones[about][-2:]
    about = about if assignee else "third"
    contact = make_contact(side.cast.organization, name=side.mark(about), phone=phone)
    row = make_conversation(side.cast, contact=contact, assignee=assignee, status="closed")
    side.note("contacts", contact.pk, about)
    _note_chat(side, row, about)
    return row


def _shared(side: Side, contact: Contact) -> None:
    """Another chat of the agent's contact, by the other number, which has gone to a colleague."""
    scope = side.cast.organization.pk
    with tenant_scope(scope):
        second = Channel.objects.exclude(pk=side.cast.channel.pk).get()
    cast = replace(side.cast, channel=second)
    row = make_conversation(cast, contact=contact, assignee=cast.beto)
    _note_chat(side, row, "colleague")
    with tenant_scope(scope), _recorded(side, "colleague") as told:
        conversations.assign(row, to=cast.diana, by=member_actor(cast.ana))
    ((seq, _),) = told
    side.lost[seq, "conversation.removed"] = ("own", "colleague")


def _more(side: Side, phone: str, number: int) -> None:
    """A chat more in the queue, one that somebody has, and one that is closed; each with an event."""
    diana = side.cast.diana
    more = (("waiting", None, None), ("colleague", diana, None), ("colleague", diana, "closed"))
    for place, (about, assignee, status) in enumerate(more):
        contact = make_contact(
            side.cast.organization, name=side.mark(about), phone=f"{phone[:-2]}{number}{place}"
        )
        side.note("contacts", contact.pk, about)
        row = make_conversation(side.cast, contact=contact, assignee=assignee, status=status)
        _note_chat(side, row, about)
        with tenant_scope(side.cast.organization.pk), _recorded(side, about), service():
            record(events.ConversationRead(row.pk, member_actor(side.cast.ana)))


def _file(
    side: Side,
    about: str,
    *,
    message: Message | None = None,
    member: Membership | None = None,
    state: str = "stored",
) -> Attachment:
    organization = side.cast.organization
    with Incoming(organization.pk, max_bytes=1_000_000) as file:
        file.write(makers.PHOTO)
        key = file.keep()
    row = Attachment.objects.create(
        organization=organization,
        message=message,
        member=member,
        channel=side.cast.channel if message else None,
        media_id="123" if state == "failed" else "",
        kind="image",
        state=state,
        mime_type="image/jpeg",
        file_name=f"{side.mark(about)}.jpg",
        storage_key=key if state == "stored" else "",
        size_bytes=len(makers.PHOTO),
    )
    if message is not None:
        side.note(f"files of {message.pk}", row.pk, about)
    return row


def _organization(side: Side, *, more: int) -> Ids:
    """What belongs to nobody in particular."""
    cast, scope = side.cast, side.cast.organization.pk
    third, kept, lost, other = (
        make_contact(
            cast.organization, name=side.mark("third"), phone=f"{side.phones['own'][:-3]}8{number:02d}"
        )
        for number in range(4)
    )
    for contact in (third, kept, other):
        side.note("contacts", contact.pk, "third")
    own = side.ids["own"]["contact"]
    with tenant_scope(scope), _recorded(side, "third"):
        with service():
            proposals.propose([(own, third.pk, proposals.CLASH), (third.pk, other.pk, proposals.CLASH)])
        merged = merge.merge(kept, lost, by=member_actor(cast.ana))
        merge.dismiss(MergeProposal.objects.get(other=other), by=member_actor(cast.ana))
        proposal = MergeProposal.objects.get(state="open")
    with tenant_scope(scope):
        for row in MergeProposal.objects.all():
            side.note("merge-proposals", row.pk, "third", row.state)
        deliveries = [_delivery(side, number) for number in range(4 + more)]
        for number in range(2 + more):
            _alert(side, number)
    return {
        "third": third.pk,
        "proposal": proposal.pk,
        "merged": merged.pk,
        "delivery": deliveries[0].pk,
        "channel": cast.channel.pk,
        "colleague": cast.diana.pk,
    }


def _delivery(side: Side, number: int) -> InboundDelivery:
    states = (DeliveryState.PROCESSED, DeliveryState.FAILED, DeliveryState.PENDING)
    row = InboundDelivery.objects.create(
        meta_app=side.cast.app,
        body=side.mark("restricted").encode(),
        state=states[number % len(states)],
        received_at=timezone.now(),
    )
    side.note("deliveries", row.pk, "restricted", row.state)
    InboundProblem.objects.create(
        delivery=row, pointer=side.mark("restricted"), code="unreadable", reason=side.mark("restricted")
    )
    return row


def _alert(side: Side, number: int) -> None:
    row = ChannelAlert.objects.create(
        meta_app=side.cast.app,
        channel=side.cast.channel if number % 2 else None,
        kind="template_status",
        data={"detail": side.mark("restricted")},
        digest=f"{side.name}-{number}",
        at=timezone.now(),
    )
    side.note("channel-alerts", row.pk, "restricted")


@contextmanager
def _recorded(side: Side, about: str) -> Iterator[list[tuple[int, str]]]:
    """Write down whose the events are that are recorded meanwhile; they are in the list afterwards."""
    organization = side.cast.organization.pk
    told: list[tuple[int, str]] = []
    head = EventCounter.objects.get(pk=organization).seq
    yield told
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq, type FROM core_event WHERE organization_id = %s AND seq > %s", [organization, head]
        )
        told += cursor.fetchall()
    assert told
    for one in told:
        side.note("events", one, about)


def _events(side: Side) -> None:
    """One event of every kind, about whatever such events are about."""
    cast, scope = side.cast, side.cast.organization.pk
    system, ana = system_actor(scope), member_actor(cast.ana)
    for about in CHATS:
        chat, contact, message = (side.ids[about][name] for name in ("chat", "contact", "message"))
        with tenant_scope(scope), _recorded(side, about), service():
            record(events.MessageReceived(chat, message, contact_actor(scope, contact, side.mark(about))))
            record(events.MessageCreated(chat, side.ids[about]["failed"], ana))
            record(events.MessageUpdated(chat, message, system))
            record(events.MessageStatusChanged(chat, [side.ids[about]["failed"]], system))
            record(events.ConversationRead(chat, ana))
            record(events.ConversationReopened(chat, ana))
            record(events.ConversationRebuilt(chat, ana))
            record(events.ContactUpdated(contact, chat, ana))
    for about in ("own", "colleague", "waiting"):
        with (
            tenant_scope(scope),
            _recorded(side, side.things["conversations"][side.ids[about]["closed"]]),
            service(),
        ):
            record(events.ConversationClosed(side.ids[about]["closed"], ana))
    with tenant_scope(scope), _recorded(side, "colleague"), service():
        record(events.ConversationRemoved(ABSENT, side.ids["own"]["chat"], Sight("open", cast.diana.pk), ana))


def _settings(side: Side) -> None:
    """Events for everyone who works there."""
    cast, scope = side.cast, side.cast.organization.pk
    with tenant_scope(scope), _recorded(side, "everyone") as told, service():
        record(events.ChannelUpdated(cast.channel.pk, system_actor(scope)))
        record(MemberUpdated(cast.beto.pk, member_actor(cast.ana)))
        record(OrganizationUpdated(member_actor(cast.ana)))
    side.settled = max(seq for seq, _ in told)
