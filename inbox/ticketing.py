"""Whether chats are managed as tickets (TICK-02), and what switching that does to those that are there.

Managed, a chat that nobody has waits in «No asignado». Not managed, there are only «Abierto» and «Cerrado», and
everyone sees all. Who has a chat is kept over both: it says so again when tickets come back.
"""

from __future__ import annotations

from django.db import connection

from core import jobs
from core.actors import Actor
from core.errors import PermissionDenied
from core.events import record, service
from core.models import Organization
from core.people_events import OrganizationUpdated
from core.rows import first_row
from core.tenancy import current_organization_id
from inbox import locks
from inbox.counters import note_move
from inbox.models import ConversationStatus
from inbox.sight import Sight

_IS_MANAGED = "SELECT ticket_management FROM core_organization WHERE id = %s"

# In the order of their ids, as everyone locks several. What was moved meanwhile is left alone.
_MOVE = """
WITH standing AS (
    SELECT id FROM inbox_conversation
    WHERE organization_id = %(organization)s AND status = %(before)s AND assignee_id IS NULL
    ORDER BY id FOR NO KEY UPDATE)
UPDATE inbox_conversation c SET status = %(after)s, updated_at = now() FROM standing WHERE c.id = standing.id
"""


def status_of(assignee_id: int | None, *, is_managed: bool) -> ConversationStatus:
    """Say how a chat stands that is not finished."""
    if assignee_id is None and is_managed:
        return ConversationStatus.UNASSIGNED
    return ConversationStatus.OPEN


def is_managed() -> bool:
    """Tell whether tickets are managed. It stays so as long as the intake's lock is held."""
    found = first_row(_IS_MANAGED, [current_organization_id()])
    return bool(found and found[0])


def hold() -> bool:
    """Tell whether tickets are managed, and keep that so until the transaction ends.

    Call it before conversations and members are locked: the switch waits for it, and locks conversations then.
    """
    found = first_row(f"{_IS_MANAGED} FOR SHARE", [current_organization_id()])
    return bool(found and found[0])


def switch(*, on: bool, by: Actor) -> Organization:
    """Begin or end to manage chats as tickets, and move those that nobody has.

    Raises:
        PermissionDenied: only owners change settings.
    """
    if by.role != "owner" and by.kind != "system":
        raise PermissionDenied
    organization_id = current_organization_id()
    with service():
        # Who takes in or merges reads the setting under this lock; everyone else holds it.
        locks.lock(locks.intake_of(organization_id))
        # Whoever comes meanwhile finds us at it, and leaves.
        jobs.ring_after_commit("inbox.take_in", organization_id=organization_id)
        row = Organization.objects.select_for_update(no_key=True).get(pk=organization_id)
        if row.ticket_management == on:
            return row
        row.ticket_management = on
        row.save(update_fields=["ticket_management", "updated_at"])
        moved = _move(*(status_of(None, is_managed=managed) for managed in (not on, on)))
        record(OrganizationUpdated(by, loads_anew=moved > 0))
    return row


def _move(before: ConversationStatus, after: ConversationStatus) -> int:
    """Let the chats that nobody has stand elsewhere; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, {"organization": current_organization_id(), "before": before, "after": after})
        moved: int = cursor.rowcount
    note_move(Sight(before, None), Sight(after, None), count=moved)
    return moved
