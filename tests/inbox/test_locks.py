"""Who changes a conversation does not hold up those who only add rows that point to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import psycopg
import pytest
from django.db import transaction

from core.tenancy import tenant_scope
from inbox import access
from inbox.intake import threads
from inbox.models import Conversation
from tests.factories import make_cast, make_conversation
from tests.inbox.realtime.servers import database_url


def _by_access(row: Conversation) -> None:
    access.locked_conversation(row.pk)


def _by_intake(row: Conversation) -> None:
    threads.lock({(row.contact_id, row.channel_id): datetime.now(UTC)})


@pytest.mark.parametrize("hold", [_by_access, _by_intake])
def test_a_held_conversation_can_be_pointed_to_and_not_changed(
    transactional_db: None, hold: Callable[[Conversation], None]
) -> None:
    cast = make_cast()
    row = make_conversation(cast)
    with (
        tenant_scope(cast.organization.pk),
        transaction.atomic(),
        psycopg.connect(database_url(), autocommit=True) as other,
    ):
        hold(row)
        # As a foreign key checks it.
        other.execute("SELECT 1 FROM inbox_conversation WHERE id = %s FOR KEY SHARE NOWAIT", [row.pk])
        with pytest.raises(psycopg.errors.LockNotAvailable):
            other.execute("SELECT 1 FROM inbox_conversation WHERE id = %s FOR NO KEY UPDATE NOWAIT", [row.pk])
