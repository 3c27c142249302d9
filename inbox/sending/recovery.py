"""What a dead sender left behind, found by leases that the database's clock judges."""

from __future__ import annotations

import logging

from django.db import InterfaceError, OperationalError, connection

from core.actors import system_actor
from core.events import record, service
from core.tenancy import tenant_scope
from inbox.events import MessageStatusChanged
from inbox.models import AttemptState, Message, MessageStatus, SendAttempt
from inbox.sending.attempts import UNSETTLED_MESSAGE

logger = logging.getLogger(__name__)


def recover() -> None:
    """Take up abandoned attempts of all tenants. Safe to run at any moment and in several processes.

    A claimed one has not left: it is pending again. One that was sending may have left: its outcome is unknown, and
    only a status, a quoting reply or a person settles it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE inbox_sendattempt SET state = 'pending', lease_until = NULL "
            "WHERE state = 'claimed' AND lease_until < now()"
        )
    for organization_id in _organizations():
        try:
            with tenant_scope(organization_id):
                _give_up_on_sending(organization_id)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            # One organisation whose rows cannot be told of must not leave the messages of all others «sending».
            logger.exception("recovery.failed", extra={"organization_id": organization_id})


def _organizations() -> list[int]:
    """Return those with attempts whose sender has died during the call."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT organization_id FROM inbox_sendattempt WHERE state = 'sending' AND lease_until < now()"
        )
        return [pk for (pk,) in cursor.fetchall()]


def _give_up_on_sending(organization_id: int) -> None:
    with service():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id FROM inbox_sendattempt WHERE organization_id = %s AND state = 'sending' "
                "AND lease_until < now() ORDER BY message_id FOR UPDATE SKIP LOCKED",
                [organization_id],
            )
            ids = [pk for (pk,) in cursor.fetchall()]
        attempts = list(SendAttempt.objects.filter(pk__in=ids).order_by("message_id"))
        SendAttempt.objects.filter(pk__in=ids).update(
            state=AttemptState.UNKNOWN, lease_until=None, error_detail="the sender stopped during the call"
        )
        message_ids = [attempt.message_id for attempt in attempts]
        Message.objects.filter(pk__in=message_ids, status__in=UNSETTLED_MESSAGE).update(
            status=MessageStatus.UNKNOWN
        )
        by_conversation: dict[int, list[int]] = {}
        for attempt in attempts:
            by_conversation.setdefault(attempt.conversation_id, []).append(attempt.message_id)
        for conversation_id, messages in by_conversation.items():
            record(MessageStatusChanged(conversation_id, messages, system_actor(organization_id)))
