"""People who change: a new number, a new BSUID, a username, no more marketing."""

import time
from typing import TYPE_CHECKING, Any

from integrations.simulator.accounts import Account
from integrations.simulator.http import BadRequest
from integrations.simulator.people import Person, digits, make_user_id
from integrations.simulator.wamids import new_wamid

if TYPE_CHECKING:
    from integrations.simulator.core import Simulator

_DETAILS = {
    "stop": "User requested to stop marketing messages",
    "resume": "User requested to resume marketing messages",
    "signup": "User signed up via signup link",
}


class Identities:
    """Changes of people, with the webhooks that tell of them."""

    def __init__(self, simulator: "Simulator") -> None:
        self._simulator = simulator

    def change_number(
        self, account: Account, person: Person, number: str, *, legacy: bool = False, **delivery: Any
    ) -> tuple[Person, str]:
        """Give somebody another number, and with it another BSUID; gives the wamid for this account.

        Args:
            legacy: the webhook has the shape from before there were BSUIDs.

        Raises:
            BadRequest: the number is none, or somebody has it.
        """
        wa_id = digits(number)
        if not 7 <= len(wa_id) <= 15:
            raise BadRequest("A number has 7 to 15 digits.")
        if self._simulator.people.by_number(wa_id) is not None:
            raise BadRequest("Somebody has this number already.")
        if person.wa_id is None:
            return self.change_user_id(account, person, hidden_wa_id=wa_id, **delivery)
        user_id = make_user_id(wa_id)
        body = f"User {person.name} changed from {person.wa_id} to {wa_id}"
        system: dict[str, Any] = {"body": body, "wa_id": wa_id}
        if not legacy:
            system |= {"user_id": user_id, "previous_user_id": person.user_id}
        changed = self._take_over(person, user_id=user_id, wa_id=wa_id)
        wamid = self._tell(account, person, changed, {**system, "type": "user_changed_number"}, **delivery)
        return changed, wamid

    def change_user_id(
        self, account: Account, person: Person, *, hidden_wa_id: str | None = None, **delivery: Any
    ) -> tuple[Person, str]:
        """Give somebody another BSUID, as happens when a number that is withheld changes."""
        user_id = make_user_id(None)
        changed = self._take_over(person, user_id=user_id, hidden_wa_id=hidden_wa_id or person.hidden_wa_id)
        system = {
            "body": f"User changed from {person.user_id} to {user_id}", "user_id": user_id,
            "previous_user_id": person.user_id, "type": "user_changed_user_id",
        }  # fmt: skip
        return changed, self._tell(account, person, changed, system, sender=False, **delivery)

    def _take_over(self, person: Person, **changes: Any) -> Person:
        changed = self._simulator.people.change(person, **changes)
        self._simulator.chats.move(person.user_id, changed.user_id)
        self._simulator.store.run(
            "UPDATE OR REPLACE settings SET key = replace(key, ?, ?) WHERE key LIKE 'wish:%:' || ?",
            person.user_id, changed.user_id, person.user_id,
        )  # fmt: skip
        self._simulator.pages.publish(
            {"type": "renamed", "old_user_id": person.user_id, "user_id": changed.user_id}
        )
        return changed

    def _tell(
        self, account: Account, before: Person, after: Person, system: dict[str, Any], *, sender: bool = True,
        copies: int = 1, retry: bool = True,
    ) -> str:  # fmt: skip
        """Tell every business that has a chat with this person; all of them share the BSUID here."""
        simulator, own = self._simulator, ""
        for other in simulator.accounts:
            knows = simulator.chats.knows(other.phone_number_id, after.user_id)
            if not knows and other.phone_number_id != account.phone_number_id:
                continue
            wamid = new_wamid(before.address, inbound=True)
            now = int(time.time())
            item: dict[str, Any] = {"from": before.wa_id} if sender else {}
            item |= {"id": wamid, "timestamp": str(now), "type": "system", "system": system}
            simulator.chats.add(
                other.phone_number_id, after.user_id, "in", wamid, type="system", text=system["body"],
                meta_time=now, content=system,
            )  # fmt: skip
            simulator.outbox.add(
                other.phone_number_id, "messages", wamid, {"item": item}, copies=copies, retry=retry
            )
            if other.phone_number_id == account.phone_number_id:
                own = wamid
        return own

    def set_username(self, person: Person, username: str | None, *, hide_phone: bool) -> Person:
        """Give somebody a username, or take it away; with one their phone may be withheld.

        Raises:
            BadRequest: without a username the phone cannot be withheld.
        """
        name = (username or "").strip().lstrip("@") or None
        if name is None and person.number is None:
            raise BadRequest("Somebody without a phone needs a username.")
        if name is None:
            hide_phone = False
        changed = self._simulator.people.change(
            person,
            username=name,
            wa_id=None if hide_phone else person.number,
            hidden_wa_id=person.number if hide_phone else None,
        )
        self._simulator.pages.publish({"type": "reload"})
        return changed

    def rename(self, person: Person, name: str) -> Person:
        """Give somebody another profile name; businesses learn it with the next message."""
        changed = self._simulator.people.change(person, name=name)
        self._simulator.pages.publish({"type": "reload"})
        return changed

    def prefer(self, account: Account, person: Person, value: str, **delivery: Any) -> str:
        """Stop or resume a business's marketing messages, or sign up for them.

        Raises:
            BadRequest: there is no such wish.
        """
        if value not in _DETAILS:
            raise BadRequest(f"'preference' must be one of {', '.join(_DETAILS)}.")
        simulator = self._simulator
        simulator.store.set_setting(_wish(account, person), value)
        item: dict[str, Any] = {"wa_id": person.wa_id} if person.wa_id else {}
        item |= {
            "user_id": person.user_id, "detail": _DETAILS[value], "category": "marketing_messages", "value": value,
            "timestamp": int(time.time()),
        }  # fmt: skip
        if value == "signup":
            item["signup_id"] = "13176843987434774"
        key = new_wamid(person.address, inbound=True)
        simulator.writing.post_change(
            account,
            "user_preferences",
            {"contacts": [person.profile()], "user_preferences": [item]},
            key,
            **delivery,
        )
        simulator.pages.publish({"type": "reload"})
        return key

    def has_stopped(self, account: Account, person: Person) -> bool:
        """Tell whether somebody wants no marketing messages from this business."""
        return self._simulator.store.setting(_wish(account, person)) == "stop"


def _wish(account: Account, person: Person) -> str:
    return f"wish:{account.phone_number_id}:{person.user_id}"
