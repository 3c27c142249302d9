"""An asynchronous database connection of our own, for work that cannot wait for a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import psycopg
from django.db import connections
from psycopg.conninfo import make_conninfo

APPLICATION_NAME = "bandeja webhook"
_OWN: dict[str, str | int] = {
    "application_name": APPLICATION_NAME,
    "connect_timeout": 4,
    "tcp_user_timeout": 8000,
}
_DJANGO_ONLY = {"pool", "assume_role", "isolation_level", "server_side_binding"}


def conninfo() -> str:
    """Return how Django reaches its default database, as libpq says it."""
    given = connections["default"].settings_dict
    options = {name: value for name, value in given["OPTIONS"].items() if name not in _DJANGO_ONLY}
    known = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    own = {name: given[key] for name, key in known.items() if given[key]}
    return make_conninfo("", **{**options, **own, **_OWN})


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
