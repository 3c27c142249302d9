"""The two organisations of the demonstration, their people, numbers and secrets.

Secrets are derived from the seed in the data directory's `secrets.json`, so that a second start, a script and the
simulator know the same ones without any being written down twice.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from typing import Any

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    email: str
    role: str


@dataclass(frozen=True, slots=True)
class Business:
    """One organisation of the demonstration.

    Attributes:
        phone: of its WhatsApp number, E.164.
        agents_see_unassigned: TICK-08.
    """

    slug: str
    name: str
    phone: str
    phone_number_id: str
    waba_id: str
    app_id: str
    people: tuple[Person, ...]
    agents_see_unassigned: bool

    @property
    def webhook_key(self) -> str:
        return derived(f"{self.slug}/webhook", 16)

    @property
    def webhook_url(self) -> str:
        return f"http://127.0.0.1:{settings.PORT}/webhook/whatsapp/{self.webhook_key}"

    @property
    def app_secret(self) -> str:
        return hmac.new(settings.DEMO_SEED.encode(), f"{self.slug}/app".encode(), hashlib.sha256).hexdigest()[
            :32
        ]

    @property
    def verify_token(self) -> str:
        return derived(f"{self.slug}/verify", 18)

    @property
    def access_token(self) -> str:
        return "EAADemo" + derived(f"{self.slug}/token", 48)

    @property
    def api_key(self) -> str:
        return "bdj_" + derived(f"{self.slug}/key", 32)

    def password_of(self, person: Person) -> str:
        return derived(f"{person.email}/password", 9)

    def account(self) -> dict[str, Any]:
        """Return the business as the simulator's accounts file names it."""
        return {
            "app_id": self.app_id,
            "app_secret": self.app_secret,
            "waba_id": self.waba_id,
            "phone_number_id": self.phone_number_id,
            "display_phone_number": self.phone,
            "verified_name": self.name,
            "access_token": self.access_token,
            "webhook_url": self.webhook_url,
            "verify_token": self.verify_token,
        }


def derived(label: str, size: int) -> str:
    """Return a secret of `size` random-looking bytes in URL-safe letters, always the same for a data directory."""
    raw = hmac.new(settings.DEMO_SEED.encode(), label.encode(), hashlib.sha512).digest()[:size]
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


AURORA = Business(
    slug="tienda-aurora",
    name="Tienda Aurora",
    phone="+573005550190",
    phone_number_id="417398204718336",
    waba_id="389201746529183",
    app_id="1029384756102938",
    people=(
        Person("Ana Ríos", "ana@aurora.example", "owner"),
        Person("Marta Peña", "marta@aurora.example", "manager"),
        Person("Beto Gómez", "beto@aurora.example", "agent"),
        Person("Diana Solís", "diana@aurora.example", "agent"),
    ),
    agents_see_unassigned=True,
)
TORNILLO = Business(
    slug="ferreteria-el-tornillo",
    name="Ferretería El Tornillo",
    phone="+525555550170",
    phone_number_id="528409315829447",
    waba_id="490312857630294",
    app_id="2138495867213049",
    people=(
        Person("Carla Nieto", "carla@tornillo.example", "owner"),
        Person("Óscar Luna", "oscar@tornillo.example", "manager"),
        Person("Pilar Cruz", "pilar@tornillo.example", "agent"),
        Person("Quique Mora", "quique@tornillo.example", "agent"),
    ),
    agents_see_unassigned=False,
)
BUSINESSES = (AURORA, TORNILLO)
