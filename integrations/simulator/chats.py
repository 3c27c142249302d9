"""The conversations as they stand on the customers' phones."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from integrations.simulator.http import objects
from integrations.simulator.store import Row, Store, storable

WINDOW_SECONDS = 24 * 3600

# How far a message of the business got; it stands on the phone from "delivered" on.
_RANK = {"accepted": 0, "sent": 1, "delivered": 2, "read": 3, "failed": 4}


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message of a chat.

    `state` of a customer's message: posted, delivered (the business took the webhook), read.
    `state` of a business message: accepted, sent, delivered, read, failed.
    """

    id: int
    phone_number_id: str
    user_id: str
    direction: str
    wamid: str
    type: str
    text: str
    meta_time: int
    context: str | None
    state: str
    addressed: str
    callback_data: str | None

    @property
    def is_visible(self) -> bool:
        """Whether the customer can see it."""
        return self.direction == "in" or self.state in ("delivered", "read")

    def as_json(self) -> dict[str, Any]:
        """What the phone page gets."""
        return {
            "id": self.id, "phone_number_id": self.phone_number_id, "user_id": self.user_id,
            "direction": self.direction, "wamid": self.wamid, "type": self.type, "text": self.text,
            "at": self.meta_time, "context": self.context, "state": self.state,
        }  # fmt: skip


def _bubble(row: Row) -> Bubble:
    return Bubble(
        id=row["id"], phone_number_id=row["phone_number_id"], user_id=row["user_id"],
        direction=row["direction"], wamid=row["wamid"], type=row["type"], text=row["text"],
        meta_time=row["meta_time"], context=row["context"], state=row["state"], addressed=row["addressed"],
        callback_data=row["callback_data"],
    )  # fmt: skip


def _earlier(chat: Mapping[str, Any], message: Mapping[str, Any]) -> tuple[Any, ...] | None:
    direction, state, at = message.get("direction"), message.get("state"), message.get("at")
    states = ("posted", "delivered", "read") if direction == "in" else tuple(_RANK)
    ids = (chat.get("phone_number_id"), chat.get("user_id"), direction, message.get("wamid"))
    is_complete = all(isinstance(one, str) and one for one in ids) and isinstance(at, int | float)
    if not is_complete or direction not in ("in", "out") or state not in states:
        return None
    is_seen = direction == "in" or state == "read"
    kind, text = str(message.get("type") or "text"), storable(str(message.get("text") or ""))
    return (*ids, kind, text, int(at or 0), float(at or 0), state, int(is_seen))


