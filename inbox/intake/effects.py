"""What the items of a batch do, within one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from inbox import changes, identities, preferences, statuses
from inbox.changes import Change
from inbox.channels import notices
from inbox.channels.notices import Told
from inbox.intake import journal, messages
from inbox.intake.journal import Piece, Trouble
from inbox.intake.messages import LATE_AFTER, Arrival, Taken
from inbox.intake.routing import Foreign, Routes
from inbox.sending import retries
from integrations.whatsapp.payloads import (
    AccountNotice,
    Echo,
    IdentityChange,
    InboundMessage,
    Item,
    Other,
    Preference,
    StatusUpdate,
)

Place = tuple[int, int]  # delivery, and index of the item in it

# Meta repeats a webhook for 7 days. What is older was captured by somebody: nothing on it says when it was signed.
OLDEST = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class _Move:
    """A change of identity, which stands between the messages before and after it."""

    item: IdentityChange
    channel_id: int
    piece: Piece


@dataclass(slots=True)
class _Sorted:
    """Items by what they do.

    Attributes:
        steps: messages and changes of identity, in their order: whoever writes with a new id right after getting it
            must be known by it.
    """

    steps: list[list[Arrival] | _Move] = field(default_factory=lambda: [[]])
    changes: list[Change] = field(default_factory=list)
    preferences: list[Preference] = field(default_factory=list)
    notices: list[Told] = field(default_factory=list)
    updates: list[tuple[int, StatusUpdate]] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)

    def add_message(self, arrival: Arrival) -> None:
        last = self.steps[-1]
        if isinstance(last, _Move):
            self.steps.append([arrival])
        else:
            last.append(arrival)


def apply(pieces: Sequence[Piece], *, aside: Mapping[Place, str]) -> list[Trouble]:
    """Let the items of the pieces have their effects; return those that had none.

    Messages go first, as they lock conversations, which everybody else locks before attempts and messages; what
    waits for messages that are not known goes last, as it locks out the senders.

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
    taken = _take_in(found)
    changes.apply_parked(taken.added)
    waiting = changes.apply(found.changes)
    preferences.apply(found.preferences)
    notices.apply(found.notices)
    for channel_id in sorted({channel_id for channel_id, _ in taken.ours}):
        ours = [wamid for owner, wamid in taken.ours if owner == channel_id]
        retries.after_failures(statuses.apply_parked(channel_id, ours))
    retries.after_failures(statuses.apply(found.updates))
    statuses.settle_by_quotes(taken.replies)
    changes.park(waiting)
    return found.troubles


def _take_in(found: _Sorted) -> Taken:
    taken = Taken()
    for step in found.steps:
        if isinstance(step, _Move):
            item, delivery = step.item, step.piece.delivery
            is_late = delivery.received_at - item.sent_at > LATE_AFTER
            reason = identities.change(item, channel_id=step.channel_id, is_late=is_late)
            if reason is not None:
                found.troubles.append(_trouble(step.piece, item, "nobody", reason))
        else:
            taken.extend(messages.take_in(step))
    return taken


def _sort(piece: Piece, item: Item, routes: Routes, found: _Sorted) -> None:
    app_id, received_at = piece.delivery.meta_app_id, piece.delivery.received_at
    if isinstance(item, AccountNotice | Other):
        _sort_aside(piece, item, routes, found)
        return
    channel = routes.channel_of(app_id, item)
    if isinstance(channel, Foreign):
        found.troubles.append(_trouble(piece, item, "foreign", channel.reason))
    elif isinstance(item, StatusUpdate):
        found.updates.append((channel, item))
    elif received_at - _written_at(item) > OLDEST:
        found.troubles.append(_trouble(piece, item, "too_old", "older than anything that Meta repeats"))
    elif isinstance(item, InboundMessage | Echo):
        delivery_id = piece.delivery.id
        found.add_message(
            Arrival.of(item, channel_id=channel, delivery_id=delivery_id, received_at=received_at)
        )
    elif isinstance(item, IdentityChange):
        found.steps.append(_Move(item, channel, piece))
    elif isinstance(item, Preference):
        found.preferences.append(item)
    else:
        found.changes.append(Change.of(item, channel_id=channel))


def _sort_aside(piece: Piece, item: AccountNotice | Other, routes: Routes, found: _Sorted) -> None:
    """Sort what is about no thread."""
    app_id = piece.delivery.meta_app_id
    if routes.is_foreign(app_id, item):
        found.troubles.append(_trouble(piece, item, "foreign", "number or account are not of this app"))
    elif isinstance(item, Other):
        found.troubles.append(_trouble(piece, item, "not_yet_handled", item.kind))
    else:
        channel_id, channel_ids = routes.channels_of(app_id, item)
        found.notices.append(Told(item, app_id, channel_id, channel_ids))


def _written_at(item: Item) -> datetime:
    said = item.message if isinstance(item, Echo) else item
    assert not isinstance(said, StatusUpdate | Other | Echo)  # noqa: S101 - sorted before
    return said.sent_at


def _trouble(piece: Piece, item: Item, code: str, reason: str) -> Trouble:
    return Trouble(piece.delivery.id, item.pointer, code, reason)
