"""The counters follow what is committed, also where a part of a transaction is taken back."""

from __future__ import annotations

from contextlib import suppress

from core.events import recording_rolled_back_with, service
from inbox.counters import note_move
from inbox.models import ConversationCounter
from inbox.sight import Sight
from inbox.statuses import note_changed
from tests.conftest import Cast
from tests.inbox.webhooks import events


def test_what_a_savepoint_takes_back_is_neither_counted_nor_told(scope: Cast) -> None:
    unassigned = Sight("unassigned", None)
    with service():
        note_move(None, unassigned)
        with suppress(ZeroDivisionError), recording_rolled_back_with():
            note_move(None, unassigned)
            note_move(unassigned, Sight("open", scope.beto.pk))
            note_changed(1, 1)
            raise ZeroDivisionError
    assert list(ConversationCounter.objects.values_list("status", "count")) == [("unassigned", 1)]
    assert events(scope.organization) == []
