"""The customers: who has a WhatsApp, under which number, BSUID and username."""

import hashlib
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from integrations.simulator.store import Row, Store, storable

_COUNTRIES = {"1": "US", "34": "ES", "44": "GB", "51": "PE", "52": "MX", "54": "AR", "55": "BR", "56": "CL",
              "57": "CO", "58": "VE", "212": "MA", "966": "SA", "971": "AE"}  # fmt: skip

BUILT_IN: tuple[dict[str, str | None], ...] = (
    {"wa_id": "573005550101", "user_id": "CO.10482930571648293015", "name": "Laura Restrepo"},
    {"wa_id": "5215512345678", "user_id": "MX.20384756102938475610", "name": "Andrés Gómez"},
    {"wa_id": "5491123456789", "user_id": "AR.30495867213049586721", "name": "Martina Pérez"},
    {"wa_id": "5511987654321", "user_id": "BR.41506978324150697832", "name": "João Silva"},
    {"wa_id": "14155550106", "user_id": "US.52617089435261708943", "name": "Emily Carter"},
    {"wa_id": None, "user_id": "CO.40192837465564738291", "name": "Noa", "username": "noa.market"},
    {"wa_id": "966505550103", "user_id": "SA.63728190546372819054", "name": "يوسف الحربي"},
    {
        "wa_id": "573005550108",
        "user_id": "CO.74839201657483920165",
        "name": "María Fernanda del Socorro Villavicencio Echeverri 🌺✨ Flores y Detalles",
    },
)


@dataclass(frozen=True, slots=True)
class Person:
    """A customer.

    Attributes:
        wa_id: the phone as businesses get it; None when it is withheld, which needs a username.
        hidden_wa_id: the phone that is withheld, when we know it.
    """

    user_id: str
    wa_id: str | None
    name: str
    username: str | None = None
    hidden_wa_id: str | None = None

    @property
    def address(self) -> str:
        """What their message ids carry: the number, else the BSUID."""
        return self.wa_id or self.user_id

    @property
    def number(self) -> str | None:
        """Their phone, whether businesses get it or not."""
        return self.wa_id or self.hidden_wa_id

    def profile(self, *, with_username: bool = True) -> dict[str, Any]:
        """The entry of `contacts[]` in a webhook."""
        profile: dict[str, Any] = {"name": self.name}
        if self.username and with_username:
            profile["username"] = self.username
        contact: dict[str, Any] = {"profile": profile}
        if self.wa_id:
            contact["wa_id"] = self.wa_id
        contact["user_id"] = self.user_id
        return contact


def digits(number: str) -> str:
    """The digits of a typed number."""
    return re.sub(r"\D", "", number)


def variants(number: str) -> set[str]:
    """All spellings under which WhatsApp finds the same person (Mexico, Argentina, Brazil)."""
    found = {number}
    if match := re.fullmatch(r"52(1?)(\d{10})", number):
        found |= {f"52{match[2]}", f"521{match[2]}"}
    elif match := re.fullmatch(r"54(9?)(\d{10})", number):
        found |= {f"54{match[2]}", f"549{match[2]}"}
    elif match := re.fullmatch(r"55(\d{2})(9?)(\d{8})", number):
        found |= {f"55{match[1]}{match[3]}", f"55{match[1]}9{match[3]}"}
    return found


def country_prefix(number: str) -> str:
    """The country calling code of a full number, "" when it is not one we know."""
    return next((number[:size] for size in (1, 2, 3) if number[:size] in _COUNTRIES), "")


def make_user_id(wa_id: str | None) -> str:
    """A BSUID: always the same one for a number, a random one without."""
    country = _COUNTRIES.get(country_prefix(wa_id or ""), "CO")
    seed = hashlib.sha256((wa_id or secrets.token_hex(16)).encode()).digest()
    return f"{country}.{int.from_bytes(seed, 'big') % 10**20:020d}"


