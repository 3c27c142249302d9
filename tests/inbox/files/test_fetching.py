"""Files of customers come at once, as often as it takes, and what goes wrong is said."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from core.actors import member_actor
from core.tenancy import tenant_scope
from inbox.errors import NotRetryable
from inbox.files import fetching, inbound
from inbox.files.fetching import Wanted
from inbox.files.loop import FetcherLoop
from inbox.models import Attachment, Message
from integrations.simulator.faults import Fault
from integrations.whatsapp import media as media_module
from integrations.whatsapp.media import MediaInfo
from tests.inbox.files import makers
from tests.inbox.files.conftest import Desk
from tests.inbox.webhooks import events


def test_a_file_is_noted_with_its_message(desk: Desk) -> None:
    pk = desk.sends(
        "document",
        makers.PDF,
        mime_type="application/pdf",
        filename="../../Factura\u202efdp.pdf",
        caption="Mi pago",
    )
    row = desk.file(pk)
    assert (row.kind, row.state, row.mime_type) == ("document", "waiting", "application/pdf")
    assert row.file_name == "Facturafdp.pdf"
    assert desk.message_of(pk).text == "Mi pago"
    (event,) = events(desk.cast.organization)
    (shown,) = event["data"]["message"]["attachments"]
    assert (shown["state"], shown["url"], shown["failure"]) == ("waiting", None, None)


def test_a_file_without_an_id_has_failed_for_good(desk: Desk) -> None:
    pk = desk.sends("image", id={"not": "an id"})
    assert (desk.file(pk).state, desk.file(pk).failure_code) == ("failed", "missing")
    assert desk.is_idle()


@pytest.mark.parametrize(
    ("kind", "mime_type", "found"),
    [
        ("image", "image/jpeg", {"width": 900, "height": 1200}),
        ("video", "video/mp4", {"width": 360, "height": 640, "duration_ms": 3523}),
        ("audio", "audio/ogg", {"duration_ms": 6000, "is_voice": True}),
        ("document", "application/pdf", {"width": None}),
        ("sticker", "image/webp", {"width": 512, "height": 512, "is_animated": False}),
    ],
)
def test_each_kind_is_fetched_and_shown(
    desk: Desk, fetcher: FetcherLoop, kind: str, mime_type: str, found: dict[str, Any]
) -> None:
    pk = desk.sends(kind, voice=kind == "audio")
    row = desk.wait_stored(pk)
    sample = desk.bytes_of(pk)
    assert (row.kind, row.mime_type, row.size_bytes) == (kind, mime_type, len(sample))
    assert row.sha256 == hashlib.sha256(sample).hexdigest()
    assert {name: getattr(row, name) for name in found} == found
    assert bool(row.thumbnail_key) == (kind in ("image", "video", "sticker"))
    assert desk.told(pk)[0] == ("stored", "")
    desk.wait(desk.is_idle)


def test_a_voice_note_can_be_heard_in_every_browser(desk: Desk, fetcher: FetcherLoop) -> None:
    pk = desk.sends("audio", voice=True)
    desk.wait(lambda: desk.file(pk).playable_key)
    row = desk.file(pk)
    assert len(row.waveform) == 64
    assert max(row.waveform) == 100
    copy = desk.bytes_of(pk, "-p")
    assert copy[4:8] == b"ftyp"
    assert copy.index(b"moov") < copy.index(b"mdat"), "it plays before all of it has come"
    assert [state for state, _ in desk.told(pk)] == ["stored", "stored"]


def test_the_same_file_in_two_messages(desk: Desk, fetcher: FetcherLoop) -> None:
    media_id = desk.upload("image")
    first, second = desk.sends("image", id=media_id), desk.sends("image", id=media_id)
    desk.wait_stored(first, second)
    assert desk.bytes_of(first) == desk.bytes_of(second) == makers.PHOTO
    assert desk.file(first).storage_key != desk.file(second).storage_key


def test_a_link_that_is_gone_is_asked_for_anew(desk: Desk, fetcher: FetcherLoop, impatient: None) -> None:
    desk.simulator.fault(kind="gone", count=2)
    pk = desk.sends("image")
    desk.wait_stored(pk)
    assert desk.told(pk) == [("waiting", "gone"), ("stored", "")]


def _has_struck(trouble: Fault, times: int) -> bool:
    return trouble.hits >= times


def test_six_hours_of_trouble_and_then_it_comes(desk: Desk, fetcher: FetcherLoop) -> None:
    trouble = desk.simulator.fault(kind="html", status=500, on="download")
    pk = desk.sends("image")
    for tries in range(1, 12):  # the eleventh is some seven hours after the first
        desk.wait(partial(_has_struck, trouble, tries))
        desk.make_due()
    row = desk.wait_failure(pk, "unreachable")
    assert row.state == "waiting"
    desk.simulator.clear_faults()
    desk.make_due()
    desk.wait_stored(pk)
    assert desk.told(pk) == [("waiting", "unreachable"), ("stored", "")]


def test_after_seven_days_it_is_said_that_it_cannot_be_had(desk: Desk, fetcher: FetcherLoop) -> None:
    desk.simulator.fault(kind="gone")
    pk = desk.sends("image")
    desk.wait_failure(pk, "gone")
    with tenant_scope(desk.cast.organization.pk):
        Attachment.objects.update(created_at=datetime.now(UTC) - timedelta(days=7))
    desk.make_due()
    desk.wait(lambda: desk.file(pk).state == "failed")
    desk.wait(desk.is_idle)
    assert desk.told(pk) == [("waiting", "gone"), ("failed", "gone")]


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"kind": "silent", "on": "download"}, "timed_out"),
        ({"kind": "stall", "on": "download"}, "timed_out"),
        ({"kind": "reset", "when": "half_response", "on": "download"}, "broken"),
        ({"kind": "reset", "when": "before_body", "on": "download"}, "unreachable"),
        ({"kind": "changed_bytes"}, "wrong_type"),
        ({"kind": "html", "status": 502, "on": "download"}, "unreachable"),
    ],
)
def test_whatever_a_link_does_it_is_said_and_tried_again(
    desk: Desk,
    fetcher: FetcherLoop,
    impatient: None,
    monkeypatch: pytest.MonkeyPatch,
    fault: dict[str, Any],
    reason: str,
) -> None:
    if reason == "timed_out":
        # The others have their time: on a busy machine a third of a second passes between two bytes.
        monkeypatch.setattr(media_module, "STALL_SECONDS", 0.3)
    desk.simulator.fault(**fault, count=2)
    pk = desk.sends("image", sha256=hashlib.sha256(makers.PHOTO).hexdigest())
    desk.wait_stored(pk)
    assert desk.told(pk)[0] == ("waiting", reason)
    assert desk.bytes_of(pk) == makers.PHOTO


def test_another_token_does_not_get_the_file(desk: Desk, fetcher: FetcherLoop, impatient: None) -> None:
    pk = desk.sends("image")
    with tenant_scope(desk.cast.organization.pk):
        channel = desk.cast.channel
        channel.access_token = "EAAB_ANOTHER"
        channel.save()
    desk.wait(lambda: desk.file(pk).failure_code)
    assert desk.file(pk).failure_code in ("refused", "gone")
    with tenant_scope(desk.cast.organization.pk):
        channel.access_token = "EAAB_TEST_TOKEN"
        channel.save()
    desk.wait_stored(pk)


def test_a_number_that_is_gone_fetches_nothing(desk: Desk, fetcher: FetcherLoop) -> None:
    with tenant_scope(desk.cast.organization.pk):
        pk = desk.sends("image")
        desk.cast.channel.is_active = False
        desk.cast.channel.save()
    desk.wait_failure(pk, "channel_inactive")


def test_a_person_has_it_fetched_again(desk: Desk, fetcher: FetcherLoop) -> None:
    desk.simulator.fault(kind="gone", count=1)
    pk = desk.sends("image")
    desk.wait_failure(pk, "gone")
    ana = member_actor(desk.cast.ana)
    with tenant_scope(desk.cast.organization.pk):
        inbound.fetch_again(desk.file(pk), by=ana)
    desk.wait_stored(pk)
    with tenant_scope(desk.cast.organization.pk), pytest.raises(NotRetryable):
        inbound.fetch_again(desk.file(pk), by=ana)
    assert [state for state, _ in desk.told(pk)] == ["waiting", "waiting", "stored"]


def test_what_was_deleted_meanwhile_is_not_fetched(desk: Desk) -> None:
    pk = desk.sends("image")
    with tenant_scope(desk.cast.organization.pk):
        Message.objects.update(deleted_at=datetime.now(UTC))
    loop = FetcherLoop()
    loop.start()
    desk.wait(desk.is_idle)
    loop.stop(timeout_seconds=60)
    assert desk.file(pk).state == "waiting"


def test_a_full_disk_is_said_and_leaves_nothing_behind(
    desk: Desk, fetcher: FetcherLoop, monkeypatch: pytest.MonkeyPatch, media: Path
) -> None:
    def full(self: object, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("inbox.files.storage.Incoming.write", full)
    pk = desk.sends("image")
    desk.wait_failure(pk, "no_room")
    assert [path for path in media.rglob("*") if path.is_file()] == []
    monkeypatch.undo()
    desk.make_due()
    desk.wait_stored(pk)


def test_a_fetcher_that_was_killed_leaves_it_to_the_next(desk: Desk) -> None:
    pk = desk.sends("image")
    with connection.cursor() as cursor:  # as claimed by somebody whose lease has run out
        cursor.execute("UPDATE core_outboxitem SET attempts = 1, due_at = now() - interval '1 second'")
    loop = FetcherLoop()
    loop.start()
    desk.wait_stored(pk)
    loop.stop(timeout_seconds=60)


def test_two_fetchers_keep_one_copy(desk: Desk, fetcher: FetcherLoop, media: Path) -> None:
    second = FetcherLoop()
    second.start()
    ids = [desk.sends("image") for _ in range(6)]
    desk.wait_stored(*ids)
    desk.wait(desk.is_idle)
    second.stop(timeout_seconds=60)
    names = [path.name for path in media.rglob("*") if path.is_file()]
    assert len(names) == 12, "each picture with its thumbnail"


def _wanted(**fields: Any) -> Wanted:
    usual: dict[str, Any] = {
        "attachment_id": 1,
        "organization_id": 1,
        "kind": "image",
        "media_id": "1",
        "claimed_type": "image/jpeg",
        "claimed_sha256": "",
        "created_at": datetime(2026, 11, 22, tzinfo=UTC),
        "phone_number_id": "1",
        "access_token": "x",
        "key": "",
    }
    return Wanted(**{**usual, **fields})


@pytest.mark.parametrize(
    ("kind", "claims", "size", "mime_type", "code"),
    [
        ("image", {}, 0, "application/octet-stream", "empty"),
        ("image", {}, 10, "text/html", None),
        ("image", {"sha256": "a"}, 10, "text/html", None),
        ("image", {"sha256": "b"}, 10, "text/html", "wrong_type"),
        ("image", {"sha256": "b"}, 10, "image/png", None),
        ("image", {"sha256": "b"}, 10, "image/svg+xml", "wrong_type"),
        ("image", {"size": 11}, 10, "image/jpeg", "broken"),
        ("image", {"size": 11, "sha256": "a"}, 10, "image/jpeg", None),
        ("image", {"size": 9}, 10, "image/jpeg", None),
        ("audio", {"sha256": "b"}, 10, "video/mp4", None),
        ("video", {"sha256": "b"}, 10, "application/zip", "wrong_type"),
        ("document", {"sha256": "b"}, 10, "application/zip", None),
        ("document", {"sha256": "b"}, 10, "text/html", "wrong_type"),
    ],
)
def test_a_digest_that_differs_only_makes_us_look_twice(
    kind: str, claims: dict[str, Any], size: int, mime_type: str, code: str | None
) -> None:
    info = MediaInfo(**{"url": "x", "mime_type": "", "sha256": "", "size": None, **claims})
    failure = fetching.judge(_wanted(kind=kind), info, size=size, sha256="a", mime_type=mime_type)
    assert (failure.code if failure else None) == code


def test_tries_go_on_for_seven_days() -> None:
    at, tries = datetime(2026, 11, 22, tzinfo=UTC), 1
    begun = at
    while not fetching.is_last_try(_wanted(), "gone", wait=fetching.wait_seconds(tries), now=at):
        at += timedelta(seconds=fetching.wait_seconds(tries))
        tries += 1
    assert timedelta(days=6, hours=23) <= at - begun <= timedelta(days=7)
    assert 170 < tries < 180
    assert fetching.is_last_try(_wanted(), "too_large", wait=1, now=begun)


def test_a_file_over_100_mb_is_not_begun(desk: Desk, fetcher: FetcherLoop) -> None:
    pk = desk.sends("document", makers.PDF)

    def swell() -> None:
        desk.simulator.simulator.store.run("UPDATE media SET size = ?", 100 * 1024 * 1024 + 1)

    desk.simulator.call(swell)
    assert desk.wait_failure(pk, "too_large").state in ("waiting", "failed")
    desk.wait(lambda: desk.file(pk).state == "failed")


def test_the_list_says_how_long_a_voice_note_is(desk: Desk, fetcher: FetcherLoop) -> None:
    from inbox import queries

    pk = desk.sends("audio", voice=True)
    desk.wait_stored(pk)
    message = desk.message_of(pk)
    with tenant_scope(desk.cast.organization.pk):
        row = queries.conversation_resources([message.conversation_id])[message.conversation_id]
    assert (row["last_message"]["type"], row["last_message"]["duration_ms"]) == ("audio", 6000)
