"""What is known of the rows of an organisation: whose each of them is, and so what each list gives to whom."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from core.models import Membership
from tests.conftest import Cast

ABSENT = 2**62
Ids = dict[str, int]

# Whose a thing can be: as a chat is somebody's; everyone's who works there; about the one who is suspended; nobody's
# whom it would be shown to but those who see every chat; or what only owners and keys may read.
CHATS = ("own", "waiting", "colleague", "ours")
ABOUTS = (*CHATS, "everyone", "suspended", "third", "restricted")


@dataclass
class Side:
    """One organisation's rows.

    Attributes:
        ids: by whose they are (`own`, `waiting`, `colleague`, `ours`), then by the name that addresses use.
        phones: of the contacts, by the same names.
        things: what lists give, by the list's name: each thing's id, and whose it is.
        states: of those things that lists are asked for by state, as `things`.
        settled: number of the last event after which people may see other things than before; sockets begin there.
        lost: what those to whom something belonged before are told when it is taken away, and whose it is now.
    """

    name: str
    cast: Cast
    ids: dict[str, Ids] = field(default_factory=dict)
    phones: dict[str, str] = field(default_factory=dict)
    things: dict[str, dict[Any, str]] = field(default_factory=dict)
    states: dict[str, dict[Any, str]] = field(default_factory=dict)
    lost: dict[Any, tuple[str, str]] = field(default_factory=dict)
    settled: int = 0

    def mark(self, about: str) -> str:
        """What stands in every text of such a row, and nowhere else."""
        return f"canario-{self.name}-{about}"

    def note(self, kind: str, thing: Any, about: str, state: str = "") -> None:
        """Write down that a list has this thing, for those who see what is `about` somebody."""
        self.things.setdefault(kind, {})[thing] = about
        self.states.setdefault(kind, {})[thing] = state

    def seen(self, kind: str, sees: frozenset[str], state: str = "") -> list[Any]:
        """Return what of a list is there for somebody, in one state or in any."""
        states = self.states.get(kind, {})
        return sorted(
            thing
            for thing, about in self.things.get(kind, {}).items()
            if about in sees and state in ("", states[thing])
        )

    def events_seen(self, sees: frozenset[str]) -> list[Any]:
        """Return number and type of the events that somebody is told, in order."""
        gone = [thing for thing, (was, now) in self.lost.items() if was in sees and now not in sees]
        return sorted([*self.seen("events", sees), *gone])

    def counts(self, sees: frozenset[str]) -> dict[str, int]:
        """Return the figures of the filter; chats of no queue count as one of all only."""
        found = Counter(self.states["conversations"][pk] for pk in self.seen("conversations", sees))
        return {**{name: found[name] for name in ("unassigned", "open", "closed")}, "all": found.total()}


@dataclass
class World:
    here: Side
    there: Side
    suspended: Membership
