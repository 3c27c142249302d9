"""Who wrote a message: the ids on it, completed by the profile that belongs to them."""

from __future__ import annotations

from typing import Any

from integrations.whatsapp.payloads.types import Sender
from integrations.whatsapp.payloads.values import bsuid, looks_like_bsuid, obj, phone, text

Profile = dict[str, Any]
PROFILE_NAME_LENGTH = 200
USERNAME_LENGTH = 100


class Profiles:
    """`value.contacts[]`, found by id: their order need not be the order of the messages."""

    def __init__(self, contacts: Any) -> None:
        self._by_bsuid: dict[str, Profile] = {}
        self._by_phone: dict[str, Profile] = {}
        for contact in contacts if isinstance(contacts, list) else []:
            if not isinstance(contact, dict):
                continue
            if (user := bsuid(contact.get("user_id"))) is not None:
                self._by_bsuid[user] = contact
            if (number := phone(contact.get("wa_id"))) is not None:
                self._by_phone[number] = contact

    def sender_of(self, message: dict[str, Any]) -> Sender | None:
        """Return who wrote the message, None when nothing on it says so."""
        return self.find(message.get("from"), message.get("from_user_id"), message.get("from_parent_user_id"))

    def recipient_of(self, message: dict[str, Any]) -> Sender | None:
        """Return to whom the business wrote a message, None when nothing on it says so."""
        return self.find(message.get("to"), message.get("to_user_id"), message.get("to_parent_user_id"))

    def find(self, origin: Any, user_id: Any, parent_id: Any = None) -> Sender | None:
        """Return the person with these ids and what the profiles add to them, None when they are none.

        Args:
            origin: digits of a phone; some senders write a business-scoped id there.
        """
        number, user = phone(origin), bsuid(user_id)
        if user is None and looks_like_bsuid(origin):
            user = bsuid(origin)
        profile = self._by_bsuid.get(user or "") or self._by_phone.get(number or "") or {}
        user = user or bsuid(profile.get("user_id"))
        number = number or phone(profile.get("wa_id"))
        if number is None and user is None:
            return None
        shown = obj(profile.get("profile"))
        return Sender(
            phone=number,
            bsuid=user,
            parent_bsuid=bsuid(parent_id) or bsuid(profile.get("parent_user_id")),
            username=text(shown.get("username"), USERNAME_LENGTH) or None,
            profile_name=text(shown.get("name"), PROFILE_NAME_LENGTH).strip(),
        )
