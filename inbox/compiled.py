"""Rows as dictionaries for the renderers, with less work in Python than a query set does for each.

Composing a query anew costs several times what it takes to run.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import Expression, QuerySet

from core import statements
from core.tenancy import TenantModel, all_tenants, current_organization_id

Row = dict[str, Any]


class CompiledValues:
    """`values(*fields)` of a tenant's rows by id; text and conversions are Django's own, made at the first use."""

    def __init__(self, model: type[TenantModel], fields: Iterable[str], **expressions: Expression) -> None:
        self._model = model
        self._expressions = expressions
        self._fields = (*fields, *expressions)

    def rows(self, ids: Iterable[int]) -> list[Row]:
        """Return the rows with these ids of the organisation in scope, in no order."""
        table = f'"{self._model._meta.db_table}"'
        conditions = f"WHERE {table}.organization_id = %s AND {table}.id = ANY(%s::bigint[])"
        with statements.cursor() as cursor:
            return self._read(cursor, conditions, [current_organization_id(), array(ids)])

    def matching(self, rows: QuerySet[Any]) -> list[Row]:
        """Return `rows.values(*fields)`, where only conditions, order and limit of the query set are composed anew.

        Raises:
            TypeError: the query set reaches into other tables by joins.
        """
        # Not a column of any order, which would then be named by its place.
        query: Any = rows.values_list("organization_id").query
        text, values = query.get_compiler(connection=connection).as_sql()
        _, _, rest = text.partition(f' FROM "{self._model._meta.db_table}" ')
        if not rest.startswith("WHERE "):
            raise TypeError("only conditions on the table's own columns can be taken over")
        with connection.cursor() as cursor:
            statements.read_times(cursor)
            return self._read(cursor, rest, values)

    def _read(self, cursor: Any, conditions: str, values: Iterable[Any]) -> list[Row]:
        statement, compiler, converters = self._query
        cursor.execute(f"{statement} {conditions}", list(values))
        found: Any = cursor.fetchall()
        if converters:
            found = compiler.apply_converters(found, converters)
        return [dict(zip(self._fields, row, strict=True)) for row in found]

    @cached_property
    def _query(self) -> tuple[str, Any, Any]:
        with all_tenants():
            rows: Any = self._model.objects.annotate(**self._expressions)
            query = rows.values(*self._fields).query
        compiler = query.get_compiler(connection=connection)
        statement, values = compiler.as_sql()
        if values or query.where:
            raise TypeError("only plain fields and expressions can be compiled")
        columns = [column for column, _, _ in compiler.select]
        if any(connection.ops.get_db_converters(column) for column in columns):
            raise TypeError("a converter of the connection belongs to its thread")
        return statement, compiler, compiler.get_converters(columns)


def rows_of(statement: str, values: Iterable[Any]) -> list[Row]:
    """Run a query that is written out, and name its columns as the database does."""
    with statements.cursor() as cursor:
        cursor.execute(statement, list(values))
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def array(ids: Iterable[int]) -> str:
    """Return the parameter of `ANY(%s::bigint[])`: psycopg would look at each number by itself."""
    return f"{{{','.join(map(str, ids))}}}"
