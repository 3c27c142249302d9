"""The controls under /_sim/: what tests, scripts and the phone page ask for."""

import dataclasses
from typing import TYPE_CHECKING, Any

from integrations.simulator.account_events import names
from integrations.simulator.accounts import Account
from integrations.simulator.faults import Fault
from integrations.simulator.graph.numbers import shake_hands
from integrations.simulator.http import BadRequest, Json, Reply, Request, Router, json_reply
from integrations.simulator.inbound import receive

if TYPE_CHECKING:
    from integrations.simulator.core import Simulator

MOST_RESULTS = 10_000


class Controls:
    """Handlers of the control routes."""

    def __init__(self, simulator: "Simulator") -> None:
        self._simulator = simulator

    def route(self, router: Router) -> None:
        """Put the controls on the route table."""
        router.add("GET", "/_sim/health", self.health)
        router.add("GET", "/_sim/ledger", self.ledger)
        router.add("GET", "/_sim/reads", self.reads)
        router.add("GET", "/_sim/deliveries", self.deliveries)
        router.add("GET", "/_sim/faults", self.list_faults)
        router.add("POST", "/_sim/faults", self.add_faults)
        router.add("DELETE", "/_sim/faults", self.clear_faults)
        router.add("DELETE", r"/_sim/faults/{id}", self.remove_fault)
        router.add(("GET", "POST"), "/_sim/timeline", self.timeline)
        router.add(("GET", "POST"), "/_sim/webhooks", self.webhooks)
        router.add(("GET", "POST"), "/_sim/limits", self.limits)
        router.add("GET", "/_sim/accounts", self.list_accounts)
        router.add("POST", "/_sim/accounts", self.put_accounts)
        router.add("POST", "/_sim/inbound", self.inbound)
        router.add("GET", "/_sim/events-of-accounts", self.account_events)
        router.add(("GET", "POST"), "/_sim/media-clock", self.media_clock)
        router.add("POST", "/_sim/verify-webhook", self.verify_webhook)
        router.add("POST", "/_sim/reset", self.reset)

    async def health(self, request: Request) -> Reply:
        """Tell that the simulator answers, and for how many numbers."""
        is_well = self._simulator.is_delivering
        counts = {
            "accounts": len(self._simulator.accounts),
            "customers": len(self._simulator.people.everyone()),
            "accepted": self._simulator.ledger.accepted,
            "idle": self._simulator.outbox.is_idle,
        }
        return json_reply({"status": "ok" if is_well else "failing", **counts}, 200 if is_well else 503)

    async def ledger(self, request: Request) -> Reply:
        """Accepted sends."""
        query = request.query
        return json_reply(
            self._simulator.ledger.page(
                after=_whole(query, "after", 0),
                limit=min(_whole(query, "limit", 1000), MOST_RESULTS),
                phone_number_id=query.get("phone_number_id"),
                callback_data=query.get("callback_data"),
            )
        )

    async def reads(self, request: Request) -> Reply:
        """Messages that the business marked as read, and its typing signs."""
        query = request.query
        return json_reply(
            self._simulator.ledger.reads(
                after=_whole(query, "after", 0),
                limit=min(_whole(query, "limit", 1000), MOST_RESULTS),
                phone_number_id=query.get("phone_number_id"),
            )
        )

    async def deliveries(self, request: Request) -> Reply:
        """Webhooks that wait or fail."""
        return json_reply(self._simulator.outbox.summary())

    async def list_faults(self, request: Request) -> Reply:
        """The faults that are switched on."""
        return json_reply({"faults": [fault.as_json() for fault in self._simulator.faults.all()]})

    async def add_faults(self, request: Request) -> Reply:
        """Switch one fault on, or several."""
        body = await request.json()
        orders = body["faults"] if isinstance(body.get("faults"), list) else [body]
        faults = [Fault.parse(order) for order in orders]
        added = [self._simulator.faults.add(fault).as_json() for fault in faults]
        self._simulator.pages.publish({"type": "faults"})
        return json_reply({"faults": added}, 201)

    async def clear_faults(self, request: Request) -> Reply:
        """Switch all faults off."""
        self._simulator.faults.clear()
        self._simulator.pages.publish({"type": "faults"})
        return json_reply({"faults": []})

    async def remove_fault(self, request: Request) -> Reply:
        """Switch one fault off."""
        if not request.parameters["id"].isdigit():
            raise BadRequest("The id of a fault is a number.")
        self._simulator.faults.remove(int(request.parameters["id"]))
        self._simulator.pages.publish({"type": "faults"})
        return await self.list_faults(request)

    async def timeline(self, request: Request) -> Reply:
        """Show or change when statuses come."""
        if request.method == "POST":
            self._simulator.timeline.change(await request.json())
            self._simulator.pages.publish({"type": "timeline"})
        return json_reply(dataclasses.asdict(self._simulator.timeline))

    async def webhooks(self, request: Request) -> Reply:
        """Show or change how webhooks are delivered."""
        options = self._simulator.outbox.options
        if request.method == "POST":
            changes = await request.json()
            kinds = {"batch": int, "batch_seconds": float, "duplicates": int, "shuffle": bool, "hold": bool}
            _change(options, changes, kinds)
            options.batch = min(max(1, options.batch), 1000)
            self._simulator.outbox.wake()
        return json_reply(dataclasses.asdict(options))

    async def limits(self, request: Request) -> Reply:
        """Show or change the rate limits."""
        limits = self._simulator.limits
        if request.method == "POST":
            changes = await request.json()
            if changes.get("per_second", 0) is None:
                limits.per_second = None
                del changes["per_second"]
            _change(limits, changes, {"pair": bool, "per_second": float})
        return json_reply({"pair": limits.pair, "per_second": limits.per_second})

    async def list_accounts(self, request: Request) -> Reply:
        """The businesses, without their secrets."""
        shown = (
            "app_id",
            "waba_id",
            "phone_number_id",
            "display_phone_number",
            "verified_name",
            "webhook_url",
        )
        return json_reply({
            "accounts": [{name: getattr(account, name) for name in shown} for account in self._simulator.accounts],
            "customers": [dataclasses.asdict(person) for person in self._simulator.people.everyone()],
        })  # fmt: skip

    async def put_accounts(self, request: Request) -> Reply:
        """Add or change businesses and customers, and keep them in the accounts file."""
        body = await request.json()
        self.take_accounts(body)
        self._simulator.save_accounts()
        return await self.list_accounts(request)

    def take_accounts(self, body: Json) -> None:
        """Take over accounts and customers in the shape of the accounts file.

        Raises:
            BadRequest: one of them is not complete; nothing is changed.
        """
        entries, customers = body.get("accounts") or [], body.get("customers") or []
        if not all(isinstance(item, dict) for items in (entries, customers) for item in items):
            raise BadRequest("'accounts' and 'customers' must be lists of objects.")
        try:
            accounts = [Account.parse(entry) for entry in entries]
        except (ValueError, TypeError) as error:
            raise BadRequest(str(error)) from error
        self._simulator.put_accounts(accounts, customers, replace=bool(body.get("replace")))

    async def inbound(self, request: Request) -> Reply:
        """Let a customer write."""
        try:
            return json_reply(await receive(self._simulator, await request.json()), 201)
        except (TypeError, ValueError) as error:
            raise BadRequest(str(error)) from error

    async def account_events(self, request: Request) -> Reply:
        """The names that "event" of an inbound order may have."""
        return json_reply({"events": names()})

    async def media_clock(self, request: Request) -> Reply:
        """Show or change how much older ids and links of files are than they look."""
        shelf = self._simulator.shelf
        if request.method == "POST":
            ahead = (await request.json()).get("ahead_seconds")
            if not isinstance(ahead, int | float) or isinstance(ahead, bool):
                raise BadRequest("'ahead_seconds' must be a number.")
            shelf.set_ahead(float(ahead))
        return json_reply({"ahead_seconds": shelf.ahead_seconds})

    async def verify_webhook(self, request: Request) -> Reply:
        """Make Meta's GET handshake with an account's callback."""
        wanted = (await request.json()).get("phone_number_id")
        accounts = self._simulator.accounts
        account = accounts.by_phone_number_id(str(wanted)) if wanted else accounts.first()
        if account is None:
            raise BadRequest("No such account.")
        return json_reply(await shake_hands(self._simulator, account.webhook_url, account.verify_token))

    async def reset(self, request: Request) -> Reply:
        """Forget everything but the accounts."""
        self._simulator.reset(accounts=bool((await request.json()).get("accounts")))
        return json_reply({"status": "ok"})


def _whole(query: dict[str, str], name: str, default: int) -> int:
    try:
        return max(0, int(query.get(name) or default))
    except ValueError as error:
        raise BadRequest(f"'{name}' must be a whole number.") from error


def _change(target: Any, changes: Json, kinds: dict[str, type]) -> None:
    for name, value in changes.items():
        if name not in kinds:
            raise BadRequest(f"There is no {name!r}; there are {', '.join(kinds)}.")
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not (isinstance(value, bool) if kinds[name] is bool else number and value >= 0):
            raise BadRequest(f"{name!r} cannot be {value!r}.")
    for name, value in changes.items():
        setattr(target, name, kinds[name](value))
