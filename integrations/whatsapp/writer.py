"""Stores raw webhook bodies, many in one statement, and says so only after the commit.

While one group is being written the next one gathers, so that a busy server writes few and large groups, and a
quiet one does not wait. Whoever asked learns the outcome, or that there is none: a group that ends in any way lets
go of everyone who waits for it.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg.types.numeric import Int8

from integrations.whatsapp.connection import Link
from integrations.whatsapp.patience import Patience

logger = logging.getLogger(__name__)

ROWS_IN_A_GROUP = 256
BYTES_IN_A_GROUP = 8 * 1024 * 1024
WAITING_BYTES = 64 * 1024 * 1024
GROUP_SECONDS = 8.0
STORE_SECONDS = 10.0
_INSERT = "INSERT INTO integrations_inbounddelivery (organization_id, meta_app_id, body, state, received_at) VALUES "


class NotStored(Exception):
    """The body could not be stored, or nobody knows whether it was. Its sender has to send it again."""


@dataclass(frozen=True, slots=True)
class RawBody:
    organization_id: int
    meta_app_id: int
    body: bytes
    received_at: datetime


_Waiting = tuple[RawBody, "asyncio.Future[None]"]


class GroupingWriter:
    """Stores bodies for the requests of one event loop.

    Args:
        committed: told the organisations that a group was for, after its commit. It must not wait.
    """

    def __init__(self, link: Link, committed: Callable[[set[int]], None]) -> None:
        self._link = link
        self._committed = committed
        self._waiting: deque[_Waiting] = deque()
        self._waiting_bytes = 0
        self._task: asyncio.Task[None] | None = None
        # A database that hangs may need longer than this until even the attempt to leave it has failed.
        self._patience: Patience[asyncio.Future[None]] = Patience(STORE_SECONDS, _release)

    async def store(self, raw: RawBody) -> None:
        """Return once the body is committed. Cancelling the caller leaves its group alone.

        Raises:
            NotStored: there is no row of it, or it is not certain that there is.
        """
        if self._waiting_bytes + len(raw.body) > WAITING_BYTES:
            raise NotStored("too much is waiting")
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((raw, stored))
        self._waiting_bytes += len(raw.body)
        self._keep_writing()
        self._patience.begin(stored)
        try:
            await stored
        finally:
            self._patience.end(stored)

    def _keep_writing(self, ended: asyncio.Task[None] | None = None) -> None:
        """Have a task that writes as long as somebody waits, however the last one ended."""
        if self._waiting and (self._task is None or self._task.done()):
            self._task = asyncio.get_running_loop().create_task(self._write_groups())
            self._task.add_done_callback(self._keep_writing)

    async def _write_groups(self) -> None:
        await asyncio.sleep(0)  # requests that are ready in this very turn join the first group
        while self._waiting:
            group = self._next_group()
            try:
                await self._write(group)
            except Exception as error:  # the requests of this group fail, the next group has its own chance
                logger.warning(
                    "webhook.not_stored", extra={"rows": len(group), "reason": type(error).__name__}
                )
            finally:
                for _, stored in group:
                    _release(stored)

    def _next_group(self) -> list[_Waiting]:
        group: list[_Waiting] = []
        size = 0
        while self._waiting and len(group) < ROWS_IN_A_GROUP:
            length = len(self._waiting[0][0].body)
            if group and size + length > BYTES_IN_A_GROUP:
                break
            raw, stored = self._waiting.popleft()
            self._waiting_bytes -= length
            if not stored.done():  # done here means cancelled or given up: nobody would be told of the row
                group.append((raw, stored))
                size += length
        return group

    async def _write(self, group: list[_Waiting]) -> None:
        if not group:
            return
        try:
            await self._insert(group)
        except TimeoutError:
            raise
        except (psycopg.OperationalError, psycopg.InterfaceError, OSError):
            # A restart of the database breaks the connection once. If the first try was committed after all there
            # are two rows, and taking in the second one changes nothing.
            await self._link.discard()
            await self._insert(group)
        except psycopg.Error:
            await self._write_one_by_one(group)

    async def _write_one_by_one(self, group: list[_Waiting]) -> None:
        """Find the row that the database refuses, such as one of an app that is just being deleted."""
        for waiting in group:
            try:
                await self._insert([waiting])
            except psycopg.Error as error:
                logger.warning("webhook.row_refused", extra={"reason": type(error).__name__})

    async def _insert(self, group: list[_Waiting]) -> None:
        values: list[object] = []
        for raw, _ in group:
            values += (Int8(raw.organization_id), Int8(raw.meta_app_id), raw.body, raw.received_at)
        try:
            async with asyncio.timeout(GROUP_SECONDS):
                connection = await self._link.open()
                # A raw cursor sends the statement as it is: looking for placeholders would cost more than the rest.
                await psycopg.AsyncRawCursor(connection).execute(_statement(len(group)), values)
        except (TimeoutError, asyncio.CancelledError):
            # The statement may still be under way on this connection.
            await self._link.discard()
            raise
        for _, stored in group:
            if not stored.done():
                stored.set_result(None)
        try:
            self._committed({raw.organization_id for raw, _ in group})
        except Exception:  # the rows are there, and whoever sweeps them up needs no bell
            logger.exception("webhook.bell_broken")


def _release(stored: asyncio.Future[None]) -> None:
    if not stored.done():
        stored.set_exception(NotStored("not written"))


_statements: dict[int, bytes] = {}


def _statement(rows: int) -> bytes:
    if rows not in _statements:
        places = (f"(${n}, ${n + 1}, ${n + 2}, 'pending', ${n + 3})" for n in range(1, 4 * rows, 4))
        _statements[rows] = (_INSERT + ", ".join(places)).encode()
    return _statements[rows]
