"""Changing what people and programs may do. Who may ask for it, the caller has checked.

Sessions and keys are read from the database at each request, so the next one after the commit is refused. Sockets look
every few seconds, and at once when an event of `core.people_events` passes.
"""

from __future__ import annotations

from datetime import UTC, datetime

from django.db.models import F

from core.actors import Actor
from core.errors import LastOwner
from core.events import record, service
from core.models import ApiKey, Membership, MembershipStatus, Role, User
from core.people_events import MemberUpdated


def locked_member(member: Membership) -> Membership:
    """Read a membership anew and keep it from changing until the transaction ends.

    The organisation's owners are locked with it, so that two of them cannot let each other go at the same time.
    """
    rows = Membership.objects.select_for_update(of=("self",), no_key=True).select_related("user")
    owners = Membership.objects.filter(organization_id=member.organization_id, role=Role.OWNER)
    wanted = {member.pk, *owners.values_list("pk", flat=True)}
    return {row.pk: row for row in rows.filter(pk__in=wanted).order_by("pk")}[member.pk]


def check_not_last_owner(row: Membership) -> None:
    """Refuse to let the only owner go; within `service()`, the owners are locked.

    Raises:
        LastOwner: nobody else could change anything any more.
    """
    if row.role != Role.OWNER or not row.is_active:
        return
    others = Membership.objects.filter(
        organization_id=row.organization_id, role=Role.OWNER, status=MembershipStatus.ACTIVE
    ).exclude(pk=row.pk)
    if not others.exists():
        raise LastOwner


def change_role(member: Membership, *, to: Role, by: Actor) -> Membership:
    """Give a member another role. Their sockets load anew what they see now.

    Raises:
        LastOwner: it is the only active owner.
    """
    with service():
        row = locked_member(member)
        if row.role == to:
            return row
        check_not_last_owner(row)
        row.role = to
        row.save(update_fields=["role", "updated_at"])
        record(MemberUpdated(row.pk, by))
    return row


def sign_out_everywhere(user: User) -> None:
    """End all sessions of a person, in all their organisations."""
    User.objects.filter(pk=user.pk).update(sign_outs=F("sign_outs") + 1)


def revoke_key(key: ApiKey) -> ApiKey:
    """End an API key; the first time counts."""
    ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=datetime.now(UTC))
    key.refresh_from_db()
    return key
