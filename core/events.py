"""The transaction of a service, and the events that it leaves behind.

`service()` is the transaction; `record()` notes what happened; the rows get their numbers as the very last write,
from the organisation's counter row, so that the order of commits is the order of numbers and a reader that has seen
number N has seen everything before it. They are rendered once the number is theirs: whoever has a greater number tells
what those with smaller ones have left. After the commit the bells ring.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar, Protocol

from django.db import transaction

from core import bells, jsons, statements
from core.actors import Actor
from core.tenancy import ScopeCrossed, current_organization_id

Audience = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rendered:
    """What is stored of an event.

    Attributes:
        data: JSON-safe value, as REST gives it for the resource; bytes when it is rendered already.
        audience: who may see it, in the terms of the app that owns the event.
    """

    audience: Audience
    data: dict[str, Any] | bytes


class Event(Protocol):
    """One kind of event. Its class renders all events of a transaction at once, after the last change."""

    type: ClassVar[str]
    version: ClassVar[int]
    actor: Actor

    @classmethod
    def render(cls, events: Sequence[Any]) -> list[Rendered]: ...


@dataclass
class Work:
    """The present transaction: what it recorded, and what has to be done at its end."""

    events: list[Event] = field(default_factory=list)
    endings: dict[Hashable, Callable[[], None]] = field(default_factory=dict)
    rings: dict[Hashable, Callable[[], None]] = field(default_factory=dict)


_work: ContextVar[Work | None] = ContextVar("service_work", default=None)


@contextmanager
def service() -> Iterator[Work]:
    """Run a service in one transaction; inside of another service it joins that one."""
    outer = _work.get()
    if outer is not None:
        yield outer
        return
    work = Work()
    token = _work.set(work)
    try:
        with transaction.atomic():
            yield work
            while work.endings:
                # One by one: an ending may record, and add another one.
                work.endings.pop(next(iter(work.endings)))()
            _number(work)
            for ring in work.rings.values():
                transaction.on_commit(ring)
    finally:
        _work.reset(token)


def current_work() -> Work:
    """Return the work of the present service.

    Raises:
        RuntimeError: nothing may be recorded outside of `service()`.
    """
    work = _work.get()
    if work is None:
        raise RuntimeError("record() and friends belong inside service()")
    return work


def record(event: Event) -> None:
    """Note that something happened; it is rendered and numbered at the end of the transaction."""
    current_work().events.append(event)


def _number(work: Work) -> None:
    if not work.events:
        return
    organization_id = current_organization_id()
    if any(event.actor.organization_id != organization_id for event in work.events):
        raise ScopeCrossed("an event of another organisation was recorded in this one's scope")
    with statements.cursor() as cursor:
        # The counter's row lock is held from here to the commit: what follows may neither wait nor lock. Rendering
        # only reads.
        cursor.execute(
            "UPDATE core_eventcounter SET seq = seq + %s WHERE organization_id = %s RETURNING seq",
            [len(work.events), organization_id],
        )
        counted = cursor.fetchone()
        if counted is None:
            raise RuntimeError(f"organisation {organization_id} was made without its event counter")
        (last,) = counted
        now = datetime.now(UTC)
        rendered = _render(work.events)
        rows = [
            {
                "type": event.type,
                "version": event.version,
                "actor": event.actor.as_json(),
                "audience": entry.audience,
                "data": jsons.verbatim(entry.data) if isinstance(entry.data, bytes) else entry.data,
            }
            for event, entry in zip(work.events, rendered, strict=True)
        ]
        cursor.execute(
            "INSERT INTO core_event (organization_id, seq, type, version, at, actor, audience, data) "
            "SELECT %s, %s + place, type, version, %s, actor, audience, data "
            "FROM ROWS FROM (json_to_recordset(%s::json) "
            "AS (type text, version smallint, actor jsonb, audience jsonb, data text)) WITH ORDINALITY "
            "AS row (type, version, actor, audience, data, place) ORDER BY place",
            [organization_id, last - len(rendered), now, jsons.recordset(rows)],
        )
    work.rings["events"] = lambda: bells.events_at(organization_id, last)


def _render(events: list[Event]) -> list[Rendered]:
    """Render by class, in one go each, and return the results in the order of recording."""
    places: dict[type[Event], list[int]] = {}
    for place, event in enumerate(events):
        places.setdefault(type(event), []).append(place)
    rendered: list[Rendered | None] = [None] * len(events)
    for kind, indexes in places.items():
        results = kind.render([events[index] for index in indexes])
        for index, result in zip(indexes, results, strict=True):
            rendered[index] = result
    return [entry for entry in rendered if entry is not None]
