"""When the statuses of an accepted message come, and what they say."""

import random
import time
from dataclasses import dataclass
from typing import Any

from integrations.simulator.chats import Bubble
from integrations.simulator.graph.errors import status_error
from integrations.simulator.http import BadRequest
from integrations.simulator.people import Person
from integrations.simulator.store import Store

FREE_MESSAGES_A_MONTH = 1000


@dataclass(slots=True)
class Timeline:
    """Seconds after accepting; None for a status that never comes.

    Attributes:
        read: seconds, "when_open" (the customer looks at the chat on the phone page) or None.
        played: seconds until a voice message is played; on the phone page it is when somebody plays it.
        order: "forward", or "shuffled": the statuses of a message change places.
        copies: how often each status is posted.
        early: the statuses are posted before the send call is answered.
        failed_callback_data: whether failed statuses carry biz_opaque_callback_data; not documented by Meta.
    """

    sent: float | None = 0.15
    delivered: float | None = 0.7
    read: float | str | None = "when_open"
    played: float | None = None
    order: str = "forward"
    copies: int = 1
    early: bool = False
    failed_callback_data: bool = True

    def change(self, data: dict[str, Any]) -> None:
        """Take over the given settings.

        Raises:
            BadRequest: a setting is unknown or has an impossible value; nothing is changed.
        """
        for name, value in data.items():
            number = isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
            fits = {
                "sent": value is None or number,
                "delivered": value is None or number,
                "read": value in (None, "when_open") or number,
                "played": value is None or number,
                "order": value in ("forward", "shuffled"),
                "copies": number and value >= 1,
                "early": isinstance(value, bool),
                "failed_callback_data": isinstance(value, bool),
            }
            if name not in fits:
                raise BadRequest(f"The timeline has no {name!r}.")
            if not fits[name]:
                raise BadRequest(f"{name!r} cannot be {value!r}.")
        for name, value in data.items():
            setattr(self, name, value)

    def plan(self, bubble: Bubble) -> list[tuple[float, str, float]]:
        """Give (when it is posted, status, when it happened) for one message, in seconds.

        Of a reaction only `sent` comes.
        """
        times = {"sent": self.sent, "delivered": self.delivered, "read": self.read}
        if bubble.type == "reaction":
            times = {"sent": self.sent}
        elif bubble.type == "audio" and bubble.content.get("voice"):
            times["played"] = self.played
        steps = [(name, float(when)) for name, when in times.items() if isinstance(when, int | float)]
        posted = [when for _, when in steps]
        if self.order == "shuffled":
            random.shuffle(posted)
        if self.early:
            posted = [0.0 for _ in posted]
        return [(when, name, happened) for when, (name, happened) in zip(posted, steps, strict=True)]


def status_update(
    bubble: Bubble, person: Person, status: str, *, happened_at: float, pricing: dict[str, Any] | None,
    failed_code: int | None = None, failed_callback_data: bool = True,
) -> dict[str, Any]:  # fmt: skip
    """Write a status as Meta does since v24: ids by how the message was addressed, no contacts when failed."""
    to_phone = bubble.addressed == "phone"
    failed = status == "failed"
    item: dict[str, Any] = {"id": bubble.wamid, "status": status, "timestamp": str(int(happened_at))}
    if to_phone:
        item["recipient_id"] = person.number
    if not (failed and to_phone):
        item["recipient_user_id"] = person.user_id
    if bubble.callback_data is not None and (failed_callback_data or not failed):
        item["biz_opaque_callback_data"] = bubble.callback_data
    if pricing is not None:
        item["pricing"] = pricing
    if failed:
        item["errors"] = [status_error(failed_code or 131000)]
        return {"item": item}
    return {"item": item, "contact": person.profile(with_username=status in ("delivered", "read"))}


class Tariff:
    """Counts a number's delivered service messages: the first thousand of a month are free."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def next_pricing(self, phone_number_id: str) -> dict[str, Any]:
        """Count one delivered message and give its `pricing`."""
        key = f"delivered:{phone_number_id}:{time.strftime('%Y-%m', time.gmtime())}"
        count = int(self._store.setting(key) or 0) + 1
        self._store.set_setting(key, str(count))
        is_free = count <= FREE_MESSAGES_A_MONTH
        return {
            "billable": not is_free,
            "pricing_model": "PMP",
            "type": "free_customer_service" if is_free else "regular",
            "category": "service",
        }
