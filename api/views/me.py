"""The caller, and what they may do."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.authentication import Caller
from api.base import ResourceView
from api.serializers import inputs, resources
from core.errors import NotAuthenticated, PermissionDenied
from core.models import EventCounter, Membership, MembershipStatus
from core.people import organization_resource, permissions


class _PersonView(ResourceView):
    """A view about the person, for which no organisation needs to be named."""

    def enter(self, caller: Caller | None) -> None:
        if caller is None:
            raise NotAuthenticated
        self.caller = caller
        if caller.actor is not None:
            super().enter(caller)


class MeView(_PersonView):
    @extend_schema(operation_id="me_read", responses=resources.Me, tags=["me"])
    def get(self, request: Request) -> Response:
        """Who calls, which organisations are theirs, and what they may do in the one named."""
        caller = self.caller
        organization, actor = caller.organization, caller.actor
        return Response(
            {
                "user": None
                if caller.user is None
                else {"id": caller.user.pk, "email": caller.user.email, "name": caller.user.name},
                "organizations": _organizations(caller),
                "organization": organization_resource(organization) if organization else None,
                "membership": None
                if caller.membership is None
                else {
                    "id": caller.membership.pk,
                    "name": caller.membership.name,
                    "role": caller.membership.role,
                },
                "permissions": permissions(actor, organization) if actor and organization else None,
                "preferences": {"language": caller.user.language if caller.user else "en"},
                "events": _head(organization.pk) if organization else None,
            }
        )


class PreferencesView(_PersonView):
    @extend_schema(
        operation_id="preferences_update",
        request=inputs.PreferencesInput,
        responses=resources.Preferences,
        tags=["me"],
    )
    def patch(self, request: Request) -> Response:
        """Change the person's own preferences."""
        data = self.read(inputs.PreferencesInput)
        if self.caller.user is None:
            raise PermissionDenied
        self.caller.user.language = data["language"]
        self.caller.user.save(update_fields=["language"])
        return Response({"language": data["language"]})


def _organizations(caller: Caller) -> list[dict[str, Any]]:
    if caller.user is None:
        return []
    rows = Membership.objects.filter(user_id=caller.user.pk, status=MembershipStatus.ACTIVE)
    fields = ("organization__slug", "organization__name", "role")
    return [
        {"slug": row["organization__slug"], "name": row["organization__name"], "role": row["role"]}
        for row in rows.order_by("organization__name").values(*fields)
    ]


def _head(organization_id: int) -> dict[str, Any]:
    counter = EventCounter.objects.get(organization_id=organization_id)
    return {"stream_id": counter.stream_id, "seq": counter.seq}
