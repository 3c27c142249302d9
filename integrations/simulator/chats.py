"""The conversations as they stand on the customers' phones."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from integrations.simulator.http import objects
from integrations.simulator.media.shelf import Shelf
from integrations.simulator.store import Row, Store, storable

WINDOW_SECONDS = 24 * 3600

# How far a message of the business got; it stands on the phone from "delivered" on.
_RANK = {"accepted": 0, "sent": 1, "delivered": 2, "read": 3, "played": 4, "failed": 5}
_SHOWN = "(direction = 'in' OR state IN ('delivered', 'read', 'played'))"
# They change another message, or nothing that the phone shows.
_BARE = "type IN ('reaction', 'edit', 'revoke', 'system')"
_SELECT = (
    "SELECT *, (SELECT json_group_array(json_object('side', side, 'emoji', emoji)) FROM reactions"
    " WHERE target = messages.wamid) AS reactions FROM messages"
)
_OF_CHAT = "FROM messages WHERE phone_number_id = ? AND user_id = ?"
_LAST_WRITING = f"SELECT MAX(meta_time) {_OF_CHAT} AND direction = 'in' AND NOT {_BARE}"
_OF_NUMBER = f"FROM messages WHERE phone_number_id = ? AND {_SHOWN} AND NOT {_BARE} GROUP BY user_id"
_UNREAD = f"SELECT MAX(id) AS last, SUM(direction = 'out' AND seen = 0) AS unread {_OF_NUMBER}"
_LAST = f"{_SELECT} WHERE id IN (SELECT MAX(id) {_OF_NUMBER})"


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message of a chat.

    `state` of a customer's message: posted, delivered (the business took the webhook), read.
    `state` of a business message: accepted, sent, delivered, read, played, failed.
    `content` is the object of the type as Meta writes it; `extras` what stands around it: media, forwarded,
    referral, edited_at, deleted, echo.
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
    content: dict[str, Any] = field(default_factory=dict)
    extras: dict[str, Any] = field(default_factory=dict)
    reactions: list[dict[str, str]] = field(default_factory=list)

    @property
    def is_visible(self) -> bool:
        """Whether the customer can see it."""
        return self.direction == "in" or self.state in ("delivered", "read", "played")

    @property
    def is_bare(self) -> bool:
        """Whether it has no bubble of its own: a reaction, an edit, a deletion, a system message."""
        return self.type in ("reaction", "edit", "revoke", "system")

    def as_json(self) -> dict[str, Any]:
        """What the phone page gets; a deleted message without what it said."""
        shown = {
            "id": self.id, "phone_number_id": self.phone_number_id, "user_id": self.user_id,
            "direction": self.direction, "wamid": self.wamid, "type": self.type, "text": self.text,
            "at": self.meta_time, "context": self.context, "state": self.state, "content": self.content,
            "extras": self.extras, "reactions": self.reactions,
        }  # fmt: skip
        if self.extras.get("deleted"):
            shown |= {
                "text": "",
                "content": {},
                "extras": {"deleted": True},
                "reactions": [],
                "context": None,
            }
        return shown


def _bubble(row: Row) -> Bubble:
    return Bubble(
        id=row["id"], phone_number_id=row["phone_number_id"], user_id=row["user_id"],
        direction=row["direction"], wamid=row["wamid"], type=row["type"], text=row["text"],
        meta_time=row["meta_time"], context=row["context"], state=row["state"], addressed=row["addressed"],
        callback_data=row["callback_data"], content=json.loads(row["content"]), extras=json.loads(row["extras"]),
        reactions=json.loads(row["reactions"]),
    )  # fmt: skip


def _earlier(chat: Mapping[str, Any], message: Mapping[str, Any], shelf: Shelf) -> tuple[Any, ...] | None:
    direction, state, at = message.get("direction"), message.get("state"), message.get("at")
    states = ("posted", "delivered", "read") if direction == "in" else tuple(_RANK)
    ids = (chat.get("phone_number_id"), chat.get("user_id"), direction, message.get("wamid"))
    is_complete = all(isinstance(one, str) and one for one in ids) and isinstance(at, int | float)
    if not is_complete or direction not in ("in", "out") or state not in states:
        return None
    is_seen = direction == "in" or state in ("read", "played")
    kind, text = str(message.get("type") or "text"), storable(str(message.get("text") or ""))
    content = message["content"] if isinstance(message.get("content"), dict) else {}
    file = shelf.find(str(content["id"])) if "id" in content else None
    extras = {"media": file.shown()} if file else {}
    return (
        *ids, kind, text, int(at or 0), float(at or 0), state, int(is_seen), json.dumps(content), json.dumps(extras),
    )  # fmt: skip


class Chats:
    """Reads and writes the messages of all chats."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(
        self, phone_number_id: str, user_id: str, direction: str, wamid: str, *,
        type: str, text: str, meta_time: int, context: str | None = None, addressed: str = "phone",
        callback_data: str | None = None, content: Mapping[str, Any] | None = None,
        extras: Mapping[str, Any] | None = None, state: str = "",
    ) -> Bubble:  # fmt: skip
        """Write a new message down; one of the business waits to be delivered and is not seen yet."""
        self._store.run(
            "INSERT INTO messages (phone_number_id, user_id, direction, wamid, type, text, meta_time, at,"
            " context, state, addressed, callback_data, seen, content, extras)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            phone_number_id, user_id, direction, wamid, type, storable(text), meta_time, time.time(), context,
            state or ("posted" if direction == "in" else "accepted"), addressed, callback_data,
            int(direction == "in"), json.dumps(content or {}), json.dumps(extras or {}),
        )  # fmt: skip
        found = self.find(wamid)
        if found is None:  # pragma: no cover - it was written one line above
            raise LookupError(wamid)
        return found

    def load(self, chats: list[dict[str, Any]], shelf: Shelf) -> None:
        """Put earlier messages on the phones, once: those whose wamid is not there yet, oldest first.

        A chat is {"phone_number_id", "user_id", "messages": [{"wamid", "direction", "type", "text", "at",
        "state", "content"?}]}. What is not complete is left out.

        Args:
            shelf: where the files lie that a content names.
        """
        rows = [
            row
            for chat in chats
            for message in objects(chat.get("messages"))
            if (row := _earlier(chat, message, shelf)) is not None
        ]
        self._store.many(
            "INSERT INTO messages (phone_number_id, user_id, direction, wamid, type, text, meta_time, at, state,"
            " seen, content, extras) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12"
            " WHERE NOT EXISTS (SELECT 1 FROM messages WHERE wamid = ?4)",
            sorted(rows, key=lambda row: row[6]),
        )

    def find(self, wamid: str) -> Bubble | None:
        row = self._store.one(f"{_SELECT} WHERE wamid = ? ORDER BY id DESC LIMIT 1", wamid)
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

    def react(self, target: str, side: str, emoji: str) -> Bubble | None:
        """Put the one reaction of a side ("customer", "business") on a message; "" takes it away."""
        if emoji:
            self._store.run(
                "INSERT OR REPLACE INTO reactions (target, side, emoji) VALUES (?, ?, ?)",
                target, side, storable(emoji),
            )  # fmt: skip
        else:
            self._store.run("DELETE FROM reactions WHERE target = ? AND side = ?", target, side)
        return self.find(target)

    def edit(self, bubble: Bubble, text: str, content: Mapping[str, Any], at: int) -> Bubble | None:
        """Change what a message says."""
        self._store.run(
            "UPDATE messages SET text = ?, content = ?, extras = ? WHERE id = ?",
            storable(text), json.dumps(content), json.dumps({**bubble.extras, "edited_at": at}), bubble.id,
        )  # fmt: skip
        return self.find(bubble.wamid)

    def delete(self, bubble: Bubble) -> Bubble | None:
        """Mark a message as deleted for everyone."""
        extras = json.dumps({**bubble.extras, "deleted": True})
        self._store.run("UPDATE messages SET extras = ? WHERE id = ?", extras, bubble.id)
        return self.find(bubble.wamid)

    def move(self, old_user_id: str, new_user_id: str) -> None:
        """Hand the chats of a person over to their new BSUID."""
        self._store.run("UPDATE messages SET user_id = ? WHERE user_id = ?", new_user_id, old_user_id)

    def knows(self, phone_number_id: str, user_id: str) -> bool:
        """Tell whether this number and this person have a chat."""
        sql = "SELECT 1 FROM messages WHERE phone_number_id = ? AND user_id = ? LIMIT 1"
        return self._store.one(sql, phone_number_id, user_id) is not None

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
            " AND state IN ('delivered', 'read', 'played') AND seen = 0",
            phone_number_id, user_id,
        )  # fmt: skip
        rows = self._store.all(
            f"{_SELECT} WHERE phone_number_id = ? AND user_id = ? AND direction = 'out'"
            " AND state = 'delivered' ORDER BY id",
            phone_number_id, user_id,
        )  # fmt: skip
        return [_bubble(row) for row in rows]

    def window_is_open(self, phone_number_id: str, user_id: str, now: float) -> bool:
        """Tell whether the customer wrote to this number within 24 hours, by Meta's time.

        Reactions, edits, deletions and system messages are no writing; Meta does not say so, but whoever
        relies on them is refused here and not by customers.
        """
        last = self._store.number(_LAST_WRITING, phone_number_id, user_id)
        return last > now - WINDOW_SECONDS

    def history(self, phone_number_id: str, user_id: str, *, before: int | None, limit: int) -> list[Bubble]:
        """The newest visible messages before an id, oldest first."""
        rows = self._store.all(
            f"{_SELECT} WHERE phone_number_id = ? AND user_id = ? AND id < ? AND {_SHOWN} AND NOT {_BARE}"
            " ORDER BY id DESC LIMIT ?",
            phone_number_id, user_id, before or 1 << 62, limit,
        )  # fmt: skip
        return [_bubble(row) for row in reversed(rows)]

    def overview(self, phone_number_id: str) -> dict[str, dict[str, Any]]:
        """The last visible message and the unread count of every chat with this number, by BSUID."""
        unread = {row["last"]: row["unread"] or 0 for row in self._store.all(_UNREAD, phone_number_id)}
        rows = self._store.all(_LAST, phone_number_id)
        return {
            row["user_id"]: {"last": _bubble(row).as_json(), "unread": unread.get(row["id"], 0)}
            for row in rows
        }
