"""The loop of the intake: batch after batch, until all is done that waited when the last one began."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from enum import Enum
from pathlib import Path

from django.db import InterfaceError, OperationalError
from psycopg.errors import DeadlockDetected

from core.events import service
from core.tenancy import tenant_scope
from inbox import locks
from inbox.intake import effects, journal, runs
from inbox.intake.journal import Piece, Trouble

logger = logging.getLogger(__name__)

BATCH = 500
_MOST_DEADLOCKS = 5
_ALL = -1  # instead of the index of an item: the delivery as a whole


class _Went(Enum):
    ON = "on"  # a batch was done, or has to be tried again in another way
    THROUGH = "through"  # that was all
    ELSEWHERE = "elsewhere"  # somebody else is at it


def take_in(organization_id: int, *, pause: Callable[[], bool] = lambda: False) -> bool:
    """Take in what webhooks have brought for an organisation until now.

    What comes meanwhile has a bell of its own: a stream of webhooks is taken in by as many batches as bells ring, and
    not by one for each. Calling it again, at any moment and for the same deliveries, has no further effect.

    Args:
        pause: asked between batches whether to stop early.

    Returns:
        Whether all was taken in; False after a pause, and when somebody else is at it, as one at a time works for an
        organisation: they may have begun before the delivery came that we were called for.

    Raises:
        OperationalError, InterfaceError: the database is in trouble; everything undone still waits.
    """
    intake = _Intake(organization_id)
    with tenant_scope(organization_id):
        try:
            return _go_on(intake, pause)
        finally:
            intake.leave()


def _go_on(intake: _Intake, pause: Callable[[], bool]) -> bool:
    while True:
        went = intake.step()
        if went is not _Went.ON:
            return went is _Went.THROUGH
        if pause():
            return False


class _Intake:
    """One run: how large its batches are, and what it has to remember between them.

    A batch that fails is undone and tried again at half its size, until the item that breaks it stands alone. That
    one is set aside with its reason, and the batches grow again. The transaction as a whole is repeated, so that an
    item which only breaks the end of it (an event that cannot be rendered) stops nobody either.
    """

    def __init__(self, organization_id: int) -> None:
        self._organization_id = organization_id
        self._size = BATCH
        self._aside: dict[effects.Place, str] = {}
        self._unfinished: Piece | None = None
        self._deadlocks = 0
        self._is_noted = False

    def leave(self) -> None:
        """Take back what we noted of a batch that came to nothing: whoever can say so was not killed."""
        if self._is_noted:
            runs.take_back(self._organization_id)

    def step(self) -> _Went:
        """Do one batch in one transaction, after one that notes that it begins."""
        begun = runs.begin(self._organization_id)
        if begun is not runs.Begun.NOW:
            return _Went.ELSEWHERE if begun is runs.Begun.ELSEWHERE else _Went.THROUGH
        self._is_noted = True
        pieces: list[Piece] = []
        try:
            with service():
                if not locks.try_lock(locks.intake_of(self._organization_id)):
                    return _Went.ELSEWHERE
                pieces, is_all = self._claim()
                runs.end(self._organization_id)
                if pieces:
                    self._do(pieces)
        except (OperationalError, InterfaceError) as error:
            if not isinstance(error.__cause__, DeadlockDetected) or self._deadlocks >= _MOST_DEADLOCKS:
                raise
            self._deadlocks += 1
            return _Went.ON
        except Exception as error:
            if not pieces:
                raise
            self._narrow(pieces, error)
            return _Went.ON
        self._is_noted = False
        if pieces:
            self._unfinished = pieces[-1] if not pieces[-1].is_last else None
            self._size, self._deadlocks = min(self._size * 2, BATCH), 0
        return _Went.THROUGH if is_all else _Went.ON

    def _claim(self) -> tuple[list[Piece], bool]:
        """Claim a batch; tell whether it is all that waits."""
        if self._unfinished is not None:
            rest = journal.go_on(self._unfinished, items=self._size)
            if rest is not None:
                return [rest], False
            self._unfinished = None
        return journal.claim(items=self._size)

    def _do(self, pieces: list[Piece]) -> None:
        hopeless = {piece.delivery.id: self._aside.get((piece.delivery.id, _ALL)) for piece in pieces}
        troubles = effects.apply(
            [piece for piece in pieces if hopeless[piece.delivery.id] is None], aside=self._aside
        )
        troubles += [
            Trouble(pk, "", "failed", reason) for pk, reason in hopeless.items() if reason is not None
        ]
        journal.write_down(pieces, troubles)

    def _narrow(self, pieces: list[Piece], error: Exception) -> None:
        weight = sum(max(len(piece.items), 1) for piece in pieces)
        if weight > 1:
            self._size = weight // 2
            return
        piece = pieces[0]
        place = (piece.delivery.id, piece.start if piece.items else _ALL)
        if place in self._aside:
            place = (piece.delivery.id, _ALL)
        if place in self._aside:
            raise error
        self._aside[place] = _reason(error)
        logger.error(
            "intake.item_failed",
            extra={
                "delivery": piece.delivery.id,
                "item": piece.start,
                "reason": _reason(error),
                "at": _where(error),
            },
        )


def _reason(error: Exception) -> str:
    """Name an error by its kinds alone: its words may hold a customer's."""
    cause = error.__cause__
    return f"{type(error).__name__} ({type(cause).__name__})" if cause is not None else type(error).__name__


def _where(error: Exception) -> str:
    """Return the innermost place in the code, for whoever mends it."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
