"""Who wrote: by business-scoped id, then phone, then parent id; never merged silently."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from core.events import service
from core.tenancy import tenant_scope
from inbox import contacts
from inbox.contacts import Known, Sighting
from inbox.models import Contact, ContactIdentity
from integrations.whatsapp.payloads import Sender
from tests.conftest import Cast
from tests.factories import make_contact

LAURA, LAURA_ID = "573005550101", "CO.10482930571648293015"
ANDRES, ANDRES_ID = "573005550102", "CO.22918374650192837465"
PARENT = "CO.ENT.88120394857566473829"


def seen(
    phone: str | None = None,
    bsuid: str | None = None,
    parent: str | None = None,
    *,
    name: str = "",
    username: str | None = None,
    is_news: bool = True,
) -> Known:
    with service():
        (known,) = contacts.resolve([Sighting(Sender(phone, bsuid, parent, username, name), is_news)])
    known.contact.refresh_from_db()
    return known


def identities(contact: Contact) -> set[tuple[str, str]]:
    return set(contact.identities.values_list("kind", "value"))


def test_somebody_new_becomes_a_contact(scope: Cast) -> None:
    contact = seen(LAURA, LAURA_ID, name="Laura Restrepo").contact
    assert (contact.name, contact.profile_name, contact.phone) == ("Laura Restrepo",) * 2 + ("+573005550101",)
    assert identities(contact) == {("phone", LAURA), ("bsuid", LAURA_ID)}


def test_the_same_person_is_found_by_either_id(scope: Cast) -> None:
    contact = seen(LAURA, LAURA_ID).contact
    assert seen(LAURA).contact == seen(None, LAURA_ID).contact == contact
    assert Contact.objects.count() == 1


@pytest.mark.parametrize(
    ("first", "second", "shown"),
    [
        ("5215512345678", "525512345678", "+525512345678"),
        ("541123456789", "5491123456789", "+5491123456789"),
        ("558491234567", "5584991234567", "+5584991234567"),
    ],
)
def test_spellings_of_a_phone_are_one_person(scope: Cast, first: str, second: str, shown: str) -> None:
    contact = seen(first).contact
    assert contact.phone == shown
    assert contact.identities.get().provider_id == first
    assert seen(second).contact == contact
    # The answer goes to the spelling that WhatsApp used last.
    assert contact.identities.get().provider_id == second
    assert first in contact.search_text
    assert second in contact.search_text


def test_an_id_seen_with_a_known_phone_joins_its_contact(scope: Cast) -> None:
    contact = make_contact(scope.organization)
    known = seen(LAURA, LAURA_ID)
    assert (known.contact, known.others) == (contact, ())
    assert identities(contact) == {("phone", LAURA), ("bsuid", LAURA_ID)}


def test_a_phone_that_is_shared_later_joins_the_contact(scope: Cast) -> None:
    contact = seen(None, LAURA_ID, name="Noa", username="noa.market").contact
    assert (contact.phone, contact.name) == (None, "Noa")
    assert seen(LAURA, LAURA_ID).contact == contact
    contact.refresh_from_db()
    assert contact.phone == "+573005550101"
    assert contact.search_text == "noa noa.market 573005550101"


def test_ids_of_two_contacts_are_not_merged(scope: Cast) -> None:
    laura, andres = seen(None, LAURA_ID).contact, seen(ANDRES).contact
    known = seen(ANDRES, LAURA_ID, name="Laura")
    assert (known.contact, known.others) == (laura, (andres,))
    assert identities(laura) == {("bsuid", LAURA_ID)}
    assert identities(andres) == {("phone", ANDRES)}
    laura.refresh_from_db()
    assert laura.phone is None


def test_a_stranger_who_takes_over_a_number_does_not_inherit_the_history(scope: Cast) -> None:
    laura = seen(LAURA, LAURA_ID, name="Laura").contact
    stranger = seen(LAURA, ANDRES_ID, name="Andrés")
    assert stranger.contact != laura
    assert stranger.others == (laura,)
    assert identities(stranger.contact) == {("bsuid", ANDRES_ID)}
    laura.refresh_from_db()
    assert laura.name == "Laura"
    assert seen(LAURA, ANDRES_ID).contact == stranger.contact


def test_a_parent_id_joins_the_ids_of_two_portfolios(scope: Cast) -> None:
    contact = seen(LAURA, LAURA_ID, PARENT).contact
    assert seen(None, ANDRES_ID, PARENT) == Known(contact, ())
    assert seen(LAURA, "CO.77001122334455667788", PARENT).contact == contact
    assert Contact.objects.count() == 1


def test_a_parent_id_of_somebody_else_decides_nothing(scope: Cast) -> None:
    owner = seen(ANDRES, ANDRES_ID, PARENT).contact
    contact = seen(LAURA, LAURA_ID).contact
    known = seen(LAURA, LAURA_ID, PARENT)
    assert (known.contact, known.others) == (contact, (owner,))


@pytest.mark.parametrize(
    ("first_name", "profile", "username", "phone", "shown"),
    [
        ("Lau", "Laura Restrepo", "laura.r", LAURA, "Lau"),
        ("", "Laura Restrepo", "laura.r", LAURA, "Laura Restrepo"),
        ("", "", "laura.r", LAURA, "@laura.r"),
        ("", "", None, LAURA, "+573005550101"),
        ("", "", None, None, "WhatsApp 3015"),
    ],
)
def test_which_name_is_shown(
    scope: Cast, first_name: str, profile: str, username: str | None, phone: str | None, shown: str
) -> None:
    contact = seen(phone, LAURA_ID).contact
    Contact.objects.filter(pk=contact.pk).update(first_name=first_name)
    assert seen(phone, LAURA_ID, name=profile, username=username).contact.name == shown


def test_a_new_profile_name_replaces_the_old_one_unless_it_comes_late(scope: Cast) -> None:
    seen(LAURA, LAURA_ID, name="Laura")
    assert seen(LAURA, LAURA_ID, name="Láura Ñúñez 🌸").contact.name == "Láura Ñúñez 🌸"
    late = seen(LAURA, LAURA_ID, name="Laura", is_news=False).contact
    assert late.name == "Láura Ñúñez 🌸"
    assert late.search_text == "laura nunez 🌸 573005550101"


def test_a_number_too_long_to_dial_is_still_somebody(scope: Cast) -> None:
    contact = seen("12345678901234567890").contact
    assert contact.phone is None
    assert identities(contact) == {("phone", "12345678901234567890")}


def test_a_batch_is_resolved_in_few_queries(scope: Cast, django_assert_max_num_queries: object) -> None:
    people = [Sender(f"57300555{n:04d}", f"CO.{n:020d}", None, None, f"Persona {n}") for n in range(200)]
    with django_assert_max_num_queries(6):  # type: ignore[operator]  # a fixture without a type
        known = contacts.resolve([Sighting(person) for person in people * 2])
    assert Contact.objects.count() == 200
    assert [one.contact.pk for one in known[:200]] == [one.contact.pk for one in known[200:]]


def test_another_organisation_has_contacts_of_its_own(cast: Cast) -> None:
    with tenant_scope(cast.organization.pk):
        ours = seen(LAURA, LAURA_ID).contact
    with tenant_scope(cast.other.pk):
        theirs = seen(LAURA, LAURA_ID).contact
    assert ours.pk != theirs.pk
    assert (ours.organization_id, theirs.organization_id) == (cast.organization.pk, cast.other.pk)


@pytest.mark.django_db(transaction=True)
def test_many_who_find_the_same_new_person_at_once_make_one_contact() -> None:
    from tests.factories import make_cast

    cast = make_cast()
    together = threading.Barrier(8)

    def find(place: int) -> int:
        try:
            together.wait()
            phone = LAURA if place % 2 else None
            with tenant_scope(cast.organization.pk), service():
                (known,) = contacts.resolve([Sighting(Sender(phone, LAURA_ID))])
                return known.contact.pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(find, range(8)))
    with tenant_scope(cast.organization.pk):
        assert found == {Contact.objects.get().pk}
        assert ContactIdentity.objects.count() == 2
