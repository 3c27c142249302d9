"""All spellings of a number have one canonical value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox import phones

SPELLINGS = [
    # Mexico: the 1 after the country code, and the old prefixes of calls to mobiles
    ("525512345678", ["525512345678", "5215512345678", "520455512345678", "520445512345678"]),
    # Argentina: the 9 after the country code, or the 15 after an area code of two, three or four digits
    ("5491123456789", ["5491123456789", "541123456789", "54111523456789", "549111523456789"]),
    ("5493435551212", ["5493435551212", "543435551212", "54343155551212"]),
    ("5492966234567", ["5492966234567", "542966234567", "54296615234567", "54029661523456" + "7"]),
    # Brazil: the ninth digit of mobiles; numbers of the fixed net have none
    ("5511987654321", ["5511987654321", "551187654321", "55011987654321"]),
    ("5584991234567", ["558491234567", "5584991234567"]),
    ("551133334444", ["551133334444"]),
    # everywhere else there is one spelling
    ("573005550101", ["573005550101"]),
    ("16505551111", ["16505551111"]),
    ("4915123456789", ["4915123456789"]),
]


@pytest.mark.parametrize(
    ("canonical", "spelled"), [(value, one) for value, spelled in SPELLINGS for one in spelled]
)
def test_every_spelling_has_the_canonical_value(canonical: str, spelled: str) -> None:
    assert phones.canonical(spelled) == canonical


@pytest.mark.parametrize("canonical", [value for value, _ in SPELLINGS])
def test_the_spellings_of_a_value_lead_back_to_it(canonical: str) -> None:
    spelled = phones.spellings(canonical)
    assert spelled[0] == canonical
    assert {phones.canonical(one) for one in spelled} == {canonical}


@given(st.from_regex(r"(5[245])?[0-9]{5,18}", fullmatch=True))
def test_nothing_that_whatsapp_may_send_breaks_it(digits: str) -> None:
    value = phones.canonical(digits)
    assert value.isdigit()
    assert phones.spellings(value)[0] == value


@given(st.from_regex(r"(52|521|54|549|55)[1-9][0-9]{9,10}", fullmatch=True))
def test_a_canonical_value_stays_as_it_is(digits: str) -> None:
    assert phones.canonical(phones.canonical(digits)) == phones.canonical(digits)


@pytest.mark.parametrize(
    ("typed", "region", "expected"),
    [
        ("+57 300 555 0101", None, "573005550101"),
        ("0057 (300) 555-0101", None, "573005550101"),
        ("573005550101", None, "573005550101"),
        ("300 555 0101", "CO", "573005550101"),
        ("+52 1 55 1234 5678", None, "525512345678"),
        ("55 1234 5678", "MX", "525512345678"),
        ("011 15 2345-6789", "AR", "5491123456789"),
        ("+54 9 11 2345-6789", None, "5491123456789"),
        ("+54 11 15 2345 6789", None, "5491123456789"),
        ("(11) 8765-4321", "BR", "5511987654321"),
        ("+55 (11) 98765-4321", "CO", "5511987654321"),
        ("", None, None),
        ("hola", None, None),
        ("hola", "CO", None),
        ("+1", None, None),
        ("12", None, None),
        ("+99 999 999 999 999 999", None, None),
        ("CO.10482930571648293015", None, None),
        ("+57 300 555 01 01 ext. 5", None, None),
    ],
)
def test_what_somebody_types(typed: str, region: str | None, expected: str | None) -> None:
    assert phones.parse(typed, region=region) == expected


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("573005550101", "+573005550101"),
        ("525512345678", "+525512345678"),
        ("12345678901234567890", None),  # longer than any number that can be dialled
        ("0573005550101", None),
        ("12345", None),
    ],
)
def test_how_it_is_shown(value: str, shown: str | None) -> None:
    assert phones.e164(value) == shown
