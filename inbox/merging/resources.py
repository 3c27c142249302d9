"""Merge proposals as resources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from inbox.models import MergeProposal
from inbox.paging import Cut, Page, cut_rows, page_of

Resource = dict[str, Any]
ORDER = ("id",)

_FIELDS = (
    "id",
    "reason",
    "state",
    "created_at",
    "decided_at",
    "decided_by_id",
    "decided_by__user__name",
    "undo__keep",
    *(f"{side}_id" for side in ("contact", "other")),
    *(
        f"{side}__{name}"
        for side in ("contact", "other")
        for name in ("name", "phone", "username", "profile_name", "created_at")
    ),
)


def of_proposals(ids: Iterable[int]) -> dict[int, Resource]:
    """Return proposals by id, as they are now."""
    rows = MergeProposal.objects.filter(pk__in=list(ids)).values(*_FIELDS)
    return {row["id"]: _proposal(row) for row in rows}


def page(cut: Cut, *, state: str | None = None) -> Page:
    """Return one page of proposals, newest first, in one query."""
    rows = MergeProposal.objects.all()
    if state is not None:
        rows = rows.filter(state=state)
    found = cut_rows(rows, ORDER, cut, ascending=False).values(*_FIELDS)
    return page_of([_proposal(row) for row in found], ORDER, cut)


def _proposal(row: Mapping[str, Any]) -> Resource:
    return {
        "id": row["id"],
        "reason": row["reason"],
        "state": row["state"],
        "contact": _contact(row, "contact"),
        "other": _contact(row, "other"),
        "kept": row["undo__keep"],
        "decided_by": None
        if row["decided_by_id"] is None
        else {"id": row["decided_by_id"], "name": row["decided_by__user__name"]},
        "decided_at": row["decided_at"],
        "created_at": row["created_at"],
    }


def _contact(row: Mapping[str, Any], side: str) -> Resource:
    names = ("name", "phone", "username", "profile_name", "created_at")
    return {"id": row[f"{side}_id"], **{name: row[f"{side}__{name}"] for name in names}}
