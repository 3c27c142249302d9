"""A customer who sends files, a simulator that hands them out, and a fetcher."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection

from core.tenancy import tenant_scope
from inbox.files import fetching, loop, storage
from inbox.files.loop import FetcherLoop
from inbox.models import Attachment, Message
from integrations.simulator.testing import RunningSimulator, account, running
from tests.conftest import Cast
from tests.factories import ACCESS_TOKEN, APP_SECRET
from tests.inbox.webhooks import body, events, new_wamid, said, take_in


@pytest.fixture(autouse=True)
def media(settings: LazySettings, tmp_path: Path) -> Path:
    """A folder for files, empty at first."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@dataclass
class Desk:
    cast: Cast
    simulator: RunningSimulator

    def sends(self, kind: str, data: bytes | None = None, **fields: Any) -> int:
        """Let Laura send a file, and take it in; return the attachment's id.

        Args:
            data: the bytes; a good sample when not given.
            fields: of the message's object, in place of what is true; and `claimed`, the MIME type that Meta tells.
        """
        media_id = fields.pop("id", None) or self.upload(kind, data, fields.pop("claimed", ""))
        content = {"id": media_id, "mime_type": "x/y", **fields}
        wamid = new_wamid()
        now = datetime.now(UTC)
        message: dict[str, Any] = {"type": kind, kind: content}
        take_in(
            self.cast.app,
            body([_without_text(said(wamid=wamid, at=now, **message))]),
            received_at=now,
        )
        with tenant_scope(self.cast.organization.pk):
            return Attachment.objects.get(message__wa_message_id=wamid).pk

    def upload(self, kind: str, data: bytes | None = None, claimed: str = "") -> str:
        """Leave a file with Meta, as a customer's phone does."""
        wish: dict[str, Any] = {}
        if data is not None:
            wish = {"bytes_base64": base64.b64encode(data).decode(), "mime_type": claimed}
        order = {
            "from": "573005550101",
            "type": kind,
            "media": wish,
            "voice": kind == "audio" and data is None,
        }
        return str(self.simulator.inbound(order)["media_id"])

    def file(self, pk: int) -> Attachment:
        with tenant_scope(self.cast.organization.pk):
            return Attachment.objects.select_related("message").get(pk=pk)

    def bytes_of(self, pk: int, suffix: str = "") -> bytes:
        row = self.file(pk)
        return storage.path_of(row.organization_id, row.storage_key + suffix).read_bytes()

    def message_of(self, pk: int) -> Message:
        message = self.file(pk).message
        assert message is not None
        return message

    def told(self, pk: int) -> list[tuple[str, str]]:
        """Return state and reason of the file as the events about its message told them."""
        message_id = self.message_of(pk).pk
        found = [
            event["data"]["message"]
            for event in events(self.cast.organization)
            if event["type"] == "message.updated" and event["data"]["message"]["id"] == message_id
        ]
        return [
            (one["state"], (one["failure"] or {}).get("code", ""))
            for each in found
            for one in each["attachments"]
        ]

    def make_due(self) -> None:
        """Let the time pass that a failed try has to wait for."""
        with connection.cursor() as cursor:
            cursor.execute("UPDATE core_outboxitem SET due_at = now() WHERE state = 'pending'")

    def wait(self, condition: Callable[[], object], seconds: float = 60.0) -> None:
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, "it never came to what the test waits for"
            time.sleep(0.02)

    def wait_stored(self, *ids: int) -> Attachment:
        for pk in ids:
            self.wait(partial(self._is_stored, pk))
        return self.file(ids[-1])

    def _is_stored(self, pk: int) -> bool:
        return self.file(pk).state == "stored"

    def wait_failure(self, pk: int, code: str) -> Attachment:
        self.wait(lambda: self.file(pk).failure_code == code)
        return self.file(pk)

    def is_idle(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM core_outboxitem WHERE state = 'pending'")
            return bool(cursor.fetchone() == (0,))


def _without_text(pair: tuple[dict[str, Any], dict[str, Any]]) -> tuple[dict[str, Any], dict[str, Any]]:
    del pair[0]["text"]
    return pair


@pytest.fixture
def simulator(settings: LazySettings) -> Iterator[RunningSimulator]:
    with running(accounts=[account(access_token=ACCESS_TOKEN, app_secret=APP_SECRET)]) as started:
        settings.WHATSAPP_GRAPH_URL = started.base_url
        yield started


@pytest.fixture
def desk(transactional_db: None, simulator: RunningSimulator) -> Desk:
    from tests.factories import make_cast

    return Desk(make_cast(), simulator)


@pytest.fixture
def fetcher(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[FetcherLoop]:
    monkeypatch.setattr(loop, "_LOOK_EVERY_SECONDS", 0.05)
    started = FetcherLoop()
    started.start()
    yield started
    started.stop(timeout_seconds=60)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Failed tries are repeated at once."""
    monkeypatch.setattr(fetching, "wait_seconds", lambda tries: 0.05)
