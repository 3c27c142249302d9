"""Web processes, people and rows of their own, for the tests of the socket."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from channels.layers import get_channel_layer

from core.actors import member_actor
from core.events import record, service
from core.models import EventCounter, Membership, Organization
from core.tenancy import tenant_scope
from inbox import conversations
from inbox.events import ConversationRead, MessageReceived
from inbox.models import Conversation
from inbox.realtime.hub import Hub, hub
from tests.conftest import Cast
from tests.factories import make_cast, make_contact, make_conversation, make_message
from tests.inbox.realtime.lines import PATIENCE_SECONDS
from tests.inbox.realtime.servers import SERVERS, Server, running


@pytest.fixture(scope="session")
def servers(django_db_setup: None) -> Iterator[dict[str, Server]]:
    """Both servers at once: they also are two processes with a hub each."""
    with running("daphne") as daphne, running("uvicorn") as uvicorn:
        yield {"daphne": daphne, "uvicorn": uvicorn}


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest, servers: dict[str, Server]) -> Server:
    """Each test that asks for it runs on daphne and on uvicorn."""
    return servers[request.param]


@pytest.fixture
def one_server(servers: dict[str, Server]) -> Server:
    """For tests that say nothing about the server."""
    return servers["daphne"]


@pytest_asyncio.fixture
async def own_hub() -> AsyncIterator[Hub]:
    """The hub of the test's loop, closed before the loop is."""
    here = hub()
    yield here
    await here.close()
    layer = get_channel_layer()
    if layer is not None:
        await layer.flush()


class Inbox:
    """The first organisation, and what happens in it."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self._contacts = 0

    @property
    def organization(self) -> Organization:
        return self.cast.organization

    def chat(self, *, assignee: Membership | None = None, status: str | None = None) -> Conversation:
        """A conversation with a contact of its own."""
        self._contacts += 1
        contact = make_contact(
            self.organization, name=f"Cliente {self._contacts}", phone=f"+5730055{self._contacts:05d}"
        )
        return make_conversation(self.cast, contact=contact, assignee=assignee, status=status)

    def receive(self, *rows: Conversation, text: str = "Hola") -> int:
        """Let customers write, in one transaction; the answer is the newest number."""
        with tenant_scope(self.organization.pk), service():
            for row in rows:
                message = make_message(row, text=text, at=datetime.now(UTC).replace(microsecond=0))
                Conversation.objects.filter(pk=row.pk).update(last_message=message)
                record(MessageReceived(row.pk, message.pk, member_actor(self.cast.ana)))
        return self.head()

    def touch(self, *rows: Conversation) -> int:
        """Let something happen to conversations that costs little: many at once, for what was missed."""
        with tenant_scope(self.organization.pk), service():
            for row in rows:
                record(ConversationRead(row.pk, member_actor(self.cast.ana)))
        return self.head()

    def give(self, row: Conversation, to: Membership | None) -> int:
        with tenant_scope(self.organization.pk):
            conversations.assign(row, to=to, by=member_actor(self.cast.ana))
        return self.head()

    def close(self, row: Conversation) -> int:
        with tenant_scope(self.organization.pk):
            conversations.close(row, by=member_actor(self.cast.ana))
        return self.head()

    def head(self) -> int:
        return EventCounter.objects.get(pk=self.organization.pk).seq

    def stream(self) -> str:
        return str(EventCounter.objects.get(pk=self.organization.pk).stream_id)

    def query(self, since: int) -> str:
        return f"&since={since}&stream={self.stream()}"


@pytest.fixture
def people(transactional_db: None) -> Cast:
    """The cast, committed, so that other processes see it."""
    return make_cast()


@pytest.fixture
def inbox(people: Cast) -> Inbox:
    return Inbox(people)


def wait_for(condition: Callable[[], object], seconds: float = PATIENCE_SECONDS) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came to what the test waits for"
        time.sleep(0.02)
