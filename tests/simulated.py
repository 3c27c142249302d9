"""The simulator of a running copy, seen from outside: its controls over HTTP."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from typing import Any

from tests.calls import Broken, call
from tests.copy import Copy, wait_for

# Numbers that somebody has already.
_given: set[int] = set()


@dataclass(frozen=True, slots=True)
class Person:
    """A customer with a phone of their own."""

    name: str
    phone: str

    @property
    def number(self) -> str:
        """E.164, as bandeja writes it."""
        return f"+{self.phone}"

    @property
    def number_as_read(self) -> str:
        """The same in groups, as the screens show the numbers that we give here."""
        return f"+{self.phone[:2]} {self.phone[2:5]} {self.phone[5:8]} {self.phone[8:]}"


class Phones:
    """Customers who write to one organisation, and what reaches them.

    Args:
        dice: decides on numbers, names and ids, for runs that can be repeated.
    """

    def __init__(self, copy: Copy, slug: str = "tienda-aurora", *, dice: random.Random | None = None) -> None:
        self._copy = copy
        self._dice = dice or random.SystemRandom()
        self.phone_number_id = copy.organization(slug)["channel"]["phone_number_id"]

    def person(self, name: str = "") -> Person:
        """Somebody new, with a name that no one else has."""
        # Seven last digits that begin with 0 or 1 could bring a fault of their own.
        number = next(n for n in iter(lambda: self._dice.randrange(10**6), None) if n not in _given)
        _given.add(number)
        return Person(name or f"Prueba {self._dice.getrandbits(24):06x}", f"573205{number:06d}")

    def writes(self, person: Person, text: str, **order: Any) -> str:
        """Let the customer write, wait until bandeja has it for sure, and give the message's id at Meta."""
        answer = self.order({"from": person.phone, "name": person.name, "text": text, "wait": True, **order})
        assert answer.get("delivered"), answer
        return str(answer["wamid"])

    def shares(self, person: Person, kind: str, **order: Any) -> str:
        """Let the customer send a message of this kind as the simulator makes it, and give its id at Meta."""
        answer = self.order({"from": person.phone, "name": person.name, "type": kind, "wait": True, **order})
        assert answer.get("delivered"), answer
        return str(answer["wamid"])

    def order(self, order: dict[str, Any]) -> dict[str, Any]:
        """`POST /_sim/inbound`."""
        return self.control("inbound", {"phone_number_id": self.phone_number_id, **order})

    def sends(self, person: Person, kind: str, content: dict[str, Any], *, wamid: str = "") -> str:
        """Let the customer send something that is not a text, as Meta would write it."""
        wamid = wamid or f"wamid.{self._dice.getrandbits(128):032X}"
        message = {
            "from": person.phone,
            "id": wamid,
            "timestamp": str(int(time.time())),
            "type": kind,
            kind: content,
        }
        value = self.value(person, [message])
        assert self.order({"value": value, "wait": True})["delivered"]
        return wamid

    def value(self, person: Person, messages: list[dict[str, Any]]) -> dict[str, Any]:
        """The `value` of a webhook that brings these messages."""
        return {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "573005550190", "phone_number_id": self.phone_number_id},
            "contacts": [{"profile": {"name": person.name}, "wa_id": person.phone}],
            "messages": messages,
        }

    def control(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        """`POST /_sim/…`."""
        answer = call("POST", f"{self._copy.simulator_url}/_sim/{name}", body)
        assert answer.status in (200, 201), answer.body
        result: dict[str, Any] = answer.json()
        return result

    def is_up(self) -> bool:
        try:
            return call("GET", f"{self._copy.simulator_url}/_sim/health").status == 200
        except Broken:
            return False

    def fault(self, **settings: Any) -> None:
        self.control("faults", settings)

    def faults(self) -> list[dict[str, Any]]:
        """The faults that are switched on, with how often each has struck."""
        found = call("GET", f"{self._copy.simulator_url}/_sim/faults").json()["faults"]
        return [dict(fault) for fault in found]

    def clear_faults(self) -> None:
        call("DELETE", f"{self._copy.simulator_url}/_sim/faults")

    def ledger(self) -> list[dict[str, Any]]:
        """All accepted sends since the copy was made."""
        return self._pages("ledger")

    def sent_to(self, person: Person) -> list[dict[str, Any]]:
        """What was accepted for this customer, in order."""
        found = call("GET", f"{self._copy.simulator_url}/_sim/phone").json()["people"]
        ids = {one["user_id"] for one in found if one["phone"] == person.number}
        return [entry for entry in self.ledger() if entry["user_id"] in ids]

    def reads(self) -> list[dict[str, Any]]:
        """The messages that were marked as read."""
        return self._pages("reads")

    def wait_idle(self) -> None:
        """Wait until every webhook that was planned has been answered with 200."""
        address = f"{self._copy.simulator_url}/_sim/health"
        wait_for(lambda: call("GET", address).json()["idle"], "the simulator's webhooks to be delivered")

    def _pages(self, name: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        after: int | None = 0
        while after is not None:
            page = call("GET", f"{self._copy.simulator_url}/_sim/{name}?after={after}&limit=5000").json()
            found += page["results"]
            after = page["next"]
        return found
