"""How contacts are reached."""

from __future__ import annotations

from collections.abc import Collection

from inbox import phones
from inbox.models import ContactIdentity, IdentityKind
from integrations.whatsapp.messages import Recipient


def recipients_of(contact_ids: Collection[int]) -> dict[int, Recipient]:
    """Return how each contact is reached: by phone as WhatsApp spells it, else by BSUID; in one query.

    Of several numbers, and of several BSUIDs, it is the one that the contact last wrote from.
    """
    spelled: dict[int, str] = {}
    shown: dict[int, str] = {}
    bsuids: dict[int, str] = {}
    rows = ContactIdentity.objects.filter(contact_id__in=contact_ids).order_by("id")
    for pk, kind, value, spelling, phone, bsuid in rows.values_list(
        "contact_id", "kind", "value", "provider_id", "contact__phone", "contact__bsuid"
    ):
        if kind == IdentityKind.PHONE:
            spelled[pk] = spelling or value
            if phone and phones.canonical(phone.lstrip("+")) == value:
                shown[pk] = spelling or value
        elif kind == IdentityKind.BSUID and (pk not in bsuids or bsuids[pk] != bsuid):
            bsuids[pk] = value
    return {
        pk: Recipient(phone=shown.get(pk) or spelled.get(pk), bsuid=bsuids.get(pk))
        for pk in contact_ids
        if pk in spelled or pk in bsuids
    }
