"""One connection, from the hub's side: what waits for it, what it has acknowledged, and how it ends."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from inbox.realtime import frames
from inbox.realtime.frames import Close, Frame, ResyncReason
from inbox.realtime.limits import (
    ENDING_SECONDS,
    FRAMES_A_SECOND,
    FRAMES_BURST,
    HEARTBEAT_SECONDS,
    OUTSTANDING_BYTES,
)
from inbox.realtime.standing import Principal
from inbox.sight import Viewer

Send = Callable[[dict[str, Any]], Awaitable[None]]


def _nothing() -> None:
    """A socket that nobody writes yet has nothing to give up."""


class Socket:
    """What the hub knows of one connection. Pushing never waits; one task writes.

    Attributes:
        give_up: called when the client did not even read that the socket ends.
        viewer: what its person sees. It does not change: who sees something else is told to resync.
        position: everything up to this number was delivered, or is not theirs to see.
        outstanding: size of all numbered frames that wait or were sent, and were not acknowledged.
    """

    def __init__(self, principal: Principal, viewer: Viewer, send: Send) -> None:
        self.principal = principal
        self.viewer = viewer
        self.position = 0
        self.outstanding = 0
        self.is_ending = False
        self.heartbeat_at = math.inf  # not before it has begun
        self.give_up: Callable[[], object] = _nothing
        self._send = send
        self._loop = asyncio.get_running_loop()
        self._queue: deque[Frame] = deque()
        self._unacknowledged: deque[tuple[int, int]] = deque()
        self._told = 0
        self._acknowledged = 0
        self._close_code: int | None = None
        self._has_closed = False
        self._more: asyncio.Future[None] | None = None
        self._moved = asyncio.Event()
        self._behind = asyncio.Event()
        self._tokens = FRAMES_BURST
        self._tokens_at = self._loop.time()

    def start_at(self, position: int) -> None:
        """Begin after a number that the client knows already."""
        self.position = self._told = self._acknowledged = position
        self.heartbeat_at = self._loop.time() + HEARTBEAT_SECONDS

    def push_events(self, frame: Frame) -> None:
        """Queue a numbered frame; one too many ends the socket with `overflow`."""
        if self.is_ending:
            return
        self.position = self._told = frame.through
        self.outstanding += frame.size
        self._unacknowledged.append((frame.through, frame.size))
        if self.outstanding > OUTSTANDING_BYTES:
            self.resync("overflow")
            return
        self._queue.append(frame)
        self._wake()

    def push(self, frame: Frame) -> None:
        """Queue a frame without a number."""
        if not self.is_ending:
            self._queue.append(frame)
            self._wake()

    def push_hint(self, frame: Frame) -> None:
        """Queue a frame that may be lost: it is, when the client has not read the ones before."""
        if not self._queue and self.outstanding < OUTSTANDING_BYTES // 4:
            self.push(frame)

    @property
    def lags(self) -> bool:
        """Whether numbers went by that it was not told of, as they are not its person's to see."""
        return self.position > self._told

    def acknowledge(self, through: int) -> bool:
        """Note what the client has applied; tell whether that was news."""
        through = min(through, self._told)
        if through <= self._acknowledged:
            return False
        self._acknowledged = through
        waiting = self._unacknowledged
        while waiting and waiting[0][0] <= through:
            self.outstanding -= waiting.popleft()[1]
        self._moved.set()
        return True

    async def room(self, size: int, *, patience_seconds: float) -> None:
        """Return when no more than `size` is outstanding.

        Raises:
            TimeoutError: the client acknowledged nothing for `patience_seconds`.
        """
        while self.outstanding > size and not self.is_ending:
            self._moved.clear()
            async with asyncio.timeout(patience_seconds):
                await self._moved.wait()

    def fall_behind(self) -> None:
        """Note that it is given nothing new until it has caught up."""
        self._behind.set()

    async def fell_behind(self) -> None:
        """Return when it has to catch up again."""
        await self._behind.wait()
        self._behind.clear()

    def may_speak(self) -> bool:
        """Count one frame of the client against its rate."""
        now = self._loop.time()
        self._tokens = min(FRAMES_BURST, self._tokens + (now - self._tokens_at) * FRAMES_A_SECOND)
        self._tokens_at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True

    def resync(self, reason: ResyncReason) -> None:
        """Tell the client to load anew what is on screen, and close."""
        self.end(Close.RESYNC, frames.resync(reason))

    def end(self, code: int, *last: Frame) -> None:
        """Close with a code. What waits is dropped: nobody gets an event after losing the right to it."""
        if self.is_ending:
            return
        self.is_ending = True
        self._close_code = code
        self._queue.clear()
        self._queue.extend(last)
        self._moved.set()
        self._wake()
        # A client that reads nothing would keep the writer waiting for ever.
        self._loop.call_later(ENDING_SECONDS, self.give_up)

    async def close_now(self, code: int) -> None:
        """Close past everything that waits; the writer has been stopped, and may have been about to close."""
        if not self._has_closed:
            self.is_ending = self._has_closed = True
            await self._send({"type": "websocket.close", "code": self._close_code or code})

    def _wake(self) -> None:
        more = self._more
        if more is not None:
            self._more = None
            if not more.done():
                more.set_result(None)

    async def write(self) -> None:
        """Send what is pushed until the end, and close."""
        queue, send = self._queue, self._send
        while True:
            while queue:
                await send(queue.popleft().message)
            if self.is_ending:
                break
            self._more = self._loop.create_future()
            await self._more
        self._has_closed = True
        await send({"type": "websocket.close", "code": self._close_code})
