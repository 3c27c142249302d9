"""A sender against the simulator, with the ledger as judge."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from django.conf import LazySettings

from core.actors import member_actor
from core.tenancy import tenant_scope
from inbox import messages
from inbox.models import Conversation, Message
from inbox.sending.loop import SenderLoop
from integrations.simulator.core import Simulator
from integrations.simulator.graph import media, troubles
from integrations.simulator.graph import messages as graph_messages
from integrations.simulator.testing import RunningSimulator, account, running
from tests.conftest import Cast
from tests.factories import ACCESS_TOKEN, APP_SECRET, make_contact, make_conversation

PATIENCE_SECONDS = 60.0


@dataclass
class Gate:
    """Keeps calls of one kind waiting at the simulator, before it accepts them, until it is opened.

    Args:
        operation: send, read or upload.
        customer: only calls about this one, by any of their addresses; everybody's if none.
    """

    operation: str
    customer: str = ""
    _arrived: threading.Event = field(default_factory=threading.Event)
    _opened: threading.Event = field(default_factory=threading.Event)

    async def stand_before(self, call: troubles.Call, when: str) -> None:
        """Let a call of this kind wait; for the simulator."""
        is_meant = self.operation == call.operation and self.customer in ("", *call.addresses)
        if when == "before_accept" and is_meant:
            self._arrived.set()
            while not self._opened.is_set():
                await asyncio.sleep(0.01)

    def wait_for_a_call(self) -> None:
        assert self._arrived.wait(PATIENCE_SECONDS), f"no {self.operation} came to the gate"

    def open(self) -> None:
        self._opened.set()


@dataclass
class Stage:
    """The cast, a simulator that knows the customer as one who has just written, and what tests ask of them."""

    cast: Cast
    simulator: RunningSimulator
    conversation: Conversation

    def write(self, text: str, conversation: Conversation | None = None) -> int:
        with tenant_scope(self.cast.organization.pk):
            message = messages.send_text(
                conversation or self.conversation, text=text, by=member_actor(self.cast.beto)
            )
            return message.pk

    def message(self, pk: int) -> Message:
        with tenant_scope(self.cast.organization.pk):
            return Message.objects.get(pk=pk)

    def attempts(self, pk: int) -> list[str]:
        with tenant_scope(self.cast.organization.pk):
            return [attempt.state for attempt in self.message(pk).attempts.order_by("number")]

    def texts(self) -> list[str]:
        """What the simulator has accepted, in order."""
        return [entry["text"] for entry in self.simulator.ledger()]

    def wait(self, condition: Callable[[], object], seconds: float = PATIENCE_SECONDS) -> None:
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, "it never came to what the test waits for"
            time.sleep(0.02)

    def wait_status(self, pk: int, *statuses: str) -> Message:
        self.wait(lambda: self.message(pk).status in statuses)
        return self.message(pk)


@pytest.fixture
def simulator(settings: LazySettings) -> Iterator[RunningSimulator]:
    accounts = [account(access_token=ACCESS_TOKEN, app_secret=APP_SECRET)]
    with running(accounts=accounts) as started:
        settings.WHATSAPP_GRAPH_URL = started.base_url
        yield started


@pytest.fixture
def stage(transactional_db: None, simulator: RunningSimulator) -> Stage:
    from tests.factories import make_cast

    cast = make_cast()
    contact = make_contact(cast.organization)
    conversation = make_conversation(cast, contact=contact, assignee=cast.beto)
    simulator.inbound({"from": "573005550101", "text": "Hola"})
    return Stage(cast, simulator, conversation)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Gate]]:
    """Makes gates for calls to the simulator; all are open in the end."""
    made: list[Gate] = []
    wait = troubles.wait

    async def wait_at_gates(simulator: Simulator, call: troubles.Call, when: str) -> None:
        for one in made:
            await one.stand_before(call, when)
        await wait(simulator, call, when)

    def make(operation: str, *, customer: str = "") -> Gate:
        made.append(Gate(operation, customer))
        return made[-1]

    for module in (graph_messages, media):
        monkeypatch.setattr(module, "wait", wait_at_gates)
    yield make
    for one in made:
        one.open()


@pytest.fixture
def loop() -> Iterator[SenderLoop]:
    started = SenderLoop()
    started.start()
    yield started
    started.stop(timeout_seconds=PATIENCE_SECONDS)
