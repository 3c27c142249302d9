"""The demonstration is made once, whole or not at all."""

from __future__ import annotations

from typing import Any

import pytest

from core.models import Organization
from core.tenancy import tenant_scope
from demo import loading
from inbox.models import Conversation

pytestmark = pytest.mark.django_db


def test_who_was_killed_while_it_was_made_makes_it_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as trouble:
        trouble.setattr(loading, "_play", killed)
        with pytest.raises(KeyboardInterrupt):
            loading.ensure()
    assert not Organization.objects.exists()
    loading.ensure()
    loading.ensure()
    assert Organization.objects.count() == 2
    with tenant_scope(Organization.objects.earliest("id").pk):
        assert Conversation.objects.filter(status="closed").exists()
