"""The page in which the client lives."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.models import MembershipStatus, User
from frontend import views
from frontend.manifest import Manifest
from tests.conftest import Cast

MANIFEST = {
    "_shared-AAAAAAAA.js": {"file": "assets/shared-AAAAAAAA.js", "css": ["assets/shared-BBBBBBBB.css"]},
    "src/i18n/en.ts": {
        "file": "assets/en-IIIIIIII.js",
        "isDynamicEntry": True,
        "imports": ["_shared-AAAAAAAA.js"],
    },
    "src/i18n/es.ts": {"file": "assets/es-JJJJJJJJ.js", "isDynamicEntry": True},
    "src/lazy.tsx": {"file": "assets/lazy-CCCCCCCC.js", "isDynamicEntry": True},
    "src/main.tsx": {
        "file": "assets/main-DDDDDDDD.js",
        "isEntry": True,
        "imports": ["_shared-AAAAAAAA.js"],
        "dynamicImports": ["src/i18n/en.ts", "src/i18n/es.ts", "src/lazy.tsx"],
        "css": ["assets/main-EEEEEEEE.css"],
        "assets": [
            "assets/inter-latin-wght-normal-FFFFFFFF.woff2",
            "assets/inter-latin-ext-wght-normal-GGGGGGGG.woff2",
        ],
    },
}

Write = Callable[[Any], None]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write the manifest of a build; nothing is built before."""
    path = tmp_path / "manifest.json"
    monkeypatch.setattr(views, "client", Manifest(path))
    return lambda content: (
        path.write_text(content if isinstance(content, str) else json.dumps(content)),
        None,
    )[1]


@pytest.fixture
def ana(client: Client, cast: Cast, write: Write) -> Client:
    write(MANIFEST)
    client.force_login(cast.ana.user)
    return client


@pytest.mark.parametrize("address", ["/", "/o/tienda-aurora/chats/5?x=1", "/o/x/"])
def test_who_is_signed_out_is_sent_to_sign_in_and_back(client: Client, db: None, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 302
    sign_in = client.get(response["Location"])
    assert sign_in.context["next"] == address


@pytest.mark.parametrize(
    "address", ["/", "/o/tienda-aurora/chats", "/o/tienda-aurora/chats/12", "/o/not-theirs/chats"]
)
def test_the_shell_is_the_same_everywhere(ana: Client, address: str) -> None:
    response = ana.get(address)
    assert response.status_code == 200
    assert '<div id="root"></div>' in response.content.decode()


def test_the_shell_loads_the_build(ana: Client) -> None:
    page = ana.get("/").content.decode()
    assert '<html lang="es">' in page
    order = [
        '<script src="/static/client/color-scheme.js"></script>',
        '<link rel="preload" href="/static/client/assets/inter-latin-wght-normal-FFFFFFFF.woff2" as="font"',
        '<link rel="modulepreload" href="/static/client/assets/shared-AAAAAAAA.js">',
        '<link rel="modulepreload" href="/static/client/assets/es-JJJJJJJJ.js">',
        '<link rel="stylesheet" href="/static/client/assets/shared-BBBBBBBB.css">',
        '<link rel="stylesheet" href="/static/client/assets/main-EEEEEEEE.css">',
        '<script type="module" src="/static/client/assets/main-DDDDDDDD.js"></script>',
    ]
    places = [page.index(part) for part in order]
    assert places == sorted(places)
    assert "lazy" not in page
    assert "en-IIIIIIII" not in page
    assert "latin-ext" not in page


def test_the_nonce_of_the_page_is_that_of_its_policy(ana: Client) -> None:
    response = ana.get("/")
    policy = response["Content-Security-Policy"]
    nonce = policy.split("'nonce-")[1].split("'")[0]
    assert f'<meta name="csp-nonce" content="{nonce}">' in response.content.decode()
    assert "script-src 'self'" in policy.split("; ")
    assert nonce not in ana.get("/").content.decode()


def test_the_client_finds_its_csrf_token(ana: Client) -> None:
    response = ana.get("/")
    cookie = response.cookies["csrftoken"]
    assert not cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_the_page_is_not_kept(ana: Client) -> None:
    assert ana.get("/")["Cache-Control"] == "no-store"


def test_the_page_speaks_the_persons_language(ana: Client, cast: Cast) -> None:
    User.objects.filter(pk=cast.ana.user_id).update(language="en")
    response = ana.get("/")
    assert '<html lang="en">' in response.content.decode()
    assert response["Content-Language"] == "en"
    assert response.content.decode().count("shared-AAAAAAAA.js") == 1
    assert (
        '<link rel="modulepreload" href="/static/client/assets/en-IIIIIIII.js">' in response.content.decode()
    )
    assert "es-JJJJJJJJ" not in response.content.decode()
    assert ana.cookies["bandeja_language"].value == "en"


def test_a_missing_build_is_told(client: Client, cast: Cast, write: Write) -> None:
    client.force_login(cast.ana.user)
    response = client.get("/")
    assert response.status_code == 503
    assert "Falta construir la pantalla" in response.content.decode()


def test_a_new_build_is_seen_and_a_torn_one_is_not(ana: Client, write: Write, cast: Cast) -> None:
    assert "main-DDDDDDDD" in ana.get("/").content.decode()
    for torn in ("", "{", "[]", '{"other.tsx": {}}'):
        write(torn)
        assert "main-DDDDDDDD" in ana.get("/").content.decode()
    write({"src/main.tsx": {"file": "assets/main-HHHHHHHH.js"}})
    assert "main-HHHHHHHH" in ana.get("/").content.decode()


def test_chunks_that_import_each_other_end(ana: Client, write: Write) -> None:
    write(
        {
            "src/main.tsx": {"file": "assets/main-1.js", "imports": ["a"]},
            "a": {"file": "assets/a-1.js", "imports": ["b"]},
            "b": {"file": "assets/b-1.js", "imports": ["a", "src/main.tsx"]},
        }
    )
    page = ana.get("/").content.decode()
    assert page.count("modulepreload") == 2


def test_someone_deactivated_is_signed_out(ana: Client, cast: Cast) -> None:
    User.objects.filter(pk=cast.ana.user_id).update(is_active=False)
    assert ana.get("/")["Location"] == "/accounts/login/?next=/"


def test_someone_suspended_everywhere_is_told_and_signed_out(ana: Client, cast: Cast) -> None:
    cast.ana.status = MembershipStatus.SUSPENDED
    cast.ana.save()
    response = ana.get("/")
    assert response.status_code == 403
    assert "No estás en ninguna organización" in response.content.decode()
    assert SESSION_KEY not in ana.session


def test_a_session_that_is_used_is_renewed_once_a_day(ana: Client) -> None:
    Session.objects.update(expire_date=timezone.now() + timedelta(days=1))
    ana.get("/")
    renewed = Session.objects.get().expire_date
    assert renewed > timezone.now() + timedelta(days=13)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        ana.get("/")
    assert [query["sql"] for query in asked.captured_queries if "UPDATE" in query["sql"]] == []
    assert len(asked) <= 3


def test_only_reading_is_served(ana: Client) -> None:
    assert ana.post("/").status_code == 405
    assert ana.head("/").status_code == 200
