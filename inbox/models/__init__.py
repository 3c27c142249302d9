from inbox.models.attachments import Attachment, AttachmentKind, AttachmentState
from inbox.models.changes import (
    ChangeKind,
    MergeProposal,
    MessageEdit,
    ParkedChange,
    ProposalState,
    Reaction,
    ReactionSide,
)
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
    "Attachment",
    "AttachmentKind",
    "AttachmentState",
    "AttemptState",
    "ChangeKind",
    "Contact",
    "ContactIdentity",
    "Conversation",
    "ConversationCounter",
    "ConversationStatus",
    "Direction",
    "IdentityKind",
    "MergeProposal",
    "Message",
    "MessageEdit",
    "MessageStatus",
    "ParkedChange",
    "ParkedStatus",
    "ProposalState",
    "Reaction",
    "ReactionSide",
    "SendAttempt",
    "Ticket",
]
