from core.models.events import Event, EventCounter
from core.models.heartbeats import Heartbeat
from core.models.idempotency import IdempotencyKey
from core.models.keys import ApiKey
from core.models.organizations import Membership, MembershipStatus, Organization, Role
from core.models.outbox import OutboxItem
from core.models.users import User

__all__ = [
    "ApiKey",
    "Event",
    "EventCounter",
    "Heartbeat",
    "IdempotencyKey",
    "Membership",
    "MembershipStatus",
    "Organization",
    "OutboxItem",
    "Role",
    "User",
]
