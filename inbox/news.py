"""What is told once at the end of a transaction, however often it was noted: changed messages and contacts."""

from __future__ import annotations

from collections.abc import Iterable

from core.actors import Actor
from core.events import current_work, record
from inbox.events import ContactMerged, ContactUpdated, MessageEvent, MessageUpdated
from inbox.models import Conversation


def note_message(conversation_id: int, message_id: int, by: Actor) -> None:
    """Tell at the end that a message looks different than before."""
    messages = current_work().endings.setdefault("changed messages", _Messages())
    assert isinstance(messages, _Messages)  # noqa: S101 - the key is ours
    messages.by_id[message_id] = (conversation_id, by)


def note_contacts(contact_ids: Iterable[int], by: Actor) -> None:
    """Tell at the end that contacts have other names, numbers or wishes than before."""
    contacts = current_work().endings.setdefault("changed contacts", _Contacts())
    assert isinstance(contacts, _Contacts)  # noqa: S101 - the key is ours
    contacts.by_id.update(dict.fromkeys(contact_ids, by))


def note_merged(contact_id: int, merged_id: int, by: Actor) -> None:
    """Tell at the end that another contact turned out to be this one."""
    merged = current_work().endings.setdefault(
        ("merged contact", merged_id), _Merged(contact_id, merged_id, by)
    )
    assert isinstance(merged, _Merged)  # noqa: S101 - the key is ours


class _Messages:
    """The messages that one transaction changed. One that it has also made is told of as new, which says all."""

    def __init__(self) -> None:
        self.by_id: dict[int, tuple[int, Actor]] = {}

    def __call__(self) -> None:
        told = {event.message_id for event in current_work().events if isinstance(event, MessageEvent)}
        for message_id, (conversation_id, actor) in self.by_id.items():
            if message_id not in told:
                record(MessageUpdated(conversation_id, message_id, actor))
        self.by_id = {}


class _Contacts:
    """The contacts that one transaction changed, told to those who see one of their conversations."""

    def __init__(self) -> None:
        self.by_id: dict[int, Actor] = {}

    def __call__(self) -> None:
        for contact_id, conversations in _seen(self.by_id).items():
            for shown in conversations:
                record(ContactUpdated(contact_id, shown, self.by_id[contact_id]))
        self.by_id = {}


class _Merged:
    """A contact that has become another one, told to those who see a conversation of the one that is left."""

    def __init__(self, contact_id: int, merged_id: int, by: Actor) -> None:
        self.contact_id, self.merged_id, self.by = contact_id, merged_id, by

    def __call__(self) -> None:
        for shown in _seen([self.contact_id])[self.contact_id]:
            record(ContactMerged(self.contact_id, shown, self.by, self.merged_id))


def _seen(contact_ids: Iterable[int]) -> dict[int, list[int | None]]:
    """Return the conversations of contacts; for one that has none, None."""
    seen: dict[int, list[int | None]] = {pk: [] for pk in contact_ids}
    rows = Conversation.objects.filter(contact_id__in=list(seen)).order_by("id")
    for conversation_id, contact_id in rows.values_list("pk", "contact_id"):
        seen[contact_id].append(conversation_id)
    return {pk: conversations or [None] for pk, conversations in seen.items()}
