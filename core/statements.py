"""Statements whose text never changes: planned once for each connection, not each time.

Where a statement finds rows by their keys, PostgreSQL plans for ten to twenty times as long as it runs: 0.7 to 0.8 ms
for the joins of a conversation, which are done in 0.05 ms. As a prepared statement with a generic plan it only runs.
That is right for texts that are written out, and wrong for query sets: each composition would be another statement,
and the best plan of a search depends on what is searched for.

The cursor that runs them is kept, too. Making one costs psycopg and Django a third of what a short statement costs
them together.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, cast

import psycopg
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg.abc import Loader
from psycopg.pq import Format

# Each of our statements, some for several types of their values; the oldest would be forgotten over it.
_MOST_PREPARED = 500
# Where a connection keeps the cursor while nobody uses it.
_KEPT = "statement_cursor"
# Reading a time costs more than any other column: Django's loader is written in Python and only adds the zone, which is
# UTC on our connections; psycopg's is compiled.
_TIMES = cast(
    type[Loader], psycopg.adapters.get_loader(psycopg.adapters.types["timestamptz"].oid, Format.TEXT)
)


class _Cursor(psycopg.Cursor[tuple[Any, ...]]):
    """Binds values on the server, and keeps the text for Django's log of queries, as psycopg does for others."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        try:
            return super().execute(query, params, **options)
        finally:
            self._query: Any = _Ran(query.encode())

    def forget(self) -> None:
        """Let go of the last statement's rows, and stay open."""
        self._reset()
        if self._last_query is not None:
            self._tx.set_pgresult(None)


@dataclass(frozen=True, slots=True)
class _Ran:
    """As much of psycopg's `PostgresQuery` as Django looks at."""

    query: bytes


def cursor() -> AbstractContextManager[Any]:
    """Return a cursor of Django's connection for texts that never change; use it as `connection.cursor()`.

    Unlike there PostgreSQL sees the values apart from the text. Where neither a column nor an operator says what a
    value is, the text has to: `%s::bigint[]`. Rows have to be fetched before the block ends.
    """
    # Not by Django's proxy, which would look the thread's connection up anew for each attribute.
    connection: Any = connections[DEFAULT_DB_ALIAS]
    if not settings.PREPARED_STATEMENTS:
        return cast(AbstractContextManager[Any], connection.cursor())
    return _Preparing(connection)


def read_times(wrapped: Any) -> None:
    """Let one of Django's own cursors read times as those of here do."""
    wrapped.cursor.adapters.register_loader("timestamptz", _TIMES)


class _Preparing:
    """What `connection.cursor()` gives, with a cursor of another kind: errors and logged queries are Django's.

    A class, as a generator would cost as much as the rest of it.
    """

    __slots__ = ("_connection", "_cursor", "_raw", "_threshold")

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def __enter__(self) -> Any:
        connection = self._connection
        connection.ensure_connection()
        self._raw = raw = connection.connection
        self._cursor = raw.__dict__.pop(_KEPT, None) or self._made(raw)
        wrapped = connection._prepare_cursor(self._cursor)
        # Only as long as it is open. psycopg would count the texts of Django's own cursors too, with their values, and
        # forget what is prepared at each savepoint that they roll back to.
        self._threshold = raw.prepare_threshold
        raw.prepare_threshold, raw.prepared_max = 0, _MOST_PREPARED
        return wrapped

    def __exit__(self, *raised: object) -> None:
        self._raw.prepare_threshold = self._threshold
        self._cursor.forget()
        # Of two that were open at once, one stays.
        self._raw.__dict__[_KEPT] = self._cursor

    def _made(self, raw: Any) -> _Cursor:
        with self._connection.wrap_database_errors:
            made = _Cursor(raw)
            made.adapters.register_loader("timestamptz", _TIMES)
            return made
