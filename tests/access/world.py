"""Two organisations with the same kinds of rows, everything in them marked with whose it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from core.actors import member_actor
from core.events import service
from core.models import Membership, MembershipStatus
from core.tenancy import tenant_scope
from inbox.files.storage import Incoming
from inbox.merging import merge, proposals
from inbox.models import Attachment, Contact, Conversation, MergeProposal, Message
from integrations.models import Channel, DeliveryState, InboundDelivery
from tests.conftest import Cast
from tests.factories import make_cast, make_contact, make_conversation, make_message, make_user
from tests.inbox.files import makers

ABSENT = 2**62
Ids = dict[str, int]


@dataclass
class Side:
    """One organisation's rows.

    Attributes:
        ids: by whose they are (`own`, `waiting`, `colleague`, `ours`), then by the name that addresses use.
        phones: of the contacts, by the same names.
    """

    name: str
    cast: Cast
    ids: dict[str, Ids]
    phones: dict[str, str]

    def mark(self, about: str) -> str:
        """What stands in every text of such a row, and nowhere else."""
        return f"canario-{self.name}-{about}"


@dataclass
class World:
    here: Side
    there: Side
    suspended: Membership


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
    return World(_side("aqui", cast, "0"), _side("alla", there, "9"), suspended)


def _agent(cast: Cast, name: str) -> Membership:
    return Membership.objects.create(organization=cast.other, user=make_user(name), role="agent")


def _side(name: str, cast: Cast, digit: str) -> Side:
    side = Side(name, cast, {}, {})
    owners = {"own": cast.beto, "waiting": None, "colleague": cast.diana, "ours": None}
    for number, (about, assignee) in enumerate(owners.items()):
        side.phones[about] = f"+57300555{digit}1{number:02d}"
        side.ids[about] = _chat(side, about, assignee)
    common = _organization(side)
    for ids in side.ids.values():
        ids.update(common)
    return side


def _chat(side: Side, about: str, assignee: Membership | None) -> Ids:
    cast, mark = side.cast, side.mark(about)
    contact = make_contact(cast.organization, name=mark, phone=side.phones[about])
    row = make_conversation(
        cast, contact=contact, assignee=assignee, status="none" if about == "ours" else None
    )
    with tenant_scope(cast.organization.pk):
        message = row.last_message
        assert message is not None
        Message.objects.filter(pk=message.pk).update(text=mark)
        ours = make_message(row, text=mark, at=datetime.now(UTC) - timedelta(minutes=1), direction="outbound")
        Message.objects.filter(pk=ours.pk).update(status="failed", error_code=131026)
        return {
            "chat": row.pk,
            "contact": contact.pk,
            "message": message.pk,
            "failed": ours.pk,
            "file": _file(side, about, message=message).pk,
            "lost": _file(side, about, message=message, state="failed").pk,
            "upload": _file(side, about, member=assignee or cast.ana).pk,
            "closed": _closed(side, about, assignee).pk,
        }


def _closed(side: Side, about: str, assignee: Membership | None) -> Conversation:
    phone = side.phones[about][:-3] + "5" + side.phones[about][-2:]
    contact = make_contact(side.cast.organization, name=side.mark(about), phone=phone)
    return make_conversation(side.cast, contact=contact, assignee=assignee, status="closed")


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
    return Attachment.objects.create(
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


def _organization(side: Side) -> Ids:
    """What belongs to nobody in particular."""
    cast, scope = side.cast, side.cast.organization.pk
    third, lost = (
        make_contact(
            cast.organization, name=side.mark("third"), phone=f"{side.phones['own'][:-3]}8{number:02d}"
        )
        for number in range(2)
    )
    kept = make_contact(cast.organization, name=side.mark("third"), phone=f"{side.phones['own'][:-3]}899")
    own = side.ids["own"]["contact"]
    with tenant_scope(scope):
        with service():
            proposals.propose([(own, third.pk, proposals.CLASH)])
        merged = merge.merge(kept, lost, by=member_actor(cast.ana))
        Channel.objects.update(trouble_code=190, trouble_detail="expired", trouble_since=timezone.now())
        delivery = InboundDelivery.objects.create(
            organization_id=scope,
            meta_app=cast.app,
            body=b"{}",
            state=DeliveryState.PROCESSED,
            received_at=timezone.now(),
        )
        proposal = MergeProposal.objects.get(state="open")
    return {
        "third": third.pk,
        "proposal": proposal.pk,
        "merged": merged.pk,
        "delivery": delivery.pk,
        "channel": cast.channel.pk,
        "colleague": cast.diana.pk,
    }


def stranger_of(side: Side) -> Contact:
    """A contact without a chat."""
    with tenant_scope(side.cast.organization.pk):
        return Contact.objects.get(pk=side.ids["own"]["third"])
