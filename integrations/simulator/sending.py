"""From the business to the customer: what was accepted, its statuses, and what the phone shows of it."""

import asyncio
import time
from typing import TYPE_CHECKING, Any

from integrations.simulator.accounts import Account
from integrations.simulator.chats import Bubble
from integrations.simulator.graph.schema import Outgoing
from integrations.simulator.media.shelf import Media
from integrations.simulator.people import Person
from integrations.simulator.timeline import status_update
from integrations.simulator.wamids import new_wamid
from integrations.simulator.webhooks import Update

if TYPE_CHECKING:
    from integrations.simulator.core import Simulator


class Sending:
    """The way of a business message, from accepting it to the eyes of the customer."""

    def __init__(self, simulator: "Simulator") -> None:
        self._simulator = simulator

    def accept(
        self, account: Account, person: Person, message: Outgoing, files: list[Media], *, addressed: str
    ) -> tuple[int, Bubble]:
        """Accept a message: from here on it counts as sent, whatever happens to the answer."""
        simulator = self._simulator
        address = (person.number or person.user_id) if addressed == "phone" else person.user_id
        wamid = new_wamid(address, inbound=False)
        media = files[0] if files else None
        link = next((file.link for file in message.files), None)
        entry_id = simulator.ledger.accept(
            account.phone_number_id, to=message.to, recipient=message.recipient, user_id=person.user_id,
            type=message.type, text=message.text, wamid=wamid, callback_data=message.callback_data,
            content=message.content if isinstance(message.content, dict) else {"contacts": message.content},
            media=media.noted(link) if media else None, context=message.quoted,
        )  # fmt: skip
        content = message.content if isinstance(message.content, dict) else {"contacts": message.content}
        bubble = simulator.chats.add(
            account.phone_number_id, person.user_id, "out", wamid, type=message.type, text=message.text,
            meta_time=int(time.time()), context=message.quoted, addressed=addressed,
            callback_data=message.callback_data, content=content, extras={"media": media.shown()} if media else {},
        )  # fmt: skip
        return entry_id, bubble

    def note_answered(self, entry_id: int) -> None:
        # The answer to the last request may leave while the store is being closed.
        if not self._simulator.stopping.is_set():
            self._simulator.ledger.note_answered(entry_id)

    def take_read(self, bubble: Bubble, *, typing: bool) -> None:
        """The business read a customer's message, or begins to answer."""
        simulator = self._simulator
        simulator.ledger.note_read(bubble.phone_number_id, bubble.user_id, bubble.wamid, typing=typing)
        simulator.chats.mark_read_by_business(bubble)
        chat = {"phone_number_id": bubble.phone_number_id, "user_id": bubble.user_id}
        simulator.pages.publish({"type": "read_by_business", "through": bubble.id, **chat})
        if typing:
            simulator.pages.publish({"type": "typing", **chat})

    def plan_statuses(
        self, bubble: Bubble, person: Person, *, failed_code: int | None = None
    ) -> list[asyncio.Future[int | None]]:
        """Plan what the timeline says; gives futures of the posts when they must come first."""
        simulator = self._simulator
        timeline = simulator.timeline
        steps = timeline.plan(bubble)
        if failed_code is not None:
            delay = timeline.sent or 0.0
            steps = [(0.0 if timeline.early else delay, "failed", delay)]
        futures = [simulator.outbox.expect(bubble.wamid) for _ in steps] if timeline.early else []
        priced = "delivered" if timeline.delivered is not None else "read"
        for delay, status, happened in steps:
            self._post_status(
                bubble, person, status, delay=delay, happened_at=time.time() + happened,
                priced=status == priced, failed_code=failed_code,
            )  # fmt: skip
        if bubble.type == "reaction" and failed_code is None and timeline.sent is None:
            self._show_reaction(bubble)
        return futures

    def _post_status(
        self, bubble: Bubble, person: Person, status: str, *, delay: float, happened_at: float,
        priced: bool = False, failed_code: int | None = None,
    ) -> None:  # fmt: skip
        simulator = self._simulator
        update = status_update(
            bubble, person, status, happened_at=happened_at,
            pricing=simulator.tariff.next_pricing(bubble.phone_number_id) if priced else None,
            failed_code=failed_code, failed_callback_data=simulator.timeline.failed_callback_data,
        )  # fmt: skip
        simulator.outbox.add(
            bubble.phone_number_id,
            "statuses",
            bubble.wamid,
            update,
            delay=delay,
            copies=simulator.timeline.copies,
        )

    def apply(self, update: Update) -> None:
        """A status is due: the phone shows it, also while webhooks are held."""
        if update.kind != "statuses":
            return
        simulator = self._simulator
        status = update.body["item"]["status"]
        bubble = simulator.chats.advance(update.wamid, status)
        if bubble is None:
            return
        if bubble.type == "reaction" and status == "sent":
            self._show_reaction(bubble)
        if status not in ("delivered", "read", "played"):
            return
        simulator.show(bubble)
        if simulator.pages.is_open(bubble.phone_number_id, bubble.user_id):
            self.look_at_chat(bubble.phone_number_id, bubble.user_id)

    def _show_reaction(self, bubble: Bubble) -> None:
        content: dict[str, Any] = bubble.content
        target = self._simulator.chats.react(content["message_id"], "business", content.get("emoji") or "")
        if target is not None:
            self._simulator.show(target)

    def look_at_chat(self, phone_number_id: str, user_id: str) -> None:
        """The customer has the chat before their eyes: read statuses, if they give them."""
        simulator = self._simulator
        person = simulator.people.by_user_id(user_id)
        unread = simulator.chats.mark_seen(phone_number_id, user_id)
        if person is None or simulator.timeline.read != "when_open":
            return
        for bubble in unread:
            simulator.chats.advance(bubble.wamid, "read")
            if bubble.extras.get("echo"):
                continue
            self._post_status(
                bubble, person, "read", delay=0.3, happened_at=time.time() + 0.3,
                priced=simulator.timeline.delivered is None,
            )  # fmt: skip

    def play(self, bubble: Bubble, person: Person) -> None:
        """The customer plays a voice message of the business, for the first time if it tells of it."""
        if bubble.state == "played" or not bubble.content.get("voice") or bubble.extras.get("echo"):
            return
        self._post_status(bubble, person, "played", delay=0.0, happened_at=time.time())
