"""How many requests a caller may make: a token bucket per actor and process."""

from __future__ import annotations

import time
from collections import OrderedDict

from django.conf import settings

from core.errors import TooManyRequests

_MOST_BUCKETS = 10_000
_buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()


def take(principal: str, *, now: float | None = None) -> None:
    """Count one request.

    Raises:
        TooManyRequests: the caller is over `API_REQUESTS_PER_SECOND` and has used up its burst.
    """
    rate, burst = settings.API_REQUESTS_PER_SECOND, settings.API_BURST
    moment = time.monotonic() if now is None else now
    tokens, at = _buckets.get(principal, (float(burst), moment))
    tokens = min(float(burst), tokens + (moment - at) * rate) - 1
    if tokens < 0:
        _buckets[principal] = (tokens + 1, moment)
        raise TooManyRequests(retry_after_seconds=(-tokens) / rate)
    _buckets[principal] = (tokens, moment)
    _buckets.move_to_end(principal)
    if len(_buckets) > _MOST_BUCKETS:
        _buckets.popitem(last=False)
