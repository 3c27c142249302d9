"""Reading the database from the sockets' event loop, without a thread."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import psycopg
from django.conf import settings
from psycopg_pool import AsyncConnectionPool

from core.database import conninfo
from inbox.realtime.entries import COUNTER, EVENTS_AFTER, SIGHTS, Entry, entries_of
from inbox.realtime.limits import DATABASE_SECONDS
from inbox.sight import Sight

logger = logging.getLogger(__name__)

_CONNECTIONS = 4
_COUNTERS = (
    "SELECT organization_id, stream_id::text, seq FROM core_eventcounter WHERE organization_id = ANY(%s)"
)

Connection = psycopg.AsyncConnection[tuple[Any, ...]]


class Unreachable(Exception):
    """The database does not answer now."""


@dataclass(frozen=True, slots=True)
class Head:
    """Where an organisation's stream stands."""

    stream_id: str
    seq: int


class Database:
    """A few connections of one event loop. Each query says which organisation it asks for."""

    def __init__(self) -> None:
        self._pool: AsyncConnectionPool[Connection] | None = None
        self._opening = asyncio.Lock()

    async def rows(self, query: str, values: Sequence[Any]) -> list[Any]:
        """Run one query. Connections that broke since their last use are replaced: a restart breaks all of them.

        Raises:
            Unreachable: there is no answer within `DATABASE_SECONDS`.
        """
        try:
            async with asyncio.timeout(DATABASE_SECONDS):
                for _ in range(_CONNECTIONS):
                    with suppress(psycopg.OperationalError, psycopg.InterfaceError):
                        return await self._rows(query, values)
                return await self._rows(query, values)
        except (psycopg.OperationalError, psycopg.InterfaceError, OSError, TimeoutError) as error:
            raise Unreachable(type(error).__name__) from error

    async def _rows(self, query: str, values: Sequence[Any]) -> list[Any]:
        pool = self._pool or await self._open()
        async with pool.connection() as connection:
            # The texts are constants of ours; psycopg's type wants literals.
            cursor = await connection.execute(query.encode(), values)
            return await cursor.fetchall()

    async def _open(self) -> AsyncConnectionPool[Connection]:
        async with self._opening:
            if self._pool is None:
                pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
                    conninfo(application_name="bandeja socket"),
                    # The few statements of this package are of fixed text; see `core.statements`.
                    kwargs={
                        "autocommit": True,
                        "prepare_threshold": 0 if settings.PREPARED_STATEMENTS else None,
                    },
                    min_size=1,
                    max_size=_CONNECTIONS,
                    timeout=DATABASE_SECONDS,
                    open=False,
                    name="sockets",
                )
                await pool.open()
                self._pool = pool
        return self._pool

    async def close(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            await pool.close()

    async def entries(self, organization_id: int, *, after: int, limit: int) -> list[Entry]:
        """Return the events that follow number `after`."""
        return entries_of(await self.rows(EVENTS_AFTER, [organization_id, after, limit]))

    async def head(self, organization_id: int) -> Head | None:
        """Return where the organisation stands, None if it has no stream."""
        rows = await self.rows(COUNTER, [organization_id])
        return Head(*rows[0]) if rows else None

    async def heads(self, organization_ids: Iterable[int]) -> dict[int, Head]:
        """Return where organisations stand, in one query."""
        rows = await self.rows(_COUNTERS, [list(organization_ids)])
        return {organization_id: Head(stream_id, seq) for organization_id, stream_id, seq in rows}

    async def sights(self, organization_id: int, conversation_ids: Iterable[int]) -> dict[int, Sight]:
        """Return how conversations stand now; those of other organisations are not there."""
        rows = await self.rows(SIGHTS, [organization_id, list(conversation_ids)])
        return {pk: Sight(status, assignee_id) for pk, status, assignee_id in rows}
