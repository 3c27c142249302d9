"""Proposals to merge two contacts: made by the program when identities clash, decided by people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Q

from core import jsons
from core.actors import Actor, system_actor
from core.events import record
from core.tenancy import current_organization_id
from inbox.events import MergeProposalClosed, MergeProposalOpened
from inbox.models import MergeProposal, ProposalState

# Why: what somebody wrote with names two contacts, or the new number or id of one belongs to another.
CLASH = "identity_clash"
NUMBER_CHANGED = "number_changed"
USER_ID_CHANGED = "user_id_changed"
BY_HAND = "by_hand"

# What a person has decided is not asked again. The smaller id comes first, so that a pair is one whoever wrote.
_PROPOSE = """
INSERT INTO inbox_mergeproposal (organization_id, contact_id, other_id, reason, state, undo, created_at)
SELECT %s, i.contact_id, i.other_id, i.reason, 'open', '{}', now()
FROM json_to_recordset(%s::json) AS i (contact_id bigint, other_id bigint, reason text)
WHERE NOT EXISTS (
    SELECT 1 FROM inbox_mergeproposal p WHERE p.contact_id = i.contact_id AND p.other_id = i.other_id)
ON CONFLICT DO NOTHING
RETURNING id
"""

Pair = tuple[int, int, str]  # two contacts, and the reason


def propose(pairs: Iterable[Pair]) -> None:
    """Ask people whether two contacts are one person, once; within `service()`."""
    asked = {(min(one, other), max(one, other)): reason for one, other, reason in pairs}
    if not asked:
        return
    rows: list[dict[str, Any]] = [
        {"contact_id": one, "other_id": other, "reason": reason}
        for (one, other), reason in sorted(asked.items())
    ]
    with connection.cursor() as cursor:
        cursor.execute(_PROPOSE, [current_organization_id(), jsons.recordset(rows)])
        made = [pk for (pk,) in cursor.fetchall()]
    for pk in made:
        record(MergeProposalOpened(pk, system_actor(current_organization_id())))


def ask_instead(lost: int, kept: int, *, except_for: int, by: Actor) -> list[dict[str, Any]]:
    """Ask what was asked of a contact that is merged now of the one that is left.

    Returns:
        The proposals as they were, for `ask_again`; `closed` are those that were asked of the other one already.
    """
    rows = MergeProposal.objects.select_for_update(of=("self",)).filter(
        Q(contact_id=lost) | Q(other_id=lost), state=ProposalState.OPEN
    )
    asked: list[dict[str, Any]] = []
    for row in rows.exclude(pk=except_for).order_by("pk"):
        third = row.other_id if row.contact_id == lost else row.contact_id
        first, second = sorted((kept, third))
        is_closed = MergeProposal.objects.filter(contact_id=first, other_id=second).exists()
        asked.append({"id": row.pk, "contact": row.contact_id, "other": row.other_id, "closed": is_closed})
        if is_closed:
            row.state = ProposalState.DISMISSED
            record(MergeProposalClosed(row.pk, by))
        else:
            row.contact_id, row.other_id = first, second
            record(MergeProposalOpened(row.pk, by))
        row.save(update_fields=["contact", "other", "state"])
    return asked


def ask_again(asked: Sequence[dict[str, Any]], *, by: Actor) -> None:
    """Ask again what was asked before a merge that has been undone, unless somebody has answered it."""
    for one in asked:
        # Nobody decided those that the merge itself closed, and `propose` would never ask them again.
        state = ProposalState.DISMISSED if one["closed"] else ProposalState.OPEN
        rows = MergeProposal.objects.filter(pk=one["id"], state=state, decided_at__isnull=True)
        if rows.update(contact_id=one["contact"], other_id=one["other"], state=ProposalState.OPEN):
            record(MergeProposalOpened(one["id"], by))
