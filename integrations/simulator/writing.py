"""From the customer to the business: a message of any kind leaves as a webhook and stands on the phone."""

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from integrations.simulator.accounts import Account
from integrations.simulator.chats import Bubble
from integrations.simulator.media.shelf import Media
from integrations.simulator.people import Person
from integrations.simulator.wamids import new_wamid

if TYPE_CHECKING:
    from integrations.simulator.core import Simulator


@dataclass(slots=True)
class Draft:
    """What somebody is about to send.

    Attributes:
        content: the object of the type as the webhook carries it; None for types that have none.
        text: what a person would read of it.
        target: the message that a reaction, an edit or a deletion is about.
        around: what stands beside the content: `referral`, `errors`.
        context: what stands in `context` beside the quoted message: forwarded, referred_product.
        echo: the business wrote it in its WhatsApp Business app.
    """

    type: str
    content: Any
    text: str
    media: Media | None = None
    quoted: str | None = None
    target: str | None = None
    context: dict[str, Any] = field(default_factory=dict)
    around: dict[str, Any] = field(default_factory=dict)
    timestamp: int | None = None
    copies: int = 1
    retry: bool = True
    echo: bool = False


class Writing:
    """The way of a customer's message to the webhook."""

    def __init__(self, simulator: "Simulator") -> None:
        self._simulator = simulator

    def write(self, account: Account, person: Person, draft: Draft) -> Bubble:
        """Send a draft; the webhook leaves at once."""
        simulator = self._simulator
        wamid = new_wamid(person.address, inbound=not draft.echo)
        meta_time = int(time.time()) if draft.timestamp is None else draft.timestamp
        bubble = simulator.chats.add(
            account.phone_number_id, person.user_id, "out" if draft.echo else "in", wamid, type=draft.type,
            text=draft.text, meta_time=meta_time, context=draft.quoted, content=self.content_of(draft),
            extras=self.extras_of(draft), state="delivered" if draft.echo else "",
        )  # fmt: skip
        if draft.echo:
            self._post_echo(account, person, draft, bubble)
        else:
            self._post(account, person, draft, bubble)
        self.apply(draft, bubble)
        return bubble

    @staticmethod
    def content_of(draft: Draft) -> dict[str, Any]:
        """What the phone keeps of the content: an object, also where Meta has a list or nothing."""
        if isinstance(draft.content, dict):
            return draft.content
        return {} if draft.content is None else {draft.type: draft.content}

    @staticmethod
    def extras_of(draft: Draft) -> dict[str, Any]:
        """What stands around the content on the phone."""
        extras: dict[str, Any] = {}
        if draft.media is not None:
            extras["media"] = draft.media.shown()
        for name in ("forwarded", "frequently_forwarded"):
            if draft.context.get(name):
                extras["forwarded"] = name
        extras |= {name: draft.around[name] for name in ("referral", "errors") if name in draft.around}
        if draft.echo:
            extras["echo"] = True
        return extras

    def _post(self, account: Account, person: Person, draft: Draft, bubble: Bubble) -> None:
        item: dict[str, Any] = {}
        if context := self._context(account, person, draft):
            item["context"] = context
        if person.wa_id:
            item["from"] = person.wa_id
        item |= {
            "from_user_id": person.user_id, "id": bubble.wamid, "timestamp": str(bubble.meta_time),
            "type": draft.type,
        }  # fmt: skip
        if draft.content is not None:
            item[draft.type] = draft.content
        item |= draft.around
        self._simulator.outbox.add(
            account.phone_number_id, "messages", bubble.wamid, {"item": item, "contact": person.profile()},
            copies=draft.copies, retry=draft.retry,
        )  # fmt: skip

    def _post_echo(self, account: Account, person: Person, draft: Draft, bubble: Bubble) -> None:
        item: dict[str, Any] = {"from": account.wa_id}
        if person.wa_id:
            item["to"] = person.wa_id
        item |= {
            "to_user_id": person.user_id, "timestamp": str(bubble.meta_time), "id": bubble.wamid, "type": draft.type,
        }  # fmt: skip
        if draft.content is not None:
            item[draft.type] = draft.content
        self.post_change(
            account, "smb_message_echoes", {"contacts": [person.profile()], "message_echoes": [item]}, bubble.wamid,
            copies=draft.copies, retry=draft.retry,
        )  # fmt: skip

    def _context(self, account: Account, person: Person, draft: Draft) -> dict[str, Any]:
        if draft.quoted is None:
            return draft.context
        quoted = self._simulator.chats.find(draft.quoted)
        is_own = quoted is not None and quoted.direction == "in"
        sender = person.wa_id if is_own and person.wa_id else account.wa_id
        return {"from": sender, "id": draft.quoted, **draft.context}

    def apply(self, draft: Draft, bubble: Bubble) -> None:
        """Show the message on the phone, or what it does to another one."""
        chats, shown = self._simulator.chats, bubble
        if bubble.is_bare:
            target = chats.find(draft.target or "")
            changed: Bubble | None = None
            if target is not None and draft.type == "reaction":
                changed = chats.react(target.wamid, "customer", draft.text)
            elif target is not None and draft.type == "revoke":
                changed = chats.delete(target)
            elif target is not None and draft.type == "edit":
                changed = chats.edit(target, draft.text, _edited(draft.content), bubble.meta_time)
            if changed is None:
                return
            shown = changed
        self._simulator.show(shown)

    def post_change(
        self, account: Account, field_name: str, value: dict[str, Any], key: str, *,
        at: int | None = None, copies: int = 1, retry: bool = True,
    ) -> None:  # fmt: skip
        """Post something of another field than `messages`.

        Args:
            at: the entry's `time`, which only events of accounts and templates have; they have no metadata.
        """
        body = {"field": field_name, "value": value, "time": at}
        self._simulator.outbox.add(account.phone_number_id, "change", key, body, copies=copies, retry=retry)


def _edited(content: dict[str, Any]) -> dict[str, Any]:
    """What the message says after an edit."""
    message = content.get("message")
    inner = message.get(str(message.get("type"))) if isinstance(message, dict) else None
    return inner if isinstance(inner, dict) else {}
