"""Files are with Meta before their messages leave, once, and what goes wrong with them is no send."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import OperationalError

from core.actors import member_actor
from core.http import AddressRefused, RemoteFailed
from core.tenancy import all_tenants, tenant_scope
from inbox import messages
from inbox.errors import FileBusy, FileTooLarge, UnsupportedMedia
from inbox.files import links, uploads
from inbox.files.storage import Incoming
from inbox.models import Attachment, SendAttempt
from inbox.sending import channel
from inbox.sending.loop import SenderLoop
from inbox.sending.recovery import recover
from inbox.sending.uploads import Uploader
from tests.inbox.files import makers
from tests.inbox.sending.conftest import PATIENCE_SECONDS, Gate, Stage


@pytest.fixture(autouse=True)
def media(settings: LazySettings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def upload(stage: Stage, data: bytes, name: str = "", **options: Any) -> Attachment:
    with (
        tenant_scope(stage.cast.organization.pk),
        Incoming(stage.cast.organization.pk, max_bytes=10**8) as file,
    ):
        file.write(data)
        taken = {"kind": None, "voice": False, **options}
        return uploads.take(file, file_name=name, by=member_actor(stage.cast.beto), **taken)


def send(stage: Stage, file: Attachment, caption: str = "", **options: Any) -> int:
    with tenant_scope(stage.cast.organization.pk):
        return messages.send_file(
            stage.conversation,
            attachment=file,
            kind=file.kind,
            caption=caption,
            by=member_actor(stage.cast.beto),
            **options,
        ).pk


def file_of(stage: Stage, message_id: int) -> Attachment:
    with tenant_scope(stage.cast.organization.pk):
        return Attachment.objects.get(message_id=message_id)


def sent(stage: Stage) -> list[dict[str, Any]]:
    return stage.simulator.ledger()


KINDS = [
    (makers.PHOTO, "foto.jpg", {}, "image", "Vestido", {"caption": "Vestido"}),
    (makers.VIDEO, "v.mp4", {}, "video", "Demo", {"caption": "Demo"}),
    (makers.SONG, "s.mp3", {}, "audio", "", {}),
    (makers.sound("webm", "libopus"), "g.webm", {"voice": True}, "audio", "", {"voice": True}),
    (makers.PDF, "cotizacion.pdf", {}, "document", "", {"filename": "cotizacion.pdf"}),
    (makers.STICKER, "s.webp", {"kind": "sticker"}, "sticker", "", {}),
]


@pytest.mark.parametrize(("data", "name", "options", "kind", "caption", "fields"), KINDS)
def test_a_file_of_each_kind_leaves(
    stage: Stage,
    loop: SenderLoop,
    data: bytes,
    name: str,
    options: dict[str, Any],
    kind: str,
    caption: str,
    fields: dict[str, Any],
) -> None:
    file = upload(stage, data, name, **options)
    pk = send(stage, file, caption)
    stage.wait_status(pk, "accepted")
    (entry,) = sent(stage)
    media_id = file_of(stage, pk).media_id
    assert (entry["type"], entry["content"]) == (kind, {"id": media_id, **fields})
    if not options.get("voice"):
        assert stage.simulator.file(media_id) == data


def test_an_upload_is_used_again_while_it_holds(stage: Stage, loop: SenderLoop) -> None:
    file = upload(stage, makers.PDF, "f.pdf")
    first = send(stage, file)
    stage.wait_status(first, "accepted")
    second = send(stage, file_of(stage, first))
    stage.wait_status(second, "accepted")
    ids = [file_of(stage, pk).media_id for pk in (first, second)]
    assert ids[0] == ids[1]
    with tenant_scope(stage.cast.organization.pk):
        Attachment.objects.update(media_id_until=datetime.now(UTC) - timedelta(days=1))
    third = send(stage, file_of(stage, first))
    stage.wait_status(third, "accepted")
    assert file_of(stage, third).media_id != ids[0]


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "reset", "when": "before_body"},
        {"kind": "reset", "when": "half_response"},
        {"kind": "reset", "when": "after_accept"},
        {"kind": "html", "status": 502},
        {"kind": "garbage", "body": "empty"},
        {"kind": "error", "code": 131000},
        {"kind": "error", "code": 130429},
    ],
)
def test_trouble_with_an_upload_is_no_send_and_is_tried_again(
    stage: Stage, loop: SenderLoop, fault: dict[str, Any]
) -> None:
    stage.simulator.fault(**fault, on="upload", count=1)
    pk = send(stage, upload(stage, makers.PHOTO))
    stage.wait_status(pk, "accepted", "failed", "unknown")
    assert stage.attempts(pk) == ["refused", "accepted"]
    assert len(sent(stage)) == 1


def test_a_refused_upload_is_said_and_may_be_tried_again_by_a_person(stage: Stage, loop: SenderLoop) -> None:
    stage.simulator.fault(kind="error", code=131053, on="upload", count=1)
    pk = send(stage, upload(stage, makers.PHOTO))
    message = stage.wait_status(pk, "failed")
    assert message.error_code == 131053
    assert sent(stage) == []
    with tenant_scope(stage.cast.organization.pk):
        messages.resend(message, by=member_actor(stage.cast.beto))
    stage.wait_status(pk, "accepted")


def test_an_id_that_meta_has_forgotten_is_uploaded_anew(stage: Stage, loop: SenderLoop) -> None:
    file = upload(stage, makers.PHOTO)
    first = send(stage, file)
    stage.wait_status(first, "accepted")
    stage.simulator.media_clock(31 * 86_400)
    second = send(stage, file_of(stage, first))
    failed = stage.wait_status(second, "failed", "accepted")
    assert failed.error_code == 100
    with tenant_scope(stage.cast.organization.pk):
        messages.resend(failed, by=member_actor(stage.cast.beto))
    stage.wait_status(second, "accepted")


def test_a_slow_upload_holds_up_no_other_conversation_and_keeps_the_order(
    stage: Stage, loop: SenderLoop, gate: Callable[..., Gate]
) -> None:
    from tests.factories import make_contact, make_conversation

    contact = make_contact(stage.cast.organization, name="Andrés", phone="+525512345678")
    other = make_conversation(stage.cast, contact=contact, assignee=stage.cast.beto)
    stage.simulator.inbound({"from": "5215512345678", "text": "Hola"})
    held = gate("upload")
    picture = send(stage, upload(stage, makers.PHOTO))
    after = stage.write("después de la foto")
    quick = stage.write("rápido", other)
    held.wait_for_a_call()
    stage.wait_status(quick, "accepted")
    assert stage.message(picture).status == "queued"
    held.open()
    stage.wait_status(after, "accepted")
    types = [entry["type"] for entry in sent(stage)]
    assert types == ["text", "image", "text"]


def test_stopping_gives_an_upload_back(stage: Stage, gate: Callable[..., Gate]) -> None:
    held = gate("upload")
    sender = SenderLoop()
    sender.start()
    pk = send(stage, upload(stage, makers.PHOTO))
    held.wait_for_a_call()
    assert stage.attempts(pk) == ["claimed"]
    sender.stop(timeout_seconds=PATIENCE_SECONDS)
    assert not sender.is_alive()
    assert stage.attempts(pk) == ["pending"]
    assert sent(stage) == []
    held.open()
    following = SenderLoop()
    following.start()
    stage.wait_status(pk, "accepted")
    following.stop(timeout_seconds=PATIENCE_SECONDS)
    assert len(sent(stage)) == 1


def test_files_that_wait_are_claimed_a_few_at_a_time_and_words_pass_them(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.factories import make_contact, make_conversation

    contact = make_contact(stage.cast.organization, name="Andrés", phone="+525512345678")
    other = make_conversation(stage.cast, contact=contact, assignee=stage.cast.beto)
    stage.simulator.inbound({"from": "5215512345678", "text": "Hola"})
    picture, words = send(stage, upload(stage, makers.PHOTO)), stage.write("rápido", other)
    monkeypatch.setattr(channel, "MOST_UPLOADS", 0)
    sender = SenderLoop()
    sender.start()
    stage.wait_status(words, "accepted")
    sender.stop(timeout_seconds=PATIENCE_SECONDS)
    assert stage.attempts(picture) == ["pending"]


def test_a_database_that_is_away_at_the_end_leaves_an_upload_to_its_lease(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, gate: Callable[..., Gate]
) -> None:
    ended: list[str] = []
    run = channel.ChannelSender.run

    async def run_to_its_end(sender: channel.ChannelSender) -> None:
        await run(sender)
        ended.append("in order")

    async def fail(self: Uploader, letter: object) -> None:
        raise OperationalError("the server is away")

    monkeypatch.setattr(channel.ChannelSender, "run", run_to_its_end)
    monkeypatch.setattr(Uploader, "give_back", fail)
    held = gate("upload")
    sender = SenderLoop()
    sender.start()
    pk = send(stage, upload(stage, makers.PHOTO))
    held.wait_for_a_call()
    sender.stop(timeout_seconds=PATIENCE_SECONDS)
    assert (ended, stage.attempts(pk)) == (["in order"], ["claimed"])


def test_a_sender_that_died_while_uploading_has_sent_nothing(stage: Stage, loop: SenderLoop) -> None:
    pk = send(stage, upload(stage, makers.PHOTO))
    with tenant_scope(stage.cast.organization.pk):
        SendAttempt.objects.filter(message_id=pk, state="pending").update(
            state="claimed", lease_until=datetime.now(UTC) - timedelta(seconds=1)
        )
    with all_tenants():
        recover()
    stage.wait_status(pk, "accepted")
    assert len(sent(stage)) == 1


def test_a_file_that_the_disk_has_lost_does_not_stop_what_follows(
    stage: Stage, loop: SenderLoop, media: Path
) -> None:
    file = upload(stage, makers.PHOTO)
    pk = send(stage, file)
    for path in media.rglob("*"):
        path.unlink() if path.is_file() else None
    stage.wait(lambda: "refused" in stage.attempts(pk))
    assert sent(stage) == []


# Links


_WEB_FILES = {
    "foto.jpg": makers.PHOTO,
    "nota.ogg": makers.VOICE,
    "mentira.jpg": makers.HTML,
    "grande.jpg": b"\xff" * 9_000_000,
}


class _Web(BaseHTTPRequestHandler):
    """Somebody's web server."""

    def do_GET(self) -> None:
        name = self.path.partition("?")[0].strip("/")
        if name == "cuelga":
            time.sleep(3)
        data = _WEB_FILES.get(name)
        self.send_response(200 if data is not None else 404)
        self.end_headers()
        with suppress(ConnectionError):
            self.wfile.write(data or b"")

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def web(settings: LazySettings) -> Iterator[str]:
    settings.ALLOW_PRIVATE_ADDRESSES = True
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Web)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def follow(stage: Stage, link: str, kind: str = "image", *, voice: bool = False) -> Attachment:
    with tenant_scope(stage.cast.organization.pk):
        return links.fetch(link, kind=kind, voice=voice, by=member_actor(stage.cast.beto))


