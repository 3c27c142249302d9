"""What still waits to leave through a number that is not connected any more: it fails, with the reason.

Waiting would be a promise that nobody keeps: a number that is connected again may be another one, and what was
written days ago would leave as if it had been written now. Who wants to, sends it again.
"""

from __future__ import annotations

import logging

from django.db import InterfaceError, OperationalError, connection

from core import outbox
from core.actors import system_actor
from core.events import record, service
from core.tenancy import current_organization_id, tenant_scope
from inbox import reactions
from inbox.events import MessageStatusChanged
from inbox.models import AttemptState, SendAttempt
from inbox.receipts import lane_of
from inbox.sending import outcomes
from integrations.models import Channel
from integrations.whatsapp.error_codes import NOT_CONNECTED

logger = logging.getLogger(__name__)

_AT_ONCE = 500
_REASON = "the number is not connected any more"

_WAITING = """
SELECT c.organization_id, c.id FROM integrations_channel c
WHERE NOT c.is_active AND (
    EXISTS (SELECT 1 FROM inbox_sendattempt a WHERE a.channel_id = c.id AND a.state = 'pending')
    OR EXISTS (SELECT 1 FROM core_outboxitem o WHERE o.lane = 'channel:' || c.id AND o.state = 'pending'))
ORDER BY c.id
"""


def fail_what_waits() -> None:
    """Fail the messages and give up the receipts of all numbers that are not connected; across tenants."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING)
        channels = cursor.fetchall()
    for organization_id, channel_id in channels:
        try:
            with tenant_scope(organization_id):
                _fail_messages(channel_id)
                _give_up_receipts(channel_id)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            # One organisation must not keep the others waiting.
            logger.exception("disconnected.failed", extra={"channel": channel_id})


def _fail_messages(channel_id: int) -> None:
    with service():
        if Channel.objects.filter(pk=channel_id, is_active=True).exists():
            return
        attempts = (
            SendAttempt.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
            .filter(channel_id=channel_id, state=AttemptState.PENDING)
            .order_by("message_id")[:_AT_ONCE]
        )
        changed: dict[int, list[int]] = {}
        for attempt in attempts:
            if outcomes.refuse(attempt, code=NOT_CONNECTED, detail=_REASON):
                changed.setdefault(attempt.conversation_id, []).append(attempt.message_id)
        actor = system_actor(current_organization_id())
        for conversation_id, message_ids in changed.items():
            record(MessageStatusChanged(conversation_id, message_ids, actor))


def _give_up_receipts(channel_id: int) -> None:
    with service():
        if Channel.objects.filter(pk=channel_id, is_active=True).exists():
            return
        for kind, payload in outbox.abandon(lane_of(channel_id), reason=_REASON):
            if kind == reactions.REACTION:
                reactions.take_off(int(payload["message"]))
