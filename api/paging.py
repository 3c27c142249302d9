"""Cursors of lists, and the shape of a page."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from core.errors import Invalid
from inbox.paging import Cut, Key, Page


def cut_from(query: dict[str, Any], *, times: int) -> Cut:
    """Return the part of the list that `limit` and `cursor` ask for.

    Args:
        times: how many parts of the key are times, before the id.

    Raises:
        Invalid: the cursor was not made here.
    """
    cursor, limit = query.get("cursor"), query["limit"]
    if not cursor:
        return Cut(limit=limit)
    try:
        way, *parts = base64.urlsafe_b64decode(cursor.encode()).decode().split("|")
        if way not in ("n", "p") or len(parts) != times + 1:
            raise ValueError(way)
        moments = [datetime.fromtimestamp(int(part) / 1_000_000, UTC) for part in parts[:times]]
        return Cut(key=(*moments, int(parts[-1])), backwards=way == "p", limit=limit)
    except (ValueError, OverflowError, OSError, binascii.Error) as error:
        raise Invalid(cursor=[_("This cursor was not made here.")]) from error


def answer(request: Request, page: Page) -> Response:
    """Answer `{"results", "next", "previous"}`."""
    return Response(
        {
            "results": page.results,
            "next": _url(request, "n", page.next_key),
            "previous": _url(request, "p", page.previous_key),
        }
    )


def _url(request: Request, way: str, key: Key | None) -> str | None:
    if key is None:
        return None
    parts = [
        str(round(part.timestamp() * 1_000_000)) if isinstance(part, datetime) else str(part) for part in key
    ]
    cursor = base64.urlsafe_b64encode("|".join([way, *parts]).encode()).decode()
    query = urlencode({**request.query_params.dict(), "cursor": cursor})
    return request.build_absolute_uri(f"{request.path}?{query}")
