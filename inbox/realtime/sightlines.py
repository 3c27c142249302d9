"""Who may see an event: at the moment it happened, and when it is told later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import orjson

from inbox.sight import Sight, Viewer, can_see


class Choice(IntEnum):
    """What a viewer gets of an event. `REMOVED`: only that a conversation has left their sight."""

    HIDDEN = 0
    SHOWN = 1
    REMOVED = 2


@dataclass(frozen=True, slots=True)
class Audience:
    """Who an event is for, as it was recorded.

    Attributes:
        kind: conversation, organization or member; anything else is for nobody.
        id: of the conversation or the member.
        before: how the conversation stood before, when the event moved it.
        loads_anew: after the event nobody's screen is right, and nobody goes on from before it.
    """

    kind: str
    id: int = 0
    now: Sight | None = None
    before: Sight | None = None
    loads_anew: bool = False

    @classmethod
    def parse(cls, text: str) -> Audience:
        try:
            value: dict[str, Any] = orjson.loads(text)
            kind = value["kind"]
            if kind == "organization":
                return cls(kind, loads_anew=bool(value.get("loads_anew")))
            if kind == "member":
                return cls(kind, id=value["id"])
            if kind == "conversation":
                before = value.get("before")
                return cls(
                    kind,
                    id=value["id"],
                    now=Sight.from_json(value["now"]),
                    before=None if before is None else Sight.from_json(before),
                )
        except (ValueError, LookupError, TypeError):
            # An audience that cannot be read is nobody: telling no one is the safe mistake.
            return cls("unreadable")
        return cls("unknown")


def choose(viewer: Viewer, audience: Audience) -> Choice:
    """Say what the viewer gets of an event that has just happened."""
    if audience.kind == "conversation":
        if audience.now is not None and can_see(viewer, audience.now):
            return Choice.SHOWN
        if audience.before is not None and can_see(viewer, audience.before):
            return Choice.REMOVED
        return Choice.HIDDEN
    if audience.kind == "organization":
        return Choice.SHOWN
    if audience.kind == "member" and viewer.member_id is not None and audience.id == viewer.member_id:
        return Choice.SHOWN
    return Choice.HIDDEN


def choose_again(
    viewer: Viewer, audience: Audience, present: Mapping[int, Sight], *, is_removal: bool = False
) -> Choice:
    """Say what the viewer gets of an event that is told later: only what they could see then and may see now.

    Args:
        present: how the conversations stand now.
        is_removal: the event says that a conversation is no more, and where it went: whoever saw it then is told that.
    """
    then = choose(viewer, audience)
    if then is Choice.HIDDEN or viewer.sees_all or audience.kind != "conversation" or is_removal:
        return then
    sight = present.get(audience.id)
    return then if sight is not None and can_see(viewer, sight) else Choice.REMOVED
