"""Who may call, and how that ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import Settings

from api import limits
from core.errors import TooManyRequests
from core.models import ApiKey, Membership, MembershipStatus
from tests.api.client import Caller, error_code
from tests.conftest import Cast
from tests.factories import make_conversation, make_key

pytestmark = pytest.mark.django_db


def test_me_names_the_person_and_what_they_may_do(cast: Cast) -> None:
    me = Caller(member=cast.beto).get("me").json()
    assert me["user"]["email"] == "beto@example.com"
    assert me["organizations"] == [{"slug": "tienda-aurora", "name": "Tienda Aurora", "role": "agent"}]
    assert me["membership"] == {"id": cast.beto.pk, "name": "Beto Gómez", "role": "agent"}
    assert me["permissions"] == {
        "see_all": False,
        "assign_others": False,
        "take_unassigned": False,
        "manage_settings": False,
    }
    assert me["events"]["seq"] == 0


def test_me_needs_no_organisation_but_the_rest_does(cast: Cast) -> None:
    beto = Caller(member=cast.beto)
    del beto.headers["X-Organization"]
    assert beto.get("me").json()["organization"] is None
    refused = beto.get("conversations")
    assert (refused.status_code, error_code(refused)) == (400, "organization_required")


def test_a_key_names_its_organisation(cast: Cast) -> None:
    caller = Caller(key=make_key(cast.organization))
    me = caller.get("me").json()
    assert (me["user"], me["organization"]["slug"]) == (None, "tienda-aurora")
    assert caller.get("me", X_Organization="cafe-lejano").status_code == 404


@pytest.mark.parametrize("header", ["Bearer bdj_nope", "Bearer ", "Bearer x"])
def test_a_wrong_key_is_refused(cast: Cast, header: str) -> None:
    caller = Caller()
    caller.headers = {"Authorization": header}
    answer = caller.get("conversations")
    assert (answer.status_code, error_code(answer)) == (401, "not_authenticated")
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_revoked_or_expired_key_ends_at_once(cast: Cast) -> None:
    caller = Caller(key=make_key(cast.organization))
    assert caller.get("conversations").status_code == 200
    ApiKey.objects.update(revoked_at=datetime.now(UTC))
    assert caller.get("conversations").status_code == 401
    ApiKey.objects.update(revoked_at=None, expires_at=datetime.now(UTC) - timedelta(seconds=1))
    assert caller.get("conversations").status_code == 401


def test_the_secret_of_a_key_is_not_stored(cast: Cast) -> None:
    secret = make_key(cast.organization)
    row = ApiKey.objects.get()
    assert secret not in (row.digest, row.prefix, row.name)


def test_signed_out_is_401_and_suspended_is_404(cast: Cast) -> None:
    answer = Caller().get("conversations")
    assert (answer.status_code, error_code(answer)) == (401, "not_authenticated")
    beto = Caller(member=cast.beto)
    Membership.objects.filter(pk=cast.beto.pk).update(status=MembershipStatus.SUSPENDED)
    assert beto.get("conversations").status_code == 404
    cast.ana.user.is_active = False
    ana = Caller(member=cast.ana)
    cast.ana.user.save()
    assert ana.get("conversations").status_code == 401


def test_a_new_password_ends_the_session(cast: Cast) -> None:
    beto = Caller(member=cast.beto)
    cast.beto.user.set_password("otra-clave-larga-7")
    cast.beto.user.save()
    assert beto.get("conversations").status_code == 401


def test_a_write_by_session_needs_the_csrf_token(cast: Cast) -> None:
    conversation = make_conversation(cast, assignee=cast.beto)
    beto = Caller(member=cast.beto)
    del beto.headers["X-CSRFToken"]
    refused = beto.post(f"conversations/{conversation.pk}/resolution")
    assert (refused.status_code, error_code(refused)) == (403, "csrf_failed")


def test_a_person_chooses_their_language(cast: Cast) -> None:
    beto = Caller(member=cast.beto)
    assert beto.request("PATCH", "preferences", {"language": "en"}).json() == {"language": "en"}
    assert beto.get("me").json()["preferences"] == {"language": "en"}
    assert "no such thing" in beto.get("conversations/1").json()["error"]["message"]
    beto.request("PATCH", "preferences", {"language": "es"})
    assert "no such thing" not in beto.get("conversations/1").json()["error"]["message"]
    assert beto.request("PATCH", "preferences", {"language": "fr"}).status_code == 422


def test_unknown_addresses_and_methods_answer_in_the_same_shape(cast: Cast) -> None:
    ana = Caller(member=cast.ana)
    assert error_code(ana.get("nothing/here")) == "not_found"
    assert error_code(ana.request("PUT", "conversations")) == "method_not_allowed"
    assert error_code(ana.get("conversations/99999999999999999999999")) == "not_found"


def test_a_caller_over_the_limit_waits(settings: object) -> None:
    limits._buckets.clear()
    for _ in range(300):
        limits.take("1:api:1", now=1000.0)
    with pytest.raises(TooManyRequests) as refused:
        limits.take("1:api:1", now=1000.0)
    assert refused.value.details["retry_after_seconds"] == pytest.approx(0.02, abs=0.01)
    limits.take("1:api:2", now=1000.0)
    limits.take("1:api:1", now=1000.1)


def test_a_session_outlives_its_secret_key_while_that_is_a_fallback(cast: Cast, settings: Settings) -> None:
    beto = Caller(member=cast.beto)
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another-secret-key-of-fifty-characters-or-some-more"
    assert beto.get("me").status_code == 401
    settings.SECRET_KEY_FALLBACKS = [old]
    assert beto.get("me").status_code == 200
