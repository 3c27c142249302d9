"""Every step that a message takes, written down by the database itself: what moves between two looks is seen too."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise

from tests.copy import Copy

# As they follow each other; `failed` stands beside them.
ORDER = ("queued", "sending", "accepted", "sent", "delivered", "read", "played")
PROOFS = ("delivered", "read", "played")

_BEGIN = """
CREATE TABLE faults_step (id bigserial PRIMARY KEY, message_id bigint, before text, after text);
CREATE TABLE faults_parked (wamid text);
CREATE FUNCTION faults_note_step() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO faults_step (message_id, before, after) VALUES (NEW.id, OLD.status, NEW.status);
    RETURN NULL;
END $$;
CREATE FUNCTION faults_note_parked() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO faults_parked VALUES (NEW.wa_message_id);
    RETURN NULL;
END $$;
CREATE TRIGGER faults_step AFTER UPDATE OF status ON inbox_message
    FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION faults_note_step();
CREATE TRIGGER faults_parked AFTER INSERT ON inbox_parkedstatus
    FOR EACH ROW EXECUTE FUNCTION faults_note_parked();
"""
_END = """
DROP TRIGGER faults_step ON inbox_message;
DROP TRIGGER faults_parked ON inbox_parkedstatus;
DROP FUNCTION faults_note_step, faults_note_parked;
DROP TABLE faults_step, faults_parked;
"""


class Steps:
    """Asks for what was written down."""

    def __init__(self, copy: Copy) -> None:
        self._copy = copy

    def wrong(self) -> list[str]:
        """Steps back, out of `failed`, to `failed` from what proves delivery, and such as do not follow each other."""
        ways: dict[int, list[tuple[str, str]]] = defaultdict(list)
        for message_id, before, after in self._copy.sql(
            "SELECT message_id, before, after FROM faults_step ORDER BY id"
        ):
            ways[message_id].append((before, after))
        return [f"message {number}: {wrong}" for number, way in ways.items() for wrong in wrong_steps(way)]

    def count(self) -> int:
        [(count,)] = self._copy.sql("SELECT count(*) FROM faults_step")
        return int(count)

    def parked(self, wamids: Sequence[str]) -> int:
        """How many statuses had to wait for one of these messages."""
        [(count,)] = self._copy.sql("SELECT count(*) FROM faults_parked WHERE wamid = ANY(%s)", list(wamids))
        return int(count)


def wrong_steps(way: Sequence[tuple[str, str]]) -> list[str]:
    """Those steps of one message that may not be, each (before, after), in order."""
    found = [f"{before} to {after}" for before, after in way if not is_forward(before, after)]
    return found + [
        f"{one[1]}, and then from {other[0]}" for one, other in pairwise(way) if one[1] != other[0]
    ]


def is_forward(before: str, after: str) -> bool:
    """Tell whether a message may go from one status to the other, by design: forwards, and `failed` is final.

    It may fail as long as nothing proves its delivery.
    """
    if after == "failed":
        return before in ORDER and before not in PROOFS
    return before in ORDER and after in ORDER and ORDER.index(before) < ORDER.index(after)


@contextmanager
def noting_steps(copy: Copy) -> Iterator[Steps]:
    """Write down every step while the block lasts."""
    copy.sql(_BEGIN)
    try:
        yield Steps(copy)
    finally:
        copy.sql(_END)
