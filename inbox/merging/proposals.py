"""Proposals to merge two contacts: made by the program when identities clash, decided by people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection

from core import jsons
from core.actors import system_actor
from core.events import record
from core.tenancy import current_organization_id
from inbox.events import MergeProposalOpened

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
