"""Finding and making contacts by the identities under which they write."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext

from core import jsons, statements
from core.actors import Actor, system_actor
from core.errors import Invalid
from core.events import service
from core.rows import ModelRows, change
from core.tenancy import current_organization_id
from inbox import access, news, phones
from inbox.errors import ContactExists
from inbox.models import Contact, ContactIdentity, IdentityKind
from inbox.queries import folded
from integrations.whatsapp.payloads import Sender

_ROUNDS = 5
_SHOWN_FIELDS = ("name", "profile_name", "username", "phone", "search_text")
_WRITTEN_FIELDS = (*_SHOWN_FIELDS, "bsuid")

Key = tuple[str, str]  # kind and canonical value

_CONTACTS = ModelRows(Contact, "c")

# All identities of these contacts: whether somebody has another business-scoped id matters too. Locked, so that a name
# which a colleague is just changing is not overwritten with an old one.
_LOCK = f"""
SELECT {_CONTACTS.columns}, i.kind, i.value, i.provider_id
FROM inbox_contactidentity i JOIN inbox_contact c ON c.id = i.contact_id
WHERE i.organization_id = %s AND i.contact_id IN (
    SELECT known.contact_id FROM json_to_recordset(%s::json) AS seen (kind text, value text)
    JOIN inbox_contactidentity known
    ON known.organization_id = %s AND known.kind = seen.kind AND known.value = seen.value)
ORDER BY i.contact_id, i.id FOR NO KEY UPDATE OF c
"""  # noqa: S608 - columns of a model

_SHOW = f"""
UPDATE inbox_contact c SET {", ".join(f"{name} = n.{name}" for name in _WRITTEN_FIELDS)}, updated_at = now()
FROM json_to_recordset(%s::json) AS n (id bigint, {", ".join(f"{name} text" for name in _WRITTEN_FIELDS)})
WHERE c.organization_id = %s AND c.id = n.id
"""  # noqa: S608 - made of constants

_SPELL = """
UPDATE inbox_contactidentity i SET provider_id = n.provider_id
FROM json_to_recordset(%s::json) AS n (kind text, value text, provider_id text)
WHERE i.organization_id = %s AND i.kind = n.kind AND i.value = n.value
"""

_CLAIM_NUMBER = """
INSERT INTO inbox_contactidentity (organization_id, contact_id, kind, value, provider_id, created_at)
VALUES (%s, %s, 'phone', %s, %s, now()) ON CONFLICT (organization_id, kind, value) DO NOTHING RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Sighting:
    """Somebody was seen to write.

    Attributes:
        is_news: whether it happened just now; what an old message says of a name may be outdated.
    """

    sender: Sender
    is_news: bool = True


@dataclass(frozen=True, slots=True)
class Known:
    """Whom a sighting belongs to.

    Attributes:
        others: contacts that own some of the identities seen; nobody was merged.
    """

    contact: Contact
    others: tuple[Contact, ...]


class _Raced(Exception):
    """Somebody else has just taken an identity that was free a moment ago.

    The contacts that were locked stay so in the next round, which may have to lock an earlier one: a deadlock with
    somebody who does the same is possible, and the intake then tries the batch again.
    """


def resolve(sightings: Sequence[Sighting]) -> list[Known]:
    """Return the contact of each sighting, in a handful of queries for all of them. Call within `service()`.

    The business-scoped id decides, then the phone in its canonical form, then the parent id: people change phones,
    and phones change hands. Whoever nothing is known of becomes a contact. An identity that nobody has joins the
    contact; one that belongs to somebody else stays there and the sighting names them: merging is for people.
    Profile name, username and phone follow what WhatsApp says.
    """
    for _ in range(_ROUNDS):
        try:
            return _Directory().resolve(sightings)
        except _Raced:
            # What was inserted meanwhile is committed, so that the next round's queries see it.
            continue
    raise RuntimeError("the identities of a batch were taken again and again")


def identity_keys(sender: Sender) -> dict[str, str]:
    """Return the canonical identities of a sender by kind, the deciding one first."""
    values = (
        (IdentityKind.BSUID.value, sender.bsuid),
        (IdentityKind.PHONE.value, phones.canonical(sender.phone) if sender.phone else None),
        (IdentityKind.PARENT_BSUID.value, sender.parent_bsuid),
    )
    return {kind: value for kind, value in values if value}


