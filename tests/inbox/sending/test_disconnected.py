"""What waits for a number that is not connected any more fails, and says why."""

from __future__ import annotations

import pytest

from core.actors import member_actor
from core.events import service
from core.models import OutboxItem
from core.tenancy import all_tenants, tenant_scope
from inbox import jobs, messages, reactions, receipts
from inbox.models import Conversation, Message, Reaction, SendAttempt
from inbox.sending import recovery
from integrations.models import Channel
from tests.api.client import Caller
from tests.conftest import Cast
from tests.factories import make_conversation
from tests.inbox.outbound import make_sent
from tests.inbox.webhooks import events


def _write(cast: Cast, row: Conversation) -> Message:
    with tenant_scope(cast.organization.pk):
        written = messages.send_text(row, text="Hola", by=member_actor(cast.beto))
        with service():
            receipts.post_read(row, wamid="wamid.READ")
        theirs = Message.objects.get(conversation=row, direction="inbound")
        reactions.react(theirs, emoji="👍", by=member_actor(cast.beto))
    return written


def _sweep() -> None:
    with all_tenants():
        jobs.sweep_attempts()


def test_messages_fail_and_receipts_are_given_up(cast: Cast) -> None:
    row = make_conversation(cast, assignee=cast.beto)
    written = _write(cast, row)
    _sweep()
    with tenant_scope(cast.organization.pk):
        assert SendAttempt.objects.get().state == "pending"
        Channel.objects.update(is_active=False)
    _sweep()
    _sweep()
    (shown, _) = Caller(member=cast.beto).get(f"conversations/{row.pk}/messages").json()["results"]
    assert (shown["id"], shown["status"], shown["error"]["code"]) == (written.pk, "failed", None)
    assert shown["error"]["title"]["es"] == "El número de este chat ya no está conectado."
    with tenant_scope(cast.organization.pk):
        assert SendAttempt.objects.get().state == "refused"
        assert set(OutboxItem.objects.values_list("state", flat=True)) == {"dead"}
        assert Reaction.objects.get().emoji == ""
        # Connected again, nothing leaves by itself; a person sends it again.
        Channel.objects.update(is_active=True)
        assert messages.resend(written, by=member_actor(cast.beto)).status == "queued"
    told = [one["type"] for one in events(cast.organization)]
    assert told.count("message.status_changed") == 2


def test_what_an_unfinished_call_left_is_not_touched(cast: Cast) -> None:
    row = make_conversation(cast, assignee=cast.beto)
    with tenant_scope(cast.organization.pk):
        attempt = make_sent(row, state="sending")
        SendAttempt.objects.update(lease_until="2999-01-01T00:00Z")
        Channel.objects.update(is_active=False)
    _sweep()
    with tenant_scope(cast.organization.pk):
        attempt.refresh_from_db()
    assert attempt.state == "sending"


def test_an_organisation_that_cannot_be_told_stops_no_other(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = make_conversation(cast, assignee=cast.beto)
    with tenant_scope(cast.organization.pk):
        attempt = make_sent(row, state="sending")
        SendAttempt.objects.update(lease_until="2020-01-01T00:00Z")
    give_up = recovery._give_up_on_sending

    def broken_for_one(organization_id: int) -> None:
        if organization_id == cast.other.pk:
            raise ValueError("cannot be rendered")
        give_up(organization_id)

    monkeypatch.setattr(recovery, "_give_up_on_sending", broken_for_one)
    monkeypatch.setattr(recovery, "_organizations", lambda: [cast.other.pk, cast.organization.pk])
    with all_tenants():
        recovery.recover()
    with tenant_scope(cast.organization.pk):
        attempt.refresh_from_db()
    assert attempt.state == "unknown"
