"""Reading the inbox: rows in, resources out, a constant number of queries, keyset pages."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import orjson
from django.db.models import JSONField, Q, Sum, TextField
from django.db.models.expressions import RawSQL

from core.tenancy import current_organization_id
from inbox import renderers
from inbox.access import contacts as readable_contacts
from inbox.access import conversations as visible_conversations
from inbox.compiled import CompiledValues, array, rows_of
from inbox.counters import totals
from inbox.files import shown
from inbox.models import (
    Contact,
    ContactIdentity,
    Conversation,
    ConversationCounter,
    Message,
    MessageEdit,
    Ticket,
)
from inbox.paging import Cut, Page, cut_rows, page_of
from inbox.previews import PREVIEW_LENGTH
from inbox.renderers import CONTACT_FIELDS, CONVERSATION_FIELDS, MESSAGE_FIELDS, Resource
from inbox.sight import Sight, Viewer

Sort = Literal["newest", "oldest"]

CONVERSATION_ORDER = ("last_activity_at", "id")
MESSAGE_ORDER = ("occurred_at", "id")
CONTACT_ORDER = ("id",)
TICKET_ORDER = ("number",)

# The newest reaction to a last message. A query of its own would be one for each list, and each event, that has none.
_REACTION_TO = """
SELECT jsonb_build_object('side', r.side, 'emoji', r.emoji) FROM inbox_reaction r
WHERE r.message_id = {message} AND r.emoji <> '' ORDER BY r.at DESC LIMIT 1
"""
_LAST_REACTION = RawSQL(  # noqa: S611 - made of constants
    _REACTION_TO.format(message="inbox_conversation.last_message_id"), [], output_field=JSONField()
)

# Null for most: a query of its own would find nothing for most pages and events.
_REACTIONS = RawSQL(
    "(SELECT json_agg(json_build_object('side', r.side, 'emoji', r.emoji, 'member_id', r.member_id, "
    "'member_name', u.name) ORDER BY r.side) "
    "FROM inbox_reaction r LEFT JOIN core_membership m ON m.id = r.member_id LEFT JOIN core_user u ON u.id = m.user_id "
    "WHERE r.message_id = inbox_message.id AND r.emoji <> '')::text",
    [],
    output_field=TextField(),
)

_CONVERSATIONS = CompiledValues(Conversation, CONVERSATION_FIELDS, last_reaction=_LAST_REACTION)
_MESSAGES = CompiledValues(Message, MESSAGE_FIELDS, reacted=_REACTIONS)


def folded(text: str) -> str:
    """Return the text as it is searched: lower case, without accents, white space folded."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).split())


def conversation_resources(ids: Iterable[int]) -> dict[int, Resource]:
    """Return the resources of conversations by id, as they are now."""
    return {resource["id"]: resource for resource in _conversations(_CONVERSATIONS.rows(ids))}


def message_resources(ids: Iterable[int]) -> dict[int, Resource]:
    """Return the resources of messages by id, as they are now."""
    return {resource["id"]: resource for resource in _messages(_MESSAGES.rows(ids))}


@dataclass(frozen=True, slots=True)
class StatusNews:
    """What events about statuses need: conversations and messages by id."""

    sights: dict[int, Sight]
    last_messages: dict[int, Resource | None]
    statuses: dict[int, Resource]


def status_news(conversation_ids: Iterable[int], message_ids: Iterable[int]) -> StatusNews:
    """Return where conversations stand, and what became of messages, as both are now.

    It runs for each status of a campaign. A query set with five hundred ids costs more in Python than in the
    database, so the two queries are written out; the last message mostly is the one that has changed.
    """
    conversations = _rows(_HEADS, conversation_ids)
    changed = set(message_ids)
    last = {row["last_message_id"] for row in conversations if row["last_message_id"] is not None}
    messages = {row["id"]: row for row in _rows(_STATUSES, changed | last)}
    heads = [messages[pk] for pk in last if pk in messages]
    files = shown.of_last_messages(heads)
    told = {
        head["id"]: renderers.last_message(
            head, files.get(head["id"]), orjson.loads(head["reaction"]) if head["reaction"] else None
        )
        for head in heads
    }
    return StatusNews(
        sights={row["id"]: Sight(row["status"], row["assignee_id"]) for row in conversations},
        last_messages={row["id"]: told.get(row["last_message_id"]) for row in conversations},
        statuses={pk: renderers.message_status(row) for pk, row in messages.items() if pk in changed},
    )


