"""Jobs and sweeps of the inbox, as `settings.JOBS` and `settings.SWEEPS` name them."""

from __future__ import annotations

from inbox.sending.loop import SenderLoop
from inbox.sending.recovery import recover


def wake_sender(channel_id: int) -> None:
    """Let this worker's sender of a channel look at once."""
    if SenderLoop.running is not None:
        SenderLoop.running.wake(channel_id)


def sweep_attempts() -> None:
    """Take up what a dead sender left behind. (What is merely due the senders find by themselves.)"""
    recover()
