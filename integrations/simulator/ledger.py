"""What the simulator accepted: the judge of "nothing lost, nothing sent twice"."""

import json
import time
from typing import Any

from integrations.simulator.store import Row, Store, storable


def _entry(row: Row) -> dict[str, Any]:
    return {
        "id": row["id"], "at": row["at"], "phone_number_id": row["phone_number_id"], "to": row["recipient_to"],
        "recipient": row["recipient"], "user_id": row["user_id"], "type": row["type"], "text": row["text"],
        "wamid": row["wamid"], "callback_data": row["callback_data"], "answered": bool(row["answered"]),
        "fault": row["fault"], "content": json.loads(row["content"]),
        "media": json.loads(row["media"]) if row["media"] else None, "context": row["context"],
    }  # fmt: skip


class Ledger:
    """Accepted sends, and the reads and typing signs of the business."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def accept(
        self, phone_number_id: str, *, to: str | None, recipient: str | None, user_id: str, type: str,
        text: str, wamid: str, callback_data: str | None, content: dict[str, Any] | None = None,
        media: dict[str, Any] | None = None, context: str | None = None,
    ) -> int:  # fmt: skip
        """Write an accepted send down, before it is answered.

        Args:
            text: the text, caption, title or emoji: what a person would read.
            content: the object of the type as the request had it.
            media: the file that went out: {"id", "link", "mime_type", "sha256", "size"}.
            context: the wamid of the quoted message.
        """
        return self._store.run(
            "INSERT INTO ledger (at, phone_number_id, recipient_to, recipient, user_id, type, text, wamid,"
            " callback_data, content, media, context) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            time.time(), phone_number_id, to, recipient, user_id, type, storable(text), wamid,
            callback_data, json.dumps(content or {}), json.dumps(media) if media else None, context,
        )  # fmt: skip

    def note_fault(self, entry_id: int, fault: str) -> None:
        self._store.run("UPDATE ledger SET fault = ? WHERE id = ?", fault, entry_id)

    def note_answered(self, entry_id: int) -> None:
        """The answer is as good as out: the client still waits for it."""
        self._store.run("UPDATE ledger SET answered = 1 WHERE id = ?", entry_id)

    def note_read(self, phone_number_id: str, user_id: str, message_id: str, *, typing: bool) -> None:
        self._store.run(
            "INSERT INTO reads (at, phone_number_id, user_id, message_id, typing) VALUES (?, ?, ?, ?, ?)",
            time.time(), phone_number_id, user_id, message_id, int(typing),
        )  # fmt: skip

    @property
    def accepted(self) -> int:
        """How many sends were accepted since the last reset."""
        return self._store.number("SELECT MAX(id) FROM ledger")

    def page(
        self, *, after: int = 0, limit: int = 1000, phone_number_id: str | None = None,
        callback_data: str | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """Entries after an id, newest last; `next` is the `after` of the following page, or None."""
        where, values = ["id > ?"], [after]
        for column, value in (("phone_number_id", phone_number_id), ("callback_data", callback_data)):
            if value is not None:
                where.append(f"{column} = ?")
                values.append(value)  # type: ignore[arg-type]  # ids and texts in one list of parameters
        sql = f"SELECT * FROM ledger WHERE {' AND '.join(where)} ORDER BY id LIMIT ?"  # noqa: S608
        rows = self._store.all(sql, *values, limit)
        return {
            "accepted": self.accepted,
            "results": [_entry(row) for row in rows],
            "next": rows[-1]["id"] if rows and len(rows) == limit else None,
        }

    def reads(
        self, *, after: int = 0, limit: int = 1000, phone_number_id: str | None = None
    ) -> dict[str, Any]:
        """Reads and typing signs after an id, newest last."""
        rows = self._store.all(
            "SELECT * FROM reads WHERE id > ? AND (? IS NULL OR phone_number_id = ?) ORDER BY id LIMIT ?",
            after, phone_number_id, phone_number_id, limit,
        )  # fmt: skip
        results = [{**dict(row), "typing": bool(row["typing"])} for row in rows]
        return {"results": results, "next": rows[-1]["id"] if rows and len(rows) == limit else None}
