"""Small conversions that take whatever JSON may hold and never raise for it."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

MAX_ID_LENGTH = 250
MAX_DEPTH = 32
_LARGEST_EXACT = 2**53  # beyond it JavaScript and jsonb readers round
_CLOCK_SKEW = timedelta(minutes=5)
_YEAR_5138_IN_SECONDS = 10**11  # greater numbers can only be milliseconds
_BSUID = re.compile(r"[A-Z]{2}\.[A-Za-z0-9.]{1,140}")
_PHONE = re.compile(r"\+?[0-9 ().\-]{5,32}")
_NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")
_DECIMAL = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,12})?(?:[eE][+-]?[0-9]{1,2})?")
_LONGEST_URL = 2000


class Exact(float):
    """A number of JSON that keeps its digits, for amounts of money: a float rounds them."""

    digits: str

    def __new__(cls, digits: str) -> Exact:
        number = super().__new__(cls, digits)
        number.digits = digits
        return number


def clean(text: str) -> str:
    """Replace what PostgreSQL's text and UTF-8 refuse: U+0000 and lone surrogates become U+FFFD."""
    return _NOT_STORABLE.sub("\ufffd", text)


def obj(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def text(value: object, limit: int | None = None) -> str:
    """Return a string as it is, a number in digits, and an empty string for anything else."""
    if isinstance(value, str):
        return value if limit is None else value[:limit]
    if isinstance(value, int) and not isinstance(value, bool) and -(10**40) < value < 10**40:
        return str(value)
    return ""


def identifier(value: object) -> str | None:
    """Return one of Meta's ids as a string, None when it cannot be one.

    One that held U+0000 or a surrogate is refused: replacing these could make two ids alike.
    """
    found = text(value)
    if not found or len(found) > MAX_ID_LENGTH or "\ufffd" in found or found.isspace():
        return None
    return found


def phone(value: object) -> str | None:
    """Return the digits of a phone number; None for anything else, above all for a BSUID."""
    found = text(value, 40)
    if found.isascii() and found.isdigit() and 5 <= len(found) <= 20:
        return found
    if not _PHONE.fullmatch(found):
        return None
    digits = re.sub(r"[^0-9]", "", found)
    return digits if 5 <= len(digits) <= 20 else None


def bsuid(value: object) -> str | None:
    """Return a business-scoped user id. It is opaque: anything that could be an id is taken."""
    found = identifier(value)
    return found if found is not None and len(found) <= 150 else None


def looks_like_bsuid(value: object) -> bool:
    return isinstance(value, str) and _BSUID.fullmatch(value) is not None


def integer(value: object) -> int | None:
    """Return a whole number that came as a number or as its digits."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str) and 0 < len(value) < 20 and value.lstrip("-").isdecimal():
        return int(value) if value.count("-") <= 1 else None
    return None


def decimal(value: object) -> Decimal | None:
    """Return a number, or the digits of one, exactly as it was written; None for anything else."""
    if isinstance(value, Exact):
        spelled = value.digits
    elif isinstance(value, float):
        spelled = repr(value)
    else:
        spelled = text(value, 40).strip()
    return Decimal(spelled) if _DECIMAL.fullmatch(spelled) else None


def web_url(value: object) -> str | None:
    """Return an address that a browser may be sent to: http or https, and nothing that only looks like it."""
    found = text(value)
    if not 0 < len(found) <= _LONGEST_URL or not found.isprintable() or " " in found:
        return None
    try:
        parts = urlsplit(found)
    except ValueError:
        return None
    return found if parts.scheme in ("http", "https") and parts.hostname else None


def moment(value: object, received_at: datetime) -> tuple[datetime, bool]:
    """Return Meta's second in UTC and whether it is certain.

    A time after the reception cannot be true: it is cut to the reception, but counts as certain, for it only
    says that one of the two clocks is wrong. Without a readable time the reception stands in for it.
    """
    seconds = integer(value)
    if seconds is None and isinstance(value, float) and math.isfinite(value):
        seconds = int(value)
    if seconds is not None and seconds > _YEAR_5138_IN_SECONDS:
        seconds //= 1000
    if seconds is None or not 0 < seconds <= _YEAR_5138_IN_SECONDS:
        return received_at, False
    at = datetime.fromtimestamp(seconds, UTC)
    return (received_at, True) if at > received_at + _CLOCK_SKEW else (at, True)


def json_safe(value: Any, depth: int = MAX_DEPTH) -> Any:
    """Return a copy that any JSON column and any JSON reader can hold.

    Whole numbers that JavaScript would round become strings, NaN and the infinities become None, and what
    lies deeper than `depth` is left out.
    """
    if isinstance(value, str) or value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if -_LARGEST_EXACT <= value <= _LARGEST_EXACT else str(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if depth <= 0:
        return None
    if isinstance(value, dict):
        return {key: json_safe(item, depth - 1) for key, item in value.items()}
    if isinstance(value, list):
        return [json_safe(item, depth - 1) for item in value]
    return None
