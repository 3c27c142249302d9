"""Resources of the inbox, made from row dicts: for lists, single answers and events alike.

They hold nothing that depends on the viewer, so that bytes are rendered once for all who may see them. What one may
do follows from role and assignee.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from inbox.previews import preview_of
from inbox.window import closes_at
from integrations.whatsapp import error_codes

Row = dict[str, Any]
Resource = dict[str, Any]

CONVERSATION_FIELDS = (
    "id",
    "status",
    "unread_count",
    "last_activity_at",
    "last_inbound_at",
    "created_at",
    "contact_id",
    "contact__name",
    "contact__phone",
    "contact__username",
    "channel_id",
    "channel__name",
    "channel__phone",
    "assignee_id",
    "assignee__user__name",
    "ticket_id",
    "ticket__opened_at",
    "last_message_id",
    "last_message__direction",
    "last_message__type",
    "last_message__raw_type",
    "last_message__text",
    "last_message__status",
    "last_message__occurred_at",
    "last_message__deleted_at",
)

MESSAGE_FIELDS = (
    "id",
    "conversation_id",
    "direction",
    "type",
    "raw_type",
    "text",
    "content",
    "forwarded",
    "origin",
    "referral",
    "edited_at",
    "deleted_at",
    "client_id",
    "is_late",
    "status",
    "error_code",
    "error_detail",
    "occurred_at",
    "created_at",
    "sent_at",
    "delivered_at",
    "read_at",
    "member_id",
    "member__user__name",
    "api_key_id",
    "api_key__name",
    "conversation__contact_id",
    "conversation__contact__name",
    "quoted_wa_message_id",
    "quoted_message_id",
    "quoted_message__direction",
    "quoted_message__text",
    "quoted_message__type",
    "quoted_message__deleted_at",
    "quoted_message__member__user__name",
)

STATUS_FIELDS = ("id", "status", "error_code", "error_detail", "sent_at", "delivered_at", "read_at")

CONTACT_FIELDS = (
    "id",
    "name",
    "first_name",
    "last_name",
    "profile_name",
    "username",
    "phone",
    "opted_out_at",
    "opt_out_source",
    "merged_into_id",
    "created_at",
)


def conversation(
    row: Row, *, last_file: Mapping[str, Any] | None = None, last_reaction: Resource | None = None
) -> Resource:
    """Render a row of `CONVERSATION_FIELDS`.

    Args:
        last_file: what `files.shown` says of the last message's file.
        last_reaction: the newest reaction to the last message.
    """
    return {
        "id": row["id"],
        "contact": {
            "id": row["contact_id"],
            "name": row["contact__name"],
            "phone": row["contact__phone"],
            "username": row["contact__username"],
        },
        "channel": {"id": row["channel_id"], "name": row["channel__name"], "phone": row["channel__phone"]},
        "status": row["status"],
        "assignee": _reference(row["assignee_id"], row["assignee__user__name"]),
        "ticket": None
        if row["ticket_id"] is None
        else {"id": row["ticket_id"], "opened_at": row["ticket__opened_at"]},
        "unread_count": row["unread_count"],
        "last_message": last_message(row, last_file, last_reaction),
        "last_activity_at": row["last_activity_at"],
        "last_inbound_at": row["last_inbound_at"],
        "window_closes_at": closes_at(row["last_inbound_at"]),
        "created_at": row["created_at"],
    }


def last_message(
    row: Row, file: Mapping[str, Any] | None = None, reaction: Resource | None = None
) -> Resource | None:
    if row["last_message_id"] is None:
        return None
    return {
        "id": row["last_message_id"],
        "direction": row["last_message__direction"],
        "type": row["last_message__type"],
        "raw_type": row["last_message__raw_type"],
        "preview": _preview(row["last_message__text"], row["last_message__deleted_at"]),
        "deleted_at": row["last_message__deleted_at"],
        "status": row["last_message__status"],
        "is_voice": bool(file and file["is_voice"]),
        "duration_ms": file["duration_ms"] if file else None,
        "file_name": file["file_name"] if file else "",
        "reaction": None if row["last_message__deleted_at"] else reaction,
        "occurred_at": row["last_message__occurred_at"],
    }


def message(
    row: Row, *, attachments: Sequence[Resource] = (), reactions: Sequence[Resource] = ()
) -> Resource:
    """Render a row of `MESSAGE_FIELDS` with the resources of its files and reactions.

    Of a deleted message nothing is told but that there was one.
    """
    is_deleted = row["deleted_at"] is not None
    return {
        "id": row["id"],
        "conversation_id": row["conversation_id"],
        "direction": row["direction"],
        "type": row["type"],
        "raw_type": row["raw_type"],
        "text": "" if is_deleted else row["text"],
        "content": {} if is_deleted else _content(row),
        "attachments": [] if is_deleted else list(attachments),
        "reactions": [] if is_deleted else list(reactions),
        "forwarded": row["forwarded"],
        "origin": row["origin"],
        "referral": None if is_deleted else row["referral"],
        "author": _author(row),
        "status": row["status"],
        "error": error(row["status"], row["error_code"], row["error_detail"]),
        "reply_to": _quoted(row),
        "client_id": row["client_id"],
        "is_late": row["is_late"],
        "occurred_at": row["occurred_at"],
        "created_at": row["created_at"],
        "sent_at": row["sent_at"],
        "delivered_at": row["delivered_at"],
        "read_at": row["read_at"],
        "edited_at": row["edited_at"],
        "deleted_at": row["deleted_at"],
    }


def reaction(row: Row) -> Resource:
    """Render a row of side, emoji, member_id and member_name."""
    return {
        "side": row["side"],
        "emoji": row["emoji"],
        "member": _reference(row["member_id"], row["member_name"]),
    }


def message_status(row: Row) -> Resource:
    """Render a row of `STATUS_FIELDS`."""
    return {
        "id": row["id"],
        "status": row["status"],
        "error": error(row["status"], row["error_code"], row["error_detail"]),
        "sent_at": row["sent_at"],
        "delivered_at": row["delivered_at"],
        "read_at": row["read_at"],
    }


def error(status: str | None, code: int | None, detail: str) -> Resource | None:
    """Render why a message failed, in both languages: a resource does not know who reads it.

    `code` is Meta's; a refusal of our own has none.
    """
    if status != "failed":
        return None
    meaning = error_codes.lookup(code)
    return {
        "code": None if code is None or code < 0 else code,
        "class": meaning.error_class.value,
        "title": {"es": meaning.title("es"), "en": meaning.title("en")},
        "advice": {"es": meaning.advice("es"), "en": meaning.advice("en")},
        "owner_advice": {"es": meaning.owner_advice("es"), "en": meaning.owner_advice("en")},
        "detail": detail,
    }


def contact(
    row: Row, *, identities: Sequence[Mapping[str, Any]], conversations: Sequence[Mapping[str, Any]]
) -> Resource:
    """Render a row of `CONTACT_FIELDS` with its identities and conversations (rows of their plain fields)."""
    return {
        **{name: row[name] for name in CONTACT_FIELDS if name != "merged_into_id"},
        "merged_into": row["merged_into_id"],
        "identities": [{"kind": one["kind"], "value": one["value"]} for one in identities],
        "conversations": [
            {"id": one["id"], "status": one["status"], "last_activity_at": one["last_activity_at"]}
            for one in conversations
        ],
    }


def _content(row: Row) -> Resource:
    """Leave out what is kept for later, when we may understand it."""
    return {name: value for name, value in row["content"].items() if name != "raw"}


def _reference(pk: int | None, name: str | None) -> Resource | None:
    return None if pk is None else {"id": pk, "name": name or ""}


def _author(row: Row) -> Resource:
    if row["direction"] == "inbound" and row["type"] != "system":
        return {
            "kind": "contact",
            "id": row["conversation__contact_id"],
            "name": row["conversation__contact__name"],
        }
    if row["member_id"] is not None:
        return {"kind": "member", "id": row["member_id"], "name": row["member__user__name"] or ""}
    if row["api_key_id"] is not None:
        return {"kind": "api", "id": row["api_key_id"], "name": row["api_key__name"] or ""}
    return {"kind": "system", "id": None, "name": ""}


def _quoted(row: Row) -> Resource | None:
    """Render the quotation; `id` is null when the quoted message is not known here."""
    if row["quoted_message_id"] is None:
        if not row["quoted_wa_message_id"]:
            return None
        unknown = {"id": None, "direction": None, "type": None, "author_name": "", "preview": ""}
        return unknown | {"deleted_at": None}
    is_theirs = row["quoted_message__direction"] == "inbound"
    author = row["conversation__contact__name"] if is_theirs else row["quoted_message__member__user__name"]
    return {
        "id": row["quoted_message_id"],
        "direction": row["quoted_message__direction"],
        "type": row["quoted_message__type"],
        "author_name": author or "",
        "preview": _preview(row["quoted_message__text"], row["quoted_message__deleted_at"]),
        "deleted_at": row["quoted_message__deleted_at"],
    }


def _preview(text: str, deleted_at: datetime | None) -> str:
    return preview_of(text) if deleted_at is None else ""
