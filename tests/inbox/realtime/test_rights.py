"""A right that ends, ends on the socket too: within seconds, with or without Redis."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

import pytest
from django.contrib.sessions.models import Session

from core.actors import Actor, member_actor
from core.events import Rendered, record, service
from core.models import ApiKey, Membership, Organization
from core.tenancy import tenant_scope
from tests.conftest import Cast
from tests.factories import make_key
from tests.inbox.realtime.conftest import Inbox
from tests.inbox.realtime.lines import line, sign_in
from tests.inbox.realtime.servers import Server, running

# Five seconds are promised; a busy machine gets some more.
DEADLINE_SECONDS = 8.0


@pytest.fixture(scope="module")
def without_redis(django_db_setup: None) -> Iterator[Server]:
    with running("uvicorn", REDIS_URL="unix:///nowhere/valkey.sock?db=0") as server:
        yield server


def _sign_out(cast: Cast) -> None:
    Session.objects.all().delete()


def _change_password(cast: Cast) -> None:
    cast.beto.user.set_password("otra-clave-larga-7")
    cast.beto.user.save()


def _lock(cast: Cast) -> None:
    cast.beto.user.is_active = False
    cast.beto.user.save()


def _suspend(cast: Cast) -> None:
    Membership.objects.filter(pk=cast.beto.pk).update(status="suspended")


def _promote(cast: Cast) -> None:
    Membership.objects.filter(pk=cast.beto.pk).update(role="manager")


def _show_waiting(cast: Cast) -> None:
    Organization.objects.filter(pk=cast.organization.pk).update(agents_see_unassigned=True)


def _end_tickets(cast: Cast) -> None:
    Organization.objects.filter(pk=cast.organization.pk).update(ticket_management=False)


def _remove(cast: Cast) -> None:
    Membership.objects.filter(pk=cast.beto.pk).update(status="invited")


CHANGES = [
    (_sign_out, 4401),
    (_change_password, 4401),
    (_lock, 4401),
    (_suspend, 4404),
    (_remove, 4404),
    (_promote, 4410),
    (_show_waiting, 4410),
    (_end_tickets, 4410),
]


@pytest.mark.parametrize(("change", "code"), CHANGES)
def test_a_right_that_ends_closes_the_socket(
    server: Server, inbox: Inbox, change: Callable[[Cast], None], code: int
) -> None:
    _closes_the_socket(server, inbox, change, code)


@pytest.mark.parametrize(("change", "code"), [(_sign_out, 4401), (_suspend, 4404), (_promote, 4410)])
def test_a_right_that_ends_without_redis_closes_the_socket(
    without_redis: Server, inbox: Inbox, change: Callable[[Cast], None], code: int
) -> None:
    _closes_the_socket(without_redis, inbox, change, code)


def _closes_the_socket(server: Server, inbox: Inbox, change: Callable[[Cast], None], code: int) -> None:
    row = inbox.chat(assignee=inbox.cast.beto)
    with line(server, inbox.cast.beto) as beto:
        beto.hello()
        inbox.receive(row)
        beto.until_through(1)
        change(inbox.cast)
        started = time.monotonic()
        assert beto.closed(DEADLINE_SECONDS) == code
        assert time.monotonic() - started < DEADLINE_SECONDS
        if code == 4410:
            assert beto.frames[-1] == {"type": "resync", "reason": "rights_changed"}


def test_a_revoked_key_is_closed(server: Server, people: Cast) -> None:
    with line(server, key=make_key(people.organization)) as program:
        program.hello()
        ApiKey.objects.update(revoked_at=datetime.now(UTC))
        assert program.closed(DEADLINE_SECONDS) == 4401


def test_others_stay(one_server: Server, inbox: Inbox) -> None:
    row = inbox.chat()
    with line(one_server, inbox.cast.ana) as ana, line(one_server, inbox.cast.beto) as beto:
        ana.hello(), beto.hello()
        _suspend(inbox.cast)
        assert beto.closed(DEADLINE_SECONDS) == 4404
        ana.until_through(inbox.receive(row))


def test_no_canary_after_the_right_has_ended(server: Server, inbox: Inbox) -> None:
    """Events pour in all the time: none of those that are written five seconds later arrives."""
    row = inbox.chat(assignee=inbox.cast.beto)
    with line(server, inbox.cast.beto) as beto:
        beto.hello()
        _suspend(inbox.cast)
        ended = time.monotonic()
        while time.monotonic() - ended < 6:
            text = "canary of: late." if time.monotonic() - ended > 5 else "early"
            inbox.receive(row, text=text)
            time.sleep(0.1)
        assert beto.closed() == 4404
    assert "canary of: late." not in beto.text


@dataclass
class MemberUpdated:
    """As the screens for the team will record it."""

    type: ClassVar[str] = "member.updated"
    version: ClassVar[int] = 1

    member: Membership
    actor: Actor

    @classmethod
    def render(cls, events: Sequence[MemberUpdated]) -> list[Rendered]:
        return [
            Rendered({"kind": "organization"}, {"member": {"id": event.member.pk, "name": "Beto"}})
            for event in events
        ]


def _suspend_with_event(inbox: Inbox) -> None:
    with tenant_scope(inbox.organization.pk), service():
        _suspend(inbox.cast)
        record(MemberUpdated(inbox.cast.beto, member_actor(inbox.cast.ana)))


def test_an_event_about_a_member_is_applied_before_later_frames(server: Server, inbox: Inbox) -> None:
    row = inbox.chat(assignee=inbox.cast.beto)
    with line(server, inbox.cast.beto) as beto, line(server, inbox.cast.ana) as ana:
        beto.hello(), ana.hello()
        _suspend_with_event(inbox)
        head = inbox.receive(row, text="canary of: late.")
        assert beto.closed(2.5) == 4404
        ana.until_through(head)
    assert beto.events == []
    assert ana.types == ["member.updated", "message.received"]


def test_whoever_missed_a_change_of_their_rights_loads_anew(one_server: Server, inbox: Inbox) -> None:
    with tenant_scope(inbox.organization.pk), service():
        record(MemberUpdated(inbox.cast.beto, member_actor(inbox.cast.ana)))
    with line(one_server, inbox.cast.beto, query=inbox.query(0)) as beto:
        assert beto.next_of("resync")["reason"] == "rights_changed"
        assert beto.closed() == 4410
    with line(one_server, inbox.cast.diana, query=inbox.query(0)) as diana:
        diana.until_through(1)
        assert diana.types == ["member.updated"]


def test_the_same_person_in_two_organisations_loses_only_one(one_server: Server, inbox: Inbox) -> None:
    cast = inbox.cast
    Membership.objects.create(organization=cast.other, user=cast.beto.user, role="agent")
    session = sign_in(cast.beto)
    with (
        line(one_server, session=session) as here,
        line(one_server, session=session, organization="cafe-lejano") as there,
    ):
        here.hello(), there.hello()
        _suspend(cast)
        assert here.closed(DEADLINE_SECONDS) == 4404
        assert there.quiet(1) == []
