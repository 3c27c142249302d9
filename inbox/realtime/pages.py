"""A run of events turned into frames: each text once, each frame once for all who get the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from inbox.realtime import frames
from inbox.realtime.entries import Entry, choices_later, tell
from inbox.realtime.frames import Frame
from inbox.realtime.sightlines import Choice, choose
from inbox.sight import Sight, Viewer

RIGHTS_EVENTS = frozenset({"member.updated", "organization.updated"})
_ALL = (Choice.SHOWN,)
_Key = tuple[Choice, ...]


class Page:
    """Consecutive events that go out together.

    Attributes:
        through: number of the last one.
        conversation_ids: of which the present sight is needed to tell the events later.
        about_rights: those of its events after which people may see other things than before.
        loads_anew: nobody who missed it goes on after it.
    """

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = entries
        self.through = entries[-1].seq
        self.conversation_ids = tuple(
            sorted({entry.audience.id for entry in entries if entry.audience.kind == "conversation"})
        )
        self.about_rights = [entry for entry in entries if entry.type in RIGHTS_EVENTS]
        self.loads_anew = any(entry.audience.loads_anew for entry in entries)
        # Whoever sees all sees the same of these, whoever they are.
        self._is_for_all = all(entry.audience.kind in ("conversation", "organization") for entry in entries)
        self._frames: dict[_Key, Frame | None] = {}
        self._by_viewer: dict[Viewer, Frame | None] = {}

    def now(self, viewer: Viewer) -> Frame | None:
        """Return what the viewer gets of events that have just happened, None if nothing is theirs."""
        try:
            return self._by_viewer[viewer]
        except KeyError:
            frame = self._by_viewer[viewer] = self._frame(
                _ALL
                if viewer.sees_all and self._is_for_all
                else tuple([choose(viewer, entry.audience) for entry in self.entries])
            )
            return frame

    def later(self, viewer: Viewer, present: Mapping[int, Sight]) -> Frame:
        """Return what the viewer gets of events that they missed; its `through` stands even if that is nothing.

        Args:
            present: how the conversations of `conversation_ids` stand now.
        """
        if viewer.sees_all and self._is_for_all:
            frame = self._frame(_ALL)
        else:
            frame = self._frame(tuple(choices_later(self.entries, viewer, present)))
        return frame or frames.events([], self.through)

    def _frame(self, key: _Key) -> Frame | None:
        if key not in self._frames:
            choices = [Choice.SHOWN] * len(self.entries) if key is _ALL else key
            texts = tell(self.entries, choices)
            self._frames[key] = frames.events(texts, self.through) if texts else None
        return self._frames[key]
