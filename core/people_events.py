"""Events about people and their organisation: everyone who works there is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from core.actors import Actor
from core.events import Rendered
from core.models import Organization
from core.people import members_by_id, organization_resource

_EVERYONE: dict[str, Any] = {"kind": "organization"}


@dataclass
class MemberUpdated:
    """A member has another role or status. Sockets look at their rights anew before they tell what follows."""

    type: ClassVar[str] = "member.updated"
    version: ClassVar[int] = 1

    member_id: int
    actor: Actor

    @classmethod
    def render(cls, events: Sequence[MemberUpdated]) -> list[Rendered]:
        members = members_by_id({event.member_id for event in events})
        return [Rendered(_EVERYONE, {"member": members[event.member_id]}) for event in events]


@dataclass
class OrganizationUpdated:
    """The organisation has other settings. As above: they decide what agents see.

    Attributes:
        loads_anew: what stands on everybody's screen is different now, too much to tell it one by one.
    """

    type: ClassVar[str] = "organization.updated"
    version: ClassVar[int] = 1

    actor: Actor
    loads_anew: bool = False

    @classmethod
    def render(cls, events: Sequence[OrganizationUpdated]) -> list[Rendered]:
        found = Organization.objects.in_bulk({event.actor.organization_id for event in events})
        return [
            Rendered(
                _EVERYONE | ({"loads_anew": True} if event.loads_anew else {}),
                {"organization": organization_resource(found[event.actor.organization_id])},
            )
            for event in events
        ]
