"""A late `failed` status of a passing kind opens another attempt; any other ends the message."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection

from core.actors import member_actor
from core.events import service
from core.tenancy import tenant_scope
from inbox import messages, statuses
from inbox.models import Message, SendAttempt
from inbox.sending import retries
from integrations.whatsapp.payloads import StatusError, StatusUpdate
from tests.conftest import Cast
from tests.factories import make_contact, make_conversation


def failed(wamid: str, code: int) -> StatusUpdate:
    return StatusUpdate(
        pointer="",
        phone_number_id="417398204718336",
        waba_id=None,
        wamid=wamid,
        status="failed",
        at=datetime.now(UTC),
        recipient_phone=None,
        recipient_bsuid=None,
        callback_data=None,
        error=StatusError(code, "title", "detail"),
        pricing=None,
    )


@pytest.fixture
def message(cast: Cast) -> Message:
    conversation = make_conversation(cast, assignee=cast.beto)
    with tenant_scope(cast.organization.pk):
        made = messages.send_text(conversation, text="Hola", by=member_actor(cast.beto))
        SendAttempt.objects.filter(message=made).update(state="accepted", wa_message_id="wamid.A")
        Message.objects.filter(pk=made.pk).update(status="accepted", wa_message_id="wamid.A")
    return made


def hear(cast: Cast, *updates: StatusUpdate) -> None:
    with tenant_scope(cast.organization.pk), service():
        retries.after_failures(statuses.apply([(cast.channel.pk, update) for update in updates]))


def test_a_passing_failure_opens_another_attempt(cast: Cast, message: Message) -> None:
    hear(cast, failed("wamid.A", 131016))
    with tenant_scope(cast.organization.pk):
        message.refresh_from_db()
        states = list(message.attempts.order_by("number").values_list("state", flat=True))
    assert (message.status, message.wa_message_id, states) == ("queued", None, ["refused", "pending"])


def test_a_late_failure_of_the_old_attempt_touches_nothing(cast: Cast, message: Message) -> None:
    hear(cast, failed("wamid.A", 131016))
    hear(cast, failed("wamid.A", 131026))
    with tenant_scope(cast.organization.pk):
        message.refresh_from_db()
    assert (message.status, message.error_code) == ("queued", None)


def test_a_final_failure_ends_the_message(cast: Cast, message: Message) -> None:
    hear(cast, failed("wamid.A", 131026))
    with tenant_scope(cast.organization.pk):
        message.refresh_from_db()
        assert message.attempts.count() == 1
    assert (message.status, message.error_code) == ("failed", 131026)


def test_after_an_hour_it_is_given_up(cast: Cast, message: Message) -> None:
    with tenant_scope(cast.organization.pk):
        Message.objects.filter(pk=message.pk).update(created_at=datetime.now(UTC) - timedelta(hours=2))
    hear(cast, failed("wamid.A", 131016))
    with tenant_scope(cast.organization.pk):
        message.refresh_from_db()
    assert message.status == "failed"


def _seconds_until_due(message: Message) -> float:
    """By the database's clock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(epoch FROM due_at - clock_timestamp()) FROM inbox_sendattempt"
            " WHERE message_id = %s AND state = 'pending'",
            [message.pk],
        )
        (seconds,) = cursor.fetchone()
    return float(seconds)


def test_what_is_due_goes_by_the_clock_of_the_database(cast: Cast, message: Message) -> None:
    """A machine whose clock is ahead must not let its replies lie."""
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=10)):
        conversation = make_conversation(
            cast, contact=make_contact(cast.organization, phone="+573005550102"), assignee=cast.beto
        )
        with tenant_scope(cast.organization.pk):
            made = messages.send_text(conversation, text="Hola", by=member_actor(cast.beto))
        assert _seconds_until_due(made) <= 0
        hear(cast, failed("wamid.A", 131016))
        assert 0 < _seconds_until_due(message) < 300
