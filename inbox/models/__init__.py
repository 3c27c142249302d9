from inbox.models.contacts import Contact, ContactIdentity, IdentityKind
from inbox.models.conversations import Conversation, ConversationCounter, ConversationStatus, Ticket
from inbox.models.messages import (
    AttemptState,
    Direction,
    Message,
    MessageStatus,
    ParkedStatus,
    SendAttempt,
)

__all__ = [
    "AttemptState",
    "Contact",
    "ContactIdentity",
    "Conversation",
    "ConversationCounter",
    "ConversationStatus",
    "Direction",
    "IdentityKind",
    "Message",
    "MessageStatus",
    "ParkedStatus",
    "SendAttempt",
    "Ticket",
]
