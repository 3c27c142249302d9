"""The stored bodies: claiming them, reading them, and writing down what became of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core import jsons, statements
from core.tenancy import current_organization_id
from integrations.models import DeliveryState
from integrations.whatsapp.payloads import Item, Problem, Reading, read

MOST_DELIVERIES = 500
_MOST_BYTES = 512 * 1024  # at least one body is taken, whatever its size
_MOST_PROBLEMS = 1000  # as many as Meta puts updates into a body

# By state, never by "id greater than the last": ids become visible in another order than they were given.
_CLAIM = """
WITH waiting AS (
    SELECT id, octet_length(body) AS size FROM integrations_inbounddelivery
    WHERE organization_id = %s AND state = 'pending' ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED),
summed AS (SELECT id, size, sum(size) OVER (ORDER BY id) AS total FROM waiting)
SELECT d.id, d.meta_app_id, d.received_at, d.attempts, d.cut_off, d.body
FROM summed JOIN integrations_inbounddelivery d ON d.id = summed.id
WHERE summed.total - summed.size < %s ORDER BY d.id
"""

_IS_STILL_PENDING = """
SELECT 1 FROM integrations_inbounddelivery WHERE id = %s AND state = 'pending' FOR UPDATE
"""

_IS_WAITING_ELSEWHERE = """
SELECT 1 FROM core_organization o WHERE o.id <> %s AND EXISTS (
    SELECT 1 FROM integrations_inbounddelivery d WHERE d.organization_id = o.id AND d.state = 'pending')
LIMIT 1
"""

_FINISH = """
UPDATE integrations_inbounddelivery d
SET state = i.state, items = i.items, attempts = least(d.attempts + i.begun, 32767),
    cut_off = CASE WHEN i.state = 'pending' THEN d.cut_off ELSE 0 END,
    cut_off_in = CASE WHEN i.state = 'pending' THEN d.cut_off_in ELSE '{}' END,
    processed_at = CASE WHEN i.state = 'pending' THEN NULL ELSE now() END
FROM json_to_recordset(%s::json) AS i (id bigint, state text, items int, begun int)
WHERE d.id = i.id
"""

_ADD_PROBLEMS = """
INSERT INTO integrations_inboundproblem (organization_id, delivery_id, pointer, code, reason, created_at)
SELECT %s, *, now()
FROM json_to_recordset(%s::json) AS i (delivery_id bigint, pointer text, code text, reason text)
"""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A stored body and what it says."""

    id: int
    meta_app_id: int
    received_at: datetime
    attempts: int
    reading: Reading

    @property
    def outcome(self) -> DeliveryState:
        """The state in which it ends: failed when nothing of it could be read."""
        return (
            DeliveryState.FAILED
            if self.reading.problems and not self.reading.items
            else DeliveryState.PROCESSED
        )


@dataclass(frozen=True, slots=True)
class Piece:
    """The part of a delivery that one transaction takes in; mostly all of it."""

    delivery: Delivery
    start: int
    stop: int

    @property
    def items(self) -> list[Item]:
        return self.delivery.reading.items[self.start : self.stop]

    @property
    def problems(self) -> list[Problem]:
        """What could not be read, told with the first piece."""
        return self.delivery.reading.problems if self.is_first else []

    @property
    def is_first(self) -> bool:
        return self.start == 0

    @property
    def is_last(self) -> bool:
        return self.stop >= len(self.delivery.reading.items)


@dataclass(frozen=True, slots=True)
class Trouble:
    """An item that had no effect, and why."""

    delivery_id: int
    pointer: str
    code: str
    reason: str

    def as_row(self) -> dict[str, Any]:
        return {
            "delivery_id": self.delivery_id,
            "pointer": self.pointer[:200],
            "code": self.code[:40],
            "reason": self.reason[:300],
        }


def claim(*, items: int) -> tuple[list[Piece], bool]:
    """Claim waiting deliveries, oldest first, as far as they hold about so many items; see `runs` for suspects.

    Returns:
        What was claimed, and whether it is all that nobody else has in hand.
    """
    most = min(items, MOST_DELIVERIES)
    with statements.cursor() as cursor:
        cursor.execute(_CLAIM, [current_organization_id(), most, _MOST_BYTES])
        rows = cursor.fetchall()
    pieces: list[Piece] = []
    room, is_suspect = items, False
    for pk, app_id, received_at, attempts, cut_off, body in rows:
        # What may have ended a process before is read alone, so that it ends nobody else's work again; and what
        # has no room is not read at all, as reading is half of the work.
        if pieces and (cut_off or is_suspect or room <= 0):
            break
        is_suspect = bool(cut_off)
        reading = read(bytes(body), received_at=received_at)
        size = max(len(reading.items), 1)
        if pieces and size > room:
            break
        delivery = Delivery(pk, app_id, received_at, attempts, reading)
        pieces.append(Piece(delivery, 0, min(len(reading.items), items)))
        room -= size
    is_cut = len(rows) == most or sum(len(row[-1]) for row in rows) >= _MOST_BYTES
    return pieces, not is_cut and len(pieces) == len(rows) and all(piece.is_last for piece in pieces)


def go_on(piece: Piece, *, items: int) -> Piece | None:
    """Claim the next part of a delivery that was too long for one transaction; None if it is no longer pending."""
    with statements.cursor() as cursor:
        cursor.execute(_IS_STILL_PENDING, [piece.delivery.id])
        if cursor.fetchone() is None:
            return None
    return Piece(piece.delivery, piece.stop, min(piece.stop + items, len(piece.delivery.reading.items)))


def is_waiting_elsewhere(organization_id: int) -> bool:
    """Whether another organisation has deliveries waiting."""
    with statements.cursor() as cursor:
        cursor.execute(_IS_WAITING_ELSEWHERE, [organization_id])
        return cursor.fetchone() is not None


def write_down(pieces: Sequence[Piece], troubles: Sequence[Trouble]) -> None:
    """Note how far the deliveries have come, and what of them had no effect."""
    again = [piece.delivery.id for piece in pieces if piece.is_first and piece.delivery.attempts]
    done = [
        {
            "id": piece.delivery.id,
            "state": piece.delivery.outcome if piece.is_last else DeliveryState.PENDING,
            "items": len(piece.delivery.reading.items),
            "begun": int(piece.is_first),
        }
        for piece in pieces
    ]
    with statements.cursor() as cursor:
        if again:
            cursor.execute("DELETE FROM integrations_inboundproblem WHERE delivery_id = ANY(%s)", [again])
        cursor.execute(_FINISH, [jsons.recordset(done)])
        if troubles:
            rows = [one.as_row() for one in troubles]
            cursor.execute(_ADD_PROBLEMS, [current_organization_id(), jsons.recordset(rows)])


def told(delivery_id: int, problems: Collection[Problem]) -> list[Trouble]:
    """Return what could not be read as rows to keep; a body may be broken in more places than anyone reads."""
    kept = list(problems)[:_MOST_PROBLEMS]
    rows = [Trouble(delivery_id, one.pointer, one.code, one.reason) for one in kept]
    if len(problems) > len(kept):
        rows.append(Trouble(delivery_id, "", "more", f"and {len(problems) - len(kept)} more"))
    return rows
