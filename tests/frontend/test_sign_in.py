"""Signing in: words for every refusal, the same for everyone, and a pause for those who guess."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from core import accounts
from core.models import MembershipStatus, User
from tests.conftest import Cast
from tests.factories import make_user

PASSWORD = "una-clave-larga-9"
SIGN_IN = "/accounts/login/"
WRONG = "El correo o la contraseña no son correctos."
PAUSED = "Demasiados intentos."


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def sign_in(client: Client, email: str = "ana@example.com", password: str = PASSWORD, **more: str) -> Any:
    return client.post(SIGN_IN, {"login": email, "password": password, **more})


def is_signed_in(client: Client) -> bool:
    return SESSION_KEY in client.session


def test_someone_signs_in(client: Client, cast: Cast) -> None:
    response = sign_in(client)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.session[SESSION_KEY] == str(cast.ana.user_id)


@pytest.mark.parametrize("email", ["ANA@Example.com", "  ana@example.com "])
def test_the_spelling_of_an_address_does_not_matter(client: Client, cast: Cast, email: str) -> None:
    assert sign_in(client, email).status_code == 302


def test_spaces_of_a_password_matter(client: Client, cast: Cast) -> None:
    assert sign_in(client, password=f"{PASSWORD} ").status_code == 422


def test_signing_in_needs_no_redis(client: Client, cast: Cast, settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    settings.CHANNEL_LAYERS = {}
    assert sign_in(client).status_code == 302
    assert client.get("/").status_code != 302


def test_the_sessions_id_changes(client: Client, cast: Cast) -> None:
    session = client.session
    session["before"] = "planted"
    session.save()
    planted = str(session.session_key)
    client.cookies["sessionid"] = planted
    sign_in(client)
    assert client.session.session_key != planted
    assert not Session.objects.filter(session_key=planted).exists()
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_a_forged_form_is_refused(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    response = sign_in(client)
    assert response.status_code == 403
    assert "Esta página caducó" in text_of(response)


def test_a_form_of_the_page_is_accepted(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    page = client.get(SIGN_IN).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token is not None
    assert sign_in(client, csrfmiddlewaretoken=token[1]).status_code == 302
    # Another tab still has the old form: what its person wanted has happened.
    response = sign_in(client, csrfmiddlewaretoken="x" * 64)
    assert (response.status_code, response["Location"]) == (302, "/")


def test_what_is_missing_is_said_by_its_field(client: Client, db: None) -> None:
    response = sign_in(client, "", "")
    page = text_of(response)
    assert response.status_code == 422
    assert '<p class="error" id="email-error">' in page
    assert "Escribe tu correo." in page
    assert "Escribe tu contraseña." in page
    assert page.count("aria-invalid") == 2


@pytest.mark.parametrize(
    "email",
    ["ana\x00@example.com", "ana", "ana@", "@example.com", "a b@example.com", "x" * 300 + "@example.com"],
)
def test_half_an_address_is_said(client: Client, db: None, email: str) -> None:
    response = sign_in(client, email)
    assert response.status_code == 422
    assert WRONG not in text_of(response)


def test_what_was_typed_comes_back_and_the_password_does_not(client: Client, cast: Cast) -> None:
    page = text_of(sign_in(client, '"><script>x</script>@example.com', "geheim-geheim"))
    assert "&quot;&gt;&lt;script&gt;" in page
    assert "<script>x" not in page
    assert "geheim" not in page


def answers(client: Client, email: str) -> tuple[int, str]:
    response = sign_in(client, email, "wrong-password")
    page = re.sub(r'value="[^"]*"', "", text_of(response))
    return response.status_code, page


def test_no_answer_tells_whether_an_account_exists(client: Client, cast: Cast) -> None:
    User.objects.filter(pk=cast.beto.user_id).update(is_active=False)
    known, unknown, inactive = (answers(client, f"{who}@example.com") for who in ("ana", "nobody", "beto"))
    assert known == unknown == inactive
    assert WRONG in known[1]


def test_the_right_password_of_someone_deactivated_is_answered_like_a_wrong_one(
    client: Client, cast: Cast
) -> None:
    User.objects.filter(pk=cast.beto.user_id).update(is_active=False)
    response = sign_in(client, "beto@example.com")
    assert response.status_code == 422
    assert WRONG in text_of(response)
    assert not is_signed_in(client)


def test_unknown_accounts_cost_as_much_as_known_ones(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    real = Argon2PasswordHasher.encode

    def encode(hasher: Argon2PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return real(hasher, password, salt)

    monkeypatch.setattr(Argon2PasswordHasher, "encode", encode)
    sign_in(client, "nobody@example.com", "wrong-password")
    assert hashed == ["wrong-password"]


@pytest.mark.parametrize("status", [MembershipStatus.SUSPENDED, MembershipStatus.INVITED])
def test_someone_whom_no_organisation_lets_in_is_told(
    client: Client, cast: Cast, status: MembershipStatus
) -> None:
    cast.beto.status = status
    cast.beto.save()
    response = sign_in(client, "beto@example.com")
    assert response.status_code == 403
    assert "No estás en ninguna organización" in text_of(response)
    assert not is_signed_in(client)


def test_one_organisation_that_lets_in_is_enough(client: Client, cast: Cast) -> None:
    cast.beto.status = MembershipStatus.SUSPENDED
    cast.beto.save()
    cast.other.memberships.create(user=cast.beto.user)
    assert sign_in(client, "beto@example.com").status_code == 302


@pytest.mark.parametrize(
    ("wanted", "sent_to"),
    [
        ("/o/tienda-aurora/chats/5?x=1", "/o/tienda-aurora/chats/5?x=1"),
        ("/", "/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("///evil.example", "/"),
        ("/\\evil.example", "/"),
        ("\\\\evil.example", "/"),
        ("http:evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("http://testserver/x", "/"),
        ("/accounts/logout/", "/"),
        ("relative", "/"),
        ("/%0d%0aSet-Cookie:x", "/%0d%0aSet-Cookie:x"),
        ("", "/"),
    ],
)
def test_next_leads_within_the_site_alone(client: Client, cast: Cast, wanted: str, sent_to: str) -> None:
    assert sign_in(client, next=wanted)["Location"] == sent_to
    # Signed in already, the page itself sends on.
    assert client.get(SIGN_IN, {"next": wanted})["Location"] == sent_to


def test_next_survives_an_error(client: Client, cast: Cast) -> None:
    page = text_of(sign_in(client, password="wrong", next="/o/tienda-aurora/chats"))
    assert '<input type="hidden" name="next" value="/o/tienda-aurora/chats">' in page
    assert "evil" not in text_of(sign_in(client, password="wrong", next="https://evil.example/"))


# The pause


def fail(client: Client, times: int, email: str = "ana@example.com") -> list[int]:
    return [sign_in(client, email, "wrong-password").status_code for _ in range(times)]


def at(address: str, **headers: str) -> Client:
    return Client(REMOTE_ADDR=address, **headers)  # type: ignore[arg-type]  # headers in the form of WSGI


LIMIT = {limit.name: limit.failures for limit in accounts.LIMITS}


@pytest.fixture
def quick(settings: Settings, cast: Cast) -> None:
    """Passwords are not what is tested: a cheap hash makes many tries bearable."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    for user in (cast.ana.user, cast.beto.user):
        user.set_password(PASSWORD)
        user.save()


