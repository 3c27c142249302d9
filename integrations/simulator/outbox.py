"""Webhooks on their way: due updates become signed posts, posts are repeated until they get a 200."""

import asyncio
import contextlib
import json
import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from integrations.simulator.accounts import Account, Accounts
from integrations.simulator.client import DeliveryError, WebhookClient
from integrations.simulator.store import Row, Store
from integrations.simulator.webhooks import Update, envelope, meta_json, signature

AT_ONCE = 64
LONGEST_WAIT_SECONDS = 60.0


@dataclass(slots=True)
class DeliveryOptions:
    """How webhooks are delivered.

    Attributes:
        batch: updates in one POST at most.
        batch_seconds: how long an update waits for others when `batch` is more than one.
        duplicates: how many times each POST is sent in addition.
        shuffle: due updates leave in random order.
        hold: nothing new is composed; setting it back to False releases what gathered.
    """

    batch: int = 1
    batch_seconds: float = 0.1
    duplicates: int = 0
    shuffle: bool = False
    hold: bool = False


def backoff_seconds(attempts: int) -> float:
    """The wait after the n-th failed attempt: none, then 1, 2, 4 … 60 s."""
    return 0.0 if attempts <= 1 else min(LONGEST_WAIT_SECONDS, 2.0 ** min(attempts - 2, 10))


class Clock:
    """Schedules by a clock that tests with a frozen wall clock do not stop."""

    def __init__(self) -> None:
        self._offset = time.time() - time.monotonic()

    def now(self) -> float:
        return time.monotonic() + self._offset


