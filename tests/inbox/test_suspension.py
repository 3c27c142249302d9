"""Who is suspended is out at once, and keeps nobody's chat."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from core.actors import member_actor
from core.errors import LastOwner, PermissionDenied
from core.models import Membership
from core.tenancy import tenant_scope
from inbox import conversations, suspension
from inbox.errors import NotAMember
from inbox.messages import send_text
from inbox.models import Conversation, ConversationCounter
from tests.api.client import Caller
from tests.conftest import Cast
from tests.factories import make_cast, make_contact, make_conversation
from tests.inbox.realtime.servers import database_url
from tests.inbox.webhooks import body, events, said, take_in


def _chat(cast: Cast, number: int, *, status: str | None = None) -> Conversation:
    contact = make_contact(cast.organization, name=f"Cliente {number}", phone=f"+57300555{number:04d}")
    return make_conversation(cast, contact=contact, assignee=cast.beto, status=status)


def _counts() -> dict[tuple[str, int], int]:
    rows = ConversationCounter.objects.exclude(count=0)
    return {(row.status, row.assignee_id): row.count for row in rows}


def test_suspending_hands_the_open_chats_back_and_leaves_the_closed_ones(scope: Cast) -> None:
    open_ones = [_chat(scope, 1), _chat(scope, 2)]
    closed = _chat(scope, 3, status="closed")
    suspension.suspend(scope.beto, by=member_actor(scope.ana))
    for row in (*open_ones, closed):
        row.refresh_from_db()
    assert [(row.status, row.assignee_id) for row in open_ones] == [("unassigned", None)] * 2
    assert (closed.status, closed.assignee_id) == ("closed", scope.beto.pk)
    assert _counts() == {("unassigned", 0): 2, ("closed", scope.beto.pk): 1}
    told = events(scope.organization)
    assert [one["type"] for one in told] == ["member.updated", *["conversation.assigned"] * 2]
    assert (told[0]["audience"], told[0]["actor"]["name"]) == ({"kind": "organization"}, "Ana Ríos")
    assert told[0]["data"]["member"] in Caller(member=scope.ana).get("members").json()["results"]
    assert told[0]["data"]["member"]["status"] == "suspended"
    # Beto sees that they are gone.
    assert told[1]["audience"]["before"] == {"status": "open", "assignee": scope.beto.pk}


def test_without_tickets_what_is_handed_back_stays_open(scope: Cast) -> None:
    row = _chat(scope, 1)
    scope.organization.ticket_management = False
    scope.organization.save()
    suspension.suspend(scope.beto, by=member_actor(scope.ana))
    row.refresh_from_db()
    assert (row.status, row.assignee_id) == ("open", None)


def test_a_suspended_member_is_signed_out_and_has_to_sign_in_again(scope: Cast) -> None:
    beto, ana = Caller(member=scope.beto), Caller(member=scope.ana)
    assert beto.get("conversations").status_code == 200
    suspension.suspend(scope.beto, by=member_actor(scope.ana))
    assert [beto.get("conversations").status_code, ana.get("conversations").status_code] == [401, 200]
    suspension.reactivate(scope.beto, by=member_actor(scope.ana))
    assert beto.get("conversations").status_code == 401
    assert Caller(member=Membership.objects.get(pk=scope.beto.pk)).get("conversations").status_code == 200


def test_who_works_elsewhere_too_stays_signed_in_there(scope: Cast) -> None:
    Membership.objects.create(organization=scope.other, user=scope.beto.user, role="agent")
    here, there = Caller(member=scope.beto), Caller(member=scope.beto, organization="cafe-lejano")
    suspension.suspend(scope.beto, by=member_actor(scope.ana))
    assert [here.get("conversations").status_code, there.get("conversations").status_code] == [404, 200]


def test_twice_is_once(scope: Cast) -> None:
    for _ in range(2):
        suspension.suspend(scope.beto, by=member_actor(scope.ana))
    for _ in range(2):
        suspension.reactivate(scope.beto, by=member_actor(scope.ana))
    assert [one["data"]["member"]["status"] for one in events(scope.organization)] == ["suspended", "active"]


def test_the_last_owner_stays(scope: Cast) -> None:
    with pytest.raises(LastOwner):
        suspension.suspend(scope.ana, by=member_actor(scope.ana))
    Membership.objects.filter(pk=scope.marta.pk).update(role="owner")
    assert not suspension.suspend(scope.ana, by=member_actor(scope.marta)).is_active
    with pytest.raises(LastOwner):
        suspension.suspend(scope.marta, by=member_actor(scope.marta))


def test_a_chat_that_a_suspended_member_had_closed_goes_to_the_queue_when_the_customer_writes(
    scope: Cast,
) -> None:
    row = make_conversation(scope, assignee=scope.beto, status="closed", last_inbound_minutes_ago=60)
    suspension.suspend(scope.beto, by=member_actor(scope.ana))
    take_in(scope.app, body([said("Hola otra vez")]))
    row.refresh_from_db()
    assert (row.status, row.assignee_id) == ("unassigned", None)


@contextmanager
def _being_suspended(member: Membership) -> Iterator[None]:
    """Another process has locked the member and is not through yet."""
    with psycopg.connect(database_url()) as other:
        other.execute("UPDATE core_membership SET status = 'suspended' WHERE id = %s", [member.pk])
        yield
        other.rollback()


def test_who_is_being_suspended_is_given_nothing(transactional_db: None) -> None:
    """Without waiting either: suspending waits for the chats."""
    cast = make_cast()
    cast.organization.agents_see_unassigned = True
    cast.organization.save()
    with tenant_scope(cast.organization.pk):
        row = make_conversation(cast)
        with _being_suspended(cast.beto):
            with pytest.raises(NotAMember):
                conversations.assign(row, to=cast.beto, by=member_actor(cast.ana))
            with pytest.raises(PermissionDenied):
                send_text(row, text="Hola", by=member_actor(cast.beto))
        assert conversations.assign(row, to=cast.beto, by=member_actor(cast.ana)).assignee_id == cast.beto.pk
