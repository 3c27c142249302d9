"""JSON as the API, the events and the socket write it."""

from __future__ import annotations

from typing import Any

import orjson


def dumps(value: Any) -> bytes:
    """Serialise to UTF-8 JSON; times are written in UTC with a Z."""
    return orjson.dumps(value, option=orjson.OPT_UTC_Z)
