"""One world for all tests of this folder, in a transaction that is never committed."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import LazySettings, settings
from django.db import transaction
from pytest_django import DjangoDbBlocker

from tests.access.callers import Asker, make_askers, written
from tests.access.sides import World
from tests.access.world import make_world

Committed = tuple[World, dict[str, Asker]]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    kept = settings.MEDIA_ROOT
    with tempfile.TemporaryDirectory() as folder, django_db_blocker.unblock(), transaction.atomic():
        settings.MEDIA_ROOT = Path(folder)
        yield make_world()
        settings.MEDIA_ROOT = kept
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def askers(world: World) -> dict[str, Asker]:
    return make_askers(world)


@pytest.fixture
def committed(transactional_db: None, settings: LazySettings, tmp_path: Path) -> Committed:
    """A world for one test, committed: what runs in threads of its own reads it by connections of its own."""
    settings.MEDIA_ROOT = tmp_path
    world = make_world()
    return world, make_askers(world)


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside has not happened afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def untouched(askers: dict[str, Asker]) -> dict[bool, object]:
    """How the database stands before anybody asks, with TICK-08 off and on."""
    found: dict[bool, object] = {}
    for waiting, name in ((False, "agent"), (True, "agent, TICK-08")):
        with undone():
            askers[name].prepare()
            found[waiting] = written()
    return found
