"""The only door from an id to an object. What one may not see does not exist."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from django.db.models import Q, QuerySet

from core import statements
from core.actors import Actor
from core.errors import NotFound, PermissionDenied
from core.models import Membership, MembershipStatus, Organization
from core.rows import ModelRows, first_row
from core.tenancy import current_organization_id
from inbox import phones
from inbox.merging import moved
from inbox.models import Attachment, Contact, Conversation, IdentityKind, MergeProposal, Message
from inbox.sight import Sight, Viewer, can_see, viewer_of

_LARGEST_ID = 2**63 - 1
_CONVERSATIONS = ModelRows(Conversation, "c")
_WORKING = """
SELECT id FROM core_membership WHERE id = ANY(%s) AND organization_id = %s AND status = 'active'
ORDER BY id FOR SHARE SKIP LOCKED
"""

M = TypeVar("M", Conversation, Contact)


def viewer(actor: Actor) -> Viewer:
    """Return what the actor sees, by the organisation's present settings (one query)."""
    if actor.sees_all:
        return Viewer(member_id=actor.member_id, sees_all=True, sees_unassigned=True)
    return viewer_of(actor, Organization.objects.get(pk=actor.organization_id))


def viewer_in(actor: Actor, organization: Organization) -> Viewer:
    """As `viewer`, when the organisation has been read already."""
    return viewer_of(actor, organization)


def visible(who: Viewer) -> Q:
    """Return the rule of `sight.can_see` as a condition on conversations."""
    if who.sees_all:
        return Q()
    own = Q(assignee_id=who.member_id)
    return own | Q(assignee_id__isnull=True, status="unassigned") if who.sees_unassigned else own


def conversations(who: Viewer) -> QuerySet[Conversation]:
    return Conversation.objects.filter(visible(who))


def conversation(actor: Actor, conversation_id: int) -> Conversation:
    """Return a conversation that the actor may see.

    Raises:
        NotFound: it does not exist, or it is not theirs to see. If it has become part of another one that is,
            `moved_to` in the details names that.
    """
    who = viewer(actor)
    found = _seen(who, conversation_id)
    if found is not None:
        return found
    target = moved.into(conversation_id) if 0 < conversation_id <= _LARGEST_ID else None
    if target is not None and _seen(who, target) is not None:
        raise NotFound(moved_to=target)
    raise NotFound


def conversation_by_phone(actor: Actor, typed: str) -> Conversation:
    """Return the latest conversation with a number, however it is spelt.

    Raises:
        NotFound: no contact has it, there is no conversation, or it is not the actor's to see.
    """
    value = phones.parse(typed)
    found = (
        conversations(viewer(actor))
        .filter(contact__identities__kind=IdentityKind.PHONE, contact__identities__value=value)
        .order_by("-last_activity_at", "-id")
        .first()
        if value
        else None
    )
    if found is None:
        raise NotFound
    return found


def locked_conversation(conversation_id: int) -> Conversation:
    """Read the conversation anew and keep it from changing until the transaction ends.

    Its key stays, so that whoever adds a message to it meanwhile does not wait: the rows' foreign keys lock it too.

    Raises:
        NotFound: it has become part of another one meanwhile.
    """
    found = _conversation(conversation_id, "FOR NO KEY UPDATE")
    if found is None:
        raise NotFound
    return found


def message(actor: Actor, message_id: int) -> Message:
    """Return a message of a conversation that the actor may see.

    Raises:
        NotFound: as `conversation`.
    """
    if not 0 < message_id <= _LARGEST_ID:
        raise NotFound
    found = Message.objects.select_related("conversation").filter(pk=message_id).first()
    if found is None or not can_see(viewer(actor), sight_of(found.conversation)):
        raise NotFound
    return found


def attachment(actor: Actor, attachment_id: int) -> Attachment:
    """Return a file of a message that the actor may see, or one of their own that is not sent yet.

    Raises:
        NotFound: as `conversation`; the files of a deleted message are nobody's to see.
    """
    if not 0 < attachment_id <= _LARGEST_ID:
        raise NotFound
    rows = Attachment.objects.select_related("message__conversation")
    found = rows.filter(pk=attachment_id).first()
    if found is None:
        raise NotFound
    if found.message is None:
        # Keys of an organisation upload for it: theirs have no member.
        is_theirs = found.member_id == actor.member_id
    else:
        is_theirs = found.message.deleted_at is None and can_see(
            viewer(actor), sight_of(found.message.conversation)
        )
    if not is_theirs:
        raise NotFound
    return found


def contacts(who: Viewer) -> QuerySet[Contact]:
    """Contacts that the viewer may read: all, or for an agent those of conversations that they see."""
    if who.sees_all:
        return Contact.objects.all()
    return Contact.objects.filter(pk__in=conversations(who).values("contact_id"))


def contact(actor: Actor, contact_id: int) -> Contact:
    """Return a contact that the actor may read.

    Raises:
        NotFound: it does not exist, or the actor sees no conversation with it.
    """
    found = _found(contacts(viewer(actor)), contact_id)
    if found is None:
        raise NotFound
    return found


def merge_proposal(actor: Actor, proposal_id: int) -> MergeProposal:
    """Return a merge proposal; only who sees every chat decides about them.

    Raises:
        PermissionDenied: an agent asks.
        NotFound: it does not exist.
    """
    if not actor.sees_all:
        raise PermissionDenied
    found = MergeProposal.objects.filter(pk=proposal_id).first() if 0 < proposal_id <= _LARGEST_ID else None
    if found is None:
        raise NotFound
    return found


def active_member(organization_id: int, member_id: int) -> Membership | None:
    """Return an active member of the organisation, None if there is none with that id."""
    return (
        Membership.objects.select_related("user")
        .filter(organization_id=organization_id, pk=member_id, status=MembershipStatus.ACTIVE)
        .first()
    )


def working(member_ids: Iterable[int]) -> set[int]:
    """Return those who may be given conversations now, and keep that so until the transaction ends.

    Who is being suspended at this moment is not among them. To wait for that would be a deadlock: suspending waits
    for the conversations.
    """
    with statements.cursor() as cursor:
        cursor.execute(_WORKING, [list(member_ids), current_organization_id()])
        return {pk for (pk,) in cursor.fetchall()}


def sight_of(found: Conversation) -> Sight:
    return Sight(status=found.status, assignee_id=found.assignee_id)


def _seen(who: Viewer, conversation_id: int) -> Conversation | None:
    found = _conversation(conversation_id) if 0 < conversation_id <= _LARGEST_ID else None
    return found if found is not None and can_see(who, sight_of(found)) else None


def _conversation(conversation_id: int, lock: str = "") -> Conversation | None:
    found = first_row(
        f"SELECT {_CONVERSATIONS.columns} FROM inbox_conversation c "  # noqa: S608 - columns of a model
        f"WHERE c.organization_id = %s AND c.id = %s {lock}",
        [current_organization_id(), conversation_id],
    )
    return None if found is None else _CONVERSATIONS.first_of(found)[0]


def _found(rows: QuerySet[M], pk: int) -> M | None:
    return rows.filter(pk=pk).first() if 0 < pk <= _LARGEST_ID else None
