"""What is uploaded is checked by its bytes, made fit for WhatsApp, and sent by its id."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from api import uploads
from api.limits import MOST_UPLOADS_AT_ONCE, MOST_UPLOADS_OF_ORGANIZATION
from core.tenancy import tenant_scope
from inbox.files import limits, storage
from inbox.models import Attachment, Conversation, SendAttempt
from tests.api.client import Caller, error_code
from tests.conftest import Cast
from tests.factories import make_conversation, make_key
from tests.inbox.files import makers

MB = 1024 * 1024


@pytest.fixture(autouse=True)
def media(settings: LazySettings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def upload(caller: Caller, data: bytes, name: str = "foto.jpg", **fields: Any) -> Any:
    form = {"file": SimpleUploadedFile(name, data), **fields}
    return caller.http.post("/api/v1/media", form, headers=caller.headers)


def names(media: Path) -> list[str]:
    return sorted(path.name for path in media.rglob("*") if path.is_file())


def kept(cast: Cast, answer: Any) -> bytes:
    with tenant_scope(cast.organization.pk):
        row = Attachment.objects.get(pk=answer.json()["id"])
    return storage.path_of(row.organization_id, row.storage_key).read_bytes()


GOOD = [
    (makers.PHOTO, "foto.jpg", {}, "image", "image/jpeg"),
    (makers.picture(kind="PNG"), "foto.jpg", {}, "image", "image/png"),
    (makers.picture(kind="WEBP"), "foto.webp", {}, "image", "image/png"),
    (makers.STICKER, "s.webp", {"kind": "sticker"}, "sticker", "image/webp"),
    (makers.ANIMATED, "s.webp", {"kind": "sticker"}, "sticker", "image/webp"),
    (makers.VIDEO, "v.mp4", {}, "video", "video/mp4"),
    (makers.SONG, "s.mp3", {}, "audio", "audio/mpeg"),
    (makers.VOICE, "v.ogg", {}, "audio", "audio/ogg"),
    (makers.PDF, "factura.pdf", {}, "document", "application/pdf"),
    (b"a;b\n1;2\n", "datos.csv", {}, "document", "text/plain"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("data", "name", "fields", "kind", "mime_type"), GOOD, ids=[one[1] for one in GOOD])
def test_a_file_that_whatsapp_takes_is_taken(
    cast: Cast, data: bytes, name: str, fields: dict[str, Any], kind: str, mime_type: str
) -> None:
    answer = upload(Caller(member=cast.beto), data, name, **fields)
    assert answer.status_code == 201, answer.json()
    got = answer.json()
    assert (got["kind"], got["mime_type"], got["state"], got["is_voice"]) == (
        kind,
        mime_type,
        "stored",
        False,
    )
    bytes_ = kept(cast, answer)
    assert got["size_bytes"] == len(bytes_)
    with tenant_scope(cast.organization.pk):
        row = Attachment.objects.get(pk=got["id"])
    assert row.sha256 == hashlib.sha256(bytes_).hexdigest()
    assert (row.member_id, row.message_id) == (cast.beto.pk, None)


BAD = [
    (makers.HTML, "foto.jpg", {}, 415, "unsupported_media"),
    (makers.SVG, "dibujo.svg", {}, 415, "unsupported_media"),
    (makers.EXECUTABLE, "factura.pdf", {}, 415, "unsupported_media"),
    (makers.POLYGLOT, "gif.gif", {}, 415, "unsupported_media"),
    (makers.png_bomb(), "foto.png", {}, 415, "unsupported_media"),
    (makers.PHOTO[:200], "foto.jpg", {}, 415, "unsupported_media"),
    (makers.PHOTO[: len(makers.PHOTO) // 2], "foto.jpg", {}, 415, "unsupported_media"),
    (b"PK\x03\x04", "archivo.zip", {}, 415, "unsupported_media"),
    (b"", "vacio.jpg", {}, 422, "invalid"),
    (makers.PHOTO, "foto.jpg", {"kind": "video"}, 422, "kind_mismatch"),
    (makers.SONG, "s.mp3", {"kind": "image"}, 422, "kind_mismatch"),
    (makers.PHOTO, "foto.jpg", {"kind": "nada"}, 422, "invalid"),
    (makers.PHOTO, "foto.jpg", {"kind": "image", "voice": "true"}, 422, "invalid"),
    (makers.PHOTO, "foto.jpg", {"voice": "true"}, 422, "kind_mismatch"),
    (makers.PHOTO + b"\0" * 5 * MB, "foto.jpg", {}, 413, "file_too_large"),
    (b"ID3" + makers.SONG * 600, "s.mp3", {}, 413, "file_too_large"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("data", "name", "fields", "status", "code"), BAD, ids=[f"{i}-{one[1]}" for i, one in enumerate(BAD)]
)
def test_a_file_that_it_does_not_take_is_refused_and_leaves_nothing(
    cast: Cast, media: Path, data: bytes, name: str, fields: dict[str, Any], status: int, code: str
) -> None:
    answer = upload(Caller(member=cast.beto), data, name, **fields)
    assert (answer.status_code, error_code(answer)) == (status, code), answer.json()
    if status in (413, 415):
        assert answer.json()["error"]["details"]["limits"]["image"]["max_bytes"] == 5 * MB
    assert names(media) == []


@pytest.mark.django_db
def test_films_that_whatsapp_does_not_decode_are_refused(cast: Cast, media: Path) -> None:
    answer = upload(Caller(member=cast.beto), makers.film("mp4", "libx265"), "v.mp4")
    assert (answer.status_code, error_code(answer)) == (415, "unsupported_media")
    assert answer.json()["error"]["details"]["video_codec"] == "hevc"
    assert names(media) == []


@pytest.mark.django_db
def test_a_recording_becomes_a_voice_note(cast: Cast, media: Path) -> None:
    recording = makers.sound("webm", "libopus", seconds=2)
    answer = upload(Caller(member=cast.beto), recording, "grabacion.webm", voice="true")
    assert answer.status_code == 201, answer.json()
    got = answer.json()
    assert (got["kind"], got["mime_type"], got["is_voice"]) == ("audio", "audio/ogg", True)
    assert got["file_name"] == "grabacion.ogg"
    assert len(got["waveform"]) == 64
    assert got["playable_url"] is not None
    assert kept(cast, answer).startswith(b"OggS")
    assert len(names(media)) == 2, "the note and its playable copy; the recording is gone"


@pytest.mark.django_db
def test_a_picture_loses_its_place(cast: Cast) -> None:
    answer = upload(Caller(member=cast.beto), makers.picture((60, 40), exif=makers.exif(6)), "foto.jpg")
    got = answer.json()
    assert (got["width"], got["height"]) == (40, 60)
    assert b"Laura" not in kept(cast, answer)


@pytest.mark.django_db
def test_a_hostile_name_is_cleaned(cast: Cast) -> None:
    answer = upload(Caller(member=cast.beto), makers.PDF, "factura\u202efdp.exe")
    assert answer.json()["file_name"] == "facturafdp.exe"


@pytest.mark.django_db
def test_limits_are_known_before(cast: Cast) -> None:
    got = Caller(member=cast.beto).get("media/limits").json()
    assert got == limits.as_json()
    assert got["sticker"]["max_bytes_animated"] == 500 * 1024
    assert "audio/webm" in got["voice"]["mime_types"]


@pytest.mark.django_db
def test_a_form_without_a_file_or_with_two_is_refused(cast: Cast, media: Path) -> None:
    beto = Caller(member=cast.beto)
    assert beto.http.post("/api/v1/media", {"kind": "image"}, headers=beto.headers).status_code == 422
    two = [SimpleUploadedFile("a.jpg", makers.PHOTO), SimpleUploadedFile("b.jpg", makers.PHOTO)]
    assert beto.http.post("/api/v1/media", {"file": two}, headers=beto.headers).status_code == 422
    other = {"otro": SimpleUploadedFile("a.jpg", makers.PHOTO)}
    assert beto.http.post("/api/v1/media", other, headers=beto.headers).status_code == 422
    broken = beto.http.generic(
        "POST", "/api/v1/media", b"nothing", content_type="multipart/form-data", headers=beto.headers
    )
    assert broken.status_code == 400
    assert names(media) == []


@pytest.mark.django_db
def test_only_members_and_keys_upload(cast: Cast) -> None:
    assert upload(Caller(), makers.PHOTO).status_code == 401
    forged = Caller(member=cast.beto)
    del forged.headers["X-CSRFToken"]
    assert error_code(upload(forged, makers.PHOTO)) == "csrf_failed"
    assert upload(Caller(key=make_key(cast.organization)), makers.PHOTO).status_code == 201


# Sending by media


def send(caller: Caller, conversation: Conversation, body: dict[str, Any], **headers: str) -> Any:
    return caller.post(f"conversations/{conversation.pk}/messages", body, **headers)


@pytest.mark.django_db
def test_a_file_is_sent_by_its_id(cast: Cast) -> None:
    conversation = make_conversation(cast, assignee=cast.beto)
    beto = Caller(member=cast.beto)
    media_id = upload(beto, makers.PHOTO).json()["id"]
    answer = send(beto, conversation, {"type": "image", "media": {"id": media_id}, "caption": "Vestido"})
    assert answer.status_code == 201, answer.json()
    got = answer.json()
    assert (got["type"], got["text"], got["status"]) == ("image", "Vestido", "queued")
    assert [one["id"] for one in got["attachments"]] == [media_id]
    with tenant_scope(cast.organization.pk):
        assert SendAttempt.objects.filter(message_id=got["id"], state="pending").count() == 1
        assert Attachment.objects.get(pk=media_id).channel_id == cast.channel.pk
    listed = beto.get(f"conversations/{conversation.pk}").json()["last_message"]
    assert (listed["type"], listed["preview"]) == ("image", "Vestido")


@pytest.mark.django_db
def test_the_same_file_goes_to_many_and_lies_there_once(cast: Cast, media: Path) -> None:
    conversation = make_conversation(cast, assignee=cast.beto)
    beto = Caller(member=cast.beto)
    media_id = upload(beto, makers.PDF, "f.pdf").json()["id"]
    body = {"type": "document", "media": {"id": media_id}}
    answers = [send(beto, conversation, body).json() for _ in range(3)]
    ids = {one["attachments"][0]["id"] for one in answers}
    assert len(ids) == 3
    assert len(names(media)) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"type": "image"}, 422, "invalid"),
        ({"type": "image", "media": {}}, 422, "invalid"),
        ({"type": "image", "media": False}, 422, "invalid"),
        ({"type": "image", "media": 5}, 422, "invalid"),
        ({"type": "image", "media": [{"id": 1}]}, 422, "invalid"),
        ({"type": "image", "media": {"id": 1, "link": "https://example.com/a.jpg"}}, 422, "invalid"),
        ({"type": "image", "media": {"id": 1}, "text": "hola"}, 422, "invalid"),
        ({"type": "image", "media": {"id": 1}, "caption": "x" * 1025}, 422, "invalid"),
        ({"type": "audio", "media": {"id": 1}, "caption": "x"}, 422, "invalid"),
        ({"type": "sticker", "media": {"id": 1}, "caption": "x"}, 422, "invalid"),
        ({"type": "image", "media": {"id": 1}, "voice": True}, 422, "invalid"),
        ({"type": "text", "text": "x", "caption": "y"}, 422, "invalid"),
        ({"type": "text"}, 422, "invalid"),
        ({"type": "image", "media": {"id": 999_999_999}}, 404, "not_found"),
        ({"type": "image", "media": {"link": "file:///etc/passwd"}}, 422, "invalid"),
        ({"type": "image", "media": {"link": "http://169.254.169.254/x.jpg"}}, 422, "address_refused"),
        ({"type": "image", "media": {"link": "http://127.0.0.1/x.jpg"}}, 422, "address_refused"),
    ],
)
def test_what_cannot_be_sent_is_refused(cast: Cast, body: dict[str, Any], status: int, code: str) -> None:
    conversation = make_conversation(cast, assignee=cast.beto)
    answer = send(Caller(member=cast.beto), conversation, body)
    assert (answer.status_code, error_code(answer)) == (status, code), answer.json()


@pytest.mark.django_db
def test_another_kind_than_the_file_is_refused(cast: Cast) -> None:
    conversation = make_conversation(cast, assignee=cast.beto)
    beto = Caller(member=cast.beto)
    media_id = upload(beto, makers.PHOTO).json()["id"]
    answer = send(beto, conversation, {"type": "video", "media": {"id": media_id}})
    assert (answer.status_code, error_code(answer)) == (422, "kind_mismatch")


@pytest.mark.django_db
def test_nobody_sends_the_upload_of_another(cast: Cast) -> None:
    conversation = make_conversation(cast, assignee=cast.diana)
    media_id = upload(Caller(member=cast.beto), makers.PHOTO).json()["id"]
    body = {"type": "image", "media": {"id": media_id}}
    assert send(Caller(member=cast.diana), conversation, body).status_code == 404
    assert send(Caller(key=make_key(cast.organization)), conversation, body).status_code == 404


@pytest.mark.django_db
def test_a_closed_window_is_told_before_anything_is_fetched(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inbox.files.links.fetch", lambda *args, **options: pytest.fail("it was fetched"))
    conversation = make_conversation(cast, assignee=cast.beto, last_inbound_minutes_ago=25 * 60)
    body = {"type": "image", "media": {"link": "https://example.com/a.jpg"}}
    assert error_code(send(Caller(member=cast.beto), conversation, body)) == "window_closed"


@pytest.mark.django_db
def test_a_repetition_has_no_second_effect(cast: Cast) -> None:
    conversation = make_conversation(cast, assignee=cast.beto)
    beto = Caller(member=cast.beto)
    body = {"type": "image", "media": {"id": upload(beto, makers.PHOTO).json()["id"]}}
    first, second = (send(beto, conversation, body, Idempotency_Key="una-vez").json() for _ in range(2))
    assert first["id"] == second["id"]


def headers_alone(caller: Caller) -> HttpRequest:
    return RequestFactory().post(
        "/api/v1/media", b"", content_type="multipart/form-data; boundary=x", headers=caller.headers
    )


def refused(answer: HttpResponse | Callable[[], None]) -> tuple[int, str]:
    assert isinstance(answer, HttpResponse)
    return answer.status_code, json.loads(answer.content)["error"]["code"]


@pytest.mark.django_db
def test_an_upload_counts_before_its_bytes_are_taken(cast: Cast, settings: LazySettings) -> None:
    settings.API_REQUESTS_PER_SECOND, settings.API_BURST = 0.001, 2
    caller = Caller(key=make_key(cast.organization))
    assert callable(uploads.admit(headers_alone(caller)))
    assert callable(uploads.admit(headers_alone(caller)))
    assert refused(uploads.admit(headers_alone(caller))) == (429, "too_many_requests")


@pytest.mark.django_db
def test_a_caller_uploads_a_few_files_at_one_time(cast: Cast) -> None:
    caller, other = Caller(key=make_key(cast.organization)), Caller(key=make_key(cast.organization))
    under_way = [uploads.admit(headers_alone(caller)) for _ in range(MOST_UPLOADS_AT_ONCE)]
    assert refused(uploads.admit(headers_alone(caller))) == (429, "too_many_requests")
    assert callable(uploads.admit(headers_alone(other)))
    ended = under_way.pop()
    assert not isinstance(ended, HttpResponse)
    ended()
    assert callable(uploads.admit(headers_alone(caller)))


@pytest.mark.django_db
def test_an_organisation_uploads_only_so_much_at_one_time(cast: Cast) -> None:
    callers = [
        Caller(key=make_key(cast.organization))
        for _ in range(MOST_UPLOADS_OF_ORGANIZATION // MOST_UPLOADS_AT_ONCE)
    ]
    under_way = [
        uploads.admit(headers_alone(caller)) for caller in callers for _ in range(MOST_UPLOADS_AT_ONCE)
    ]
    late = Caller(key=make_key(cast.organization))
    assert refused(uploads.admit(headers_alone(late))) == (429, "too_many_requests")
    elsewhere = uploads.admit(headers_alone(Caller(key=make_key(cast.other))))
    ended = under_way.pop()
    assert not isinstance(ended, HttpResponse)
    ended()
    waited = uploads.admit(headers_alone(late))
    for end in (*under_way, elsewhere, waited):
        assert not isinstance(end, HttpResponse)
        end()
    assert callable(uploads.admit(headers_alone(late)))


@pytest.mark.django_db
def test_an_organisation_keeps_only_so_much_unsent(cast: Cast, settings: LazySettings) -> None:
    caller = Caller(key=make_key(cast.organization))
    assert upload(caller, makers.PDF, "factura.pdf").status_code == 201
    settings.MEDIA_UNSENT_BYTES = len(makers.PDF) + 1
    assert callable(uploads.admit(headers_alone(caller)))
    settings.MEDIA_UNSENT_BYTES = len(makers.PDF)
    assert refused(uploads.admit(headers_alone(caller))) == (409, "too_much_unsent")
    assert callable(uploads.admit(headers_alone(Caller(key=make_key(cast.other)))))


@pytest.mark.django_db
def test_trouble_with_a_form_is_not_called_trouble_with_json(cast: Cast) -> None:
    beto = Caller(member=cast.beto)
    broken = beto.http.generic(
        "POST", "/api/v1/media", b"nothing", content_type="multipart/form-data", headers=beto.headers
    )
    assert (broken.status_code, error_code(broken)) == (400, "malformed")
    assert "JSON" not in broken.json()["error"]["message"]
    other = beto.http.post("/api/v1/media", b"{}", content_type="application/json", headers=beto.headers)
    assert (other.status_code, error_code(other)) == (415, "unsupported_media_type")


@pytest.mark.django_db
def test_a_link_that_was_sent_is_answered_also_when_the_window_has_closed(cast: Cast) -> None:
    """The first answer was lost, and with it the key: the composer asks again under its own id of the message."""
    chat = make_conversation(cast, assignee=cast.beto)
    client_id = str(uuid.uuid4())
    beto = Caller(member=cast.beto)
    file = upload(beto, makers.PHOTO).json()["id"]
    sent = {"type": "image", "media": {"id": file}, "client_id": client_id}
    first = beto.post(f"conversations/{chat.pk}/messages", sent)
    assert first.status_code == 201
    with tenant_scope(cast.organization.pk):
        Conversation.objects.update(last_inbound_at=datetime.now(UTC) - timedelta(hours=25))
    again = beto.post(
        f"conversations/{chat.pk}/messages", sent | {"media": {"link": "https://example.com/a.jpg"}}
    )
    assert (again.status_code, again.json().get("id")) == (201, first.json()["id"])
    new = sent | {"media": {"link": "https://example.com/a.jpg"}, "client_id": str(uuid.uuid4())}
    assert error_code(beto.post(f"conversations/{chat.pk}/messages", new)) == "window_closed"
