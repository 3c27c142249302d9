"""Who does something: a member, an API key, a contact or the program itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

if TYPE_CHECKING:
    from core.models import ApiKey, Membership

RoleName = Literal["owner", "manager", "agent"]
ActorKind = Literal["member", "api", "contact", "assistant", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who acts, as events and audit trails name them.

    Attributes:
        id: of the membership, key or contact; None for the program.
        role: role of a member; an API key has a manager's rights over data.
    """

    kind: ActorKind
    organization_id: int
    id: int | None = None
    name: str = ""
    role: RoleName | None = None

    @property
    def sees_all(self) -> bool:
        """Whether every conversation of the organisation is theirs to see."""
        return self.kind in ("api", "system", "assistant") or self.role in ("owner", "manager")

    @property
    def may_assign_others(self) -> bool:
        return self.sees_all

    @property
    def member_id(self) -> int | None:
        """Id of the membership, None for anyone who is not a member."""
        return self.id if self.kind == "member" else None

    @property
    def principal(self) -> str:
        """Name of the actor within its organisation, as idempotency keys and limits use it."""
        return f"{self.kind}:{self.id or 0}"

    def as_json(self) -> dict[str, object]:
        return {"kind": self.kind, "id": self.id, "name": self.name}


def member_actor(membership: Membership) -> Actor:
    """Return the actor for a membership whose `user` is loaded."""
    return Actor(
        kind="member",
        organization_id=membership.organization_id,
        id=membership.pk,
        name=membership.name,
        role=cast(RoleName, membership.role),
    )


def api_actor(key: ApiKey) -> Actor:
    return Actor(kind="api", organization_id=key.organization_id, id=key.pk, name=key.name)


def system_actor(organization_id: int) -> Actor:
    return Actor(kind="system", organization_id=organization_id)


def contact_actor(organization_id: int, contact_id: int, name: str) -> Actor:
    return Actor(kind="contact", organization_id=organization_id, id=contact_id, name=name)
