"""A chat with a customer, as webhooks have made it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from inbox import queries
from inbox.models import Conversation, Message, ParkedChange
from tests.conftest import Cast
from tests.factories import make_message
from tests.inbox.webhooks import NOW, Json, body, events, new_wamid, said, take_in

LATER = NOW + timedelta(hours=1)


@dataclass
class Chat:
    """What tests do to one message of a customer, and what they see of it."""

    cast: Cast
    wamid: str = field(default_factory=new_wamid)

    def write(self, text: str = "Hola, ¿tienen la talla M?", *, at: datetime = NOW, **given: Any) -> None:
        self.take(said(text, wamid=self.wamid, at=at, **given))

    def take(self, *pairs: tuple[Json, Json], received_at: datetime = LATER) -> None:
        take_in(self.cast.app, body(pairs), received_at=received_at)

    def take_each(self, pairs: Iterable[tuple[Json, Json]]) -> None:
        for pair in pairs:
            self.take(pair)

    def answer(self, text: str = "Sí, la tenemos") -> Message:
        """A message of ours with a wamid, as if it had been sent."""
        return make_message(self.conversation, text=text, at=NOW, direction="outbound")

    @property
    def conversation(self) -> Conversation:
        return Conversation.objects.get()

    @property
    def row(self) -> Json:
        """The conversation as REST gives it, a row of the list."""
        pk = self.conversation.pk
        return queries.conversation_resources([pk])[pk]

    @property
    def message(self) -> Message:
        return Message.objects.get(wa_message_id=self.wamid)

    @property
    def shown(self) -> Json:
        """The message as REST gives it."""
        return queries.message_resources([self.message.pk])[self.message.pk]

    @property
    def reactions(self) -> dict[str, str]:
        return {one["side"]: one["emoji"] for one in self.shown["reactions"]}

    @property
    def past(self) -> list[str]:
        """What it said, oldest first, and now."""
        return [one["text"] for one in queries.edit_rows(self.message.pk)] + [self.shown["text"]]

    @property
    def updates(self) -> list[Json]:
        found = events(self.cast.organization)
        return [event["data"] for event in found if event["type"] == "message.updated"]

    @property
    def waiting(self) -> int:
        return ParkedChange.objects.count()


@pytest.fixture
def chat(scope: Cast) -> Chat:
    return Chat(scope)
