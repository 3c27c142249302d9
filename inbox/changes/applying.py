"""Applying changes: those whose message is known at once, the others when it appears."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from inbox import locks, wamids
from inbox.changes import edits, reactions, revokes, targets
from inbox.changes.targets import Change, Target
from inbox.models import ChangeKind
from inbox.wamids import Key

Found = list[tuple[Change, Target]]


def apply(changes: Iterable[Change]) -> list[Change]:
    """Apply a batch of changes within `service()`; return those whose message is not known, for `park`.

    Call it before attempts and messages are locked, as it locks conversations.
    """
    waiting = list({one.own_place: one for one in changes}.values())
    while waiting:
        found, waiting = _join(waiting)
        if not found:
            break
        # What waited for an edit that is known only now belongs to the edited message too.
        waiting += _write(found)
    return waiting


def park(changes: Sequence[Change]) -> None:
    """Keep changes until their messages appear, unless these have just been committed."""
    if not changes:
        return
    for channel_id in sorted({one.channel_id for one in changes}):
        locks.lock(wamids.lock_name(channel_id))
    targets.keep(apply(changes))


def apply_parked(keys: Collection[Key]) -> None:
    """Apply what came before messages were known by these wamids, within the transaction that made them known."""
    # Two deletions of one chain may both have waited; whatever still waits for something waits on.
    targets.keep(apply(targets.take(keys)))


def _join(changes: Sequence[Change]) -> tuple[Found, list[Change]]:
    known = targets.find({one.place for one in changes})
    found: Found = []
    waiting: list[Change] = []
    # In the order of time, so that a chain of edits finds its links, whatever their order in the batch.
    for one in sorted(changes, key=lambda each: each.at):
        target = known.get(one.place)
        if target is None:
            waiting.append(one)
            continue
        found.append((one, target))
        if one.kind == ChangeKind.EDIT:
            known.setdefault(one.own_place, target)
    return found, waiting


def _write(found: Found) -> list[Change]:
    """Write changes of all kinds; return what was kept for the edits among them."""
    by_kind: dict[str, Found] = {}
    for change, target in found:
        by_kind.setdefault(change.kind, []).append((change, target))
    reactions.write(by_kind.get(ChangeKind.REACTION, []))
    made = edits.write(by_kind.get(ChangeKind.EDIT, []))
    revokes.write(by_kind.get(ChangeKind.REVOKE, []))
    return targets.take(made)
