"""How many conversations stand where: kept by deltas within the transaction that moves them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from core import statements
from core.events import current_work
from core.tenancy import current_organization_id
from inbox.sight import Sight

_Place = tuple[str, int]


class _Deltas:
    """The deltas of one transaction, written in one statement at its end."""

    def __init__(self) -> None:
        self.by_place: Counter[_Place] = Counter()

    def __call__(self) -> None:
        # Sorted, so that two transactions lock the counters in the same order.
        moved = sorted((place, delta) for place, delta in self.by_place.items() if delta)
        self.by_place.clear()
        if not moved:
            return
        with statements.cursor() as cursor:
            cursor.execute(
                "INSERT INTO inbox_conversationcounter (organization_id, status, assignee_id, count) "
                "SELECT %s, * FROM unnest(%s::text[], %s::bigint[], %s::bigint[]) "
                "ON CONFLICT (organization_id, status, assignee_id) "
                "DO UPDATE SET count = inbox_conversationcounter.count + excluded.count",
                [
                    current_organization_id(),
                    [status for (status, _), _ in moved],
                    [assignee for (_, assignee), _ in moved],
                    [delta for _, delta in moved],
                ],
            )


def note_move(before: Sight | None, after: Sight | None, *, count: int = 1) -> None:
    """Count a conversation at its new place, and no more at its old one.

    Args:
        before: None for a conversation that has just been made.
        after: None for one that has become part of another.
        count: of conversations that have moved alike.
    """
    if before == after:
        return
    endings = current_work().endings
    deltas = endings.setdefault("conversation counters", _Deltas())
    assert isinstance(deltas, _Deltas)  # noqa: S101 - the key is ours
    if before is not None:
        deltas.by_place[_place(before)] -= count
    if after is not None:
        deltas.by_place[_place(after)] += count


def _place(sight: Sight) -> _Place:
    return sight.status, sight.assignee_id or 0


def totals(rows: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Sum (status, count) rows into the four figures of the filter.

    `none` counts under «all» only: such chats stand in no queue.
    """
    figures = {"unassigned": 0, "open": 0, "closed": 0, "all": 0}
    for status, count in rows:
        if status in figures:
            figures[status] += count
        figures["all"] += count
    return figures
