"""Spanish first, English by choice, and the choice stays."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from core.models import User
from tests.conftest import Cast

SIGN_IN = "/accounts/login/"


def choose(client: Client, language: str, **more: str) -> Any:
    return client.post("/accounts/language/", {"language": language, **more})


def sign_in(client: Client) -> Any:
    return client.post(SIGN_IN, {"login": "ana@example.com", "password": "una-clave-larga-9"})


def test_the_page_is_spanish_also_for_an_english_browser(client: Client) -> None:
    page = client.get(SIGN_IN, headers={"Accept-Language": "en"}).content.decode()
    assert '<html lang="es">' in page
    assert "Iniciar sesión" in page


def test_english_is_chosen_and_stays(client: Client) -> None:
    response = choose(client, "en", next="/accounts/login/?next=/o/x/chats")
    assert response["Location"] == "/accounts/login/?next=/o/x/chats"
    assert client.cookies["bandeja_language"]["max-age"] > 300 * 24 * 3600
    page = client.get(SIGN_IN).content.decode()
    assert '<html lang="en">' in page
    assert "Use your team e-mail and password." in page


@pytest.mark.parametrize("language", ["", "fr", "../../etc", "es" * 50])
def test_an_unknown_language_changes_nothing(client: Client, language: str) -> None:
    assert choose(client, language).status_code == 302
    assert "bandeja_language" not in client.cookies


@pytest.mark.parametrize("where", ["https://evil.example/", "//evil.example", ""])
def test_choosing_leads_nowhere_else(client: Client, where: str) -> None:
    assert choose(client, "en", next=where)["Location"] == SIGN_IN


def test_choosing_is_a_post(client: Client) -> None:
    assert client.get("/accounts/language/?language=en").status_code == 405


def test_a_choice_on_the_sign_in_page_becomes_the_persons(client: Client, cast: Cast) -> None:
    choose(client, "en")
    sign_in(client)
    assert User.objects.get(pk=cast.ana.user_id).language == "en"
    assert client.cookies["bandeja_language"].value == "en"
    assert client.cookies["bandeja_language_chosen"].value == ""


def test_a_language_left_by_somebody_else_does_not(client: Client, cast: Cast) -> None:
    client.cookies["bandeja_language"] = "en"
    sign_in(client)
    assert User.objects.get(pk=cast.ana.user_id).language == "es"
    assert client.cookies["bandeja_language"].value == "es"


def test_after_signing_out_the_page_speaks_the_persons_language(client: Client, cast: Cast) -> None:
    User.objects.filter(pk=cast.ana.user_id).update(language="en")
    sign_in(client)
    client.post("/accounts/logout/")
    assert '<html lang="en">' in client.get(SIGN_IN).content.decode()
