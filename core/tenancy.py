"""The organisation that the present piece of work belongs to.

Models of a tenant answer only within `tenant_scope` and raise without it, so that a forgotten scope is an error
and not a leak. The scope is entered inside the request, the job or the query, and never held over a socket's life.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ClassVar, Self, TypeVar

from django.db import models
from django.db.backends.ddl_references import Statement, Table


class ScopeMissing(RuntimeError):
    """A tenant's model was asked outside of `tenant_scope`."""


class ScopeCrossed(RuntimeError):
    """A row of one organisation was written while another one's scope was open."""


_ALL = 0
_scope: ContextVar[int | None] = ContextVar("tenant_scope", default=None)


@contextmanager
def tenant_scope(organization_id: int) -> Iterator[None]:
    """Let models of the organisation answer inside the block.

    Raises:
        ValueError: there is no id; a scope of nobody must not become one of everybody.
    """
    if not organization_id:
        raise ValueError(f"{organization_id!r} is no organisation's id")
    token = _scope.set(organization_id)
    try:
        yield
    finally:
        _scope.reset(token)


@contextmanager
def all_tenants() -> Iterator[None]:
    """Work across organisations: sweepers, health, tests. Each use should say why."""
    token = _scope.set(_ALL)
    try:
        yield
    finally:
        _scope.reset(token)


def current_organization_id() -> int:
    """Return the organisation of the present scope.

    Raises:
        ScopeMissing: no scope is open, or it spans all tenants.
    """
    scope = _scope.get()
    if not scope:
        raise ScopeMissing("open tenant_scope(organization_id) first")
    return scope


M = TypeVar("M", bound=models.Model)


class TenantQuerySet(models.QuerySet[M]):
    """Rows of a tenant; those written in bulk are looked at like those saved one by one."""

    def bulk_create(self, objs: Iterable[M], *args: Any, **options: Any) -> list[M]:
        rows = list(objs)
        for row in rows:
            claim(row)
        return super().bulk_create(rows, *args, **options)


class TenantManager(models.Manager[M]):
    """Rows of the organisation in scope, nothing else."""

    def get_queryset(self) -> models.QuerySet[M]:
        scope = _scope.get()
        if scope is None:
            raise ScopeMissing(f"{self.model.__name__} was asked outside of tenant_scope")
        rows = TenantQuerySet[M](self.model, using=self._db, hints=self._hints)  # type: ignore[attr-defined]  # not in the stubs
        return rows if scope == _ALL else rows.filter(organization_id=scope)


class TenantModel(models.Model):
    """A row that belongs to one organisation."""

    organization_id: int
    organization: models.ForeignKey[Any, Any] = models.ForeignKey(
        "core.Organization", on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects: ClassVar[TenantManager[Self]] = TenantManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save(self, **options: Any) -> None:
        claim(self)
        super().save(**options)


def claim(row: Any) -> None:
    """Give a new row to the organisation in scope, and refuse one of another organisation."""
    scope = _scope.get()
    if scope is None:
        raise ScopeMissing(f"{type(row).__name__} was saved outside of tenant_scope")
    if scope == _ALL:
        return
    if row.organization_id is None:
        row.organization_id = scope
    elif row.organization_id != scope:
        raise ScopeCrossed(type(row).__name__)


def tenant_key(name: str) -> models.UniqueConstraint:
    """The key that composite foreign keys of other tables point to."""
    return models.UniqueConstraint(fields=["organization", "id"], name=name)


class SameTenant(models.BaseConstraint):
    """Composite foreign key (organization, field): the database itself refuses a row of another tenant.

    Args:
        field: name of the ForeignKey of the model, declared with `db_constraint=False`.
        to: table that it points to; that table has a `tenant_key`.
        name: name of the constraint.
    """

    def __init__(self, *, field: str, to: str, name: str) -> None:
        super().__init__(name=name)
        self.field, self.to = field, to

    def constraint_sql(self, model: type[models.Model] | None, schema_editor: Any) -> Any:
        return self.create_sql(model, schema_editor)

    def create_sql(self, model: type[models.Model] | None, schema_editor: Any) -> Any:
        """Add the key at the end of the migration, when the table that it points to has its own."""
        assert model is not None  # noqa: S101 - Django always gives the model here
        field: Any = model._meta.get_field(self.field)
        schema_editor.deferred_sql.append(
            Statement(
                "ALTER TABLE %(table)s ADD CONSTRAINT %(name)s FOREIGN KEY (organization_id, %(column)s)"
                " REFERENCES %(to)s (organization_id, id)",
                table=Table(model._meta.db_table, schema_editor.quote_name),
                name=schema_editor.quote_name(self.name),
                column=schema_editor.quote_name(field.column),
                to=Table(self.to, schema_editor.quote_name),
            )
        )

    def remove_sql(self, model: type[models.Model] | None, schema_editor: Any) -> Any:
        assert model is not None  # noqa: S101 - Django always gives the model here
        return Statement(
            "ALTER TABLE %(table)s DROP CONSTRAINT %(name)s",
            table=Table(model._meta.db_table, schema_editor.quote_name),
            name=schema_editor.quote_name(self.name),
        )

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """The database checks it; there is nothing to look up beforehand."""

    def __eq__(self, other: object) -> bool:
        if isinstance(other, SameTenant):
            return (self.name, self.field, self.to) == (other.name, other.field, other.to)
        return NotImplemented

    __hash__ = models.BaseConstraint.__hash__

    def deconstruct(self) -> tuple[str, Any, dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, "field": self.field, "to": self.to}
