"""Who may see a conversation: one pure rule for lists, sockets, search and direct links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.actors import Actor
from core.models import Organization


@dataclass(frozen=True, slots=True)
class Sight:
    """What of a conversation decides who sees it."""

    status: str
    assignee_id: int | None

    def as_json(self) -> dict[str, Any]:
        return {"status": self.status, "assignee": self.assignee_id}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Sight:
        return cls(status=value["status"], assignee_id=value["assignee"])


@dataclass(frozen=True, slots=True)
class Viewer:
    """What of a person decides what they see.

    Attributes:
        sees_all: owner, manager or API key, or anyone when tickets are not managed (TICK-02 off).
        sees_unassigned: an agent of an organisation with TICK-08 on.
    """

    member_id: int | None
    sees_all: bool
    sees_unassigned: bool


def viewer_of(actor: Actor, organization: Organization) -> Viewer:
    return Viewer(
        member_id=actor.member_id,
        sees_all=actor.sees_all or not organization.ticket_management,
        sees_unassigned=organization.agents_see_unassigned,
    )


def can_see(viewer: Viewer, sight: Sight) -> bool:
    """Tell whether the conversation is the viewer's to see.

    An agent sees their own, and «No asignado» when TICK-08 is on; never a colleague's.
    """
    if viewer.sees_all:
        return True
    if sight.assignee_id is not None:
        return sight.assignee_id == viewer.member_id
    return viewer.sees_unassigned and sight.status == "unassigned"
