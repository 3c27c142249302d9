"""Where a conversation went that has become part of another one."""

from __future__ import annotations

from inbox.models import MergeProposal, ProposalState


def into(conversation_id: int) -> int | None:
    """Return the conversation that another one is part of by now, None if it was not joined into any.

    What it was joined into may have been joined into a third one later: the answer is the last of them.
    """
    seen = {conversation_id}
    found = None
    while (following := _next(found or conversation_id)) is not None and following not in seen:
        seen.add(following)
        found = following
    return found


def _next(conversation_id: int) -> int | None:
    rows = MergeProposal.objects.filter(
        state=ProposalState.MERGED, undo__joined__contains=[{"gone": {"id": conversation_id}}]
    )
    joined = rows.order_by("-decided_at", "-pk").values_list("undo__joined", flat=True).first() or []
    return next((one["into"] for one in joined if one["gone"]["id"] == conversation_id), None)
