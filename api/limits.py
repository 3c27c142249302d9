"""How much may be asked for: requests by a token bucket, and uploads at one time; all of it per process."""

from __future__ import annotations

import time
from collections import Counter, OrderedDict
from collections.abc import Callable
from functools import partial
from threading import Lock

from django.conf import settings

from core.errors import TooManyRequests

_MOST_BUCKETS = 10_000
_buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

# More than a person picks at one time; each may lie on the disk with the size of the largest file.
MOST_UPLOADS_AT_ONCE = 12
# Of all its people and keys together: no organisation takes the disk and the inspectors from the others.
MOST_UPLOADS_OF_ORGANIZATION = 3 * MOST_UPLOADS_AT_ONCE
_uploads: Counter[str] = Counter()
_lock = Lock()


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


def hold_upload(principal: str, organization: str) -> Callable[[], None]:
    """Count an upload that begins; return what is to be called once when it has ended.

    Raises:
        TooManyRequests: as many as allowed are under way, of the caller or of the whole organisation.
    """
    most = {principal: MOST_UPLOADS_AT_ONCE, organization: MOST_UPLOADS_OF_ORGANIZATION}
    with _lock:
        if any(_uploads[name] >= limit for name, limit in most.items()):
            raise TooManyRequests(retry_after_seconds=1.0)
        _uploads.update(most.keys())
    return partial(_end_upload, tuple(most))


def _end_upload(names: tuple[str, ...]) -> None:
    with _lock:
        _uploads.subtract(names)
        for name in names:
            if _uploads[name] <= 0:
                del _uploads[name]
