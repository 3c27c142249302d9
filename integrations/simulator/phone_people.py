"""People on the phone page: new ones, and their profile: number, username, name, marketing."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from integrations.simulator.accounts import Account
from integrations.simulator.http import BadRequest, Reply, Request, Router, json_reply
from integrations.simulator.people import Person, digits

if TYPE_CHECKING:
    from integrations.simulator.core import Simulator


def person_json(person: Person) -> dict[str, Any]:
    """What the page knows of somebody; `hidden_phone` is what businesses do not get."""
    return {
        "user_id": person.user_id, "name": person.name, "phone": f"+{person.wa_id}" if person.wa_id else None,
        "username": person.username, "hidden_phone": f"+{person.hidden_wa_id}" if person.hidden_wa_id else None,
    }  # fmt: skip


def chat_of(simulator: "Simulator", values: Mapping[str, Any]) -> tuple[Account, Person]:
    """The number and the person that a body or query names.

    Raises:
        BadRequest: one of them does not exist.
    """
    account = simulator.accounts.by_phone_number_id(str(values.get("phone_number_id")))
    person = simulator.people.by_user_id(str(values.get("user_id")))
    if account is None or person is None:
        raise BadRequest("There is no such chat.")
    return account, person


class PhonePeople:
    """Handlers for the people of the phone page."""

    def __init__(self, simulator: "Simulator") -> None:
        self._simulator = simulator

    def route(self, router: Router) -> None:
        """Put the handlers on the route table."""
        router.add("POST", "/_sim/phone/people", self.add)
        router.add("POST", "/_sim/phone/people/number", self.change_number)
        router.add("POST", "/_sim/phone/people/profile", self.change_profile)
        router.add("POST", "/_sim/phone/people/marketing", self.change_marketing)

    async def add(self, request: Request) -> Reply:
        """A new customer with a number, a username, or both."""
        body = await request.json()
        name = str(body.get("name") or "").strip()
        wa_id = digits(str(body.get("phone") or ""))
        username = str(body.get("username") or "").strip().lstrip("@") or None
        if not name or len(name) > 100 or (not wa_id and not username):
            raise BadRequest("A person needs a name, and a phone or a username.")
        if wa_id and not 7 <= len(wa_id) <= 15:
            raise BadRequest("A phone has 7 to 15 digits.")
        if wa_id and self._simulator.people.by_number(wa_id) is not None:
            raise BadRequest("Somebody has this phone already.")
        person = self._simulator.people.add(wa_id=wa_id or None, name=name, username=username)
        self._simulator.pages.publish({"type": "reload"})
        return json_reply({"person": person_json(person)}, 201)

    async def change_number(self, request: Request) -> Reply:
        """Somebody gets another number; every business that they know is told."""
        body = await request.json()
        account, person = chat_of(self._simulator, body)
        changed, _ = self._simulator.identities.change_number(account, person, str(body.get("phone") or ""))
        return json_reply({"person": person_json(changed)})

    async def change_profile(self, request: Request) -> Reply:
        """Somebody takes another name or username, and shows their phone or not."""
        body = await request.json()
        _, person = chat_of(self._simulator, body)
        name = str(body.get("name") or person.name).strip()
        if not name or len(name) > 100:
            raise BadRequest("A name has 1 to 100 characters.")
        identities = self._simulator.identities
        person = identities.set_username(
            person, str(body.get("username") or ""), hide_phone=bool(body.get("hide_phone"))
        )
        person = identities.rename(person, name)
        return json_reply({"person": person_json(person)})

    async def change_marketing(self, request: Request) -> Reply:
        """Somebody wants no more marketing messages of this business, or wants them again."""
        body = await request.json()
        account, person = chat_of(self._simulator, body)
        self._simulator.identities.prefer(account, person, "stop" if body.get("stop") else "resume")
        return json_reply({})
