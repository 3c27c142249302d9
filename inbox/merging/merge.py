"""Making one contact of two: everything moves in one transaction, which notes what it moved."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from core import jobs
from core.actors import Actor
from core.errors import Invalid, NotFound, PermissionDenied
from core.events import record, service
from core.tenancy import current_organization_id
from inbox import contacts, locks, news
from inbox.errors import AlreadyDecided, NotMergeable
from inbox.events import MergeProposalClosed
from inbox.merging import proposals, threads
from inbox.models import Contact, ContactIdentity, Conversation, MergeProposal, ProposalState

# What the contact that is left may take over from the other one.
FIELDS = (
    "first_name",
    "last_name",
    "profile_name",
    "username",
    "phone",
    "bsuid",
    "opted_out_at",
    "opt_out_source",
    "preference_at",
)


def accept(proposal: MergeProposal, *, keep: int, by: Actor) -> MergeProposal:
    """Merge the two contacts of a proposal.

    Args:
        keep: id of the one that is left.

    Raises:
        AlreadyDecided: somebody was quicker.
        Invalid: `keep` is none of the two.
        NotMergeable: one of them is not there any more.
        PermissionDenied: an agent asks.
    """
    pair = {proposal.contact_id, proposal.other_id}
    if keep not in pair:
        raise Invalid(keep=[_("It must be one of the two contacts.")])
    with service():
        _begin(by)
        row = _open(proposal.pk)
        (lose,) = pair - {keep}
        return _merge(row, keep=keep, lose=lose, by=by)


def merge(keep: Contact, lose: Contact, *, by: Actor) -> MergeProposal:
    """Merge two contacts that a person knows to be one; the answer is where it can be undone.

    Raises:
        NotMergeable: they are one already, or one of them is not there any more.
        PermissionDenied: an agent asks.
    """
    if keep.pk == lose.pk:
        raise NotMergeable
    with service():
        _begin(by)
        locked_pair(keep.pk, lose.pk)
        first, second = sorted((keep.pk, lose.pk))
        held = MergeProposal.objects.select_for_update(of=("self",)).filter(
            contact_id=first, other_id=second, state=ProposalState.OPEN
        )
        row = held.first() or MergeProposal.objects.create(
            organization_id=keep.organization_id,
            contact_id=first,
            other_id=second,
            reason=proposals.BY_HAND,
        )
        return _merge(row, keep=keep.pk, lose=lose.pk, by=by)


def dismiss(proposal: MergeProposal, *, by: Actor) -> MergeProposal:
    """Say that the two are not one person; it is not proposed again.

    Raises:
        AlreadyDecided: somebody was quicker.
        PermissionDenied: an agent asks.
    """
    with service():
        _begin(by)
        row = _open(proposal.pk)
        decide(row, ProposalState.DISMISSED, by=by)
    return row


def decide(row: MergeProposal, state: ProposalState, *, by: Actor) -> None:
    """Write down what was decided."""
    row.state, row.decided_at, row.decided_by_id = state, datetime.now(UTC), by.member_id
    row.save(update_fields=["state", "decided_at", "decided_by", "undo"])
    record(MergeProposalClosed(row.pk, by))


def _begin(by: Actor) -> None:
    """Wait until no webhook is being taken in, and keep others from beginning.

    An intake that looked up a contact before us must not write into a conversation that we have moved meanwhile.
    """
    if not by.sees_all:
        raise PermissionDenied
    organization_id = current_organization_id()
    locks.lock(locks.intake_of(organization_id))
    # Whoever comes meanwhile finds us at it, and leaves.
    jobs.ring_after_commit("inbox.take_in", organization_id=organization_id)


def _open(proposal_id: int) -> MergeProposal:
    row = MergeProposal.objects.select_for_update(of=("self",)).filter(pk=proposal_id).first()
    if row is None:
        raise NotFound
    if row.state != ProposalState.OPEN:
        raise AlreadyDecided(state=row.state)
    return row


def _merge(row: MergeProposal, *, keep: int, lose: int, by: Actor) -> MergeProposal:
    kept, lost = locked_pair(keep, lose)
    if kept.archived_at is not None or lost.archived_at is not None:
        raise NotMergeable
    before, other_wrote_last = fields_of(kept), _wrote_last(lost, kept)
    identities = list(ContactIdentity.objects.filter(contact_id=lost.pk).values_list("pk", flat=True))
    ContactIdentity.objects.filter(contact_id=lost.pk).update(contact_id=kept.pk)
    moved, joined = _move_threads(kept, lost, by=by)
    _take_over(kept, lost, other_wrote_last=other_wrote_last)
    lost.archived_at, lost.merged_into = datetime.now(UTC), kept
    lost.save(update_fields=["archived_at", "merged_into", "updated_at"])
    row.undo = {
        "keep": kept.pk,
        "lose": lost.pk,
        "before": before,
        "after": fields_of(kept),
        "identities": identities,
        "moved": moved,
        "joined": joined,
        "asked": proposals.ask_instead(lost.pk, kept.pk, except_for=row.pk, by=by),
    }
    decide(row, ProposalState.MERGED, by=by)
    news.note_merged(kept.pk, lost.pk, by)
    return row


def locked_pair(keep: int, lose: int) -> tuple[Contact, Contact]:
    """Return both contacts, locked in the order of their ids.

    Raises:
        NotMergeable: one of them does not exist.
    """
    rows = Contact.objects.select_for_update(of=("self",)).filter(pk__in=(keep, lose)).order_by("pk")
    found = {contact.pk: contact for contact in rows}
    if len(found) != 2:
        raise NotMergeable
    return found[keep], found[lose]


def _move_threads(kept: Contact, lost: Contact, *, by: Actor) -> tuple[list[int], list[dict[str, Any]]]:
    """Give all conversations to the contact that is left; two of the same number become one."""
    threads.hold_sends((kept.pk, lost.pk))
    rows = Conversation.objects.select_for_update(of=("self",)).filter(contact_id__in=(kept.pk, lost.pk))
    by_channel: dict[int, dict[int, Conversation]] = {}
    for conversation in rows.order_by("pk"):
        by_channel.setdefault(conversation.channel_id, {})[conversation.contact_id] = conversation
    moved: list[int] = []
    joined: list[dict[str, Any]] = []
    for pair in by_channel.values():
        theirs, ours = pair.get(lost.pk), pair.get(kept.pk)
        if theirs is not None and ours is not None:
            joined.append({"into": ours.pk, **threads.join(ours, theirs, by=by).as_json()})
        elif theirs is not None:
            threads.give(theirs, kept.pk, by=by)
            moved.append(theirs.pk)
    return moved, joined


def _wrote_last(one: Contact, other: Contact) -> bool:
    """Whether the first of two contacts is the one who wrote last."""
    rows = Conversation.objects.filter(contact_id__in=(one.pk, other.pk), last_inbound_at__isnull=False)
    newest = rows.order_by("-last_inbound_at", "-pk").values_list("contact_id", flat=True).first()
    return newest == one.pk


def _take_over(kept: Contact, lost: Contact, *, other_wrote_last: bool) -> None:
    """Complete the contact that is left; what it has goes before. The latest wish about marketing holds.

    Number and id are those last written from: only there does the customer wait for an answer.
    """
    if not kept.first_name and not kept.last_name:
        kept.first_name, kept.last_name = lost.first_name, lost.last_name
    for name in ("profile_name", "username", "phone", "bsuid"):
        setattr(kept, name, getattr(kept, name) or getattr(lost, name))
    if other_wrote_last:
        kept.phone, kept.bsuid = lost.phone or kept.phone, lost.bsuid or kept.bsuid
    if lost.preference_at is not None and (
        kept.preference_at is None or lost.preference_at > kept.preference_at
    ):
        for name in ("opted_out_at", "opt_out_source", "preference_at"):
            setattr(kept, name, getattr(lost, name))
    elif kept.opted_out_at is None and kept.preference_at is None:
        kept.opted_out_at, kept.opt_out_source = lost.opted_out_at, lost.opt_out_source
    contacts.refresh_shown(kept)
    kept.save()


def fields_of(contact: Contact) -> dict[str, Any]:
    """Return what a merge may change of a contact, as JSON."""
    values = {name: getattr(contact, name) for name in FIELDS}
    return {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()
    }
