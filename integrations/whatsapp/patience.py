"""Deadlines for many short waits by one timer: on a busy path a timer for each costs more than the wait."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

_LOOKS_IN_A_TERM = 8

T = TypeVar("T", bound=Hashable)


class Patience(Generic[T]):
    """Gives up on whoever has waited too long, up to an eighth of the time late.

    Args:
        seconds: how long one may wait.
        give_up: told of each that waited longer. It must not wait itself.
    """

    def __init__(self, seconds: float, give_up: Callable[[T], object]) -> None:
        self.seconds = seconds
        self._give_up = give_up
        self._since: dict[T, float] = {}  # the oldest first
        self._is_looking = False

    def begin(self, waiting: T) -> None:
        loop = asyncio.get_running_loop()
        self._since[waiting] = loop.time()
        if not self._is_looking:
            self._is_looking = True
            loop.call_later(self.seconds / _LOOKS_IN_A_TERM, self._look, loop)

    def end(self, waiting: T) -> bool:
        """Tell whether it ended in time."""
        return self._since.pop(waiting, None) is not None

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        oldest_allowed = loop.time() - self.seconds
        for waiting, since in list(self._since.items()):
            if since > oldest_allowed:
                break
            del self._since[waiting]
            self._give_up(waiting)
        self._is_looking = bool(self._since)
        if self._is_looking:
            loop.call_later(self.seconds / _LOOKS_IN_A_TERM, self._look, loop)
