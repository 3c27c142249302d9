"""Events about conversations and messages, and who may see each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from core.actors import Actor
from core.events import Rendered
from inbox import queries
from inbox.sight import Sight


def audience_of(conversation: dict[str, Any], before: Sight | None) -> dict[str, Any]:
    """Say who may see an event about a conversation: those who see it now, and who saw it before.

    Args:
        conversation: the resource as it is after the change.
        before: how it stood before, when the change moved it out of somebody's sight.
    """
    assignee = conversation["assignee"]
    after = Sight(status=conversation["status"], assignee_id=assignee["id"] if assignee else None)
    audience: dict[str, Any] = {"kind": "conversation", "id": conversation["id"], "now": after.as_json()}
    if before is not None and before != after:
        audience["before"] = before.as_json()
    return audience


@dataclass
class ConversationEvent:
    """Something happened to a conversation as a whole."""

    type: ClassVar[str]
    version: ClassVar[int] = 1

    conversation_id: int
    actor: Actor
    before: Sight | None = None

    @classmethod
    def render(cls, events: Sequence[ConversationEvent]) -> list[Rendered]:
        resources = queries.conversation_resources({event.conversation_id for event in events})
        return [
            Rendered(
                audience=audience_of(resources[event.conversation_id], event.before),
                data={"conversation": resources[event.conversation_id]},
            )
            for event in events
        ]


class ConversationAssigned(ConversationEvent):
    type = "conversation.assigned"


class ConversationClosed(ConversationEvent):
    type = "conversation.closed"


class ConversationReopened(ConversationEvent):
    type = "conversation.reopened"


class ConversationRead(ConversationEvent):
    type = "conversation.read"


@dataclass
class MessageEvent:
    """A message appeared in a thread."""

    type: ClassVar[str]
    version: ClassVar[int] = 1

    conversation_id: int
    message_id: int
    actor: Actor
    before: Sight | None = None

    @classmethod
    def render(cls, events: Sequence[MessageEvent]) -> list[Rendered]:
        conversations = queries.conversation_resources({event.conversation_id for event in events})
        messages = queries.message_resources({event.message_id for event in events})
        return [
            Rendered(
                audience=audience_of(conversations[event.conversation_id], event.before),
                data={
                    "conversation": conversations[event.conversation_id],
                    "message": messages[event.message_id],
                },
            )
            for event in events
        ]


class MessageReceived(MessageEvent):
    type = "message.received"


class MessageCreated(MessageEvent):
    type = "message.created"


@dataclass
class MessageUpdated:
    """A message looks different than before: its file has come, it was edited, deleted or reacted to."""

    type: ClassVar[str] = "message.updated"
    version: ClassVar[int] = 1

    conversation_id: int
    message_id: int
    actor: Actor

    @classmethod
    def render(cls, events: Sequence[MessageUpdated]) -> list[Rendered]:
        conversations = queries.conversation_resources({event.conversation_id for event in events})
        messages = queries.message_resources({event.message_id for event in events})
        return [
            Rendered(
                audience=audience_of(conversations[event.conversation_id], None),
                data={
                    "conversation_id": event.conversation_id,
                    "message": messages[event.message_id],
                    "last_message": conversations[event.conversation_id]["last_message"],
                },
            )
            for event in events
        ]


@dataclass
class MessageStatusChanged:
    """Messages of one conversation have new statuses: one event for all of a batch."""

    type: ClassVar[str] = "message.status_changed"
    version: ClassVar[int] = 1

    conversation_id: int
    message_ids: list[int]
    actor: Actor

    @classmethod
    def render(cls, events: Sequence[MessageStatusChanged]) -> list[Rendered]:
        news = queries.status_news(
            {event.conversation_id for event in events}, {pk for event in events for pk in event.message_ids}
        )
        return [
            Rendered(
                audience={
                    "kind": "conversation",
                    "id": event.conversation_id,
                    "now": news.sights[event.conversation_id].as_json(),
                },
                data={
                    "conversation_id": event.conversation_id,
                    "statuses": [news.statuses[pk] for pk in event.message_ids if pk in news.statuses],
                    "last_message": news.last_messages[event.conversation_id],
                },
            )
            for event in events
        ]
