"""The REST twin of a socket's beginning: events after a number, by the same rules."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from core.errors import Resync
from inbox.realtime.entries import COUNTER, EVENTS_AFTER, SIGHTS, Entry, choices_later, entries_of, tell
from inbox.sight import Sight, Viewer

MOST_EVENTS = 500


@dataclass(frozen=True, slots=True)
class EventPage:
    """Events as `GET /api/v1/events` answers them.

    Attributes:
        results: each event's JSON; what the viewer may not see is left out.
        through: everything up to this number is told, so that the next page begins after it.
        more: whether the stream goes on.
    """

    stream_id: str
    results: list[str]
    through: int
    more: bool

    def as_json(self) -> bytes:
        more = "true" if self.more else "false"
        return (
            f'{{"stream_id":"{self.stream_id}","results":[{",".join(self.results)}],'
            f'"through":{self.through},"more":{more}}}'
        ).encode()


def events_after(
    who: Viewer, organization_id: int, stream_id: UUID | str | None, after: int, limit: int = 100
) -> EventPage:
    """Return one page of the events that follow a number.

    Args:
        stream_id: the stream that `after` belongs to; None if the caller trusts that it has not changed.
        limit: how many events are looked at, at most `MOST_EVENTS`; fewer may be the viewer's to see.

    Raises:
        Resync: the events are not kept any more, the number belongs to another stream, or something has happened
            since after which everyone loads anew.
    """
    with connection.cursor() as cursor:
        cursor.execute(COUNTER, [organization_id])
        stream_now, head = cursor.fetchone() or ("", 0)
        if (stream_id is not None and str(stream_id) != stream_now) or after > head:
            raise Resync(reason="stream_changed")
        cursor.execute(EVENTS_AFTER, [organization_id, after, max(1, min(limit, MOST_EVENTS))])
        entries = entries_of(cursor.fetchall())
        if after < head and (not entries or entries[0].seq != after + 1):
            raise Resync(reason="too_old")
        present = {} if who.sees_all else _sights(organization_id, entries)
    if any(entry.audience.loads_anew for entry in entries):
        raise Resync(reason="settings_changed")
    texts = tell(entries, choices_later(entries, who, present))
    through = entries[-1].seq if entries else after
    return EventPage(stream_id=stream_now, results=texts, through=through, more=through < head)


def _sights(organization_id: int, entries: list[Entry]) -> dict[int, Sight]:
    ids = {entry.audience.id for entry in entries if entry.audience.kind == "conversation"}
    with connection.cursor() as cursor:
        cursor.execute(SIGHTS, [organization_id, list(ids)])
        return {pk: Sight(status, assignee_id) for pk, status, assignee_id in cursor.fetchall()}