def test_guessing_at_an_account_is_paused(client: Client, quick: None) -> None:
    assert fail(client, LIMIT["account_and_address"]) == [422] * (LIMIT["account_and_address"] - 1) + [429]
    response = sign_in(client)
    assert response.status_code == 429
    assert f"{PAUSED} Para proteger la cuenta, espera 15 minutos" in text_of(response)
    assert 14 * 60 < int(response["Retry-After"]) <= 15 * 60
    assert not is_signed_in(client)


def test_the_pause_says_how_long_it_still_lasts(client: Client, quick: None) -> None:
    fail(client, LIMIT["account_and_address"])
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=14, seconds=30))
    assert "espera 1 minuto y vuelve" in text_of(sign_in(client))


def test_the_pause_ends_by_itself(client: Client, quick: None) -> None:
    fail(client, LIMIT["account_and_address"])
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=15, seconds=1))
    assert sign_in(client).status_code == 302


def test_tries_during_the_pause_do_not_make_it_longer(client: Client, quick: None) -> None:
    fail(client, LIMIT["account_and_address"])
    before = AccessAttempt.objects.get()
    fail(client, 5)
    after = AccessAttempt.objects.get()
    assert (after.failures_since_start, after.attempt_time) == (
        before.failures_since_start,
        before.attempt_time,
    )


def test_an_unknown_account_is_paused_alike(client: Client, quick: None) -> None:
    assert fail(client, LIMIT["account_and_address"], "nobody@example.com")[-2:] == [422, 429]


def test_the_spelling_of_the_account_does_not_help(client: Client, quick: None) -> None:
    spellings = ["ana@example.com", "ANA@example.com", " Ana@Example.com"]
    for number in range(LIMIT["account_and_address"]):
        status = sign_in(client, spellings[number % 3], "wrong-password").status_code
    assert status == 429


