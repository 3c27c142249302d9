"""Files are given to those who see the message, in parts or whole, and run nowhere."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from asgiref.testing import ApplicationCommunicator
from django.conf import LazySettings

from api.files import Unsatisfiable, range_of
from core.handler import Handler
from core.models import Membership
from core.tenancy import tenant_scope
from inbox.files import storage
from inbox.files.storage import Incoming
from inbox.models import Attachment, Conversation, Message
from tests.api.client import Caller, error_code
from tests.conftest import Cast
from tests.factories import make_conversation, make_key
from tests.inbox.files import makers
from tests.inbox.realtime.servers import SERVERS, running


@pytest.fixture(autouse=True)
def media(settings: LazySettings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def make_file(
    cast: Cast,
    data: bytes = makers.PHOTO,
    *,
    kind: str = "image",
    mime_type: str = "image/jpeg",
    conversation: Conversation | None = None,
    member: Membership | None = None,
    **fields: Any,
) -> Attachment:
    with Incoming(cast.organization.pk, max_bytes=200 * 1024 * 1024) as file:
        file.write(data)
        key = file.keep()
    with tenant_scope(cast.organization.pk):
        return Attachment.objects.create(
            organization=cast.organization,
            message=conversation.last_message if conversation else None,
            member=member,
            kind=kind,
            state="stored",
            mime_type=mime_type,
            storage_key=key,
            size_bytes=len(data),
            **fields,
        )


def address(file: Attachment, **query: str) -> str:
    return f"attachments/{file.pk}/content" + (f"?{urlencode(query)}" if query else "")


def whole(response: Any) -> bytes:
    if not response.streaming:
        return bytes(response.content)

    async def read() -> bytes:
        return b"".join([part async for part in response.streaming_content])

    return asyncio.run(read())


@pytest.mark.django_db
def test_those_who_see_the_message_get_the_file(cast: Cast) -> None:
    file = make_file(cast, conversation=make_conversation(cast, assignee=cast.beto))
    for caller in (
        Caller(member=cast.beto),
        Caller(member=cast.ana),
        Caller(key=make_key(cast.organization)),
    ):
        response = caller.get(address(file))
        assert (response.status_code, whole(response)) == (200, makers.PHOTO)
    for stranger in (
        Caller(member=cast.diana),
        Caller(member=cast.carla),
        Caller(key=make_key(cast.other, "x")),
    ):
        assert (stranger.get(address(file)).status_code, error_code(stranger.get(address(file)))) == (
            404,
            "not_found",
        )
    assert Caller().get(address(file)).status_code == 401


@pytest.mark.django_db
def test_who_loses_sight_or_is_suspended_loses_the_file(cast: Cast) -> None:
    conversation = make_conversation(cast, assignee=cast.beto)
    file = make_file(cast, conversation=conversation)
    beto = Caller(member=cast.beto)
    assert beto.get(address(file)).status_code == 200
    with tenant_scope(cast.organization.pk):
        Conversation.objects.filter(pk=conversation.pk).update(assignee=cast.diana)
    assert beto.get(address(file)).status_code == 404
    ana = Caller(member=cast.ana)
    Membership.objects.filter(pk=cast.ana.pk).update(status="suspended")
    assert ana.get(address(file)).status_code == 404


@pytest.mark.django_db
def test_the_files_of_a_deleted_message_are_nobodys(cast: Cast) -> None:
    conversation = make_conversation(cast, assignee=cast.beto)
    file = make_file(cast, conversation=conversation)
    with tenant_scope(cast.organization.pk):
        Message.objects.filter(conversation=conversation).update(deleted_at=datetime.now(UTC))
    for caller in (
        Caller(member=cast.beto),
        Caller(member=cast.ana),
        Caller(key=make_key(cast.organization)),
    ):
        assert caller.get(address(file)).status_code == 404


@pytest.mark.django_db
def test_an_upload_is_its_uploaders_until_it_is_sent(cast: Cast) -> None:
    file, of_key = make_file(cast, member=cast.beto), make_file(cast)
    key = Caller(key=make_key(cast.organization))
    assert Caller(member=cast.beto).get(address(file)).status_code == 200
    assert key.get(address(of_key)).status_code == 200
    for caller, other in ((Caller(member=cast.ana), file), (key, file), (Caller(member=cast.beto), of_key)):
        assert caller.get(address(other)).status_code == 404


@pytest.mark.django_db
def test_an_element_of_a_page_names_the_organisation_in_the_address(cast: Cast) -> None:
    file = make_file(cast, conversation=make_conversation(cast, assignee=cast.beto))
    beto = Caller(member=cast.beto)
    del beto.headers["X-Organization"]
    assert error_code(beto.get(address(file))) == "organization_required"
    image = {"Accept": "image/avif,image/webp,image/png"}
    assert beto.get(address(file, organization="tienda-aurora"), **image).status_code == 200
    assert beto.get(address(file, organization="cafe-lejano")).status_code == 404
    assert beto.get(address(file, organization="cafe-lejano"), **image).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "mime_type", "place"),
    [
        ("image", "image/jpeg", "inline"),
        ("sticker", "image/webp", "inline"),
        ("video", "video/mp4", "inline"),
        ("audio", "audio/ogg", "inline"),
        ("document", "image/jpeg", "attachment"),
        ("document", "application/pdf", "attachment"),
        ("document", "text/html", "attachment"),
        ("document", "image/svg+xml", "attachment"),
        ("image", "image/svg+xml", "attachment"),
        ("image", "text/html", "attachment"),
        ("document", "text/plain", "attachment"),
    ],
)
def test_only_what_is_safe_is_shown_in_place(cast: Cast, kind: str, mime_type: str, place: str) -> None:
    conversation = make_conversation(cast, assignee=cast.beto)
    file = make_file(cast, makers.SVG, kind=kind, mime_type=mime_type, conversation=conversation)
    response = Caller(member=cast.beto).get(address(file))
    assert response["Content-Disposition"].startswith(place)
    assert response["Content-Type"] == mime_type
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Cache-Control"] == "private, no-cache"
    response.close()


@pytest.mark.django_db
def test_a_name_cannot_break_out_of_its_header(cast: Cast) -> None:
    name = 'año "x"; filename=y\r\nSet-Cookie: z.pdf'
    file = make_file(
        cast, kind="document", conversation=make_conversation(cast, assignee=cast.beto), file_name=name
    )
    header = Caller(member=cast.beto).get(address(file))["Content-Disposition"]
    assert header.startswith("attachment; filename*=utf-8''a%C3%B1o%20%22x%22")
    assert not {"\r", "\n"} & set(header)


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("bytes=0-", (0, 100)),
        ("bytes=0-0", (0, 1)),
        ("bytes=10-19", (10, 20)),
        ("bytes=90-999", (90, 100)),
        ("bytes=-5", (95, 100)),
        ("bytes=-500", (0, 100)),
        ("bytes=20-10", None),
        ("bytes=0-1,5-6", None),
        ("bytes=", None),
        ("bytes=-", None),
        ("bytes=a-b", None),
        ("items=0-1", None),
        ("", None),
        ("bytes=" + "9" * 400 + "-", None),
    ],
)
def test_a_range_is_understood_or_passed_over(header: str, found: tuple[int, int] | None) -> None:
    assert range_of(header, 100) == found


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=-0", "bytes=100-200"])
def test_a_range_behind_the_end_cannot_be_had(header: str) -> None:
    with pytest.raises(Unsatisfiable):
        range_of(header, 100)


@pytest.mark.django_db
def test_parts_tags_and_heads(cast: Cast) -> None:
    data = bytes(range(256)) * 4
    file = make_file(cast, data, conversation=make_conversation(cast, assignee=cast.beto))
    beto = Caller(member=cast.beto)
    part = beto.get(address(file), Range="bytes=10-19")
    assert (part.status_code, whole(part), part["Content-Range"]) == (206, data[10:20], "bytes 10-19/1024")
    assert part["Content-Length"] == "10"
    tag = part["ETag"]
    same = beto.get(address(file), Range="bytes=0-3", If_Range=tag)
    other = beto.get(address(file), Range="bytes=0-3", If_Range='"other"')
    assert (whole(same), whole(other)) == (data[:4], data)
    behind = beto.get(address(file), Range="bytes=5000-")
    assert (behind.status_code, behind["Content-Range"]) == (416, "bytes */1024")
    assert beto.get(address(file), If_None_Match=tag).status_code == 304
    assert beto.get(address(file), If_None_Match=f'"x", W/{tag}').status_code == 304
    several = beto.get(address(file), Range="bytes=0-1,4-5")
    assert (several.status_code, whole(several)) == (200, data)
    head = beto.request("HEAD", address(file))
    assert (head.status_code, head.content, head["Content-Length"]) == (200, b"", "1024")
    empty = make_file(cast, b"", member=cast.beto)
    assert whole(beto.get(address(empty))) == b""
    assert beto.get(address(empty), Range="bytes=0-").status_code == 416


@pytest.mark.django_db
def test_variants_are_files_of_their_own(cast: Cast) -> None:
    conversation = make_conversation(cast, assignee=cast.beto)
    file = make_file(
        cast, kind="audio", mime_type="audio/ogg", conversation=conversation, file_name="nota.ogg"
    )
    beto = Caller(member=cast.beto)
    for variant in ("thumbnail", "playable"):
        assert beto.get(address(file, variant=variant)).status_code == 404
    assert beto.get(address(file, variant="nada")).status_code == 422
    with tenant_scope(cast.organization.pk):
        Attachment.objects.update(playable_key=f"{file.storage_key}-p", thumbnail_key=f"{file.storage_key}-t")
    for suffix in ("-p", "-t"):
        storage.path_of(cast.organization.pk, file.storage_key + suffix).write_bytes(suffix.encode())
    playable = beto.get(address(file, variant="playable"))
    assert (whole(playable), playable["Content-Type"]) == (b"-p", "audio/mp4")
    assert f"audio-{file.pk}.m4a" in playable["Content-Disposition"]
    thumbnail = beto.get(address(file, variant="thumbnail"))
    assert (whole(thumbnail), thumbnail["Content-Type"]) == (b"-t", "image/webp")


@pytest.mark.django_db
@pytest.mark.parametrize("fields", [{"state": "waiting"}, {"state": "failed"}, {"storage_key": ""}])
def test_what_is_not_here_is_not_found(cast: Cast, fields: dict[str, str]) -> None:
    file = make_file(cast, conversation=make_conversation(cast, assignee=cast.beto))
    with tenant_scope(cast.organization.pk):
        Attachment.objects.update(**fields)
    assert Caller(member=cast.beto).get(address(file)).status_code == 404


@pytest.mark.django_db
def test_a_file_that_the_disk_has_lost_is_not_found(cast: Cast) -> None:
    file = make_file(cast, conversation=make_conversation(cast, assignee=cast.beto))
    storage.remove(cast.organization.pk, file.storage_key)
    assert Caller(member=cast.beto).get(address(file)).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["0", "99999999999999999999", "../1", "%2e%2e/1", "1/../1", "-1", "1e3"])
def test_odd_addresses_lead_nowhere(cast: Cast, path: str) -> None:
    assert Caller(member=cast.ana).get(f"attachments/{path}/content").status_code == 404


@pytest.mark.django_db
def test_a_failed_file_is_tried_again_on_request(cast: Cast) -> None:
    conversation = make_conversation(cast, assignee=cast.beto)
    file = make_file(cast, conversation=conversation, channel=cast.channel)
    beto = Caller(member=cast.beto)
    assert error_code(beto.post(f"attachments/{file.pk}/fetch")) == "not_retryable"
    with tenant_scope(cast.organization.pk):
        Attachment.objects.update(state="failed", failure_code="gone", media_id="1", storage_key="")
    answer = beto.post(f"attachments/{file.pk}/fetch").json()
    assert (answer["state"], answer["failure"]) == ("waiting", None)
    assert Caller(member=cast.diana).post(f"attachments/{file.pk}/fetch").status_code == 404
    assert Caller(member=cast.carla).post(f"attachments/{file.pk}/fetch").status_code == 404


@pytest.mark.django_db(transaction=True)
async def test_a_client_that_goes_in_the_midst_closes_the_file(settings: LazySettings) -> None:
    from asgiref.sync import sync_to_async

    from tests.factories import make_cast

    def prepare() -> tuple[Attachment, str]:
        cast = make_cast()
        return make_file(cast, b"x" * 5_000_000), make_key(cast.organization)

    file, key = await sync_to_async(prepare)()
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "path": f"/api/v1/{address(file)}",
        "query_string": b"",
        "headers": [(b"host", b"localhost"), (b"authorization", f"Bearer {key}".encode())],
        "client": ["127.0.0.1", 1],
    }
    client: Any = ApplicationCommunicator(Handler(), scope)  # type: ignore[no-untyped-call]  # asgiref leaves it so
    await client.send_input({"type": "http.request", "body": b""})
    assert (await client.receive_output(60))["status"] == 200
    assert len((await client.receive_output(60))["body"]) > 0
    await client.send_input({"type": "http.disconnect"})
    await client.wait(60)
    path = str(storage.path_of(file.organization_id, file.storage_key))
    assert path not in _open_files()


def _open_files() -> set[str]:
    found = set()
    for number in os.listdir("/proc/self/fd"):
        with suppress(OSError):
            found.add(os.readlink(f"/proc/self/fd/{number}"))
    return found


@dataclass(frozen=True)
class Told:
    status: int
    body: bytes
    length: str | None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", SERVERS)
def test_both_servers_take_and_give_large_files_in_little_memory(name: str, tmp_path: Path) -> None:
    from tests.factories import make_cast

    cast = make_cast()
    conversation = make_conversation(cast, assignee=cast.beto)
    key = make_key(cast.organization)
    document = makers.PDF + b"\n" * (60 * 1024 * 1024)
    with running(name, BANDEJA_DATA_DIR=str(tmp_path / "var")) as server:
        bearer = {"Authorization": f"Bearer {key}"}

        def call(method: str, path: str, body: bytes = b"", headers: dict[str, str] = bearer) -> Told:
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
            with closing(connection):
                connection.request(method, f"/api/v1/{path}", body, headers)
                answer = connection.getresponse()
                return Told(answer.status, answer.read(), answer.getheader("Content-Length"))

        assert call("GET", "me").status == 200
        before = server.memory_bytes()
        kind = {"Content-Type": "multipart/form-data; boundary=limit"}
        head = b'--limit\r\nContent-Disposition: form-data; name="file"; filename="grande.pdf"\r\n\r\n'
        answer = call("POST", "media", head + document + b"\r\n--limit--\r\n", bearer | kind)
        assert answer.status == 201, answer.body
        path = f"attachments/{json.loads(answer.body)['id']}/content"
        assert call("GET", path) == Told(200, document, str(len(document)))
        part = call("GET", path, headers=bearer | {"Range": "bytes=1000000-1000009"})
        assert part == Told(206, document[1_000_000:1_000_010], "10")
        assert call("HEAD", path) == Told(200, b"", str(len(document)))
        assert server.memory_bytes() - before < 40 * 1024 * 1024
        assert call("POST", "media", head + b"x\r\n--limit--\r\n", kind).status == 401
        assert call("GET", f"conversations/{conversation.pk}").status == 200