_HEADS = """
SELECT id, status, assignee_id, last_message_id
FROM inbox_conversation WHERE organization_id = %s AND id = ANY(%s::bigint[])
"""
# Each message by both names: as what has changed, and as the last one of its conversation.
_STATUSES = f"""
SELECT {", ".join(renderers.STATUS_FIELDS)}, id AS last_message_id, status AS last_message__status,
       direction AS last_message__direction, type AS last_message__type, raw_type AS last_message__raw_type,
       left(text, {PREVIEW_LENGTH * 2}) AS last_message__text, occurred_at AS last_message__occurred_at,
       deleted_at AS last_message__deleted_at, ({_REACTION_TO.format(message="inbox_message.id")}) AS reaction
FROM inbox_message WHERE organization_id = %s AND id = ANY(%s::bigint[])
"""  # noqa: S608 - made of constants


def _rows(query: str, ids: Iterable[int]) -> list[dict[str, Any]]:
    return rows_of(query, [current_organization_id(), array(ids)])


def _conversations(rows: Iterable[dict[str, Any]]) -> list[Resource]:
    """Render rows of `CONVERSATION_FIELDS` and `last_reaction`.

    One more query when the last message of one has a file.
    """
    page = list(rows)
    files = shown.of_last_messages(page)
    return [
        renderers.conversation(
            row, last_file=files.get(row["last_message_id"]), last_reaction=row["last_reaction"]
        )
        for row in page
    ]


def _messages(rows: Iterable[dict[str, Any]]) -> list[Resource]:
    """Render rows of `MESSAGE_FIELDS` and `reacted`; one more query when one of them has files."""
    page = list(rows)
    files = shown.of_messages(page)
    return [
        renderers.message(
            row,
            attachments=files.get(row["id"], ()),
            reactions=[renderers.reaction(one) for one in orjson.loads(row["reacted"] or "[]")],
        )
        for row in page
    ]


def conversation_page(
    who: Viewer, cut: Cut, *, status: str = "all", sort: Sort = "newest", search: str = ""
) -> Page:
    """Return one page of the list that the viewer sees, in one query."""
    rows = visible_conversations(who)
    if status != "all":
        rows = rows.filter(status=status)
    if search:
        rows = rows.filter(contact_id__in=Contact.objects.filter(_contact_matches(search)).values("id"))
    found = cut_rows(rows, CONVERSATION_ORDER, cut, ascending=sort == "oldest")
    page = _conversations(_CONVERSATIONS.matching(found))
    return page_of(page, CONVERSATION_ORDER, cut)


def message_page(conversation_id: int, cut: Cut) -> Page:
    """Return one page of a thread, newest first, in one query."""
    rows = Message.objects.filter(conversation_id=conversation_id)
    found = cut_rows(rows, MESSAGE_ORDER, cut, ascending=False)
    return page_of(_messages(_MESSAGES.matching(found)), MESSAGE_ORDER, cut)


def conversation_counts(who: Viewer) -> dict[str, int]:
    """Return the figures of the status filter, as the viewer's list would count."""
    rows = ConversationCounter.objects.all()
    if not who.sees_all:
        own = Q(assignee_id=who.member_id)
        rows = rows.filter(own | Q(status="unassigned") if who.sees_unassigned else own)
    return totals(rows.values_list("status").annotate(total=Sum("count")))


