"""An asynchronous database connection of our own, for work that cannot wait for a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import psycopg

from core.database import conninfo

APPLICATION_NAME = "bandeja webhook"


def where() -> str:
    """Return how the webhook reaches the database."""
    return conninfo(application_name=APPLICATION_NAME)


class Link:
    """A connection that is opened when it is first needed, and again after it broke. Autocommit.

    It belongs to one event loop, and to one user at a time.
    """

    def __init__(self, where: Callable[[], str]) -> None:
        self._where = where
        self._connection: psycopg.AsyncConnection[tuple[Any, ...]] | None = None

    async def open(self) -> psycopg.AsyncConnection[tuple[Any, ...]]:
        """Return the connection, a new one if the last has gone.

        Raises:
            psycopg.OperationalError: the database cannot be reached.
        """
        if self._connection is None or self._connection.closed:
            # Prepared statements break behind some poolers, and save a tenth at most.
            self._connection = await psycopg.AsyncConnection.connect(
                self._where(), autocommit=True, prepare_threshold=None
            )
        return self._connection

    async def discard(self) -> None:
        """Let the connection go: what it would do next is not certain."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                async with asyncio.timeout(1):
                    await connection.close()
            except (psycopg.Error, OSError, TimeoutError):
                # It was no good any more, which is why it is let go.
                return
