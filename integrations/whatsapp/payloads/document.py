"""Bytes of a webhook body to plain Python values, whatever Meta or a stranger put into them."""

from __future__ import annotations

import json
import re
from typing import Any

import orjson

from integrations.whatsapp.payloads.values import Exact, clean

_MAX_DEPTH = 100  # far beyond anything of Meta's, far within Python's own limit
_MAX_DIGITS = 4000  # Python refuses to convert longer ones, for the time that it takes
# orjson rounds integers beyond 64 bits without a word; 19 digits are the first that may be too many.
_HUGE_INTEGER = re.compile(rb"[:\[,]\s*-?[0-9]{19}")
# And it makes floats of prices, which are to be added up to the cent.
_PRICE = b'"item_price"'


class Unreadable(ValueError):
    """The bytes are no JSON, or are nested more deeply than both parsers go."""


def parse(body: bytes) -> Any:
    """Return the document with every string fit for the database.

    Raises:
        Unreadable: neither parser takes the body.
    """
    if _PRICE not in body and not _HUGE_INTEGER.search(body):
        try:
            document = orjson.loads(body)
        except orjson.JSONDecodeError:
            pass
        else:
            # orjson refuses lone surrogates, NaN and infinities: a NUL is the only thing left to clean.
            return _cleaned(document) if b"\\u0000" in body else document
    return _cleaned(_parse_leniently(body))


def _parse_leniently(body: bytes) -> Any:
    try:
        source = body.decode("utf-8-sig", errors="replace")
        return json.loads(
            source, strict=False, parse_int=_whole_number, parse_float=Exact, parse_constant=lambda _: None
        )
    except RecursionError as error:
        raise Unreadable("nested too deeply") from error
    except json.JSONDecodeError as error:
        raise Unreadable(f"not JSON at character {error.pos}") from error


def _whole_number(digits: str) -> int | str:
    return int(digits) if len(digits) <= _MAX_DIGITS else digits


def _cleaned(value: Any, depth: int = _MAX_DEPTH) -> Any:
    if isinstance(value, str):
        return clean(value)
    if depth <= 0 and isinstance(value, dict | list):
        return None
    if isinstance(value, dict):
        return {clean(key): _cleaned(item, depth - 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_cleaned(item, depth - 1) for item in value]
    return value
