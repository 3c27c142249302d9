"""A sender against the simulator, with the ledger as judge."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.conf import LazySettings

from core.actors import member_actor
from core.tenancy import tenant_scope
from inbox import messages
from inbox.models import Conversation, Message
from inbox.sending.loop import SenderLoop
from integrations.simulator.testing import RunningSimulator, account, running
from tests.conftest import Cast
from tests.factories import ACCESS_TOKEN, APP_SECRET, make_contact, make_conversation


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

    def wait(self, condition: Callable[[], object], seconds: float = 15.0) -> None:
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
def loop() -> Iterator[SenderLoop]:
    started = SenderLoop()
    started.start()
    yield started
    started.stop(timeout_seconds=10)