def person_from(row: Row | Mapping[str, Any]) -> Person:
    """Read a person from a row of the table."""
    return Person(
        user_id=row["user_id"], wa_id=row["wa_id"], name=row["name"], username=row["username"],
        hidden_wa_id=row["hidden_wa_id"],
    )  # fmt: skip


class People:
    """All customers, kept in the store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def load(self, customers: Iterable[Mapping[str, Any]]) -> None:
        """Add or update people as the accounts file names them."""
        for customer in customers:
            wa_id = digits(str(customer.get("wa_id") or "")) or None
            self.add(
                wa_id=wa_id,
                user_id=customer.get("user_id"),
                name=str(customer.get("name") or wa_id or "?"),
                username=customer.get("username"),
            )

    def add(
        self, *, wa_id: str | None, name: str, user_id: str | None = None, username: str | None = None,
        hidden_wa_id: str | None = None,
    ) -> Person:  # fmt: skip
        """Add a person, or change the one with this number or BSUID."""
        known = (self.by_number(wa_id) if wa_id else None) or (self.by_user_id(user_id) if user_id else None)
        person = Person(
            user_id=user_id or (known.user_id if known else make_user_id(wa_id)),
            wa_id=wa_id or (known.wa_id if known and user_id in (None, known.user_id) else None),
            name=storable(name),
            username=username,
            hidden_wa_id=hidden_wa_id,
        )
        position = self._store.number("SELECT COALESCE(MAX(position), 0) + 1 FROM people")
        if known is not None:
            row = self._store.one("SELECT position FROM people WHERE user_id = ?", known.user_id)
            position = row["position"] if row else position
            self._store.run("DELETE FROM people WHERE user_id = ?", known.user_id)
        self._store.run(
            "INSERT OR REPLACE INTO people (user_id, wa_id, name, username, position, hidden_wa_id)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            person.user_id, person.wa_id, person.name, person.username, position, person.hidden_wa_id,
        )  # fmt: skip
        return person

    def change(self, person: Person, **changes: Any) -> Person:
        """Change somebody, in their place in the list; a new `user_id` takes over from the old one."""
        changed = replace(person, **changes)
        self._store.run(
            "UPDATE people SET user_id = ?, wa_id = ?, name = ?, username = ?, hidden_wa_id = ? WHERE user_id = ?",
            changed.user_id, changed.wa_id, storable(changed.name), changed.username, changed.hidden_wa_id,
            person.user_id,
        )  # fmt: skip
        return changed

    def everyone(self) -> list[Person]:
        """All people in the order in which they came."""
        return [
            person_from(row) for row in self._store.all("SELECT * FROM people ORDER BY position, user_id")
        ]

    def by_user_id(self, user_id: str) -> Person | None:
        row = self._store.one("SELECT * FROM people WHERE user_id = ?", user_id)
        return person_from(row) if row else None

    def by_number(self, number: str) -> Person | None:
        """Find who has this number, under any of its spellings."""
        for spelling in sorted(variants(number), key=lambda other: other != number):
            if row := self._store.one("SELECT * FROM people WHERE ? IN (wa_id, hidden_wa_id)", spelling):
                return person_from(row)
        return None

    def find_or_add(self, address: str, name: str | None = None) -> Person:
        """Give the person of a number or BSUID, or "new" for a fresh one.

        Someone unknown is added; someone known who comes under another name has changed it.
        """
        if address == "new":
            number = f"573009{secrets.randbelow(10**6):06d}"
            return self.add(wa_id=number, name=name or f"Cliente {number[-4:]}")
        is_bsuid = "." in address
        known = self.by_user_id(address) if is_bsuid else self.by_number(digits(address))
        if known is None and is_bsuid:
            return self.add(wa_id=None, user_id=address, name=name or address[:12])
        if known is None:
            return self.add(wa_id=digits(address), name=name or f"+{digits(address)}")
        if name and name != known.name:
            return self.change(known, name=name)
        return known
