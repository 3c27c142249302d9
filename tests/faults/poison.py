"""Twenty-five ways to break a customer's message, and some to break what stands around it.

No two broken messages get the same id: the second would be a copy of the first, and rightly forgotten.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Json = dict[str, Any]
BrokenChange = tuple[Any, tuple[str, ...]]


def _nested(depth: int) -> Any:
    value: Any = "fondo"
    for _ in range(depth):
        value = [value]
    return value


def _without(name: str) -> Callable[[Json], Any]:
    return lambda message: {key: value for key, value in message.items() if key != name}


def _with(**fields: Any) -> Callable[[Json], Any]:
    return lambda message: {**message, **fields}


def _turned_into(value: Any) -> Callable[[Json], Any]:
    return lambda message: value


WAYS: dict[str, Callable[[Json], Any]] = {
    "no id": _without("id"),
    "id null": _with(id=None),
    "id empty": _with(id=""),
    "id a number": lambda message: {**message, "id": int(message["id"].removeprefix("wamid."), 16)},
    "id a list": _with(id=["wamid"]),
    "id with NUL": lambda message: {**message, "id": f"{message['id']}\u0000"},
    "id of 10,000 characters": lambda message: {**message, "id": message["id"] + 10_000 * "w"},
    "no sender": _without("from"),
    "sender a list": _with(**{"from": ["573005550101"]}),
    "sender of words": _with(**{"from": "una persona"}),
    "no time": _without("timestamp"),
    "time of words": _with(timestamp="ayer"),
    "time beyond all years": _with(timestamp=str(10**30)),
    "time of 400 digits": _with(timestamp=10**400),
    "no type": _without("type"),
    "type a number": _with(type=7),
    "type from the future": _with(type="hologram", hologram={"depth": 3}),
    "image without an image": _with(type="image"),
    "text a string": _with(text="suelto"),
    "text a number": _with(text={"body": 7}),
    "text with NUL and half a character": _with(text={"body": "a\u0000b\ud800c"}),
    "null": _turned_into(None),
    "a string": _turned_into("mensaje"),
    "a list": _turned_into([[], {}]),
    "300 lists in each other": _with(context=_nested(300)),
}

# Each with the places in it that have to be listed.
CHANGES: tuple[BrokenChange, ...] = (
    (None, ("",)),
    ({"field": 7}, ("/value",)),
    ({"field": "messages", "value": []}, ("/value",)),
    ({"field": "messages", "value": {"messages": {"0": {}}}}, ("/value/messages",)),
    (
        {"field": "messages", "value": {"metadata": None, "messages": [None], "statuses": 3}},
        ("/value/messages/0", "/value/statuses"),
    ),
)