class Chats:
    """Reads and writes the messages of all chats."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(
        self, phone_number_id: str, user_id: str, direction: str, wamid: str, *,
        type: str, text: str, meta_time: int, context: str | None = None, addressed: str = "phone",
        callback_data: str | None = None,
    ) -> Bubble:  # fmt: skip
        """Write a new message down; one of the business waits to be delivered and is not seen yet."""
        self._store.run(
            "INSERT INTO messages (phone_number_id, user_id, direction, wamid, type, text, meta_time, at,"
            " context, state, addressed, callback_data, seen) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            phone_number_id, user_id, direction, wamid, type, storable(text), meta_time, time.time(), context,
            "posted" if direction == "in" else "accepted", addressed, callback_data, int(direction == "in"),
        )  # fmt: skip
        found = self.find(wamid)
        if found is None:  # pragma: no cover - it was written one line above
            raise LookupError(wamid)
        return found

    def load(self, chats: list[dict[str, Any]]) -> None:
        """Put earlier messages on the phones, once: those whose wamid is not there yet, oldest first.

        A chat is {"phone_number_id", "user_id", "messages": [{"wamid", "direction", "type", "text", "at",
        "state"}]}. What is not complete is left out.
        """
        rows = [
            row
            for chat in chats
            for message in objects(chat.get("messages"))
            if (row := _earlier(chat, message)) is not None
        ]
        self._store.many(
            "INSERT INTO messages (phone_number_id, user_id, direction, wamid, type, text, meta_time, at, state,"
            " seen) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10"
            " WHERE NOT EXISTS (SELECT 1 FROM messages WHERE wamid = ?4)",
            sorted(rows, key=lambda row: row[6]),
        )

    def find(self, wamid: str) -> Bubble | None:
        row = self._store.one("SELECT * FROM messages WHERE wamid = ? ORDER BY id DESC LIMIT 1", wamid)
        return _bubble(row) if row else None

    def advance(self, wamid: str, state: str) -> Bubble | None:
        """Move a message forward; None when it is unknown or already further."""
        bubble = self.find(wamid)
        if bubble is None:
            return None
        if bubble.direction == "out" and _RANK[state] <= _RANK[bubble.state]:
            return None
        self._store.run("UPDATE messages SET state = ? WHERE id = ?", state, bubble.id)
        return self.find(wamid)

    def mark_taken(self, wamids: list[str]) -> list[Bubble]:
        """The business answered 200 to the webhooks of these customers' messages."""
        changed = []
        for wamid in wamids:
            bubble = self.find(wamid)
            if bubble is not None and bubble.direction == "in" and bubble.state == "posted":
                self._store.run("UPDATE messages SET state = 'delivered' WHERE id = ?", bubble.id)
                changed.append(bubble)
        return changed

    def mark_read_by_business(self, bubble: Bubble) -> None:
        """Turn the ticks of this customer's message, and of those before it, blue."""
        self._store.run(
            "UPDATE messages SET state = 'read' WHERE phone_number_id = ? AND user_id = ?"
            " AND direction = 'in' AND id <= ? AND state <> 'read'",
            bubble.phone_number_id, bubble.user_id, bubble.id,
        )  # fmt: skip

    def mark_seen(self, phone_number_id: str, user_id: str) -> list[Bubble]:
        """The customer looks at the chat; gives the business messages that were delivered and not read."""
        self._store.run(
            "UPDATE messages SET seen = 1 WHERE phone_number_id = ? AND user_id = ? AND direction = 'out'"
            " AND state IN ('delivered', 'read') AND seen = 0",
            phone_number_id, user_id,
        )  # fmt: skip
        rows = self._store.all(
            "SELECT * FROM messages WHERE phone_number_id = ? AND user_id = ? AND direction = 'out'"
            " AND state = 'delivered' ORDER BY id",
            phone_number_id, user_id,
        )  # fmt: skip
        return [_bubble(row) for row in rows]

    def window_is_open(self, phone_number_id: str, user_id: str, now: float) -> bool:
        """Tell whether the customer wrote to this number within 24 hours, by Meta's time."""
        last = self._store.number(
            "SELECT MAX(meta_time) FROM messages WHERE phone_number_id = ? AND user_id = ? AND direction = 'in'",
            phone_number_id, user_id,
        )  # fmt: skip
        return last > now - WINDOW_SECONDS

    def history(self, phone_number_id: str, user_id: str, *, before: int | None, limit: int) -> list[Bubble]:
        """The newest visible messages before an id, oldest first."""
        rows = self._store.all(
            "SELECT * FROM messages WHERE phone_number_id = ? AND user_id = ? AND id < ?"
            " AND (direction = 'in' OR state IN ('delivered', 'read')) ORDER BY id DESC LIMIT ?",
            phone_number_id, user_id, before or 1 << 62, limit,
        )  # fmt: skip
        return [_bubble(row) for row in reversed(rows)]

    def overview(self, phone_number_id: str) -> dict[str, dict[str, Any]]:
        """The last visible message and the unread count of every chat with this number, by BSUID."""
        rows = self._store.all(
            "SELECT m.*, t.unread FROM messages m JOIN ("
            " SELECT MAX(id) AS last, SUM(direction = 'out' AND seen = 0) AS unread FROM messages"
            " WHERE phone_number_id = ? AND (direction = 'in' OR state IN ('delivered', 'read'))"
            " GROUP BY user_id) t ON m.id = t.last",
            phone_number_id,
        )
        return {
            row["user_id"]: {"last": _bubble(row).as_json(), "unread": row["unread"] or 0} for row in rows
        }
