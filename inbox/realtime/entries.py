"""Rows of the events table, rendered once into the text that every reader gets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from core import jsons
from inbox.realtime.sightlines import Audience, Choice, choose_again
from inbox.sight import Sight, Viewer

EVENTS_AFTER = (
    "SELECT seq, type, version, at, actor::text, audience::text, data FROM core_event "
    "WHERE organization_id = %s AND seq > %s ORDER BY seq LIMIT %s"
)
COUNTER = "SELECT stream_id::text, seq FROM core_eventcounter WHERE organization_id = %s"
SIGHTS = "SELECT id, status, assignee_id FROM inbox_conversation WHERE organization_id = %s AND id = ANY(%s)"

_REMOVED = "conversation.removed"

Row = tuple[int, str, int, datetime, str, str, str]

# An event that takes a conversation away says nothing else, not even who moved it.
_NOBODY = '{"kind":"system","id":null,"name":""}'


@dataclass(frozen=True, slots=True)
class Entry:
    """One event: who it is for, and its JSON.

    Attributes:
        text: the whole event, as readers get it.
        removed: what those get who lose sight of the conversation; empty for events that take nothing away.
        data: the JSON of the resource alone.
    """

    seq: int
    type: str
    audience: Audience
    text: str
    removed: str
    data: str

    @property
    def size(self) -> int:
        return len(self.text)

    def told(self, choice: Choice) -> str:
        return self.removed if choice is Choice.REMOVED else self.text


def entry_of(row: Row) -> Entry:
    """Render a row of `EVENTS_AFTER`; `data` is text already and stays as it is."""
    seq, kind, version, at, actor, audience_text, data = row
    audience = Audience.parse(audience_text)
    moment = jsons.dumps(at.astimezone(UTC)).decode()
    removed = ""
    if audience.kind == "conversation":
        removed = (
            f'{{"seq":{seq},"type":"conversation.removed","version":1,"at":{moment},"actor":{_NOBODY},'
            f'"data":{{"id":{audience.id}}}}}'
        )
    return Entry(
        seq=seq,
        type=kind,
        audience=audience,
        text=f'{{"seq":{seq},"type":"{kind}","version":{version},"at":{moment},"actor":{actor},"data":{data}}}',
        removed=removed,
        data=data,
    )


def entries_of(rows: Iterable[Row]) -> list[Entry]:
    return [entry_of(row) for row in rows]


def choices_later(entries: Iterable[Entry], viewer: Viewer, present: Mapping[int, Sight]) -> list[Choice]:
    """Say what the viewer gets of events that they missed, as `choose_again`."""
    return [
        choose_again(viewer, entry.audience, present, is_removal=entry.type == _REMOVED) for entry in entries
    ]


def tell(entries: Sequence[Entry], choices: Sequence[Choice]) -> list[str]:
    """Return the texts of what was chosen, in order; a loss that was told already is not told twice in a row.

    Nor is one told before the event that says where the conversation went.
    """
    texts: list[str] = []
    lost: set[int] = set()
    told_by = {
        entry.audience.id: entry.seq
        for entry, choice in zip(entries, choices, strict=True)
        if choice is Choice.SHOWN and entry.type == _REMOVED
    }
    for entry, choice in zip(entries, choices, strict=True):
        if choice is Choice.HIDDEN:
            continue
        conversation_id = entry.audience.id
        if choice is Choice.REMOVED:
            if conversation_id in lost or entry.seq < told_by.get(conversation_id, 0):
                continue
            lost.add(conversation_id)
        else:
            lost.discard(conversation_id)
        texts.append(entry.told(choice))
    return texts
