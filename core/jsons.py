"""JSON as the API, the events and the socket write it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import orjson


def dumps(value: Any) -> bytes:
    """Serialise to UTF-8 JSON; times are written in UTC with a Z."""
    return orjson.dumps(value, option=orjson.OPT_UTC_Z)


def recordset(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return rows as the parameter of PostgreSQL's `json_to_recordset`.

    psycopg quotes each text of an array by itself, which costs ten to twenty times as much.
    """
    return dumps(list(rows)).decode()


def verbatim(rendered: bytes) -> Any:
    """Return what `dumps` writes as it is: JSON that has been rendered already."""
    return orjson.Fragment(rendered)
