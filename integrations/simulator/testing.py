"""The simulator inside a test's process, on a port of its own.

with running(accounts=[account(webhook_url=url)], customers=[LAURA]) as simulator:
    simulator.inbound({"from": "573005550101", "text": "Hola", "wait": True})
    assert simulator.ledger() == []
"""

import asyncio
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from integrations.simulator.accounts import Account
from integrations.simulator.core import Simulator
from integrations.simulator.faults import Fault
from integrations.simulator.http import Json
from integrations.simulator.inbound import receive
from integrations.simulator.server import Server, build_server

T = TypeVar("T")

LAURA: dict[str, Any] = {
    "wa_id": "573005550101", "user_id": "CO.10482930571648293015", "name": "Laura Restrepo",
}  # fmt: skip
NOA: dict[str, Any] = {
    "wa_id": None, "user_id": "CO.40192837465564738291", "name": "Noa", "username": "noa.market",
}  # fmt: skip
QUICK_TIMELINE: dict[str, Any] = {"sent": 0.0, "delivered": 0.02, "read": None}
CALL_SECONDS = 60.0


def account(**changes: Any) -> dict[str, Any]:
    """One entry of the accounts file, that of the fixtures, with changes."""
    return {
        "app_id": "634974688087057", "app_secret": "test_app_secret", "waba_id": "389201746529183",
        "phone_number_id": "417398204718336", "display_phone_number": "+57 300 5550190",
        "verified_name": "Tienda Aurora", "access_token": "EAAB_TEST_TOKEN",
        "webhook_url": "http://127.0.0.1:9/webhook", "verify_token": "verify", **changes,
    }  # fmt: skip


class RunningSimulator:
    """A simulator in a thread. Its methods may be called from any thread but its own.

    They wait for the simulator; from a test with an event loop that also plays the webhook receiver, call those
    that wait for a delivery through `asyncio.to_thread`.
    """

    def __init__(self, simulator: Simulator, server: Server, port: int, timeline: Mapping[str, Any]) -> None:
        self.simulator = simulator
        self._timeline = dict(timeline)
        self.base_url = f"http://127.0.0.1:{port}"
        self._server = server
        self._loop: asyncio.AbstractEventLoop | None = None

    def call(self, function: Callable[[], T]) -> T:
        """Run a function in the simulator's thread and give its result."""

        async def run() -> T:
            return function()

        return self.await_(run)

    def await_(self, function: Callable[[], Awaitable[T]]) -> T:
        """Run a coroutine function in the simulator's thread and give its result."""

        async def run() -> T:
            return await function()

        if self._loop is None:
            raise RuntimeError("The simulator is not running.")
        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(CALL_SECONDS)

    def inbound(self, order: Json) -> Json:
        """What `POST /_sim/inbound` does."""
        return self.await_(lambda: receive(self.simulator, order))

    def ledger(self, *, after: int = 0, callback_data: str | None = None) -> list[Json]:
        """The accepted sends, newest last."""
        page = self.call(
            lambda: self.simulator.ledger.page(after=after, limit=100_000, callback_data=callback_data)
        )
        results: list[Json] = page["results"]
        return results

    def reads(self) -> list[Json]:
        """The messages that the business marked as read, and its typing signs."""
        results: list[Json] = self.call(lambda: self.simulator.ledger.reads(limit=100_000))["results"]
        return results

    def fault(self, **settings: Any) -> Fault:
        """Switch a fault on, as `POST /_sim/faults`."""
        return self.call(lambda: self.simulator.faults.add(Fault.parse(settings)))

    def clear_faults(self) -> None:
        self.call(self.simulator.faults.clear)

    def timeline(self, **settings: Any) -> None:
        """Change when statuses come, as `POST /_sim/timeline`."""
        self.call(lambda: self.simulator.timeline.change(settings))

    def webhooks(self, **options: Any) -> None:
        """Change how webhooks are delivered (batch, batch_seconds, duplicates, shuffle, hold)."""

        def change() -> None:
            for name, value in options.items():
                setattr(self.simulator.outbox.options, name, value)
            self.simulator.outbox.wake()

        self.call(change)

    def limits(self, *, pair: bool = False, per_second: float | None = None) -> None:
        """Switch Meta's rate limits on or off."""

        def change() -> None:
            self.simulator.limits.pair, self.simulator.limits.per_second = pair, per_second

        self.call(change)

    def accounts(self, accounts: Iterable[Mapping[str, Any]], customers: Iterable[Json] = ()) -> None:
        """Add or change businesses and customers."""
        parsed, people = [Account.parse(entry) for entry in accounts], list(customers)
        self.call(lambda: self.simulator.put_accounts(parsed, people))

    def media_clock(self, ahead_seconds: float) -> None:
        """Let ids and links of files be this much older than they are."""
        self.call(lambda: self.simulator.shelf.set_ahead(ahead_seconds))

    def file(self, media_id: str) -> bytes:
        """The bytes of a file, whoever sent it."""
        media = self.call(lambda: self.simulator.shelf.find(media_id))
        if media is None:
            raise LookupError(media_id)
        return bytes(self.call(lambda: self.simulator.shelf.data(media)))

    def deliveries(self) -> Json:
        """What `GET /_sim/deliveries` shows."""
        return self.call(self.simulator.outbox.summary)

    def reset(self) -> None:
        """Forget everything but the accounts, and go back to the timeline of the start."""
        self.call(self.simulator.reset)
        self.timeline(**self._timeline)

    def wait_until(self, condition: Callable[[], object], seconds: float = 60.0) -> None:
        """Wait until the condition holds, looked at in the caller's thread.

        Raises:
            TimeoutError: it never did.
        """
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError("The simulator did not come to what the test waits for.")
            time.sleep(0.01)

    def wait_idle(self, seconds: float = 60.0) -> None:
        """Wait until every planned webhook was answered with 200."""
        self.wait_until(lambda: self.call(lambda: self.simulator.outbox.is_idle), seconds)

    def _serve(self, listener: socket.socket) -> None:
        async def serve() -> None:
            self._loop = asyncio.get_running_loop()
            await self._server.serve(sockets=[listener])

        asyncio.run(serve())


@contextmanager
def running(
    *,
    accounts: Iterable[Mapping[str, Any]] | None = None,
    customers: Iterable[Json] | None = None,
    timeline: Mapping[str, Any] | None = None,
    folder: Path | None = None,
    port: int = 0,
) -> Iterator[RunningSimulator]:
    """Run a simulator while the block lasts.

    Args:
        accounts: entries of the accounts file; that of the fixtures when not given.
        customers: entries of the accounts file; the built-in people when not given.
        timeline: when statuses come; at once and never read when not given.
        folder: where it keeps its store; in memory when not given.
        port: any free one when 0.
    """
    simulator = Simulator(folder)
    start = QUICK_TIMELINE if timeline is None else timeline
    simulator.timeline.change(dict(start))
    entries = [account()] if accounts is None else accounts
    simulator.put_accounts([Account.parse(entry) for entry in entries], list(customers or []), replace=True)
    listener = socket.create_server(("127.0.0.1", port))
    simulator.base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    running_simulator = RunningSimulator(simulator, build_server(simulator), listener.getsockname()[1], start)
    thread = threading.Thread(
        target=running_simulator._serve, args=(listener,), name="whatsapp-simulator", daemon=True
    )
    thread.start()
    try:
        while not running_simulator._server.started and thread.is_alive():
            time.sleep(0.005)
        if not thread.is_alive():
            raise RuntimeError("The simulator did not start.")
        yield running_simulator
    finally:
        running_simulator.call(running_simulator._server.end)
        thread.join(60)
        listener.close()
