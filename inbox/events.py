"""Events about conversations and messages, and who may see each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from core.actors import Actor
from core.events import Rendered
from inbox import queries
from inbox.channels import resources as channels
from inbox.merging import resources as merging
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


# Nobody's chat, in no queue: for those who see every conversation.
SEES_ALL = {"kind": "conversation", "id": 0, "now": Sight("none", None).as_json()}


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


class ConversationRebuilt(ConversationEvent):
    """Its contact or its messages have changed as a whole, by a merge or its undoing: load the thread anew."""

    type = "conversation.rebuilt"


@dataclass
class ConversationRemoved:
    """A conversation has become part of another one. Told as to those who lose sight of one."""

    type: ClassVar[str] = "conversation.removed"
    version: ClassVar[int] = 1

    conversation_id: int
    into_id: int
    before: Sight
    actor: Actor

    @classmethod
    def render(cls, events: Sequence[ConversationRemoved]) -> list[Rendered]:
        return [
            Rendered(
                audience={
                    "kind": "conversation",
                    "id": event.conversation_id,
                    "now": event.before.as_json(),
                },
                data={"id": event.conversation_id, "moved_to": event.into_id},
            )
            for event in events
        ]


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
                    # A reaction moves the chat up in the list and leaves its last message.
                    "last_activity_at": conversations[event.conversation_id]["last_activity_at"],
                },
            )
            for event in events
        ]


@dataclass
class ContactEvent:
    """Something happened to a contact. Told for each of their conversations, to those who see it.

    `conversations` of the contact holds that one alone: which others there are depends on who asks.
    """

    type: ClassVar[str]
    version: ClassVar[int] = 1

    contact_id: int
    conversation_id: int | None
    actor: Actor

    def more(self) -> dict[str, Any]:
        """Return what the event says beside the contact."""
        return {}

    @classmethod
    def render(cls, events: Sequence[ContactEvent]) -> list[Rendered]:
        contacts = queries.plain_contacts({event.contact_id for event in events})
        seen = queries.conversation_resources(
            {event.conversation_id for event in events if event.conversation_id is not None}
        )
        return [
            Rendered(
                audience=SEES_ALL
                if event.conversation_id is None
                else audience_of(seen[event.conversation_id], None),
                data={
                    "contact": contacts[event.contact_id]
                    | {"conversations": _brief(seen, event.conversation_id)},
                    **event.more(),
                },
            )
            for event in events
        ]


class ContactUpdated(ContactEvent):
    """Somebody has another name, number or wish."""

    type = "contact.updated"


@dataclass
class ContactMerged(ContactEvent):
    """Another contact turned out to be this one."""

    type = "contact.merged"

    merged_id: int

    def more(self) -> dict[str, Any]:
        return {"merged_id": self.merged_id}


@dataclass
class ChannelUpdated:
    """A number has another quality or limit, or its sends have stopped or gone on."""

    type: ClassVar[str] = "channel.updated"
    version: ClassVar[int] = 1

    channel_id: int
    actor: Actor

    @classmethod
    def render(cls, events: Sequence[ChannelUpdated]) -> list[Rendered]:
        resources = channels.of_channels({event.channel_id for event in events})
        return [
            Rendered(audience={"kind": "organization"}, data={"channel": resources[event.channel_id]})
            for event in events
        ]


@dataclass
class MergeProposalEvent:
    """Something happened to a proposal to merge two contacts. For those who see every conversation."""

    type: ClassVar[str]
    version: ClassVar[int] = 1

    proposal_id: int
    actor: Actor

    @classmethod
    def render(cls, events: Sequence[MergeProposalEvent]) -> list[Rendered]:
        resources = merging.of_proposals({event.proposal_id for event in events})
        return [
            Rendered(audience=SEES_ALL, data={"merge_proposal": resources[event.proposal_id]})
            for event in events
        ]


class MergeProposalOpened(MergeProposalEvent):
    type = "merge_proposal.opened"


class MergeProposalClosed(MergeProposalEvent):
    type = "merge_proposal.closed"


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


def _brief(seen: dict[int, dict[str, Any]], conversation_id: int | None) -> list[dict[str, Any]]:
    if conversation_id is None:
        return []
    return [{name: seen[conversation_id][name] for name in ("id", "status", "last_activity_at")}]
