"""What all tests share: a private PostgreSQL and Valkey, and the small cast.

ana owns «Tienda Aurora», marta manages it, beto and diana are its agents; carla belongs to another organisation.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from core.launcher.services import Services

if TYPE_CHECKING:
    from core.models import Membership, Organization, User
    from inbox.models import Contact, Conversation
    from integrations.models import Channel, MetaApp

_started: dict[str, Services] = {}
_scratch = tempfile.TemporaryDirectory(prefix="bandeja-tests-")


def pytest_load_initial_conftests() -> None:
    _start_services()


def _start_services() -> None:
    """Start the services before Django reads its settings; `DATABASE_URL` and `REDIS_URL` name others."""
    if os.environ.get("BANDEJA_ENV") == "test":
        return
    os.environ["BANDEJA_ENV"] = "test"
    os.environ.setdefault("BANDEJA_DATA_DIR", f"{_scratch.name}/var")
    services = Services(
        Path(_scratch.name) / "services",
        database_url=os.environ.get("DATABASE_URL"),
        redis_url=os.environ.get("REDIS_URL"),
        durable=False,
    )
    for name, url in services.start().items():
        os.environ[name.upper()] = url
    _started["services"] = services


_start_services()


def pytest_unconfigure() -> None:
    services = _started.pop("services", None)
    if services is not None:
        services.stop()
    _scratch.cleanup()


@dataclass
class Cast:
    """Everyone, with the organisations they belong to."""

    organization: Organization
    other: Organization
    ana: Membership
    marta: Membership
    beto: Membership
    diana: Membership
    carla: Membership
    app: MetaApp
    channel: Channel
    other_app: MetaApp
    other_channel: Channel


PASSWORD = "una-clave-larga-9"


@pytest.fixture
def cast(db: None) -> Cast:
    from tests.factories import make_cast

    return make_cast()


@pytest.fixture
def scope(cast: Cast) -> Iterator[Cast]:
    """The cast, inside the scope of the first organisation."""
    from core.tenancy import tenant_scope

    with tenant_scope(cast.organization.pk):
        yield cast
