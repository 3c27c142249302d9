"""Stored webhooks as owners and developers see them: what came, what of it had no effect, and trying it again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import F, Func, IntegerField, QuerySet

from core import jobs
from core.actors import Actor
from core.errors import NotFound, PermissionDenied
from core.events import service
from inbox.paging import Cut, Page, cut_rows, page_of
from integrations.models import DeliveryState, InboundDelivery, InboundProblem

Resource = dict[str, Any]

ORDER = ("id",)
_FIELDS = ("id", "state", "received_at", "processed_at", "items", "size_bytes")
_LARGEST_ID = 2**63 - 1

_OVERDUE = """
SELECT o.id FROM core_organization o WHERE EXISTS (
    SELECT 1 FROM integrations_inbounddelivery d
    WHERE d.organization_id = o.id AND d.state = 'pending' AND d.received_at < now() - interval '1 second')
ORDER BY o.id
"""


def page(actor: Actor, cut: Cut, *, state: DeliveryState | None = None) -> Page:
    """Return one page of deliveries, newest first, in two queries.

    Raises:
        PermissionDenied: only owners and API keys may read raw traffic.
    """
    rows = _readable(actor)
    if state is not None:
        rows = rows.filter(state=state)
    found = list(cut_rows(_with_size(rows), ORDER, cut, ascending=False).values(*_FIELDS))
    return page_of(_resources(found), ORDER, cut)


def one(actor: Actor, delivery_id: int) -> InboundDelivery:
    """Return a delivery, without its body.

    Raises:
        NotFound: there is none with that id (any more).
        PermissionDenied: as `page`.
    """
    rows = _readable(actor).defer("body")
    found = rows.filter(pk=delivery_id).first() if 0 < delivery_id <= _LARGEST_ID else None
    if found is None:
        raise NotFound
    return found


def resource(delivery: InboundDelivery) -> Resource:
    """Return a delivery as it is now, as REST gives it."""
    rows = InboundDelivery.objects.filter(pk=delivery.pk)
    (found,) = _resources(_with_size(rows).values(*_FIELDS))
    return found


def replay(delivery: InboundDelivery, *, by: Actor) -> InboundDelivery:
    """Take a delivery in once more. What had its effect before has none now, so this harms nothing.

    Raises:
        PermissionDenied: as `page`.
        NotFound: it has been removed meanwhile.
    """
    with service():
        row = _readable(by).defer("body").select_for_update(of=("self",)).filter(pk=delivery.pk).first()
        if row is None:
            raise NotFound
        InboundProblem.objects.filter(delivery_id=row.pk).delete()
        row.state, row.processed_at = DeliveryState.PENDING, None
        row.cut_off, row.cut_off_in = 0, []
        row.save(update_fields=["state", "processed_at", "cut_off", "cut_off_in"])
        jobs.ring_after_commit("inbox.take_in", organization_id=row.organization_id)
    return row


def overdue_organizations() -> list[int]:
    """Return the organisations with deliveries that have waited for more than a second; across tenants."""
    with connection.cursor() as cursor:
        cursor.execute(_OVERDUE)
        return [pk for (pk,) in cursor.fetchall()]


def _readable(actor: Actor) -> QuerySet[InboundDelivery]:
    if actor.role != "owner" and actor.kind not in ("api", "system"):
        raise PermissionDenied
    return InboundDelivery.objects.all()


def _with_size(rows: QuerySet[InboundDelivery]) -> QuerySet[InboundDelivery]:
    # The database knows the length without reading the body.
    size = Func(F("body"), function="octet_length", output_field=IntegerField())
    return rows.annotate(size_bytes=size)


def _resources(rows: Iterable[dict[str, Any]]) -> list[Resource]:
    found = [{**row, "problems": []} for row in rows]
    by_id = {row["id"]: row for row in found}
    problems = InboundProblem.objects.filter(delivery_id__in=list(by_id)).order_by("id")
    for delivery_id, *told in problems.values_list("delivery_id", "pointer", "code", "reason"):
        by_id[delivery_id]["problems"].append(dict(zip(("pointer", "code", "reason"), told, strict=True)))
    return found
