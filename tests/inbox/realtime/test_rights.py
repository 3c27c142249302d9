"""A right that ends, ends on the socket too: within seconds, with or without Redis."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

from core import team
from core.actors import member_actor
from core.events import record, service
from core.models import ApiKey, Membership, Organization
from core.people_events import MemberUpdated, OrganizationUpdated
from core.tenancy import tenant_scope
from inbox import suspension, ticketing
from inbox.realtime.limits import RIGHTS_SECONDS, RIGHTS_STALE_SECONDS
from tests.factories import make_key, make_user
from tests.inbox.realtime.conftest import Inbox
from tests.inbox.realtime.lines import line, sign_in
from tests.inbox.realtime.servers import Server, running


@pytest.fixture(scope="module")
def without_redis(django_db_setup: None) -> Iterator[Server]:
    with running("uvicorn", REDIS_URL="unix:///nowhere/valkey.sock?db=0") as server:
        yield server


@pytest.fixture(params=["daphne", "uvicorn", "without redis"])
def any_server(request: pytest.FixtureRequest, servers: dict[str, Server]) -> Server:
    if request.param == "without redis":
        return request.getfixturevalue("without_redis")  # type: ignore[no-any-return]  # pytest gives Any
    return servers[request.param]


def _sign_out_everywhere(member: Membership) -> None:
    team.sign_out_everywhere(member.user)


def _sign_out(member: Membership) -> None:
    for session in Session.objects.all():
        if session.get_decoded().get(SESSION_KEY) == str(member.user.pk):
            session.delete()


def _change_password(member: Membership) -> None:
    member.user.set_password("otra-clave-larga-7")
    member.user.save()


def _lock(member: Membership) -> None:
    member.user.is_active = False
    member.user.save()


def _suspend(member: Membership) -> None:
    Membership.objects.filter(pk=member.pk).update(status="suspended")


def _invite_anew(member: Membership) -> None:
    Membership.objects.filter(pk=member.pk).update(status="invited")


def _promote(member: Membership) -> None:
    Membership.objects.filter(pk=member.pk).update(role="manager")


def test_the_figures_keep_what_is_promised() -> None:
    """Five seconds after a right has ended nobody gets an event by it, and checks come often enough for that."""
    assert RIGHTS_SECONDS < RIGHTS_STALE_SECONDS < 5


ENDINGS: list[tuple[Callable[[Membership], None], int]] = [
    (_sign_out, 4401),
    (_sign_out_everywhere, 4401),
    (_change_password, 4401),
    (_lock, 4401),
    (_suspend, 4404),
    (_invite_anew, 4404),
    (_promote, 4410),
]


def test_a_right_that_ends_closes_the_socket(any_server: Server, inbox: Inbox) -> None:
    """All at once, as each of them takes seconds; the key and the colleague who stays are there for the contrast."""
    cast = inbox.cast
    agents = [
        Membership.objects.create(organization=cast.organization, user=make_user(f"Agente{number}"))
        for number in range(len(ENDINGS))
    ]
    with ExitStack() as stack:
        lines = [stack.enter_context(line(any_server, agent)) for agent in agents]
        key = stack.enter_context(line(any_server, key=make_key(cast.organization)))
        ana = stack.enter_context(line(any_server, cast.ana))
        for one in (*lines, key, ana):
            one.hello()
        for (end, _), agent in zip(ENDINGS, agents, strict=True):
            end(agent)
        ApiKey.objects.update(revoked_at=datetime.now(UTC))
        assert [one.closed() for one in lines] == [code for _, code in ENDINGS]
        assert key.closed() == 4401
        assert lines[-1].frames[-1] == {"type": "resync", "reason": "rights_changed"}
        ana.until_through(inbox.receive(inbox.chat()))


@pytest.mark.parametrize("setting", [{"agents_see_unassigned": True}, {"ticket_management": False}])
def test_a_setting_that_changes_what_agents_see_lets_them_load_anew(
    one_server: Server, inbox: Inbox, setting: dict[str, bool]
) -> None:
    with line(one_server, inbox.cast.beto) as beto, line(one_server, inbox.cast.ana) as ana:
        beto.hello(), ana.hello()
        Organization.objects.filter(pk=inbox.organization.pk).update(**setting)
        assert beto.closed() == 4410
        assert beto.frames[-1] == {"type": "resync", "reason": "rights_changed"}
        # Whoever sees all anyway has nothing to load.
        ana.until_through(inbox.receive(inbox.chat()))


def test_switching_the_tickets_lets_everyone_load_anew(server: Server, inbox: Inbox) -> None:
    """Chats stand elsewhere on every screen, also on those of people who see all anyway."""
    inbox.chat()
    since = inbox.query(inbox.head())
    with (
        line(server, inbox.cast.beto) as beto,
        line(server, inbox.cast.ana) as ana,
        line(server, key=make_key(inbox.organization)) as key,
        line(server, inbox.cast.carla, organization="cafe-lejano") as carla,
    ):
        for one in (beto, ana, key, carla):
            one.hello()
        with tenant_scope(inbox.organization.pk):
            ticketing.switch(on=False, by=member_actor(inbox.cast.ana))
        assert [one.closed() for one in (beto, ana, key)] == [4410] * 3
        assert beto.frames[-1] == {"type": "resync", "reason": "rights_changed"}
        for one in (ana, key):
            assert one.frames[-1] == {"type": "resync", "reason": "settings_changed"}
        assert carla.quiet(1) == []
    # And whoever was away.
    with line(server, inbox.cast.ana, query=since) as late:
        assert late.next_of("resync")["reason"] == "settings_changed"
        assert late.closed() == 4410
    with line(server, inbox.cast.ana, query=inbox.query(inbox.head())) as again:
        again.hello()
        again.until_through(inbox.receive(inbox.chat()))


def test_no_canary_after_the_right_has_ended(server: Server, inbox: Inbox) -> None:
    """Events pour in all the time: none of those that are written five seconds later arrives."""
    row = inbox.chat(assignee=inbox.cast.beto)
    with line(server, inbox.cast.beto) as beto:
        beto.hello()
        _suspend(inbox.cast.beto)
        ended = time.monotonic()
        while time.monotonic() - ended < 6:
            text = "canary of: late." if time.monotonic() - ended > 5 else "early"
            inbox.receive(row, text=text)
            time.sleep(0.1)
        assert beto.closed() == 4404
    assert "canary of: late." not in beto.text


def test_an_event_about_a_member_is_applied_before_later_frames(server: Server, inbox: Inbox) -> None:
    row = inbox.chat(assignee=inbox.cast.beto)
    with line(server, inbox.cast.beto) as beto, line(server, inbox.cast.ana) as ana:
        beto.hello(), ana.hello()
        with tenant_scope(inbox.organization.pk):
            suspension.suspend(inbox.cast.beto, by=member_actor(inbox.cast.ana))
        head = inbox.receive(row, text="canary of: late.")
        assert beto.closed() == 4401
        ana.until_through(head)
    assert beto.events == []
    assert ana.types == ["member.updated", "conversation.assigned", "message.received"]


def test_whoever_missed_a_change_of_their_rights_loads_anew(one_server: Server, inbox: Inbox) -> None:
    cast = inbox.cast
    with tenant_scope(inbox.organization.pk), service():
        for member in (cast.beto, cast.marta):
            record(MemberUpdated(member.pk, member_actor(cast.ana)))
    for member in (cast.beto, cast.marta):
        with line(one_server, member, query=inbox.query(0)) as changed:
            assert changed.next_of("resync")["reason"] == "rights_changed"
            assert changed.closed() == 4410
    for unchanged in (cast.diana, cast.ana):
        with line(one_server, unchanged, query=inbox.query(0)) as other:
            other.until_through(2)
            assert other.types == ["member.updated"] * 2


def test_agents_who_missed_a_change_of_the_settings_load_anew(one_server: Server, inbox: Inbox) -> None:
    cast = inbox.cast
    with tenant_scope(inbox.organization.pk), service():
        record(OrganizationUpdated(member_actor(cast.ana)))
    with line(one_server, cast.beto, query=inbox.query(0)) as beto:
        assert beto.next_of("resync")["reason"] == "rights_changed"
    with line(one_server, cast.ana, query=inbox.query(0)) as ana:
        ana.until_through(1)


def test_the_same_person_in_two_organisations_loses_only_one(one_server: Server, inbox: Inbox) -> None:
    cast = inbox.cast
    Membership.objects.create(organization=cast.other, user=cast.beto.user, role="agent")
    session = sign_in(cast.beto)
    with (
        line(one_server, session=session) as here,
        line(one_server, session=session, organization="cafe-lejano") as there,
    ):
        here.hello(), there.hello()
        _suspend(cast.beto)
        assert here.closed() == 4404
        assert there.quiet(1) == []
