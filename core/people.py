"""Organisations and their members as resources, and what a role may do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from core.actors import Actor
from core.models import Membership, Organization

Resource = dict[str, Any]

_MEMBER_FIELDS = ("id", "user__name", "user__email", "role", "status")


def organization_resource(organization: Organization) -> Resource:
    return {
        "id": organization.pk,
        "slug": organization.slug,
        "name": organization.name,
        "timezone": organization.timezone,
        "ticket_management": organization.ticket_management,
        "agents_see_unassigned": organization.agents_see_unassigned,
    }


def members(organization_id: int) -> QuerySet[Membership]:
    return Membership.objects.filter(organization_id=organization_id)


def member_resources(rows: QuerySet[Membership]) -> list[Resource]:
    """Return members in the order of `rows`, in one query."""
    return [_member(row) for row in rows.values(*_MEMBER_FIELDS)]


def members_by_id(ids: Iterable[int]) -> dict[int, Resource]:
    """Return members as they are now."""
    return {one["id"]: one for one in member_resources(Membership.objects.filter(pk__in=list(ids)))}


def permissions(actor: Actor, organization: Organization) -> dict[str, bool]:
    """Return what the actor may do, so that the client decides nothing that the server could."""
    sees_all = actor.sees_all or not organization.ticket_management
    return {
        "see_all": sees_all,
        "assign_others": actor.may_assign_others,
        "take_unassigned": sees_all or organization.agents_see_unassigned,
        "manage_settings": actor.role == "owner",
    }


def _member(row: dict[str, Any]) -> Resource:
    return {
        "id": row["id"],
        "name": row["user__name"],
        "email": row["user__email"],
        "role": row["role"],
        "status": row["status"],
    }
