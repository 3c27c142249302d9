"""Meta's rate limits, off unless switched on: throughput of a number, and messages to the same person."""

import time
from dataclasses import dataclass, field

PAIR_SECONDS = 6.0
PAIR_BURST = 45


@dataclass(slots=True)
class Limits:
    """Counts by the monotonic clock.

    Attributes:
        pair: one message per 6 s from a number to the same person, 45 borrowed at most (131056).
        per_second: messages per second from one number (130429); None for no limit.
    """

    pair: bool = False
    per_second: float | None = None
    _pairs: dict[tuple[str, str], float] = field(default_factory=dict)
    _levels: dict[str, tuple[float, float]] = field(default_factory=dict)

    def refuse(self, phone_number_id: str, user_id: str) -> int | None:
        """Count a message, or give the code with which it is refused."""
        now = time.monotonic()
        if self.per_second is not None:
            tokens, last = self._levels.get(phone_number_id, (self.per_second, now))
            tokens = min(max(self.per_second, 1.0), tokens + (now - last) * self.per_second)
            if tokens < 1:
                self._levels[phone_number_id] = (tokens, now)
                return 130429
            self._levels[phone_number_id] = (tokens - 1, now)
        if self.pair:
            paid_until = max(self._pairs.get((phone_number_id, user_id), now), now)
            if paid_until - now > PAIR_SECONDS * (PAIR_BURST - 1):
                return 131056
            if len(self._pairs) > 100_000:
                self._pairs = {pair: until for pair, until in self._pairs.items() if until > now}
            self._pairs[(phone_number_id, user_id)] = paid_until + PAIR_SECONDS
        return None

    def forget(self) -> None:
        """Start counting anew."""
        self._pairs.clear()
        self._levels.clear()
