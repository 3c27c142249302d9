"""Keyset pages: as quick on the thousandth page as on the first, and stable while rows come and go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

Key = tuple[datetime | int | str, ...]


@dataclass(frozen=True, slots=True)
class Cut:
    """Which part of a list is asked for.

    Attributes:
        key: values of the order's fields in the row next to the page; None for the beginning.
        backwards: the page before that row, not the one after it.
    """

    key: Key | None = None
    backwards: bool = False
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Page:
    """Resources in the order of the list, and where the neighbouring pages begin."""

    results: list[dict[str, Any]]
    next_key: Key | None
    previous_key: Key | None


def cut_rows(rows: Any, fields: Sequence[str], cut: Cut, *, ascending: bool) -> Any:
    """Return the query of a page, with one row more than it holds.

    Args:
        rows: a query set.
        fields: what the list is ordered by, the last one unique.
    """
    forwards = ascending != cut.backwards
    if cut.key is not None:
        rows = rows.filter(beyond(fields, cut.key, forwards=forwards))
    return rows.order_by(*(name if forwards else f"-{name}" for name in fields))[: cut.limit + 1]


def page_of(resources: list[dict[str, Any]], fields: Sequence[str], cut: Cut) -> Page:
    """Make the page of what `cut_rows` found; the resources carry the order's fields by the same names."""
    more = len(resources) > cut.limit
    results = resources[: cut.limit]
    if cut.backwards:
        results.reverse()
    has_next = cut.backwards or more
    has_previous = more if cut.backwards else cut.key is not None
    return Page(
        results=results,
        next_key=_key(results[-1], fields) if results and has_next else None,
        previous_key=_key(results[0], fields) if results and has_previous else None,
    )


def beyond(fields: Sequence[str], key: Key, *, forwards: bool) -> Q:
    """The condition for rows strictly after `key` in the order of the fields."""
    way = "gt" if forwards else "lt"
    condition = Q()
    for place, field in enumerate(fields):
        equal = dict(zip(fields[:place], key[:place], strict=True))
        condition |= Q(**equal, **{f"{field}__{way}": key[place]})
    return condition


def _key(resource: dict[str, Any], fields: Sequence[str]) -> Key:
    return tuple(resource[name] for name in fields)