def test_a_link_becomes_our_own_copy_and_leaves_as_one(stage: Stage, loop: SenderLoop, web: str) -> None:
    file = follow(stage, f"{web}/foto.jpg?x=1")
    assert (file.kind, file.file_name, file.size_bytes) == ("image", "foto.jpg", len(makers.PHOTO))
    pk = send(stage, file, "Mira")
    stage.wait_status(pk, "accepted")
    assert "link" not in sent(stage)[0]["content"]
    note = follow(stage, f"{web}/nota.ogg", "audio", voice=True)
    assert note.is_voice


def test_a_link_that_leads_to_nothing_usable_is_refused(
    stage: Stage, web: str, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(RemoteFailed):
        follow(stage, f"{web}/nada.jpg")
    with monkeypatch.context() as hurried:
        hurried.setattr(links, "_DEADLINE_SECONDS", 0.5)
        with pytest.raises(RemoteFailed):
            follow(stage, f"{web}/cuelga")
    with pytest.raises(RemoteFailed):
        follow(stage, "http://127.0.0.1:1/x.jpg")
    with pytest.raises(UnsupportedMedia):
        follow(stage, f"{web}/mentira.jpg")
    with pytest.raises(FileTooLarge):
        follow(stage, f"{web}/grande.jpg")
    assert [path for path in media.rglob("*") if path.is_file()] == []


def test_a_link_into_the_own_network_is_not_followed(stage: Stage, web: str, settings: LazySettings) -> None:
    settings.ALLOW_PRIVATE_ADDRESSES = False
    with pytest.raises(AddressRefused):
        follow(stage, f"{web}/foto.jpg")


def test_not_too_many_links_are_followed_at_once(
    stage: Stage, web: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, others = stage.cast.organization.pk, stage.cast.other.pk
    monkeypatch.setattr(links, "_under_way", Counter({own: links._MOST_OF_ONE}))
    with pytest.raises(FileBusy):
        follow(stage, f"{web}/foto.jpg")
    monkeypatch.setattr(links, "_under_way", Counter({others: links._MOST}))
    with pytest.raises(FileBusy):
        follow(stage, f"{web}/foto.jpg")


def test_an_organisation_that_follows_links_leaves_places_to_others(
    stage: Stage, web: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, others = stage.cast.organization.pk, stage.cast.other.pk
    monkeypatch.setattr(links, "_under_way", Counter({others: links._MOST_OF_ONE}))
    assert follow(stage, f"{web}/foto.jpg").kind == "image"
    with suppress(RemoteFailed):
        follow(stage, f"{web}/nothing")
    # What has ended holds no place.
    assert links._under_way[own] == 0
