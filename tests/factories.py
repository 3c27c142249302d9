"""Rows for tests, made as the product makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.models import EventCounter, Membership, Organization, Role, User
from core.tenancy import tenant_scope
from inbox.models import Contact, ContactIdentity
from integrations.models import Channel, MetaApp

if TYPE_CHECKING:
    from tests.conftest import Cast

APP_SECRET = "test_app_secret"
VERIFY_TOKEN = "test-verify-token"
ACCESS_TOKEN = "EAAB_TEST_TOKEN"


def make_user(name: str, email: str | None = None) -> User:
    return User.objects.create_user(
        email or f"{name.split(' ')[0].lower()}@example.com", "una-clave-larga-9", name=name
    )


def make_organization(name: str, slug: str, **fields: Any) -> Organization:
    organization = Organization.objects.create(name=name, slug=slug, **fields)
    EventCounter.objects.create(organization=organization)
    return organization


def make_channel(
    organization: Organization, *, key: str, phone_number_id: str, waba_id: str, phone: str
) -> tuple[MetaApp, Channel]:
    with tenant_scope(organization.pk):
        app = MetaApp(organization=organization, app_id=f"app-{key}", webhook_key=key)
        app.app_secret, app.verify_token = APP_SECRET, VERIFY_TOKEN
        app.save()
        channel = Channel(
            organization=organization,
            meta_app=app,
            name=organization.name,
            phone=phone,
            phone_number_id=phone_number_id,
            waba_id=waba_id,
        )
        channel.access_token = ACCESS_TOKEN
        channel.save()
    return app, channel


def make_cast() -> Cast:
    from tests.conftest import Cast

    aurora = make_organization("Tienda Aurora", "tienda-aurora")
    other = make_organization("Café Lejano", "cafe-lejano")

    def member(organization: Organization, name: str, role: Role) -> Membership:
        return Membership.objects.create(organization=organization, user=make_user(name), role=role)

    app, channel = make_channel(
        aurora,
        key="aurora-key",
        phone_number_id="417398204718336",
        waba_id="389201746529183",
        phone="+573005550190",
    )
    other_app, other_channel = make_channel(
        other,
        key="lejano-key",
        phone_number_id="900000000000001",
        waba_id="900000000000002",
        phone="+573005550999",
    )
    return Cast(
        organization=aurora,
        other=other,
        ana=member(aurora, "Ana Ríos", Role.OWNER),
        marta=member(aurora, "Marta Peña", Role.MANAGER),
        beto=member(aurora, "Beto Gómez", Role.AGENT),
        diana=member(aurora, "Diana Solís", Role.AGENT),
        carla=member(other, "Carla Nieto", Role.OWNER),
        app=app,
        channel=channel,
        other_app=other_app,
        other_channel=other_channel,
    )


def make_contact(
    organization: Organization, *, name: str = "Laura Restrepo", phone: str = "+573005550101"
) -> Contact:
    with tenant_scope(organization.pk):
        contact = Contact.objects.create(
            organization=organization,
            name=name,
            profile_name=name,
            phone=phone,
            search_text=f"{name.lower()} {phone[1:]}",
        )
        ContactIdentity.objects.create(
            organization=organization, contact=contact, kind="phone", value=phone[1:], provider_id=phone[1:]
        )
    return contact
