"""How closely the deliveries of an organisation follow one another.

A delivery costs the same for one event as for twenty, so a stream is gathered. Whatever comes now and then is not kept
waiting for it.
"""

from __future__ import annotations

from collections.abc import Callable

from inbox.realtime.limits import SPACING_SECONDS, STREAM_GAP_SECONDS, STREAM_SPACING_SECONDS

_LONGEST_GAP_SECONDS = 1.0
_WEIGHT = 0.2


class Pace:
    """Follows how closely the bells come, as a moving average.

    Args:
        clock: seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._rung_at = clock()
        self._gap = _LONGEST_GAP_SECONDS

    def ring(self) -> None:
        """A bell told of something new."""
        now = self._clock()
        gap = min(now - self._rung_at, _LONGEST_GAP_SECONDS)
        self._gap += _WEIGHT * (gap - self._gap)
        self._rung_at = now

    @property
    def spacing(self) -> float:
        """Seconds to leave before the next delivery."""
        return STREAM_SPACING_SECONDS if self._gap < STREAM_GAP_SECONDS else SPACING_SECONDS