def refresh_shown(contact: Contact) -> None:
    """Derive what screens and the search show: the team's own name for somebody goes before the profile's."""
    given = f"{contact.first_name} {contact.last_name}".strip()
    username = f"@{contact.username}" if contact.username else ""
    contact.name = given or contact.profile_name or username or contact.phone or contact.name
    digits = phones.spellings(contact.phone[1:]) if contact.phone else ()
    contact.search_text = " ".join((folded(f"{contact.name} {contact.username or ''}"), *digits))


def save(*, phone: str, name: str = "", first_name: str = "", last_name: str = "", by: Actor) -> Contact:
    """Make a contact of a number, such as that of a card which a customer has sent.

    Args:
        phone: as somebody has typed it, with its country code.
        name: the whole name, when nobody says what is first and last.

    Raises:
        Invalid: it is no number that can be dialled.
        ContactExists: somebody has it already.
    """
    value = phones.parse(phone)
    shown = phones.e164(value) if value else None
    if value is None or shown is None:
        raise Invalid(phone=[gettext("It must be a number with its country code.")])
    if not first_name and not last_name:
        first_name, _, last_name = name.strip().partition(" ")
    with service():
        contact = Contact(
            organization_id=current_organization_id(),
            first_name=first_name.strip(),
            last_name=last_name.strip(),
            phone=shown,
        )
        refresh_shown(contact)
        contact.save()
        with statements.cursor() as cursor:
            cursor.execute(_CLAIM_NUMBER, [current_organization_id(), contact.pk, value, value])
            is_ours = cursor.fetchone() is not None
        if not is_ours:
            owner = ContactIdentity.objects.get(kind=IdentityKind.PHONE, value=value)
            theirs = access.contacts(access.viewer(by)).filter(pk=owner.contact_id)
            raise ContactExists(contact=owner.contact_id if theirs.exists() else None)
        news.note_contacts([contact.pk], by)
    return contact


