"""Two apps at Meta, of two organisations, without the people that a test of the webhook does not need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from integrations.models import MetaApp


@dataclass
class Two:
    aurora: MetaApp
    other: MetaApp


@pytest.fixture
def two(db: None) -> Two:
    from core.models import Organization
    from core.tenancy import tenant_scope
    from integrations.models import MetaApp
    from tests.factories import APP_SECRET, VERIFY_TOKEN

    def app(slug: str) -> MetaApp:
        organization = Organization.objects.create(name=slug, slug=slug)
        with tenant_scope(organization.pk):
            made = MetaApp(organization=organization, app_id="1", webhook_key=f"{slug}-key")
            made.app_secret, made.verify_token = APP_SECRET, VERIFY_TOKEN
            made.save()
        return made

    return Two(aurora=app("aurora"), other=app("lejano"))
