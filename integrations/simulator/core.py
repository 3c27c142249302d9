"""The simulator itself: its parts, and what happens when a message goes either way."""

import asyncio
import contextlib
import logging
import time
from pathlib import Path
from typing import Any

from integrations.simulator.accounts import Account, Accounts
from integrations.simulator.chats import Bubble, Chats
from integrations.simulator.events import Pages
from integrations.simulator.faults import Faults
from integrations.simulator.graph.schema import TextMessage
from integrations.simulator.http import objects
from integrations.simulator.ledger import Ledger
from integrations.simulator.limits import Limits
from integrations.simulator.outbox import DeliveryOptions, Outbox
from integrations.simulator.people import BUILT_IN, People, Person
from integrations.simulator.store import Store
from integrations.simulator.timeline import Tariff, Timeline, status_update
from integrations.simulator.wamids import new_wamid
from integrations.simulator.webhooks import Update

log = logging.getLogger("simulator")

LOOK_AT_FILE_SECONDS = 1.0


def _say_why(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("The simulator's background work has ended.", exc_info=error)


class Simulator:
    """Everything behind the HTTP surface.

    Args:
        folder: where accounts.json is looked for and the store is kept; None keeps all in memory.
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
        self.outbox = Outbox(self.store, self.accounts, self._apply)
        self.outbox.on_delivered(self._taken)
        self.stopping = asyncio.Event()
        self._customers: list[dict[str, Any]] = []
        self._chats: list[dict[str, Any]] = []
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
        self.chats.load(self._chats)

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
        self.accounts.save(self._customers, self._chats)

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
        self.faults.clear()
        self.limits.pair, self.limits.per_second = False, None
        self.limits.forget()
        self.timeline = Timeline()
        self.outbox.options = DeliveryOptions()
        if accounts:
            self.accounts.put([], replace=True)
            self._customers, self._chats = [], []
        self.people.load(self._customers or BUILT_IN)
        self.chats.load(self._chats)
        self.pages.publish({"type": "reload"})

    # From the customer to the business.

    def write_as_customer(
        self, account: Account, person: Person, text: str, *, timestamp: int | None = None,
        context: str | None = None, copies: int = 1, retry: bool = True,
    ) -> Bubble:  # fmt: skip
        """A customer writes a text; the webhook leaves at once."""
        wamid = new_wamid(person.address, inbound=True)
        meta_time = int(time.time()) if timestamp is None else timestamp
        bubble = self.chats.add(
            account.phone_number_id, person.user_id, "in", wamid,
            type="text", text=text, meta_time=meta_time, context=context,
        )  # fmt: skip
        item: dict[str, Any] = {}
        if context is not None:
            quoted = self.chats.find(context)
            is_own = quoted is not None and quoted.direction == "in"
            item["context"] = {
                "from": person.wa_id if is_own and person.wa_id else account.wa_id,
                "id": context,
            }
        if person.wa_id:
            item["from"] = person.wa_id
        item |= {
            "from_user_id": person.user_id, "id": wamid, "timestamp": str(meta_time), "type": "text",
            "text": {"body": text},
        }  # fmt: skip
        self.outbox.add(
            account.phone_number_id, "messages", wamid, {"item": item, "contact": person.profile()},
            copies=copies, retry=retry,
        )  # fmt: skip
        self._show(bubble)
        return bubble

    @staticmethod
    def seconds_ago(seconds: float) -> int:
        """A time of the past as Meta writes it."""
        return int(time.time() - seconds)

    def take_read(self, bubble: Bubble, *, typing: bool) -> None:
        """The business read a customer's message, or begins to answer."""
        self.ledger.note_read(bubble.phone_number_id, bubble.user_id, bubble.wamid, typing=typing)
        self.chats.mark_read_by_business(bubble)
        chat = {"phone_number_id": bubble.phone_number_id, "user_id": bubble.user_id}
        self.pages.publish({"type": "read_by_business", "through": bubble.id, **chat})
        if typing:
            self.pages.publish({"type": "typing", **chat})

    def _taken(self, wamids: list[str]) -> None:
        for bubble in self.chats.mark_taken(wamids):
            self._show_state(bubble, "delivered")

    # From the business to the customer.

    def accept_text(
        self, account: Account, person: Person, message: TextMessage, *, addressed: str
    ) -> tuple[int, Bubble]:
        """Accept a text: from here on it counts as sent, whatever happens to the answer."""
        wamid = new_wamid(person.address if addressed == "phone" else person.user_id, inbound=False)
        entry_id = self.ledger.accept(
            account.phone_number_id, to=message.to, recipient=message.recipient, user_id=person.user_id,
            type="text", text=message.body, wamid=wamid, callback_data=message.callback_data,
        )  # fmt: skip
        bubble = self.chats.add(
            account.phone_number_id, person.user_id, "out", wamid, type="text", text=message.body,
            meta_time=int(time.time()), context=message.quoted, addressed=addressed,
            callback_data=message.callback_data,
        )  # fmt: skip
        return entry_id, bubble

    def note_answered(self, entry_id: int) -> None:
        # The answer to the last request may leave while the store is being closed.
        if not self.stopping.is_set():
            self.ledger.note_answered(entry_id)

    def plan_statuses(
        self, bubble: Bubble, person: Person, *, failed_code: int | None = None
    ) -> list[asyncio.Future[int | None]]:
        """Plan what the timeline says; gives futures of the posts when they must come first."""
        steps = self.timeline.plan()
        if failed_code is not None:
            delay = self.timeline.sent or 0.0
            steps = [(0.0 if self.timeline.early else delay, "failed", delay)]
        futures = [self.outbox.expect(bubble.wamid) for _ in steps] if self.timeline.early else []
        priced = "delivered" if self.timeline.delivered is not None else "read"
        for delay, status, happened in steps:
            self._post_status(
                bubble, person, status, delay=delay, happened_at=time.time() + happened,
                priced=status == priced, failed_code=failed_code,
            )  # fmt: skip
        return futures

    def _post_status(
        self, bubble: Bubble, person: Person, status: str, *, delay: float, happened_at: float,
        priced: bool = False, failed_code: int | None = None,
    ) -> None:  # fmt: skip
        update = status_update(
            bubble, person, status, happened_at=happened_at,
            pricing=self.tariff.next_pricing(bubble.phone_number_id) if priced else None,
            failed_code=failed_code, failed_callback_data=self.timeline.failed_callback_data,
        )  # fmt: skip
        self.outbox.add(
            bubble.phone_number_id, "statuses", bubble.wamid, update, delay=delay, copies=self.timeline.copies
        )

    def _apply(self, update: Update) -> None:
        """A status is due: the phone shows it, also while webhooks are held."""
        if update.kind != "statuses":
            return
        status = update.body["item"]["status"]
        bubble = self.chats.advance(update.wamid, status)
        if bubble is None or status not in ("delivered", "read"):
            return
        self._show(bubble)
        if self.pages.is_open(bubble.phone_number_id, bubble.user_id):
            self.look_at_chat(bubble.phone_number_id, bubble.user_id)

    def look_at_chat(self, phone_number_id: str, user_id: str) -> None:
        """The customer has the chat before their eyes: read statuses, if they give them."""
        person = self.people.by_user_id(user_id)
        unread = self.chats.mark_seen(phone_number_id, user_id)
        if person is None or self.timeline.read != "when_open":
            return
        for bubble in unread:
            self.chats.advance(bubble.wamid, "read")
            self._post_status(
                bubble, person, "read", delay=0.3, happened_at=time.time() + 0.3,
                priced=self.timeline.delivered is None,
            )  # fmt: skip

    def _show(self, bubble: Bubble) -> None:
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
