"""Members who do not work here any more, or for a while: what they had in hand goes back to the others."""

from __future__ import annotations

from core import team
from core.actors import Actor
from core.events import record, service
from core.models import Membership, MembershipStatus
from core.people_events import MemberUpdated
from inbox import ticketing
from inbox.access import sight_of
from inbox.counters import note_move
from inbox.events import ConversationAssigned
from inbox.models import Conversation, ConversationStatus


def suspend(member: Membership, *, by: Actor) -> Membership:
    """Let a member in no more, and hand their open chats back to «No asignado».

    Closed chats keep their name: the next message of the customer goes to the queue. Who works in no other
    organisation is signed out everywhere; there, they stay signed in.

    Raises:
        LastOwner: it is the only active owner.
    """
    with service():
        is_managed = ticketing.hold()
        row = team.locked_member(member)
        if row.status == MembershipStatus.SUSPENDED:
            return row
        team.check_not_last_owner(row)
        row.status = MembershipStatus.SUSPENDED
        row.save(update_fields=["status", "updated_at"])
        record(MemberUpdated(row.pk, by))
        _hand_back(row, is_managed=is_managed, by=by)
        if not row.user.memberships.filter(status=MembershipStatus.ACTIVE).exists():
            team.sign_out_everywhere(row.user)
    return row


def reactivate(member: Membership, *, by: Actor) -> Membership:
    """Let a suspended member in again. Their former chats stay where they are; others change nothing."""
    with service():
        row = team.locked_member(member)
        if row.status != MembershipStatus.SUSPENDED:
            return row
        row.status = MembershipStatus.ACTIVE
        row.save(update_fields=["status", "updated_at"])
        record(MemberUpdated(row.pk, by))
    return row


def _hand_back(member: Membership, *, is_managed: bool, by: Actor) -> None:
    """Everyone who gives conversations asks `access.working` first, which knows of the lock on the member."""
    rows = (
        Conversation.objects.select_for_update(of=("self",), no_key=True)
        .filter(assignee_id=member.pk, status=ConversationStatus.OPEN)
        .order_by("pk")
    )
    for row in rows:
        before = sight_of(row)
        row.assignee = None
        row.status = ticketing.status_of(None, is_managed=is_managed)
        row.save(update_fields=["assignee", "status", "updated_at"])
        note_move(before, sight_of(row))
        record(ConversationAssigned(row.pk, by, before))
