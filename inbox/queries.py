"""Reading the inbox: rows in, resources out, a constant number of queries, keyset pages."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.db.models import Q, Sum

from inbox import renderers
from inbox.access import conversations as visible_conversations
from inbox.counters import totals
from inbox.models import Contact, ContactIdentity, Conversation, ConversationCounter, Message, Ticket
from inbox.renderers import CONTACT_FIELDS, CONVERSATION_FIELDS, MESSAGE_FIELDS, Resource
from inbox.sight import Sight, Viewer

Sort = Literal["newest", "oldest"]
Place = tuple[datetime, int]


def folded(text: str) -> str:
    """Return the text as it is searched: lower case, without accents, white space folded."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).split())


def conversation_resources(ids: Iterable[int]) -> dict[int, Resource]:
    """Return the resources of conversations by id, as they are now."""
    rows = Conversation.objects.filter(pk__in=list(ids)).values(*CONVERSATION_FIELDS)
    return {row["id"]: renderers.conversation(row) for row in rows}


def message_resources(ids: Iterable[int]) -> dict[int, Resource]:
    """Return the resources of messages by id, as they are now."""
    rows = Message.objects.filter(pk__in=list(ids)).values(*MESSAGE_FIELDS)
    return {row["id"]: renderers.message(row) for row in rows}


@dataclass(frozen=True, slots=True)
class Head:
    """What an event about statuses needs of a conversation."""

    sight: Sight
    last_message: Resource | None


def conversation_heads(ids: Iterable[int]) -> dict[int, Head]:
    """Return sight and last message of conversations by id."""
    fields = [name for name in CONVERSATION_FIELDS if name.startswith("last_message")]
    rows = Conversation.objects.filter(pk__in=list(ids)).values("id", "status", "assignee_id", *fields)
    return {
        row["id"]: Head(Sight(row["status"], row["assignee_id"]), renderers.last_message(row)) for row in rows
    }


def status_resources(ids: Iterable[int]) -> dict[int, Resource]:
    """Return the statuses of messages by id, as `message.status_changed` carries them."""
    rows = Message.objects.filter(pk__in=list(ids)).values(*renderers.STATUS_FIELDS)
    return {row["id"]: renderers.message_status(row) for row in rows}


def conversation_page(
    who: Viewer,
    *,
    status: str = "all",
    sort: Sort = "newest",
    search: str = "",
    after: Place | None = None,
    limit: int = 50,
) -> list[Resource]:
    """Return one page of the list, `limit` + 1 rows at most, so that the caller knows whether there are more.

    Args:
        after: (last_activity_at, id) of the last row of the page before.
    """
    rows = visible_conversations(who)
    if status != "all":
        rows = rows.filter(status=status)
    if search:
        rows = rows.filter(_matches(search))
    if after is not None:
        rows = rows.filter(beyond("last_activity_at", after, forwards=sort == "oldest"))
    order = ("last_activity_at", "id") if sort == "oldest" else ("-last_activity_at", "-id")
    return [
        renderers.conversation(row) for row in rows.order_by(*order).values(*CONVERSATION_FIELDS)[: limit + 1]
    ]


def message_page(conversation_id: int, *, after: Place | None = None, limit: int = 50) -> list[Resource]:
    """Return one page of a thread, newest first, `limit` + 1 rows at most.

    Args:
        after: (occurred_at, id) of the oldest message of the page before.
    """
    rows = Message.objects.filter(conversation_id=conversation_id)
    if after is not None:
        rows = rows.filter(beyond("occurred_at", after, forwards=False))
    page = rows.order_by("-occurred_at", "-id").values(*MESSAGE_FIELDS)[: limit + 1]
    return [renderers.message(row) for row in page]


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


def contact_page(
    rows: Any, who: Viewer, *, search: str = "", after_id: int | None = None, limit: int = 50
) -> list[Resource]:
    """Return one page of contacts by id, newest first, `limit` + 1 rows at most.

    Args:
        rows: what the viewer may read, from `access.contacts`.
    """
    found = rows.filter(archived_at__isnull=True)
    if search:
        found = found.filter(_contact_matches(search))
    if after_id is not None:
        found = found.filter(pk__lt=after_id)
    return contact_resources(found.order_by("-id").values(*CONTACT_FIELDS)[: limit + 1], who)


def ticket_rows(conversation_id: int) -> list[Resource]:
    """Return the episodes of a conversation, newest first."""
    rows = Ticket.objects.filter(conversation_id=conversation_id).order_by("-number")
    fields = ("id", "number", "opened_at", "closed_at", "closed_by_id", "closed_by__user__name")
    return [
        {
            "id": row["id"],
            "number": row["number"],
            "opened_at": row["opened_at"],
            "closed_at": row["closed_at"],
            "closed_by": None
            if row["closed_by_id"] is None
            else {"id": row["closed_by_id"], "name": row["closed_by__user__name"]},
        }
        for row in rows.values(*fields)
    ]


def beyond(field: str, place: Place, *, forwards: bool) -> Q:
    """The keyset condition: strictly after `place` in the order of (field, id)."""
    at, pk = place
    way = "gt" if forwards else "lt"
    return Q(**{f"{field}__{way}": at}) | Q(**{field: at, f"id__{way}": pk})


def _matches(search: str) -> Q:
    return Q(contact_id__in=Contact.objects.filter(_contact_matches(search)).values("id"))


def _contact_matches(search: str) -> Q:
    """Every word of the search stands somewhere in name, username or number; signs in a number are passed over."""
    digits = "".join(sign for sign in search if sign.isdigit())
    if digits and not any(sign.isalpha() for sign in search):
        return Q(search_text__contains=digits)
    words = folded(search).split()
    condition = Q()
    for word in words:
        condition &= Q(search_text__contains=word)
    return condition
