"""Statements whose text never changes: planned once for each connection, not each time.

Where a statement finds rows by their keys, PostgreSQL plans for ten to twenty times as long as it runs: 0.7 to 0.8 ms
for the joins of a conversation, which are done in 0.05 ms. As a prepared statement with a generic plan it only runs.
That is right for texts that are written out, and wrong for query sets: each composition would be another statement,
and the best plan of a search depends on what is searched for.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections

# Each of our statements, some for several types of their values; the oldest would be forgotten over it.
_MOST_PREPARED = 500


class _Cursor(psycopg.Cursor[tuple[Any, ...]]):
    """Binds values on the server, and keeps the text for Django's log of queries, as psycopg does for others."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        try:
            return super().execute(query, params, **options)
        finally:
            self._query: Any = _Ran(query.encode())


@dataclass(frozen=True, slots=True)
class _Ran:
    """As much of psycopg's `PostgresQuery` as Django looks at."""

    query: bytes


@contextmanager
def cursor() -> Iterator[Any]:
    """Return a cursor of Django's connection for texts that never change; use it as `connection.cursor()`.

    Unlike there PostgreSQL sees the values apart from the text. Where neither a column nor an operator says what a
    value is, the text has to: `%s::bigint[]`.
    """
    # Not by Django's proxy, which would look the thread's connection up anew for each attribute.
    connection: Any = connections[DEFAULT_DB_ALIAS]
    if not settings.PREPARED_STATEMENTS:
        with connection.cursor() as plain:
            yield plain
        return
    connection.ensure_connection()
    # What `connection.cursor()` does, with a cursor of another kind: errors and logged queries are Django's.
    with connection.wrap_database_errors:
        raw = connection.connection
        wrapped = connection._prepare_cursor(_Cursor(raw))
    # Only as long as it is open. psycopg would count the texts of Django's own cursors too, with their values, and
    # forget what is prepared at each savepoint that they roll back to.
    before = raw.prepare_threshold
    raw.prepare_threshold, raw.prepared_max = 0, _MOST_PREPARED
    try:
        with wrapped:
            yield wrapped
    finally:
        raw.prepare_threshold = before
