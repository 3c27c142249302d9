"""Statuses of one message, folded into one step forward. Pure: a campaign brings hundreds of thousands of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from inbox.wamids import Key
from integrations.whatsapp.payloads import StatusError, StatusUpdate

_FURTHEST_FIRST = ("played", "read", "delivered", "failed", "sent")
_LARGEST_CODE = 2**31 - 1
_DETAIL_LENGTH = 500


class Progress:
    """What a batch says of one message.

    Attributes:
        times: Meta's time by status, the earliest of copies.
        callback_data: what we gave the attempt along; names it when nothing else does.
    """

    __slots__ = ("callback_data", "channel_id", "error_code", "error_detail", "times", "wamid")

    def __init__(self, channel_id: int, wamid: str) -> None:
        self.channel_id = channel_id
        self.wamid = wamid
        self.times: dict[str, datetime] = {}
        self.error_code: int | None = None
        self.error_detail = ""
        self.callback_data: str | None = None

    @property
    def status(self) -> str:
        """The furthest of the statuses."""
        times = self.times
        for name in _FURTHEST_FIRST:
            if name in times:
                return name
        raise ValueError("no status was added")

    def add(self, status: str, at: datetime, code: int | None = None, detail: str = "") -> None:
        known = self.times.get(status)
        if known is None or at < known:
            self.times[status] = at
        if status == "failed" and self.error_code is None:
            self.error_code, self.error_detail = code, detail

    def as_row(self) -> dict[str, Any]:
        """Return the step that the message takes."""
        times, status = self.times, self.status
        return {
            "channel_id": self.channel_id,
            "wamid": self.wamid,
            "status": status,
            "at": times[status],
            "sent_at": times.get("sent"),
            "delivered_at": times.get("delivered"),
            "read_at": times.get("read"),
            "error_code": self.error_code,
            "error_detail": self.error_detail,
        }

    def as_parked(self) -> Iterator[dict[str, Any]]:
        """Give each status by itself, to be kept until the message appears."""
        for status, at in self.times.items():
            has_failed = status == "failed"
            yield {
                "channel_id": self.channel_id,
                "wamid": self.wamid,
                "status": status,
                "at": at,
                "error_code": self.error_code if has_failed else None,
                "error_detail": self.error_detail if has_failed else "",
            }


def fold(updates: Iterable[tuple[int, StatusUpdate]]) -> dict[Key, Progress]:
    """Fold statuses, each with the id of its channel, by message."""
    steps: dict[Key, Progress] = {}
    for channel_id, update in updates:
        key = (channel_id, update.wamid)
        step = steps.get(key)
        if step is None:
            step = steps[key] = Progress(channel_id, update.wamid)
        if update.status == "failed":
            step.add("failed", update.at, *_error(update.error))
        else:
            step.add(update.status, update.at)
        step.callback_data = update.callback_data or step.callback_data
    return steps


def _error(error: StatusError | None) -> tuple[int | None, str]:
    if error is None:
        return None, ""
    code = error.code if error.code is not None and abs(error.code) <= _LARGEST_CODE else None
    return code, (error.detail or error.title)[:_DETAIL_LENGTH]
