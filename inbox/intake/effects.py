"""What the items of a batch do, within one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from inbox import statuses
from inbox.intake import journal, messages
from inbox.intake.journal import Piece, Trouble
from inbox.intake.messages import Arrival
from inbox.intake.routing import Foreign, Routes
from inbox.sending import retries
from integrations.whatsapp.payloads import InboundMessage, Item, Other, StatusUpdate

Place = tuple[int, int]  # delivery, and index of the item in it


@dataclass(slots=True)
class _Sorted:
    """Items by what they do."""

    arrivals: list[Arrival] = field(default_factory=list)
    updates: list[tuple[int, StatusUpdate]] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)


def apply(pieces: Sequence[Piece], *, aside: Mapping[Place, str]) -> list[Trouble]:
    """Let the items of the pieces have their effects; return those that had none.

    Messages go first, as they lock conversations, which everybody else locks before attempts and messages.

    Args:
        aside: items that failed when they stood alone, with the reason; they are kept and not tried again.
    """
    routes, found = Routes(), _Sorted()
    for piece in pieces:
        found.troubles += journal.told(piece.delivery.id, piece.problems)
        for index, item in enumerate(piece.items, piece.start):
            if aside and (piece.delivery.id, index) in aside:
                found.troubles.append(_trouble(piece, item, "failed", aside[piece.delivery.id, index]))
            else:
                _sort(piece, item, routes, found)
    taken = messages.take_in(found.arrivals)
    retries.after_failures(statuses.apply(found.updates))
    statuses.settle_by_quotes(taken.replies)
    return found.troubles + [
        Trouble(arrival.delivery_id, arrival.message.pointer, "identity_clash", reason)
        for arrival, reason in taken.clashes
    ]


def _sort(piece: Piece, item: Item, routes: Routes, found: _Sorted) -> None:
    app_id = piece.delivery.meta_app_id
    if isinstance(item, Other):
        if routes.is_foreign(app_id, item):
            found.troubles.append(_trouble(piece, item, "foreign", "number or account are not of this app"))
        else:
            found.troubles.append(_trouble(piece, item, "not_yet_handled", item.kind))
        return
    channel = routes.channel_of(app_id, item)
    if isinstance(channel, Foreign):
        found.troubles.append(_trouble(piece, item, "foreign", channel.reason))
    elif isinstance(item, InboundMessage):
        found.arrivals.append(
            Arrival.of(
                item,
                channel_id=channel,
                delivery_id=piece.delivery.id,
                received_at=piece.delivery.received_at,
            )
        )
    elif isinstance(item, StatusUpdate):
        found.updates.append((channel, item))
    else:
        found.troubles.append(_trouble(piece, item, "not_yet_handled", type(item).__name__))


def _trouble(piece: Piece, item: Item, code: str, reason: str) -> Trouble:
    return Trouble(piece.delivery.id, item.pointer, code, reason)
