"""The simulator itself: its parts, and what happens when a message goes either way."""

import asyncio
import contextlib
import logging
from pathlib import Path
from typing import Any

from integrations.simulator.accounts import Account, Accounts
from integrations.simulator.chats import Bubble, Chats
from integrations.simulator.events import Pages
from integrations.simulator.faults import Faults
from integrations.simulator.http import objects
from integrations.simulator.identities import Identities
from integrations.simulator.ledger import Ledger
from integrations.simulator.limits import Limits
from integrations.simulator.media.blobs import Blobs
from integrations.simulator.media.shelf import Shelf
from integrations.simulator.outbox import DeliveryOptions, Outbox
from integrations.simulator.people import BUILT_IN, People
from integrations.simulator.sending import Sending
from integrations.simulator.store import Store
from integrations.simulator.timeline import Tariff, Timeline
from integrations.simulator.writing import Writing

log = logging.getLogger("simulator")

LOOK_AT_FILE_SECONDS = 1.0


def _say_why(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("The simulator's background work has ended.", exc_info=error)


class Simulator:
    """Everything behind the HTTP surface.

    Args:
        folder: where accounts.json is looked for and the store is kept; None keeps all in memory.

    Attributes:
        base_url: where the links to files lead that webhooks carry; whoever serves this sets it.
        fetched: the media that links of businesses led to, for as long as Meta remembers them.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.store = Store(folder / "simulator.sqlite3" if folder else None)
        self.accounts = Accounts(self.store, folder / "accounts.json" if folder else None)
        self.people = People(self.store)
        self.chats = Chats(self.store)
        self.ledger = Ledger(self.store)
        self.tariff = Tariff(self.store)
        self.faults = Faults()
        self.limits = Limits()
        self.timeline = Timeline()
        self.pages = Pages()
        self.shelf = Shelf(self.store, Blobs(folder / "media" if folder else None))
        self.base_url = "http://127.0.0.1:8001"
        self.fetched: dict[str, str] = {}
        self.sending, self.writing, self.identities = Sending(self), Writing(self), Identities(self)
        self.outbox = Outbox(self.store, self.accounts, self.sending.apply)
        self.outbox.on_delivered(self._taken)
        self.stopping = asyncio.Event()
        self._customers: list[dict[str, Any]] = []
        self._chats: list[dict[str, Any]] = []
        self._files: list[dict[str, Any]] = []
        self._tasks: list[asyncio.Task[None]] = []
        self.refresh()
        if not self.people.everyone():
            self.people.load(BUILT_IN)

    def start(self) -> None:
        """Begin to deliver, in the running loop."""
        if not self._tasks:
            self._tasks = [asyncio.create_task(self.outbox.run()), asyncio.create_task(self._watch_file())]
            for task in self._tasks:
                task.add_done_callback(_say_why)

    @property
    def is_delivering(self) -> bool:
        """Tell whether the background work goes on; it ends only by a bug or a full disk."""
        return bool(self._tasks) and not any(task.done() for task in self._tasks)

    async def stop(self) -> None:
        """End deliveries and close the store."""
        self.stopping.set()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.store.close()

    def refresh(self) -> None:
        """Read the accounts file again if it changed."""
        content = self.accounts.changed_file()
        if content is None:
            return
        accounts = []
        for entry in objects(content.get("accounts")):
            # A hand-written entry that is not complete must not take the others along.
            with contextlib.suppress(ValueError, TypeError):
                accounts.append(Account.parse(entry))
        self._chats = objects(content.get("chats"))
        self.put_accounts(accounts, objects(content.get("customers")), replace=True)
        self._files = objects(content.get("media"))
        self._load_chats()

    def put_accounts(
        self, accounts: list[Account], customers: list[dict[str, Any]], *, replace: bool = False
    ) -> None:
        """Take over accounts and customers; given customers take the place of the built-in ones."""
        self.accounts.put(accounts, replace=replace)
        if customers:
            self._customers = customers if replace else [*self._customers, *customers]
            self._drop_unused_built_in(customers)
            self.people.load(customers)
        self.pages.publish({"type": "reload"})
        self.outbox.wake()

    def save_accounts(self) -> None:
        """Keep the present accounts for the next start."""
        self.accounts.save(self._customers, self._chats, self._files)

    def _drop_unused_built_in(self, customers: list[dict[str, Any]]) -> None:
        kept = {customer.get("user_id") for customer in customers}
        for person in BUILT_IN:
            if person["user_id"] not in kept:
                self.store.run(
                    "DELETE FROM people WHERE user_id = ? AND user_id NOT IN (SELECT user_id FROM messages)",
                    person["user_id"],
                )

    def reset(self, *, accounts: bool = False) -> None:
        """Go back to what the accounts file says; with `accounts` forget that as well."""
        self.outbox.clear()
        self.store.clear()
        self.shelf.blobs.clear()
        self.fetched.clear()
        self.faults.clear()
        self.limits.pair, self.limits.per_second = False, None
        self.limits.forget()
        self.timeline = Timeline()
        self.outbox.options = DeliveryOptions()
        if accounts:
            self.accounts.put([], replace=True)
            self._customers, self._chats, self._files = [], [], []
        self.people.load(self._customers or BUILT_IN)
        self._load_chats()
        self.pages.publish({"type": "reload"})

    def _load_chats(self) -> None:
        with contextlib.suppress(KeyError, ValueError, TypeError):
            self.shelf.load(self._files)
        self.chats.load(self._chats, self.shelf)

    def _taken(self, wamids: list[str]) -> None:
        for bubble in self.chats.mark_taken(wamids):
            self._show_state(bubble, "delivered")

    def show(self, bubble: Bubble) -> None:
        """Tell the phone pages of a message, new or changed."""
        if bubble.is_visible and not bubble.is_bare:
            self.pages.publish({"type": "message", "message": bubble.as_json()})

    def _show_state(self, bubble: Bubble, state: str) -> None:
        self.pages.publish({
            "type": "state", "wamid": bubble.wamid, "state": state,
            "phone_number_id": bubble.phone_number_id, "user_id": bubble.user_id,
        })  # fmt: skip

    async def _watch_file(self) -> None:
        while True:
            await asyncio.sleep(LOOK_AT_FILE_SECONDS)
            self.refresh()
