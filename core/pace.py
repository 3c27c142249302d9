"""How long a request's body may take to come: nobody holds a place for ever with a byte now and then. Pure."""

from __future__ import annotations

GRACE_SECONDS = 60.0
# Less than the slowest telephone connection brings.
SLOWEST_BYTES_PER_SECOND = 2_000


def patience_seconds(received_bytes: int) -> float:
    """Return how long after its beginning a body may still be unfinished that has brought so many bytes."""
    return GRACE_SECONDS + received_bytes / SLOWEST_BYTES_PER_SECOND
