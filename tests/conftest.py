"""What all tests share: the small cast.

ana owns «Tienda Aurora», marta manages it, beto and diana are its agents; carla belongs to another organisation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from core.models import Membership, Organization
    from integrations.models import Channel, MetaApp


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
