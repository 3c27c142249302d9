"""Jobs and sweeps of the inbox, as `settings.JOBS` and `settings.SWEEPS` name them."""

from __future__ import annotations

import time

from core import jobs, sweeper
from inbox import deliveries, housekeeping, intake
from inbox.channels import probing
from inbox.files import housekeeping as file_housekeeping
from inbox.files.loop import FetcherLoop
from inbox.intake import journal
from inbox.sending import disconnected
from inbox.sending.loop import SenderLoop
from inbox.sending.recovery import recover

_SECONDS_BEFORE_OTHERS = 1.0
_SECONDS_FOR_OTHERS = 0.1


def take_in(organization_id: int) -> None:
    """Take in what webhooks brought. A flood of one organisation makes way for the others each second.

    Where somebody else is at it, the bell rings again, a moment later: they may end without what it rang for.
    """
    until = time.monotonic() + _SECONDS_BEFORE_OTHERS
    is_done = intake.take_in(
        organization_id,
        pause=lambda: time.monotonic() > until and journal.is_waiting_elsewhere(organization_id),
    )
    if not is_done:
        jobs.ring_later("inbox.take_in", _SECONDS_FOR_OTHERS, organization_id=organization_id)


def wake_sender(channel_id: int) -> None:
    """Let this worker's sender of a channel look at once."""
    if SenderLoop.running is not None:
        SenderLoop.running.wake(channel_id)


def wake_fetcher() -> None:
    """Let this worker's fetcher of files look at once."""
    if FetcherLoop.running is not None:
        FetcherLoop.running.wake()


def probe_channel(organization_id: int, channel_id: int) -> None:
    """Ask Meta whether a number that was stopped may send again."""
    probing.probe(channel_id)


def sweep_troubles() -> None:
    """Have the numbers asked for that were stopped. Never here: Meta may take seconds, and other sweeps wait."""
    for organization_id, channel_id in probing.due():
        jobs.ring("inbox.probe", organization_id=organization_id, channel_id=channel_id)


def sweep_inbound() -> None:
    """Have the deliveries taken in whose bell was lost."""
    for organization_id in deliveries.overdue_organizations():
        sweeper.ring_or_run("inbox.take_in", organization_id=organization_id)


def sweep_attempts() -> None:
    """Take up what a dead sender left behind. (What is merely due the senders find by themselves.)"""
    recover()
    disconnected.fail_what_waits()


def sweep_housekeeping() -> None:
    """Remove old raw bodies, and statuses and changes that nobody claimed."""
    housekeeping.remove_old_deliveries()
    housekeeping.remove_old_parked()


def sweep_files() -> None:
    """Have a worker tidy the files: looking at all of them takes longer than a sweep may."""
    sweeper.ring_or_run("inbox.tidy_files")


def tidy_files() -> None:
    """Remove files that were uploaded and never sent, and what a crash has left on the disk."""
    file_housekeeping.remove_unsent()
    file_housekeeping.remove_orphans()
