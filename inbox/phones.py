"""Phone numbers: one canonical value for all spellings of a number, and what people see and type.

WhatsApp and people spell numbers of three countries in several ways: Mexico with and without a 1 after the country
code, Argentina with and without a 9 (or with a 15 after the area code), Brazil with and without the ninth digit.
The canonical value is digits with country code, as the number is dialled from abroad today.

Source: WhatsApp, "About international phone number format"; ITU-T E.164.
"""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers

_LONGEST_E164 = 15
_SHORTEST = 7
_MEXICO = re.compile(r"52(?:1|01|044|045)([2-9]\d{9})")
_ARGENTINA = re.compile(r"540?(9?)0?(\d{10,12})")
_BRAZIL = re.compile(r"550?([1-9]\d)([6-9]\d{7})")
_BRAZIL_TRUNK = re.compile(r"550([1-9]\d\d{8,9})")


def canonical(digits: str) -> str:
    """Return the one value for all spellings of a number. Never fails: a customer has written from it.

    Args:
        digits: with country code, as WhatsApp spells them.
    """
    if digits.startswith("52") and (found := _MEXICO.fullmatch(digits)):
        return f"52{found[1]}"
    if digits.startswith("54") and (found := _ARGENTINA.fullmatch(digits)):
        return _argentine(digits, national=found[2])
    if digits.startswith("55"):
        if found := _BRAZIL.fullmatch(digits):
            return f"55{found[1]}9{found[2]}"
        if found := _BRAZIL_TRUNK.fullmatch(digits):
            return canonical(f"55{found[1]}")
    return digits


def parse(typed: str, *, region: str | None = None) -> str | None:
    """Return the canonical value of a number that somebody typed, None when it cannot be one.

    Args:
        region: ISO 3166 country that a number without country code belongs to; without it every number is taken to
            begin with its country code, plus sign or not.
    """
    text = typed.strip()
    if text.startswith("00"):
        text = f"+{text[2:]}"
    if region is not None and not text.startswith("+"):
        return _parse_national(text, region)
    if not re.fullmatch(r"\+?[0-9 ().\-/]+", text):
        return None
    return _if_possible(canonical(re.sub(r"\D", "", text)))


def e164(value: str) -> str | None:
    """Return a canonical value as it is shown and dialled, None when it is no number that can be dialled."""
    is_dialled = value.isascii() and value.isdigit() and not value.startswith("0")
    return f"+{value}" if is_dialled and _SHORTEST <= len(value) <= _LONGEST_E164 else None


@lru_cache(maxsize=1024)
def spellings(value: str) -> tuple[str, ...]:
    """Return all spellings of a canonical value, itself first, so that a search finds any of them."""
    if re.fullmatch(r"52\d{10}", value):
        return value, f"521{value[2:]}"
    if re.fullmatch(r"549\d{10}", value):
        area = _area_length(value)
        national = value[3:]
        return value, f"54{national}", f"54{national[:area]}15{national[area:]}"
    if re.fullmatch(r"55\d\d9\d{8}", value):
        return value, f"{value[:4]}{value[5:]}"
    return (value,)


def _argentine(digits: str, *, national: str) -> str:
    if len(national) == 10:
        return f"549{national}"
    if len(national) == 12:
        # Only the numbering plan tells where the area code ends and whether the 15 after it is the mobile prefix.
        folded = str(phonenumbers.parse(f"+54{national}").national_number)
        if len(folded) == 11:
            return f"54{folded}"
    return digits


def _area_length(value: str) -> int:
    number = phonenumbers.parse(f"+{value}")
    with_the_9 = int(phonenumbers.length_of_geographical_area_code(number))
    return with_the_9 - 1 if with_the_9 else 2


def _parse_national(text: str, region: str) -> str | None:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    return _if_possible(
        canonical(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)[1:])
    )


def _if_possible(value: str) -> str | None:
    if e164(value) is None:
        return None
    try:
        number = phonenumbers.parse(f"+{value}")
    except phonenumbers.NumberParseException:
        return None
    return value if phonenumbers.is_possible_number(number) else None
