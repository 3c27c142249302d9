"""Who gets in, on both servers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from core.models import ApiKey, Membership, MembershipStatus
from tests.conftest import Cast
from tests.factories import make_key
from tests.inbox.realtime.conftest import Inbox
from tests.inbox.realtime.lines import line, sign_in
from tests.inbox.realtime.servers import Server, running


def test_a_member_and_a_key_are_greeted(server: Server, inbox: Inbox) -> None:
    expected = {"type": "hello", "stream_id": inbox.stream(), "seq": 0, "heartbeat_seconds": 20}
    with line(server, inbox.cast.beto) as beto:
        assert beto.hello() == expected
    with line(server, key=make_key(inbox.organization)) as program:
        assert program.hello() == expected


def test_a_key_knows_its_organisation(server: Server, people: Cast) -> None:
    key = make_key(people.organization)
    with line(server, key=key, organization=None) as program:
        program.hello()
    with line(server, key=key, organization="cafe-lejano") as program:
        assert program.closed() == 4404


def test_whoever_is_not_signed_in_is_told_so(server: Server, people: Cast) -> None:
    with line(server) as nobody:
        assert nobody.closed() == 4401
    with line(server, session="x" * 32) as stranger:
        assert stranger.closed() == 4401
    with line(server, key="bdj_" + "x" * 43) as program:
        assert program.closed() == 4401


def test_a_session_ends_with_its_date_its_password_and_its_person(server: Server, people: Cast) -> None:
    expired = sign_in(people.beto)
    Session.objects.filter(pk=expired).update(expire_date=datetime.now(UTC) - timedelta(seconds=1))
    with line(server, session=expired) as beto:
        assert beto.closed() == 4401
    old = sign_in(people.beto)
    people.beto.user.set_password("otra-clave-larga-7")
    people.beto.user.save()
    with line(server, session=old) as beto:
        assert beto.closed() == 4401
    gone = sign_in(people.beto)
    people.beto.user.is_active = False
    people.beto.user.save()
    with line(server, session=gone) as beto:
        assert beto.closed() == 4401


def test_a_key_ends_when_it_is_revoked_or_expires(server: Server, people: Cast) -> None:
    revoked, expired = make_key(people.organization, "uno"), make_key(people.organization, "dos")
    now = datetime.now(UTC)
    ApiKey.objects.filter(name="uno").update(revoked_at=now)
    ApiKey.objects.filter(name="dos").update(expires_at=now - timedelta(seconds=1))
    for key in (revoked, expired):
        with line(server, key=key) as program:
            assert program.closed() == 4401


def test_an_organisation_that_is_not_theirs_is_not_there(server: Server, people: Cast) -> None:
    assert not Membership.objects.filter(user=people.carla.user, organization=people.organization).exists()
    for slug in ("tienda-aurora", "no-such-place", "", "'; drop table", "x" * 500, None):
        with line(server, people.carla, organization=slug) as carla:
            assert carla.closed() == 4404, slug
    with line(server, people.carla, organization="cafe-lejano") as carla:
        carla.hello()


@pytest.mark.parametrize("status", [MembershipStatus.INVITED, MembershipStatus.SUSPENDED])
def test_only_active_members_get_in(server: Server, people: Cast, status: str) -> None:
    Membership.objects.filter(pk=people.beto.pk).update(status=status)
    with line(server, people.beto) as beto:
        assert beto.closed() == 4404


@pytest.mark.parametrize("origin", ["http://evil.example.com", "null", None, "http://127.0.0.1:1"])
def test_a_foreign_page_with_our_cookie_is_refused(server: Server, people: Cast, origin: str | None) -> None:
    with pytest.raises(InvalidStatus) as refused, line(server, people.ana, origin=origin):
        pass
    assert refused.value.response.status_code == 403


def test_another_path_is_refused(server: Server) -> None:
    with (
        pytest.raises(InvalidStatus) as refused,
        connect(f"ws://127.0.0.1:{server.port}/ws/v2/everything", proxy=None),
    ):
        pass
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("query", ["&since=abc", "&since=-1", "&organization=cafe-lejano"])
def test_an_address_that_makes_no_sense_is_closed(one_server: Server, people: Cast, query: str) -> None:
    with line(one_server, people.ana, query=query) as ana:
        assert ana.closed() == 4400


def test_a_person_has_a_bounded_number_of_sockets(people: Cast) -> None:
    with running("uvicorn", BANDEJA_SOCKETS_PER_PERSON="3", BANDEJA_SOCKETS_PER_ORGANIZATION="4") as server:
        session = sign_in(people.beto)
        with line(server, session=session) as first, line(server, session=session) as second:
            with line(server, session=session) as third:
                for one in (first, second, third):
                    one.hello()
                with line(server, people.beto) as fourth:
                    assert fourth.closed() == 4429
                with line(server, people.ana) as ana:
                    ana.hello()
                    with line(server, people.diana) as diana:
                        assert diana.closed() == 4429
            with line(server, session=session) as again:
                again.hello()
