"""What a customer filled in: the `response_json` of a flow or address form, a JSON text within the JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from integrations.whatsapp.payloads.values import clean, obj

_LONGEST_JSON = 64 * 1024
_MOST_FIELDS = 100
_MOST_LEVELS = 6
_KEY_LENGTH = 100
_VALUE_LENGTH = 1000
_OURS = frozenset({"flow_token"})  # given along by whoever sent the form, no answer of the customer


def fields_of(response: Any) -> dict[str, str]:
    """Return the answers by name, all as text; nested ones have dots in their names. Empty when unreadable."""
    if isinstance(response, str):
        if len(response) > _LONGEST_JSON:
            return {}
        try:
            response = json.loads(response, strict=False, parse_float=str, parse_int=str)
        except (ValueError, RecursionError):
            return {}
    found: dict[str, str] = {}
    for name, value in _flat(obj(response), "", _MOST_LEVELS):
        if len(found) >= _MOST_FIELDS:
            break
        found[clean(name)[:_KEY_LENGTH]] = clean(value)[:_VALUE_LENGTH]
    return found


def summary(fields: dict[str, str]) -> str:
    """Return the answers in one line, for previews and the search."""
    return "; ".join(f"{name}: {value}" for name, value in fields.items() if value)


def _flat(value: Any, name: str, levels: int) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        if levels:
            for key, inner in value.items():
                if name or key not in _OURS:
                    yield from _flat(inner, f"{name}.{key}" if name else str(key), levels - 1)
    elif isinstance(value, list):
        yield name, ", ".join(_plain(one) for one in value if not isinstance(one, dict | list))
    else:
        yield name, _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
