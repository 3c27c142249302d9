"""Roles, sessions, keys and settings: changed by services, obeyed by the next request."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from core import team
from core.actors import member_actor
from core.errors import LastOwner
from core.events import record, service
from core.models import ApiKey, Membership, Organization, Role
from core.people_events import OrganizationUpdated
from tests.api.client import Caller
from tests.conftest import Cast
from tests.factories import make_key
from tests.inbox.webhooks import events


def _command(*words: str) -> str:
    said = StringIO()
    call_command(*words, stdout=said)
    return said.getvalue()


def test_another_role_is_told_and_counts_at_once(scope: Cast) -> None:
    beto = Caller(member=scope.beto)
    assert beto.get("deliveries").status_code == 403
    team.change_role(scope.beto, to=Role.OWNER, by=member_actor(scope.ana))
    team.change_role(scope.beto, to=Role.OWNER, by=member_actor(scope.ana))
    assert beto.get("deliveries").status_code == 200
    (told,) = events(scope.organization)
    assert (told["type"], told["data"]["member"]["role"]) == ("member.updated", "owner")
    assert told["data"]["member"]["id"] == scope.beto.pk


def test_the_last_owner_stays_one(scope: Cast) -> None:
    with pytest.raises(LastOwner):
        team.change_role(scope.ana, to=Role.AGENT, by=member_actor(scope.ana))
    team.change_role(scope.marta, to=Role.OWNER, by=member_actor(scope.ana))
    assert team.change_role(scope.ana, to=Role.AGENT, by=member_actor(scope.ana)).role == "agent"


def test_signing_out_everywhere_ends_all_sessions_of_that_person_alone(scope: Cast) -> None:
    sessions = [Caller(member=scope.beto), Caller(member=scope.beto)]
    ana = Caller(member=scope.ana)
    team.sign_out_everywhere(scope.beto.user)
    assert [one.get("me").status_code for one in (*sessions, ana)] == [401, 401, 200]
    scope.beto.user.refresh_from_db()
    assert Caller(member=scope.beto).get("me").status_code == 200


def test_a_revoked_key_keeps_the_time_of_the_first_time(scope: Cast) -> None:
    caller = Caller(key=make_key(scope.organization))
    key = ApiKey.objects.get()
    first = team.revoke_key(key).revoked_at
    assert first is not None
    assert team.revoke_key(key).revoked_at == first
    assert caller.get("me").status_code == 401


def test_settings_are_told_when_they_change(scope: Cast) -> None:
    with service():
        Organization.objects.filter(pk=scope.organization.pk).update(agents_see_unassigned=True)
        record(OrganizationUpdated(member_actor(scope.ana)))
    (told,) = events(scope.organization)
    assert (told["type"], told["audience"]) == ("organization.updated", {"kind": "organization"})
    assert told["data"]["organization"] == Caller(member=scope.ana).get("me").json()["organization"]
    assert told["data"]["organization"]["agents_see_unassigned"] is True


def test_the_commands_do_the_same(cast: Cast) -> None:
    assert "beto@example.com  agent  active  Beto Gómez" in _command("members", "list", "tienda-aurora")
    assert "suspended" in _command("members", "suspend", "tienda-aurora", "BETO@example.com")
    assert "active" in _command("members", "reactivate", "tienda-aurora", "beto@example.com")
    assert "manager" in _command("members", "role", "tienda-aurora", "beto@example.com", "manager")
    ana = Caller(member=cast.ana)
    _command("members", "sign-out", "tienda-aurora", "ana@example.com")
    assert ana.get("me").status_code == 401
    assert Membership.objects.get(pk=cast.beto.pk).role == "manager"
    for words in (("nowhere", "beto@example.com"), ("tienda-aurora", "carla@example.com")):
        with pytest.raises(CommandError):
            _command("members", "suspend", *words)
    with pytest.raises(CommandError):
        _command("members", "suspend", "tienda-aurora", "ana@example.com")


def test_keys_are_made_and_revoked_by_command(cast: Cast) -> None:
    secret = _command("apikeys", "create", "tienda-aurora", "tienda web").strip()
    caller = Caller(key=secret)
    assert caller.get("me").status_code == 200
    with pytest.raises(CommandError):
        _command("apikeys", "revoke", "cafe-lejano", secret[:10])
    assert "ended" in _command("apikeys", "revoke", "tienda-aurora", secret[:10])
    assert caller.get("me").status_code == 401
    assert _command("apikeys", "list", "tienda-aurora").count("ended") == 1
