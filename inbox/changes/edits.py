"""Edits: the message says what the latest one says, and its past is kept in order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from core.tenancy import current_organization_id
from inbox import news
from inbox.changes.targets import Change, Target
from inbox.models import Message, MessageEdit
from inbox.wamids import Key


def write(found: Sequence[tuple[Change, Target]]) -> list[Key]:
    """Apply edits, each once; return the wamids of those that are new.

    An edit that comes after a later one takes its place in the past. Only who wrote a message may edit it.
    """
    by_message: dict[int, list[tuple[Change, Target]]] = {}
    for change, target in found:
        if target.is_theirs(change.side):
            by_message.setdefault(target.message_id, []).append((change, target))
    if not by_message:
        return []
    rows = Message.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=list(by_message))
    pasts = {row.pk: _Past(row) for row in rows.order_by("pk")}
    for edit in MessageEdit.objects.filter(message_id__in=list(by_message)).order_by("edited_at", "pk"):
        pasts[edit.message_id].edits.append(edit)
    made: list[Key] = []
    for message_id, told in by_message.items():
        for change, target in told:
            if pasts[message_id].add(change):
                made.append(change.own_place)
                news.note_message(target.conversation_id, message_id, target.actor(change.side))
    _save(list(pasts.values()))
    return made


class _Past:
    """A message and what it said before, oldest first. Each edit holds what it replaced."""

    def __init__(self, message: Message) -> None:
        self.message = message
        self.edits: list[MessageEdit] = []
        self.corrected: list[MessageEdit] = []

    def add(self, change: Change) -> bool:
        """Put an edit where it belongs in time; tell whether it is new."""
        if any(edit.wa_message_id == change.own for edit in self.edits):
            return False
        place = self._place(change.at)
        edit = MessageEdit(
            organization_id=current_organization_id(),
            message=self.message,
            wa_message_id=change.own,
            edited_at=change.at,
        )
        if place == len(self.edits):
            edit.text_before, self.message.text = self.message.text, change.words
            self.message.edited_at = change.at
        else:
            later = self.edits[place]
            edit.text_before, later.text_before = later.text_before, change.words
            self.corrected.append(later)
        self.edits.insert(place, edit)
        return True

    def _place(self, at: datetime) -> int:
        # Of the same second, the one that came last is the later one.
        return sum(1 for edit in self.edits if edit.edited_at <= at)


def _save(pasts: list[_Past]) -> None:
    corrected = [edit for past in pasts for edit in past.corrected if edit.pk is not None]
    MessageEdit.objects.bulk_update(corrected, ["text_before"])
    MessageEdit.objects.bulk_create([edit for past in pasts for edit in past.edits if edit.pk is None])
    Message.objects.bulk_update([past.message for past in pasts], ["text", "edited_at"])
