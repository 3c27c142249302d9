from datetime import timedelta

import pytest
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from core.sessions import SessionStore

pytestmark = pytest.mark.django_db


def begun() -> str:
    store = SessionStore()
    store["name"] = "Ñandú"
    store.create()
    assert store.session_key is not None
    return store.session_key


def test_sessions_are_those_of_django() -> None:
    key = begun()

    assert db.SessionStore(key)["name"] == SessionStore(key)["name"] == "Ñandú"


def test_what_is_over_or_was_not_begun_here_gives_its_key_to_no_session() -> None:
    key = begun()
    Session.objects.filter(pk=key).update(expire_date=timezone.now() - timedelta(seconds=1))

    for unknown in (key, "k" * 32):
        store = SessionStore(unknown)
        assert dict(store.items()) == {}
        assert store.session_key is None