class Outbox:
    """Holds updates and posts in the store and sends what is due, many at a time."""

    def __init__(self, store: Store, accounts: Accounts, apply: Callable[[Update], None]) -> None:
        self._store = store
        self._accounts = accounts
        self._apply = apply
        self._wake = asyncio.Event()
        self._flying: dict[int, asyncio.Task[None]] = {}
        self._waiters: dict[str, list[asyncio.Future[int | None]]] = {}
        self._delivered_callbacks: list[Callable[[list[str]], None]] = []
        self.options = DeliveryOptions()
        self.clock = Clock()
        self.client = WebhookClient()
        self.delivered = 0
        self.attempts = 0
        self.discarded = 0

    def on_delivered(self, callback: Callable[[list[str]], None]) -> None:
        """Call back with the wamids of every post that was answered with 200."""
        self._delivered_callbacks.append(callback)

    def add(
        self, phone_number_id: str, kind: str, wamid: str, body: dict[str, Any], *,
        delay: float = 0.0, copies: int = 1, retry: bool = True,
    ) -> None:  # fmt: skip
        """Plan an update for `delay` seconds from now."""
        self._store.run(
            "INSERT INTO updates (due, phone_number_id, kind, wamid, body, copies, retry)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            self.clock.now() + delay, phone_number_id, kind, wamid, json.dumps(body), copies, int(retry),
        )  # fmt: skip
        self.wake()

    def add_post(
        self, phone_number_id: str, body: bytes, wamids: list[str], *,
        copies: int = 1, retry: bool = True, signed: str | None = None,
    ) -> None:  # fmt: skip
        """Send these bytes at once; `signed` replaces the signature ("" for none)."""
        for _ in range(copies):
            self._store.run(
                "INSERT INTO posts (next_at, phone_number_id, body, signature, wamids, retry)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                self.clock.now(), phone_number_id, body, signed, json.dumps(wamids), int(retry),
            )  # fmt: skip
        self.wake()

    def expect(self, key: str) -> asyncio.Future[int | None]:
        """Give a future for the answer to one post that carries this wamid.

        It ends with 200, or with the first other status (None: no answer) of a post that is not repeated.
        """
        future: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()
        self._waiters.setdefault(key, []).append(future)
        return future

    def give_up(self, key: str) -> None:
        """Nobody waits for this wamid any more."""
        self._waiters.pop(key, None)

    def wake(self) -> None:
        """Look at once for something to do."""
        self._wake.set()

    @property
    def is_idle(self) -> bool:
        """Nothing is planned, waiting or on its way."""
        return not self._flying and not self._store.number(
            "SELECT (SELECT COUNT(*) FROM updates) + (SELECT COUNT(*) FROM posts)"
        )

    def summary(self) -> dict[str, Any]:
        """What `GET /_sim/deliveries` shows."""
        now = self.clock.now()
        waiting = self._store.all(
            "SELECT id, phone_number_id, wamids, attempts, status, error, next_at, length(body) AS size"
            " FROM posts WHERE attempts > 0 ORDER BY id LIMIT 100"
        )
        return {
            "idle": self.is_idle,
            "delivered": self.delivered,
            "attempts": self.attempts,
            "discarded": self.discarded,
            "updates": self._store.number("SELECT COUNT(*) FROM updates"),
            "pending": self._store.number("SELECT COUNT(*) FROM posts"),
            "failing": [
                {
                    "id": row["id"], "phone_number_id": row["phone_number_id"],
                    "wamids": json.loads(row["wamids"]), "attempts": row["attempts"], "status": row["status"],
                    "error": row["error"], "size": row["size"], "next_in": max(0.0, row["next_at"] - now),
                }
                for row in waiting
            ],
        }  # fmt: skip

    def clear(self) -> None:
        """Forget everything that is waiting."""
        for task in self._flying.values():
            task.cancel()
        for futures in self._waiters.values():
            for future in futures:
                future.cancel()
        self._waiters.clear()
        self.delivered = self.attempts = self.discarded = 0

    async def run(self) -> None:
        """Send what is due until cancelled."""
        # What was in flight when the last process died is tried again now.
        self._store.run("UPDATE posts SET next_at = MIN(next_at, ?)", self.clock.now())
        try:
            while True:
                self._wake.clear()
                self._apply_due()
                if not self.options.hold:
                    self._compose_due()
                self._start_posts()
                await self._sleep()
        finally:
            for task in list(self._flying.values()):
                task.cancel()
            self.client.close()

    async def _sleep(self) -> None:
        moments = [
            self._store.one("SELECT MIN(due) FROM updates WHERE applied = 0"),
            self._store.one("SELECT MIN(next_at) FROM posts") if len(self._flying) < AT_ONCE else None,
            None if self.options.hold else self._store.one("SELECT MIN(due) FROM updates"),
        ]
        # A post in flight has its next attempt after the time-out, so it does not keep this loop awake.
        now = self.clock.now()
        patience = self.options.batch_seconds if self.options.batch > 1 else 0.0
        waits = [row[0] - now for row in moments[:2] if row is not None and row[0] is not None]
        waits += [row[0] + patience - now for row in moments[2:] if row is not None and row[0] is not None]
        wait = min([LONGEST_WAIT_SECONDS, *waits])
        # Not wait_for: in Python 3.11 it may swallow a cancellation that meets the event.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(wait, 0.001)):
                await self._wake.wait()

    def _apply_due(self) -> None:
        rows = self._store.all(
            "SELECT * FROM updates WHERE applied = 0 AND due <= ? ORDER BY due, id LIMIT 500",
            self.clock.now(),
        )
        for row in rows:
            self._store.run("UPDATE updates SET applied = 1 WHERE id = ?", row["id"])
            self._apply(_update(row))
        if len(rows) == 500:
            self.wake()

    def _compose_due(self) -> None:
        now = self.clock.now()
        rows = self._store.all(
            "SELECT * FROM updates WHERE applied = 1 AND due <= ? ORDER BY due, id LIMIT 2000", now
        )
        if self.options.shuffle:
            random.shuffle(rows)
        groups: dict[tuple[str, str, int, bool], list[tuple[Account, Row]]] = {}
        for row in rows:
            account = self._accounts.by_phone_number_id(row["phone_number_id"])
            if account is None or not self._accounts.is_subscribed(account):
                self.discarded += 1
                self._store.run("DELETE FROM updates WHERE id = ?", row["id"])
                continue
            key = (self._accounts.webhook_url(account), account.app_secret, row["copies"], bool(row["retry"]))
            groups.setdefault(key, []).append((account, row))
        for group in groups.values():
            self._compose(group, now)
        if len(rows) == 2000:
            self.wake()

    def _compose(self, group: list[tuple[Account, Row]], now: float) -> None:
        size = max(1, self.options.batch)
        for chunk in _chunks(group, size):
            oldest = min(row["due"] for _, row in chunk)
            if len(chunk) < size and now - oldest < self.options.batch_seconds:
                continue
            updates = [(account, _update(row)) for account, row in chunk]
            self.add_post(
                chunk[0][0].phone_number_id,
                meta_json(envelope(updates)),
                [update.wamid for _, update in updates],
                copies=chunk[0][1]["copies"] + self.options.duplicates,
                retry=bool(chunk[0][1]["retry"]),
            )
            self._store.many("DELETE FROM updates WHERE id = ?", [(row["id"],) for _, row in chunk])

    def _start_posts(self) -> None:
        free = AT_ONCE - len(self._flying)
        if free <= 0:
            return
        rows = self._store.all(
            "SELECT * FROM posts WHERE next_at <= ? ORDER BY next_at, id LIMIT ?",
            self.clock.now(),
            free,
        )
        for row in rows:
            self._store.run(
                "UPDATE posts SET next_at = ? WHERE id = ?",
                self.clock.now() + self.client.timeout_seconds + 5,
                row["id"],
            )
            task = asyncio.create_task(self._post(row))
            self._flying[row["id"]] = task
            task.add_done_callback(partial(self._landed, row["id"]))

    def _landed(self, number: int, task: asyncio.Task[None]) -> None:
        self._flying.pop(number, None)
        self.wake()

    async def _post(self, row: Row) -> None:
        account = self._accounts.by_phone_number_id(row["phone_number_id"])
        if account is None:
            self._store.run("DELETE FROM posts WHERE id = ?", row["id"])
            return
        signed = signature(account.app_secret, row["body"]) if row["signature"] is None else row["signature"]
        headers = {"Content-Type": "application/json", "User-Agent": "facebookexternalua", "Accept": "*/*"}
        if signed:
            headers["X-Hub-Signature-256"] = signed
        status, error = None, None
        self.attempts += 1
        try:
            answer = await self.client.request(
                "POST", self._accounts.webhook_url(account), headers, row["body"]
            )
            status = answer.status
        except DeliveryError as problem:
            error = str(problem)
        self._settle(row, status, error)

    def _settle(self, row: Row, status: int | None, error: str | None) -> None:
        wamids: list[str] = json.loads(row["wamids"])
        if status == 200:
            self.delivered += 1
            self._store.run("DELETE FROM posts WHERE id = ?", row["id"])
            for callback in self._delivered_callbacks:
                callback(wamids)
            self._resolve(wamids, 200)
        elif not row["retry"]:
            self._store.run("DELETE FROM posts WHERE id = ?", row["id"])
            self._resolve(wamids, status)
        else:
            attempts = row["attempts"] + 1
            self._store.run(
                "UPDATE posts SET attempts = ?, status = ?, error = ?, next_at = ? WHERE id = ?",
                attempts, status, error, self.clock.now() + backoff_seconds(attempts), row["id"],
            )  # fmt: skip

    def _resolve(self, wamids: Iterable[str], status: int | None) -> None:
        for wamid in wamids:
            waiting = self._waiters.get(wamid)
            if waiting is None:
                continue
            future = waiting.pop(0)
            if not waiting:
                del self._waiters[wamid]
            if not future.done():
                future.set_result(status)


def _chunks(group: list[tuple[Account, Row]], size: int) -> Iterable[list[tuple[Account, Row]]]:
    return (group[start : start + size] for start in range(0, len(group), size))


def _update(row: Row) -> Update:
    return Update(
        id=row["id"], phone_number_id=row["phone_number_id"], kind=row["kind"], wamid=row["wamid"],
        body=json.loads(row["body"]), copies=row["copies"], retry=bool(row["retry"]),
    )  # fmt: skip
