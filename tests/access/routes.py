"""What the product answers at all, read from its own registries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_PLACE = re.compile(r"<[^>]*>|\{[^}]*\}")


def shape_of(address: str) -> str:
    """An address without the names of its places: those of the product and of the table differ."""
    return _PLACE.sub("{}", address.partition("?")[0])


def routes() -> dict[str, Any]:
    """Return the view of every address of the product, by the address's shape."""
    return dict(_walk(get_resolver().url_patterns, "/"))


def _walk(patterns: list[URLPattern | URLResolver], prefix: str) -> Iterator[tuple[str, Any]]:
    for one in patterns:
        address = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _walk(one.url_patterns, address)
        else:
            yield shape_of(address), one.callback


def handled(view: Any) -> set[str] | None:
    """Return the methods that a view's class has handlers for; None for a function, which does not say."""
    kind = getattr(view, "view_class", None)
    return None if kind is None else {name for name in METHODS if hasattr(kind, name.lower())}
