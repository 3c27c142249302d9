"""Statements of fixed text: planned once for each connection, with Django's errors and counts."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import LazySettings
from django.db import DataError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core import statements
from core.rows import first_row

pytestmark = pytest.mark.django_db

_DOUBLED = "SELECT %s::int * 2"


def _plans(text: str) -> tuple[int, int] | None:
    return first_row(
        "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement = %s", [text]
    )


def test_a_statement_is_planned_once_however_often_it_runs() -> None:
    for number in range(10):
        assert first_row(_DOUBLED, [number]) == (2 * number,)
    assert _plans("SELECT $1::int * 2") == (10, 0)


def test_query_sets_are_never_prepared() -> None:
    with connection.cursor() as cursor:
        for number in range(10):
            cursor.execute("SELECT %s::int * 3", [number])
    assert _plans("SELECT $1::int * 3") is None


def test_nothing_is_kept_of_query_sets() -> None:
    """psycopg counts the texts of all cursors while it may prepare: with their values, which are customers' words."""
    first_row(_DOUBLED, [1])
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s", ["secreto"])
    raw: Any = connection.connection
    assert not any(b"secreto" in key[0] for key in raw._prepared._counts)


def test_plans_outlive_a_savepoint_that_is_rolled_back() -> None:
    first_row(_DOUBLED, [1])
    with pytest.raises(DataError), transaction.atomic():
        first_row("SELECT 1 / %s::int", [0])
    first_row(_DOUBLED, [1])
    assert _plans("SELECT $1::int * 2") == (2, 0)


@pytest.mark.parametrize("number", [1, 40_000, 3_000_000_000, None])
def test_values_of_every_size_find_their_rows(number: int | None) -> None:
    """The type of a value goes by its size, and each type has a statement of its own."""
    found = first_row(
        "SELECT count(*) FROM core_organization WHERE id = %s OR id = ANY(%s)", [number, [number]]
    )
    assert found == (0,)


def test_errors_and_counts_are_those_of_django() -> None:
    with CaptureQueriesContext(connection) as seen:
        first_row(_DOUBLED, [1])
    assert [query["sql"] for query in seen.captured_queries] == [_DOUBLED]
    with pytest.raises(DataError):
        first_row("SELECT 1 / %s::int", [0])


def test_behind_a_pooler_nothing_is_prepared(settings: LazySettings) -> None:
    settings.PREPARED_STATEMENTS = False
    with statements.cursor() as cursor:
        cursor.execute("SELECT %s::int * 4", [3])
        assert cursor.fetchone() == (12,)
    assert _plans("SELECT $1::int * 4") is None


def test_the_cursor_is_kept_without_the_rows_that_it_read() -> None:
    with statements.cursor() as first:
        first.execute(_DOUBLED, [1])
        kept = first.cursor
    assert kept.pgresult is None
    assert kept._tx.pgresult is None
    with statements.cursor() as second:
        assert second.cursor is kept


def test_a_statement_within_another_one_has_a_cursor_of_its_own() -> None:
    with statements.cursor() as outer:
        outer.execute(_DOUBLED, [1])
        assert first_row(_DOUBLED, [2]) == (4,)
        assert outer.fetchone() == (2,)


def test_a_statement_that_fails_leaves_nothing_to_the_next() -> None:
    with pytest.raises(DataError), transaction.atomic():
        first_row("SELECT 1 / %s::int", [0])
    assert first_row(_DOUBLED, [3]) == (6,)


@pytest.mark.django_db(transaction=True)
def test_what_goes_wrong_before_the_first_statement_is_told() -> None:
    connection.close()
    with pytest.raises(KeyError, match="missing"), statements.cursor():
        raise KeyError("missing")


@pytest.mark.django_db(transaction=True)
def test_another_connection_has_another_cursor() -> None:
    assert first_row(_DOUBLED, [1]) == (2,)
    connection.close()
    assert first_row(_DOUBLED, [2]) == (4,)


def test_times_are_read_as_django_reads_them() -> None:
    text = "SELECT timestamptz '2026-11-30 01:02:03.456789-05' AS at"
    with connection.cursor() as cursor:
        cursor.execute(text)
        (by_django,) = cursor.fetchone()
    found = first_row(text, [])
    assert found is not None
    assert found == (by_django,)
    assert found[0].isoformat() == by_django.isoformat() == "2026-11-30T06:02:03.456789+00:00"