def test_colleagues_at_the_same_address_go_on(client: Client, quick: None) -> None:
    fail(client, LIMIT["account_and_address"])
    assert sign_in(client, "beto@example.com").status_code == 302


def test_a_stranger_does_not_lock_someone_out_by_a_few_tries(quick: None) -> None:
    fail(at("192.0.2.66"), LIMIT["account_and_address"])
    assert sign_in(at("192.0.2.1")).status_code == 302


def test_guessing_from_many_addresses_is_paused(quick: None) -> None:
    each = LIMIT["account_and_address"] - 1
    tries = 0
    for number in range(1, 1 + -(-LIMIT["account"] // each)):
        tries += len(fail(at(f"192.0.2.{number}"), min(each, LIMIT["account"] - tries)))
    assert sign_in(at("192.0.2.200")).status_code == 429
    assert sign_in(at("192.0.2.200"), "beto@example.com").status_code == 302


def test_one_address_that_tries_many_accounts_is_paused(quick: None) -> None:
    client = at("192.0.2.66")
    for number in range(LIMIT["address"]):
        status = sign_in(client, f"person{number}@example.com", "wrong-password").status_code
    assert status == 429
    assert sign_in(client).status_code == 429
    assert sign_in(at("192.0.2.1")).status_code == 302


def test_addresses_of_one_network_count_as_one(quick: None) -> None:
    for number in range(LIMIT["account_and_address"]):
        status = fail(at(f"2001:db8:1:2::{number:x}"), 1)[0]
    assert status == 429


def test_a_made_up_header_does_not_change_the_address(quick: None) -> None:
    for number in range(LIMIT["account_and_address"]):
        status = fail(at("192.0.2.66", HTTP_X_FORWARDED_FOR=f"198.51.100.{number}"), 1)[0]
    assert status == 429


def test_success_forgives_this_account_here_and_nothing_else(quick: None) -> None:
    client = at("192.0.2.66")
    fail(client, 3)
    fail(client, 3, "beto@example.com")
    fail(at("192.0.2.1"), 3)
    sign_in(client)
    left = set(AccessAttempt.objects.values_list("username", "ip_address"))
    assert left == {("beto@example.com", "192.0.2.66"), ("ana@example.com", "192.0.2.1")}


def test_nothing_that_was_typed_is_kept_but_the_account(client: Client, quick: None) -> None:
    client.post(
        SIGN_IN + "?q=secret", {"login": "ana@example.com", "password": "wrong-password", "x": "secret" * 100}
    )
    row = AccessAttempt.objects.values().get()
    assert "secret" not in str(row)
    assert "wrong-password" not in str(row)


def test_a_pause_is_not_written_about_by_mail(client: Client, quick: None) -> None:
    fail(client, LIMIT["account_and_address"])
    assert mail.outbox == []


# Signing out, and what there is not


def test_signing_out_is_asked_and_done_by_post(client: Client, cast: Cast) -> None:
    sign_in(client)
    key = client.session.session_key
    page = client.get("/accounts/logout/")
    assert "Entraste como ana@example.com." in text_of(page)
    assert is_signed_in(client)
    response = client.post("/accounts/logout/")
    assert (response.status_code, response["Location"]) == (302, SIGN_IN)
    assert not Session.objects.filter(session_key=key).exists()


def test_signing_out_twice_is_no_error(client: Client, db: None) -> None:
    assert client.get("/accounts/logout/")["Location"] == SIGN_IN
    assert client.post("/accounts/logout/")["Location"] == SIGN_IN


@pytest.mark.parametrize(
    "path", ["signup/", "password/reset/", "email/", "confirm-email/", "inactive/", "reauthenticate/"]
)
def test_pages_that_are_not_due_do_not_exist(client: Client, db: None, path: str) -> None:
    assert client.get(f"/accounts/{path}").status_code == 404
    assert f"/accounts/{path}" not in text_of(client.get(SIGN_IN))


def test_a_new_account_cannot_be_made(client: Client, db: None) -> None:
    client.post("/accounts/signup/", {"email": "new@example.com", "password1": PASSWORD})
    assert not User.objects.exists()


def test_passwords_are_argon2(db: None) -> None:
    assert make_user("Ana").password.startswith("argon2$argon2id$")


@pytest.mark.parametrize(
    "visit", [lambda client: client.get(SIGN_IN), lambda client: sign_in(client, "", "")]
)
def test_the_page_has_nothing_inline(client: Client, db: None, visit: Callable[[Client], Any]) -> None:
    page = visit(client).content.decode()
    assert "<style" not in page
    assert " style=" not in page
    assert re.findall(r"<script(?![^>]* src=)", page) == []
    assert re.findall(r"\son\w+=", page) == []
