"""Where the simulator keeps what must outlive it: one SQLite file, or memory in tests.

Memory stays flat however long a run is, and what was accepted is on disk before the answer leaves, so that a
kill -9 loses nothing. The tables are trimmed to a bound now and then.
"""

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

Row = sqlite3.Row

_SCHEMA = """
CREATE TABLE IF NOT EXISTS settings (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS people (
    user_id TEXT PRIMARY KEY, wa_id TEXT UNIQUE, name TEXT NOT NULL, username TEXT, position INTEGER NOT NULL,
    hidden_wa_id TEXT);
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, phone_number_id TEXT NOT NULL, user_id TEXT NOT NULL,
    direction TEXT NOT NULL, wamid TEXT NOT NULL, type TEXT NOT NULL, text TEXT NOT NULL,
    meta_time INTEGER NOT NULL, at REAL NOT NULL, context TEXT, state TEXT NOT NULL,
    addressed TEXT NOT NULL DEFAULT 'phone', callback_data TEXT, seen INTEGER NOT NULL DEFAULT 1,
    content TEXT NOT NULL DEFAULT '{}', extras TEXT NOT NULL DEFAULT '{}');
CREATE INDEX IF NOT EXISTS messages_chat ON messages (phone_number_id, user_id, direction, meta_time);
CREATE INDEX IF NOT EXISTS messages_wamid ON messages (wamid);
CREATE TABLE IF NOT EXISTS ledger (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, phone_number_id TEXT NOT NULL, recipient_to TEXT,
    recipient TEXT, user_id TEXT NOT NULL, type TEXT NOT NULL, text TEXT NOT NULL, wamid TEXT NOT NULL UNIQUE,
    callback_data TEXT, answered INTEGER NOT NULL DEFAULT 0, fault TEXT, content TEXT NOT NULL DEFAULT '{}',
    media TEXT, context TEXT);
CREATE INDEX IF NOT EXISTS ledger_callback ON ledger (callback_data);
CREATE TABLE IF NOT EXISTS reactions (
    target TEXT NOT NULL, side TEXT NOT NULL, emoji TEXT NOT NULL, PRIMARY KEY (target, side));
CREATE TABLE IF NOT EXISTS media (
    id INTEGER PRIMARY KEY AUTOINCREMENT, media_id TEXT NOT NULL UNIQUE, phone_number_id TEXT NOT NULL,
    user_id TEXT NOT NULL, origin TEXT NOT NULL, mime_type TEXT NOT NULL, sha256 TEXT NOT NULL, blob TEXT NOT NULL,
    size INTEGER NOT NULL, file_name TEXT NOT NULL, facts TEXT NOT NULL, made_at REAL NOT NULL,
    expires_at REAL NOT NULL, deleted INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS media_blob ON media (blob);
CREATE TABLE IF NOT EXISTS reads (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, phone_number_id TEXT NOT NULL,
    user_id TEXT NOT NULL, message_id TEXT NOT NULL, typing INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS updates (
    id INTEGER PRIMARY KEY AUTOINCREMENT, due REAL NOT NULL, phone_number_id TEXT NOT NULL, kind TEXT NOT NULL,
    wamid TEXT NOT NULL, body TEXT NOT NULL, copies INTEGER NOT NULL, retry INTEGER NOT NULL,
    applied INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS updates_due ON updates (due);
CREATE TABLE IF NOT EXISTS posts (
    id INTEGER PRIMARY KEY AUTOINCREMENT, next_at REAL NOT NULL, phone_number_id TEXT NOT NULL,
    body BLOB NOT NULL, signature TEXT, wamids TEXT NOT NULL, retry INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, status INTEGER, error TEXT);
CREATE INDEX IF NOT EXISTS posts_next ON posts (next_at);
"""

_KEEP = {
    "messages": 50_000,
    "ledger": 300_000,
    "reads": 50_000,
    "updates": 300_000,
    "posts": 100_000,
    "media": 20_000,
}

# Columns that older files do not have yet.
_ADDED = {
    "people": {"hidden_wa_id": "TEXT"},
    "messages": {"content": "TEXT NOT NULL DEFAULT '{}'", "extras": "TEXT NOT NULL DEFAULT '{}'"},
    "ledger": {"content": "TEXT NOT NULL DEFAULT '{}'", "media": "TEXT", "context": "TEXT"},
}


def storable(text: str) -> str:
    """The text without what no database takes: lone surrogates become question marks."""
    return text.encode("utf-8", "replace").decode()


class Store:
    """A thin layer over one SQLite connection, used by the simulator's own loop only."""

    def __init__(self, path: Path | None) -> None:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(
            str(path) if path else ":memory:", isolation_level=None, check_same_thread=False
        )
        self._connection.row_factory = sqlite3.Row
        if path is not None:
            # A killed process loses nothing that reached the kernel; only a power cut could.
            self._connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;")
        self._connection.executescript(_SCHEMA)
        self._add_columns()
        self._writes = 0

    def _add_columns(self) -> None:
        for table, columns in _ADDED.items():
            known = {row["name"] for row in self._connection.execute(f"PRAGMA table_info({table})")}
            for name in columns.keys() - known:
                self._connection.execute(f"ALTER TABLE {table} ADD COLUMN {name} {columns[name]}")

    def run(self, sql: str, *values: Any) -> int:
        """Execute one writing statement and give the new row's id."""
        cursor = self._connection.execute(sql, values)
        self._writes += 1
        if self._writes % 5000 == 0:
            self.trim()
        return cursor.lastrowid or 0

    def many(self, sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Execute one writing statement for every row, in one transaction."""
        self._connection.execute("BEGIN")
        try:
            self._connection.executemany(sql, rows)
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def all(self, sql: str, *values: Any) -> list[Row]:
        """Every row of a query."""
        return self._connection.execute(sql, values).fetchall()

    def one(self, sql: str, *values: Any) -> Row | None:
        """The first row of a query, or None."""
        row: Row | None = self._connection.execute(sql, values).fetchone()
        return row

    def number(self, sql: str, *values: Any) -> int:
        """The first value of the first row as a number; 0 for none."""
        row = self.one(sql, *values)
        return int(row[0] or 0) if row is not None else 0

    def trim(self) -> None:
        """Forget the oldest rows of tables that grew past their bound."""
        for table, keep in _KEEP.items():
            # S608: the names are the constants above.
            self._connection.execute(
                f"DELETE FROM {table} WHERE id <= (SELECT MAX(id) FROM {table}) - ?",  # noqa: S608
                (keep,),
            )

    def clear(self) -> None:
        """Empty every table."""
        for table in (*_KEEP, "reactions", "people", "settings"):
            self._connection.execute(f"DELETE FROM {table}")  # noqa: S608
        self._connection.execute("DELETE FROM sqlite_sequence")

    def setting(self, key: str) -> str | None:
        """A stored setting, or None."""
        row = self.one("SELECT value FROM settings WHERE key = ?", key)
        return None if row is None else str(row["value"])

    def set_setting(self, key: str, value: str) -> None:
        """Store a setting."""
        self.run("INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)", key, value)

    def close(self) -> None:
        self._connection.close()