def contact_resources(rows: Iterable[dict[str, Any]], who: Viewer) -> list[Resource]:
    """Render rows of `CONTACT_FIELDS` with what the viewer may see of their conversations (two queries)."""
    page = list(rows)
    ids = [row["id"] for row in page]
    identities: dict[int, list[Mapping[str, Any]]] = {pk: [] for pk in ids}
    for one in (
        ContactIdentity.objects.filter(contact_id__in=ids)
        .order_by("id")
        .values("contact_id", "kind", "value")
    ):
        identities[one["contact_id"]].append(one)
    chats: dict[int, list[Mapping[str, Any]]] = {pk: [] for pk in ids}
    fields = ("id", "contact_id", "status", "last_activity_at")
    for chat in (
        visible_conversations(who).filter(contact_id__in=ids).order_by("-last_activity_at").values(*fields)
    ):
        chats[chat["contact_id"]].append(chat)
    return [
        renderers.contact(row, identities=identities[row["id"]], conversations=chats[row["id"]])
        for row in page
    ]


def plain_contacts(ids: Iterable[int]) -> dict[int, Resource]:
    """Return contacts by id without their conversations, which depend on who asks."""
    rows = Contact.objects.filter(pk__in=list(ids)).values(*CONTACT_FIELDS)
    identities: dict[int, list[Mapping[str, Any]]] = {}
    for one in ContactIdentity.objects.filter(contact_id__in=list(ids)).order_by("id").values():
        identities.setdefault(one["contact_id"], []).append(one)
    return {
        row["id"]: renderers.contact(row, identities=identities.get(row["id"], ()), conversations=())
        for row in rows
    }


def edit_rows(message_id: int) -> list[Resource]:
    """Return what a message said before, oldest first; of a deleted one nothing."""
    rows = MessageEdit.objects.filter(message_id=message_id, message__deleted_at=None)
    return [
        {"text": row["text_before"], "edited_at": row["edited_at"]}
        for row in rows.order_by("edited_at", "pk").values("text_before", "edited_at")
    ]


def contact_resource(who: Viewer, contact_id: int) -> Resource:
    """Return one contact that the viewer may read."""
    (resource,) = contact_resources(Contact.objects.filter(pk=contact_id).values(*CONTACT_FIELDS), who)
    return resource


def contact_page(who: Viewer, cut: Cut, *, search: str = "") -> Page:
    """Return one page of the contacts that the viewer may read, newest first, in three queries."""
    rows = readable_contacts(who).filter(archived_at__isnull=True)
    if search:
        rows = rows.filter(_contact_matches(search))
    found = cut_rows(rows, CONTACT_ORDER, cut, ascending=False).values(*CONTACT_FIELDS)
    return page_of(contact_resources(found, who), CONTACT_ORDER, cut)


def ticket_page(conversation_id: int, cut: Cut) -> Page:
    """Return one page of the episodes of a conversation, newest first."""
    rows = Ticket.objects.filter(conversation_id=conversation_id)
    fields = ("id", "number", "opened_at", "closed_at", "closed_by_id", "closed_by__user__name")
    found = cut_rows(rows, TICKET_ORDER, cut, ascending=False).values(*fields)
    tickets = [
        {
            "id": row["id"],
            "number": row["number"],
            "opened_at": row["opened_at"],
            "closed_at": row["closed_at"],
            "closed_by": None
            if row["closed_by_id"] is None
            else {"id": row["closed_by_id"], "name": row["closed_by__user__name"]},
        }
        for row in found
    ]
    return page_of(tickets, TICKET_ORDER, cut)


def _contact_matches(search: str) -> Q:
    """Every word of the search stands somewhere in name, username or number; signs in a number are passed over."""
    digits = "".join(sign for sign in search if sign.isdigit())
    if digits and not any(sign.isalpha() for sign in search):
        return Q(search_text__contains=digits)
    condition = Q()
    for word in folded(search).split():
        # A username is kept without the sign that people write before it.
        condition &= Q(search_text__contains=word.lstrip("@"))
    return condition
