"""What one member signals to colleagues over a socket."""

from __future__ import annotations

import asyncio
import logging
import time

from django.db import Error as DatabaseError
from django.db import connections

from core.tenancy import tenant_scope
from inbox import signals
from inbox.realtime.database import Unreachable
from inbox.realtime.feed import Feed
from inbox.realtime.frames import Signal
from inbox.realtime.limits import SIGNAL_SECONDS
from inbox.realtime.socket import Socket
from inbox.sight import can_see

logger = logging.getLogger(__name__)


def _show_typing(organization_id: int, conversation_id: int) -> None:
    try:
        with tenant_scope(organization_id):
            signals.typing_seen(conversation_id)
    except DatabaseError as error:
        # A courtesy to the customer: not worth a retry, and no reason to close the socket.
        logger.warning("realtime.typing_not_shown", extra={"reason": type(error).__name__})
    finally:
        connections.close_all()


class Speech:
    """Checks and thins out the signals of one socket. An API key has no colleagues: what it says is passed over."""

    def __init__(self, feed: Feed, socket: Socket) -> None:
        self._feed = feed
        self._socket = socket
        self._principal = socket.principal
        self._last: tuple[Signal, float] | None = None
        self._at: int | None = None
        self._courtesy: asyncio.Task[None] | None = None

    async def pass_on(self, said: Signal) -> None:
        """Tell colleagues, if the member may see the conversation."""
        if not self._principal.member_id or self._is_repeated(said):
            return
        try:
            sight = await self._feed.colleagues.sight_of(said.conversation_id)
        except Unreachable:
            return
        if sight is None or not can_see(self._socket.viewer, sight) or self._socket.is_ending:
            return
        self._at = None if said.kind == "left" else said.conversation_id
        self._tell(said)
        if said.kind == "typing" and self._feed.colleagues.may_show_typing(said.conversation_id):
            # In a thread, and not waited for: what the client says next has nothing to do with it.
            courtesy = asyncio.to_thread(_show_typing, self._principal.organization_id, said.conversation_id)
            self._courtesy = asyncio.create_task(courtesy)

    def end(self) -> None:
        """The line is gone, and with it whoever looked at a conversation."""
        if self._at is not None:
            self._tell(Signal("left", self._at))

    def _is_repeated(self, said: Signal) -> bool:
        now = time.monotonic()
        if self._last is not None and self._last[0] == said and now - self._last[1] < SIGNAL_SECONDS:
            return True
        self._last = (said, now)
        return False

    def _tell(self, said: Signal) -> None:
        signals.tell_colleagues(
            self._principal.organization_id,
            said.kind,
            conversation_id=said.conversation_id,
            member_id=self._principal.member_id,
            member_name=self._principal.name,
        )
