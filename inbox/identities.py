"""People who get another number or id: they stay the same contact, and the thread says so."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q

from core.actors import system_actor
from core.events import record
from core.tenancy import current_organization_id
from inbox import contacts, news, phones, wamids
from inbox.contacts import Key
from inbox.events import MessageReceived
from inbox.merging import proposals
from inbox.models import Contact, ContactIdentity, Conversation, Direction, IdentityKind, Message
from integrations.whatsapp.payloads import IdentityChange, Sender

_REASONS = {
    "number_changed": proposals.NUMBER_CHANGED,
    "user_id_changed": proposals.USER_ID_CHANGED,
}


def change(told: IdentityChange, *, channel_id: int, is_late: bool) -> str | None:
    """Let a contact have the ids that it has from now on; return why it had no effect, None if it had one.

    The contact is found by its former id, else by its former number. Nobody is made, and nobody is merged: what
    belongs to another contact stays there, and a merge is proposed. Call within `service()`.
    """
    if told.wamid is not None and wamids.known({(channel_id, told.wamid)}):
        return None
    before, after = _keys(told.previous), _keys(told.current)
    owners = _owners({*before.items(), *after.items()})
    contact = _known_as(before, owners)
    if contact is None:
        is_done = any(key in owners for key in after.items())
        return None if is_done else "nobody is known by the former number or id"
    others = {owner.pk for key in after.items() if (owner := owners.get(key, contact)) != contact}
    has_moved = _move(contact, told, before, after, owners)
    proposals.propose((contact.pk, other, _REASONS[told.kind]) for other in others)
    if has_moved:
        news.note_contacts([contact.pk], system_actor(current_organization_id()))
    if has_moved or others or told.wamid is not None:
        _say(told, contact, channel_id, is_late=is_late)
    return None


def _keys(sender: Sender | None) -> dict[str, str]:
    return contacts.identity_keys(sender) if sender is not None else {}


def _owners(keys: set[Key]) -> dict[Key, Contact]:
    condition = Q()
    for kind, value in keys:
        condition |= Q(kind=kind, value=value)
    rows = (
        ContactIdentity.objects.filter(condition)
        .select_related("contact")
        .select_for_update(of=("contact",), no_key=True)
        .order_by("contact_id", "id")
    )
    same: dict[int, Contact] = {}
    return {(row.kind, row.value): same.setdefault(row.contact_id, row.contact) for row in rows}


def _known_as(keys: dict[str, str], owners: dict[Key, Contact]) -> Contact | None:
    """Return whom the former ids belong to; a number that came with an id only if nobody else has that id."""
    by_id = owners.get((IdentityKind.BSUID, keys.get(IdentityKind.BSUID, "")))
    by_phone = owners.get((IdentityKind.PHONE, keys.get(IdentityKind.PHONE, "")))
    if by_id is not None or by_phone is None:
        return by_id
    if IdentityKind.BSUID in keys and by_phone.identities.filter(kind=IdentityKind.BSUID).exists():
        return None  # the number has another holder by now
    return by_phone


def _move(
    contact: Contact,
    told: IdentityChange,
    before: dict[str, str],
    after: dict[str, str],
    owners: dict[Key, Contact],
) -> bool:
    """Give the contact what is free of the new ids, and take the former number; tell whether anything changed.

    The former id stays: WhatsApp never gives it to anybody else. The former number may soon be a stranger's.
    """
    free = [key for key in after.items() if key not in owners]
    for kind, value in free:
        spelled = (told.current.phone if told.current else None) if kind == IdentityKind.PHONE else value
        ContactIdentity.objects.create(
            organization_id=contact.organization_id,
            contact=contact,
            kind=kind,
            value=value,
            provider_id=spelled or value,
        )
    old, new = before.get(IdentityKind.PHONE), after.get(IdentityKind.PHONE)
    has_left = (
        told.kind == "number_changed"
        and old is not None
        and old != new
        and owners.get((IdentityKind.PHONE, old)) == contact
    )
    if has_left:
        ContactIdentity.objects.filter(kind=IdentityKind.PHONE, value=old).delete()
    if not free and not has_left:
        return False
    bsuid = after.get(IdentityKind.BSUID)
    if (IdentityKind.BSUID, bsuid) in free:
        contact.bsuid = bsuid
    _show(contact, has_left_number=has_left)
    return True


def _show(contact: Contact, *, has_left_number: bool) -> None:
    newest = contact.identities.filter(kind=IdentityKind.PHONE).order_by("-id").first()
    if newest is not None:
        contact.phone = phones.e164(newest.value) or contact.phone
    elif has_left_number:
        contact.phone = None
    contacts.refresh_shown(contact)
    contact.save(update_fields=["name", "phone", "bsuid", "search_text", "updated_at"])


def _say(told: IdentityChange, contact: Contact, channel_id: int, *, is_late: bool) -> None:
    """Put a line into the contact's thread of this number; it is not unread, and opens nothing."""
    row = Conversation.objects.filter(contact_id=contact.pk, channel_id=channel_id).first()
    if row is None:
        return
    line = Message.objects.create(
        organization_id=row.organization_id,
        conversation=row,
        channel_id=channel_id,
        direction=Direction.INBOUND,
        type="system",
        content=_content(told),
        wa_message_id=told.wamid,
        is_late=is_late,
        occurred_at=_whole_second(told.sent_at),
    )
    record(MessageReceived(row.pk, line.pk, system_actor(row.organization_id)))


def _content(told: IdentityChange) -> dict[str, Any]:
    return {"kind": told.kind, "from": _name(told, told.previous), "to": _name(told, told.current)}


def _name(told: IdentityChange, sender: Sender | None) -> str:
    if sender is None or told.kind == "identity_changed":
        return ""
    if told.kind == "user_id_changed":
        return sender.bsuid or ""
    value = phones.canonical(sender.phone) if sender.phone else ""
    return phones.e164(value) or value or sender.bsuid or ""


def _whole_second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