class _Directory:
    """The identities and contacts that one batch has to do with, read once and written once."""

    def __init__(self) -> None:
        self._owners: dict[Key, Contact] = {}
        self._spelled: dict[Key, str] = {}
        self._stored: dict[Key, str] = {}
        self._made: list[Contact] = []
        self._changed: dict[int, Contact] = {}
        self._news: set[int] = set()

    def resolve(self, sightings: Sequence[Sighting]) -> list[Known]:
        keys = [identity_keys(sighting.sender) for sighting in sightings]
        self._load({item for each in keys for item in each.items()})
        found = [self._place(*pair) for pair in zip(sightings, keys, strict=True)]
        self._save()
        return found

    def _load(self, keys: Iterable[Key]) -> None:
        organization_id = current_organization_id()
        seen = jsons.recordset({"kind": kind, "value": value} for kind, value in keys)
        with statements.cursor() as cursor:
            cursor.execute(_LOCK, [organization_id, seen, organization_id])
            rows = cursor.fetchall()
        contacts: dict[int, Contact] = {}
        for row in rows:
            contact, (kind, value, spelled) = _CONTACTS.first_of(row)
            self._owners[kind, value] = contacts.setdefault(contact.pk, contact)
            self._stored[kind, value] = spelled
        self._spelled = dict(self._stored)

    def _place(self, sighting: Sighting, keys: dict[str, str]) -> Known:
        contact = self._owner(keys) or self._make(keys)
        for item in keys.items():
            if self._owners.setdefault(item, contact) is contact and (
                sighting.is_news or item not in self._spelled
            ):
                self._spelled[item] = _as_whatsapp_spells(item, sighting.sender)
        if sighting.is_news or contact.pk is None:
            self._update(contact, sighting.sender, keys)
        others = {id(owner): owner for item in keys.items() if (owner := self._owners[item]) is not contact}
        return Known(contact, tuple(others.values()))

    def _owner(self, keys: dict[str, str]) -> Contact | None:
        by_bsuid, by_phone, by_parent = (
            self._owners.get((kind, keys.get(kind, "")))
            for kind in (IdentityKind.BSUID, IdentityKind.PHONE, IdentityKind.PARENT_BSUID)
        )
        if by_bsuid is not None:
            return by_bsuid
        if by_phone is not None and (by_phone is by_parent or not self._has_changed_hands(by_phone, keys)):
            return by_phone
        return by_parent

    def _has_changed_hands(self, contact: Contact, keys: dict[str, str]) -> bool:
        """Whether the contact's phone is now seen with another business-scoped id than the contact's.

        WhatsApp gives a new one to whoever takes over a number: the stranger must not inherit the history.
        """
        return IdentityKind.BSUID in keys and any(
            kind == IdentityKind.BSUID and owner is contact for (kind, _), owner in self._owners.items()
        )

    def _make(self, keys: dict[str, str]) -> Contact:
        # Somebody without phone, username and profile name needs some name on the screen.
        tail = keys.get(IdentityKind.BSUID, "")[-4:]
        contact = Contact(organization_id=current_organization_id(), name=f"WhatsApp {tail}".strip())
        self._made.append(contact)
        return contact

    def _update(self, contact: Contact, sender: Sender, keys: dict[str, str]) -> None:
        shown, answered_at = _shown(contact), contact.bsuid
        contact.profile_name = sender.profile_name or contact.profile_name
        contact.username = sender.username or contact.username
        phone = keys.get(IdentityKind.PHONE)
        if phone and self._owners[IdentityKind.PHONE, phone] is contact:
            contact.phone = phones.e164(phone) or contact.phone
        bsuid = keys.get(IdentityKind.BSUID)
        if bsuid and self._owners[IdentityKind.BSUID, bsuid] is contact:
            contact.bsuid = bsuid
        refresh_shown(contact)
        looks_different = _shown(contact) != shown
        if contact.pk is not None and (looks_different or contact.bsuid != answered_at):
            self._changed[contact.pk] = contact
        if contact.pk is not None and looks_different:
            self._news.add(contact.pk)

    def _save(self) -> None:
        added = self._spelled.keys() - self._stored.keys()
        if added or self._made:
            # To be undone when another one takes an identity at the same moment.
            with transaction.atomic():
                Contact.objects.bulk_create(self._made)
                self._add_identities(added)
        self._spell([key for key in self._stored if self._spelled[key] != self._stored[key]])
        self._show()

    def _spell(self, keys: Collection[Key]) -> None:
        if keys:
            rows = [
                {"kind": kind, "value": value, "provider_id": self._spelled[kind, value]}
                for kind, value in keys
            ]
            change(_SPELL, [jsons.recordset(rows), current_organization_id()])

    def _show(self) -> None:
        """Write what is shown of those contacts of whom WhatsApp says something new, and where they are answered."""
        if self._changed:
            rows = [
                {"id": pk, **{name: getattr(contact, name) for name in _WRITTEN_FIELDS}}
                for pk, contact in self._changed.items()
            ]
            change(_SHOW, [jsons.recordset(rows), current_organization_id()])
        if self._news:
            news.note_contacts(self._news, system_actor(current_organization_id()))

    def _add_identities(self, added: Collection[Key]) -> None:
        """Add identities, in the order of their keys, so that two who add the same ones never wait in a circle."""
        rows = [
            {
                "contact_id": self._owners[kind, value].pk,
                "kind": kind,
                "value": value,
                "provider_id": self._spelled[kind, value],
            }
            for kind, value in added
        ]
        with statements.cursor() as cursor:
            cursor.execute(
                "INSERT INTO inbox_contactidentity "
                "(organization_id, contact_id, kind, value, provider_id, created_at) "
                "SELECT %s, *, now() FROM json_to_recordset(%s::json) "
                "AS i (contact_id bigint, kind text, value text, provider_id text) ORDER BY kind, value "
                "ON CONFLICT (organization_id, kind, value) DO NOTHING",
                [current_organization_id(), jsons.recordset(rows)],
            )
            if cursor.rowcount < len(added):
                raise _Raced


def _shown(contact: Contact) -> list[str | None]:
    return [getattr(contact, name) for name in _SHOWN_FIELDS]


def _as_whatsapp_spells(key: Key, sender: Sender) -> str:
    kind, value = key
    return sender.phone or value if kind == IdentityKind.PHONE else value
