"""Rows of models by queries that are written out, for what every request asks.

Composing a query and reading its answer costs Django several times what PostgreSQL needs for it. Where a query never
changes its shape, its text stands in the code, and only the columns are asked of the model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connection, models

from core import statements
from core.tenancy import TenantModel, claim

M = TypeVar("M", bound=models.Model)


class ModelRows(Generic[M]):
    """The columns of a model in a written query, and instances of what it finds.

    Args:
        alias: of the model's table in the query.
    """

    def __init__(self, model: type[M], alias: str) -> None:
        self._model, self._alias = model, alias

    @cached_property
    def columns(self) -> str:
        """All columns, for the query's select list."""
        return ", ".join(f'{self._alias}."{field.column}"' for field in self._fields)

    def first_of(self, row: Sequence[Any]) -> tuple[M, Sequence[Any]]:
        """Return the instance that the row begins with, and the columns behind it."""
        count = len(self._fields)
        return self._model.from_db(connection.alias, self._names, row[:count]), row[count:]

    @cached_property
    def _fields(self) -> list[models.Field[Any, Any]]:
        fields: list[Any] = list(self._model._meta.concrete_fields)
        if any(field.get_db_converters(connection) for field in fields):
            raise TypeError(f"{self._model.__name__} has columns that Django converts")
        return fields

    @cached_property
    def _names(self) -> list[str]:
        return [field.attname for field in self._fields]


class ModelInsert:
    """`save()` of a new row of a tenant, with the statement composed once. Signals of saving are not sent.

    Args:
        then: what the same statement does with the new row, whose id is `new.id`: further `WITH` clauses, each with a
            comma before it.
    """

    def __init__(self, model: type[TenantModel], then: str = "") -> None:
        self._model, self._then = model, then

    def __call__(self, row: TenantModel, *more: Any) -> None:
        """Insert the row.

        Args:
            more: the values of `then`.
        """
        claim(row)
        values = [
            field.get_db_prep_save(field.pre_save(row, True), connection=connection) for field in self._fields
        ]
        found = first_row(self._statement, [*values, *more])
        assert found is not None  # noqa: S101 - it returns the id, or raises
        (row.pk,) = found
        row._state.adding, row._state.db = False, connection.alias

    @cached_property
    def _fields(self) -> list[models.Field[Any, Any]]:
        fields: list[Any] = list(self._model._meta.concrete_fields)
        return [field for field in fields if not field.primary_key]

    @cached_property
    def _statement(self) -> str:
        columns = ", ".join(f'"{field.column}"' for field in self._fields)
        places = ", ".join("%s" for _ in self._fields)
        insert = f'INSERT INTO "{self._model._meta.db_table}" ({columns}) VALUES ({places}) RETURNING id'  # noqa: S608 - columns of a model
        return f"WITH new AS ({insert}){self._then} SELECT id FROM new"  # noqa: S608 - as above


def change(statement: str, values: Sequence[Any] | Mapping[str, Any]) -> int:
    """Run a statement that is written out, and return how many rows it changed."""
    with statements.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def first_row(statement: str, values: Sequence[Any]) -> tuple[Any, ...] | None:
    """Run a query that is written out, and return its first row."""
    with statements.cursor() as cursor:
        cursor.execute(statement, list(values))
        found: tuple[Any, ...] | None = cursor.fetchone()
        return found
