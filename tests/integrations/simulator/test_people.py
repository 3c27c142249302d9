"""Customers and the spellings of their numbers."""

import pytest

from integrations.simulator.people import People, country_prefix, make_user_id, variants
from integrations.simulator.store import Store


@pytest.mark.parametrize(
    ("number", "others"),
    [
        ("573005550101", {"573005550101"}),
        ("5215512345678", {"5215512345678", "525512345678"}),
        ("525512345678", {"5215512345678", "525512345678"}),
        ("5491123456789", {"5491123456789", "541123456789"}),
        ("541123456789", {"5491123456789", "541123456789"}),
        ("5511987654321", {"5511987654321", "551187654321"}),
        ("551187654321", {"5511987654321", "551187654321"}),
    ],
)
def test_variants(number: str, others: set[str]) -> None:
    assert variants(number) == others


def test_a_person_is_found_under_any_spelling() -> None:
    people = People(Store(None))
    joao = people.add(wa_id="551187654321", name="João")
    assert people.by_number("5511987654321") == joao
    assert people.find_or_add("+55 11 98765-4321") == joao
    assert len(people.everyone()) == 1


def test_bsuids_are_stable_for_a_number_and_name_the_country() -> None:
    assert make_user_id("573005550101") == make_user_id("573005550101")
    assert make_user_id("5215512345678").startswith("MX.")
    assert country_prefix("14155550106") == "1"


def test_someone_without_a_phone_is_found_by_bsuid() -> None:
    people = People(Store(None))
    noa = people.add(wa_id=None, user_id="CO.1", name="Noa", username="noa")
    assert people.find_or_add("CO.1") == noa
    assert noa.profile() == {"profile": {"name": "Noa", "username": "noa"}, "user_id": "CO.1"}


def test_changing_a_person_keeps_their_place() -> None:
    people = People(Store(None))
    people.load([{"wa_id": "573001", "name": "A", "user_id": "CO.1"}, {"wa_id": "573002", "name": "B"}])
    people.load([{"wa_id": "573001", "name": "Ana", "user_id": "CO.1"}])
    assert [person.name for person in people.everyone()] == ["Ana", "B"]


def test_someone_who_comes_under_another_name_has_changed_it() -> None:
    people = People(Store(None))
    noa = people.add(wa_id=None, user_id="CO.1", name="Noa", username="noa")
    renamed = people.find_or_add("CO.1", "Noa M.")
    assert (renamed.user_id, renamed.name, renamed.username) == (noa.user_id, "Noa M.", "noa")
    assert len(people.everyone()) == 1


def test_names_that_no_database_takes_are_kept_readable() -> None:
    people = People(Store(None))
    assert people.add(wa_id="573001", name="A\ud800").name == "A?"
