"""Taking a merge back: what it moved goes back, what has come since stays with the contact that was left."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from core import jobs
from core.actors import Actor
from core.errors import NotFound, PermissionDenied
from core.events import service
from core.tenancy import current_organization_id
from inbox import contacts, locks, news
from inbox.errors import NotUndoable
from inbox.merging import merge, proposals, threads
from inbox.models import Contact, ContactIdentity, Conversation, IdentityKind, MergeProposal, ProposalState
from inbox.phones import canonical, e164

_TIMES = ("opted_out_at", "preference_at")


def undo(proposal: MergeProposal, *, by: Actor) -> MergeProposal:
    """Make two contacts of one again. That they are two is decided by that, and not asked again.

    Raises:
        NotUndoable: they were not merged, or the one that was left has been merged with somebody else since.
        PermissionDenied: an agent asks.
    """
    if not by.sees_all:
        raise PermissionDenied
    organization_id = current_organization_id()
    with service():
        locks.lock(locks.intake_of(organization_id))
        jobs.ring_after_commit("inbox.take_in", organization_id=organization_id)
        row = MergeProposal.objects.select_for_update(of=("self",)).filter(pk=proposal.pk).first()
        if row is None:
            raise NotFound
        if row.state != ProposalState.MERGED or not row.undo:
            raise NotUndoable
        told = row.undo
        kept, lost = merge.locked_pair(told["keep"], told["lose"])
        if kept.archived_at is not None or lost.merged_into_id != kept.pk:
            raise NotUndoable
        lost.archived_at = lost.merged_into = None
        lost.save(update_fields=["archived_at", "merged_into", "updated_at"])
        identities = ContactIdentity.objects.filter(pk__in=told["identities"], contact_id=kept.pk)
        identities.update(contact_id=lost.pk)
        _give_back_threads(told, kept, lost, by=by)
        _give_back_fields(told, kept)
        _show(lost)
        proposals.ask_again(told["asked"], by=by)
        row.undo = {}
        merge.decide(row, ProposalState.DISMISSED, by=by)
        news.note_contacts([kept.pk, lost.pk], by)
    return row


def _give_back_threads(told: dict[str, Any], kept: Contact, lost: Contact, *, by: Actor) -> None:
    threads.hold_sends([kept.pk])
    ids = [*told["moved"], *(one["into"] for one in told["joined"])]
    rows = Conversation.objects.select_for_update(of=("self",)).filter(pk__in=ids, contact_id=kept.pk)
    found = {row.pk: row for row in rows.order_by("pk")}
    for pk in told["moved"]:
        if pk in found:
            threads.give(found[pk], lost.pk, by=by)
    for joined in told["joined"]:
        # Where it has become part of a third one, nothing can tell them apart.
        if joined["into"] not in found:
            raise NotUndoable
        threads.part(found[joined["into"]], joined, contact_id=lost.pk, by=by)


def _give_back_fields(told: dict[str, Any], kept: Contact) -> None:
    """Let the contact have what it had, where nobody has changed it since."""
    now = merge.fields_of(kept)
    for name, before in told["before"].items():
        if now[name] == told["after"][name]:
            value = datetime.fromisoformat(before) if name in _TIMES and before else before
            setattr(kept, name, value)
    _show(kept)


def _show(contact: Contact) -> None:
    """Show a number that belongs to the contact, answer at an id that does, and derive the name."""
    phones, bsuids = (_newest_first(contact, kind) for kind in (IdentityKind.PHONE, IdentityKind.BSUID))
    if not contact.phone or canonical(contact.phone.lstrip("+")) not in phones:
        contact.phone = e164(phones[0]) if phones else None
    if contact.bsuid not in bsuids:
        contact.bsuid = bsuids[0] if bsuids else None
    contacts.refresh_shown(contact)
    contact.save()


def _newest_first(contact: Contact, kind: IdentityKind) -> list[str]:
    rows = ContactIdentity.objects.filter(contact_id=contact.pk, kind=kind).order_by("-pk")
    return list(rows.values_list("value", flat=True))
