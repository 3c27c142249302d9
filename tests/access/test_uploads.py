"""The rows of large bodies, asked through the product's own handler: it refuses by the headers, and reads nothing."""

from __future__ import annotations

from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.conf import settings

from api import limits
from core.handler import Handler
from core.tenancy import tenant_scope
from inbox.models import Attachment
from tests.access.callers import Asker, body_of, written
from tests.access.conftest import Committed
from tests.access.table import CALLERS, ROWS, Row
from tests.inbox.realtime.local import in_database

LARGE = [row for row in ROWS if row.method == "POST" and row.address in settings.LARGE_BODIES]


@dataclass(frozen=True)
class Asked:
    """What came of a request.

    Attributes:
        reads: how often its body was asked for.
    """

    status: int
    body: bytes
    reads: int


async def upload(asker: Asker, row: Row, **changed: str) -> Asked:
    """Send the form of a row as its caller does, through ASGI.

    Args:
        changed: headers by their names with `_`; empty ones are left out.
    """
    body, content_type = body_of(row, {})
    cookies = SimpleCookie(asker.cookies).output(header="", sep=";").strip()
    told = {"Host": "testserver", "Cookie": cookies, "Content-Type": content_type, **asker.caller.headers}
    told |= {name.replace("_", "-"): value for name, value in changed.items()}
    headers = [(name.lower().encode(), value.encode()) for name, value in told.items() if value]
    scope = {
        "type": "http",
        "http_version": "1.1",
        "scheme": "http",
        "method": row.method,
        "path": row.address,
        "raw_path": row.address.encode(),
        "query_string": b"",
        "headers": headers,
        "client": ["127.0.0.1", 1],
        "server": ["testserver", 80],
    }
    sent: list[Any] = []
    reads = 0

    async def receive() -> dict[str, Any]:
        nonlocal reads
        reads += 1
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await Handler()(scope, receive, send)
    return Asked(sent[0]["status"], b"".join(one.get("body", b"") for one in sent[1:]), reads)


def test_every_address_that_takes_large_bodies_is_asked_here() -> None:
    assert {row.address for row in LARGE} == set(settings.LARGE_BODIES)


def on_disk() -> int:
    return sum(one.is_file() for one in Path(settings.MEDIA_ROOT).rglob("*"))


@pytest.mark.parametrize("name", CALLERS)
@pytest.mark.parametrize("row", LARGE, ids=lambda row: row.name)
async def test_each_caller_gets_what_the_table_says(row: Row, name: str, committed: Committed) -> None:
    asker = committed[1][name]
    await in_database(asker.prepare)
    before, under_way = (await in_database(written), on_disk()), limits._uploads.copy()
    asked = await upload(asker, row)
    assert asked.status == row.answers[CALLERS.index(name)]
    assert limits._uploads == under_way, "it counts as under way"
    if asked.status >= 400:
        assert (await in_database(written), on_disk()) == before
        assert asked.reads == 0, "whoever is refused does not send it first"
    else:
        assert await in_database(uploader, asker, orjson.loads(asked.body)["id"]) == asker.me.pk
        assert (asked.reads, on_disk()) == (1, before[1] + 1)


def uploader(asker: Asker, pk: int) -> int:
    """Whose an upload is, in the caller's organisation; a program's has no member."""
    with tenant_scope(asker.side.cast.organization.pk):
        return Attachment.objects.get(pk=pk).member_id or asker.me.pk


@pytest.mark.parametrize("name", ["owner elsewhere", "key elsewhere", "suspended"])
@pytest.mark.parametrize("row", LARGE, ids=lambda row: row.name)
async def test_nobody_from_elsewhere_uploads_in_the_name_of_this_organisation(
    row: Row, name: str, committed: Committed
) -> None:
    asker = committed[1][name]
    before = await in_database(written), on_disk()
    named, unknown = [
        await upload(asker, row, X_Organization=slug) for slug in ("tienda-aurora", "no-such-place")
    ]
    assert (named.status, named.reads, named) == (404, 0, unknown)
    assert (await in_database(written), on_disk()) == before


@pytest.mark.parametrize("row", LARGE, ids=lambda row: row.name)
async def test_a_form_of_another_site_is_refused_unread(row: Row, committed: Committed) -> None:
    owner = committed[1]["owner"]
    before = await in_database(written), on_disk()
    for changed in ({"X_CSRFToken": ""}, {"X_CSRFToken": "d" * 32}, {"Origin": "https://example.com"}):
        asked = await upload(owner, row, **changed)
        assert (asked.status, asked.reads) == (403, 0), changed
    for changed in ({"Cookie": ""}, {"Authorization": "Bearer bdj_nobody_has_this_key"}):
        asked = await upload(owner, row, **changed)
        assert (asked.status, asked.reads) == (401, 0), changed
    assert (await in_database(written), on_disk()) == before
