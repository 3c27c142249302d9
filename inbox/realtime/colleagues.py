"""Signals between colleagues: who writes, who looks. They carry no number and may be lost."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any, get_args

from inbox.realtime import frames
from inbox.realtime.database import Unreachable
from inbox.realtime.history import History
from inbox.realtime.limits import SIGNAL_SIGHT_SECONDS, TYPING_SHOWN_SECONDS
from inbox.realtime.socket import Socket
from inbox.sight import Sight, Viewer, can_see
from inbox.signals import SignalKind

_SIGHTS_KEPT = 500
_MOST_AT_ONCE = 200


class Colleagues:
    """Passes signals of one organisation on to those who may see the conversation.

    Args:
        live: the feed's sockets by viewer.
        rights_are_fresh: whether it is known who may still stay; signals do not wait for it.
    """

    def __init__(
        self,
        history: History,
        live: Mapping[Viewer, set[Socket]],
        rights_are_fresh: Callable[[], bool],
    ) -> None:
        self._history = history
        self._live = live
        self._rights_are_fresh = rights_are_fresh
        self._sights: dict[int, tuple[float, Sight | None]] = {}
        self._typing: dict[int, float] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def close(self) -> None:
        for task in self._tasks:
            task.cancel()

    def forget(self, conversation_id: int) -> None:
        """Look again: the conversation has just changed."""
        self._sights.pop(conversation_id, None)

    def may_show_typing(self, conversation_id: int) -> bool:
        """Tell whether the customer should be shown now that somebody writes; counts as shown."""
        now = time.monotonic()
        if self._typing.get(conversation_id, 0.0) > now:
            return False
        if len(self._typing) >= _SIGHTS_KEPT:
            self._typing = {pk: until for pk, until in self._typing.items() if until > now}
        self._typing[conversation_id] = now + TYPING_SHOWN_SECONDS
        return True

    async def sight_of(self, conversation_id: int) -> Sight | None:
        """Return how a conversation stands, by a look that is at most two seconds old.

        Raises:
            Unreachable: the database does not answer now.
        """
        known = self._sights.get(conversation_id)
        if known is not None and known[0] > time.monotonic():
            return known[1]
        until = time.monotonic() + SIGNAL_SIGHT_SECONDS
        sight = (await self._history.present((conversation_id,))).get(conversation_id)
        if len(self._sights) >= _SIGHTS_KEPT:
            self._sights.clear()
        self._sights[conversation_id] = (until, sight)
        return sight

    def hear(self, data: Any) -> None:
        """Take a signal from the layer; what it says is checked here once more."""
        try:
            kind, conversation_id, member = data["signal"], data["conversation"], data["member"]
            sender, name = member["id"], str(member["name"])
        except (TypeError, LookupError):
            return
        if kind not in get_args(SignalKind) or type(conversation_id) is not int or type(sender) is not int:
            return
        if self._live and len(self._tasks) < _MOST_AT_ONCE:
            frame = frames.signal(kind, conversation_id, {"id": sender, "name": name})
            task = asyncio.create_task(self._pass_on(frame, conversation_id, sender))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pass_on(self, frame: frames.Frame, conversation_id: int, sender: int) -> None:
        try:
            sight = await self.sight_of(conversation_id)
        except Unreachable:
            return
        if sight is None or not self._rights_are_fresh():
            return
        for viewer, sockets in self._live.items():
            if viewer.member_id != sender and can_see(viewer, sight):
                for socket in sockets:
                    socket.push_hint(frame)
