"""What somebody uploads to do harm: refused by a stable code and nothing of it kept, or kept and harmless."""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile

from api.limits import MOST_UPLOADS_AT_ONCE
from core.handler import Handler
from core.tenancy import tenant_scope
from inbox.files import archives, storage
from inbox.models import Attachment
from tests.api.client import Caller, error_code
from tests.conftest import Cast
from tests.core.test_handler import asking
from tests.factories import make_key
from tests.inbox.files import hostile, makers
from tests.inbox.files.hostile import SCRIPT, Part

pytestmark = pytest.mark.django_db
MB = 1024 * 1024
BOUNDARY = b"frontera"
FORM = "multipart/form-data; boundary=frontera"
END = b"--frontera--\r\n"
DISPOSITION = b'Content-Disposition: form-data; name="file"; filename="f.pdf"'
OFFICE = "application/vnd.openxmlformats-officedocument"


@pytest.fixture(autouse=True)
def media(settings: LazySettings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def beto(cast: Cast) -> Caller:
    return Caller(member=cast.beto)


@pytest.fixture
def key(cast: Cast) -> str:
    return make_key(cast.organization)


def on_disk(media: Path) -> list[str]:
    return sorted(path.name for path in media.rglob("*") if path.is_file())


def upload(caller: Caller, data: bytes, name: str = "f.pdf", claimed: str = "", **fields: Any) -> Any:
    form = {"file": SimpleUploadedFile(name, data, claimed or "application/octet-stream"), **fields}
    return caller.http.post("/api/v1/media", form, headers=caller.headers)


def post(caller: Caller, body: bytes, kind: str = FORM) -> Any:
    return caller.http.generic("POST", "/api/v1/media", body, content_type=kind, headers=caller.headers)


def assert_refused(answer: Any, status: int, code: str, cast: Cast, media: Path) -> None:
    assert (answer.status_code, error_code(answer)) == (status, code), answer.json()
    assert on_disk(media) == []
    with tenant_scope(cast.organization.pk):
        assert not Attachment.objects.exists()


whole = hostile.office("docx", Part(b"word/media/a.png", b"x" * 500, 500, method=0))
REFUSED: dict[str, tuple[bytes, str, dict[str, str], int, str]] = {
    **{
        f"bomb as {kind}": (hostile.bomb(kind), f"a.{kind}", {}, 415, "unsupported_media")
        for kind in hostile.PARTS
    },
    **{
        f"bomb said to be small as {kind}": (hostile.bomb(kind, 10), f"a.{kind}", {}, 415, "unsupported_media")
        for kind in hostile.PARTS
    },
    "bomb of 40 GB by its own word": (
        hostile.office("xlsx", *(Part(b"%d" % n, b"x", said_unpacked=2**32 - 2) for n in range(10))),
        "a.xlsx", {}, 415, "unsupported_media",
    ),
    "entries that overlap": (hostile.overlapping("docx"), "a.docx", {}, 415, "unsupported_media"),
    "entry behind the end": (
        hostile.office("docx", Part(b"a", offset=2**31)), "a.docx", {}, 415, "unsupported_media",
    ),
    "entry larger than the file": (
        hostile.office("docx", Part(b"a", b"x", 9_000, said_packed=9_000)), "a.docx", {}, 415, "unsupported_media",
    ),
    **{
        f"document cut off after {length}": (whole[:length], "a.docx", {}, 415, "unsupported_media")
        for length in (4, 40, len(whole) // 2, len(whole) - 60, len(whole) - 22, len(whole) - 1)
    },
    "table cut off": (
        whole[:-60] + whole[-22:-10] + b"\x10\x00\x00\x00" + whole[-6:], "a.docx", {}, 415, "unsupported_media",
    ),
    "name like a document's": (
        hostile.archive(Part(b"[Content_Types].xml"), Part(b"word/document.xml.exe")),
        "a.docx", {}, 415, "unsupported_media",
    ),
    "document's name in another's comment": (
        hostile.archive(Part(b"x", extra=b"[Content_Types].xml word/document.xml")),
        "a.docx", {}, 415, "unsupported_media",
    ),
    "archives in an archive": (hostile.nested(), "a.docx", {}, 415, "unsupported_media"),
    "page before a PDF": (b"<html>" + SCRIPT + makers.PDF, "a.pdf", {}, 415, "unsupported_media"),
    "GIF and script": (makers.POLYGLOT, "a.gif", {}, 415, "unsupported_media"),
    "drawing as PNG": (makers.SVG, "a.png", {"kind": "image"}, 415, "unsupported_media"),
    "drawing in UTF-16": (
        b"\xff\xfe" + makers.SVG.decode().encode("utf-16-le"), "a.txt", {}, 415, "unsupported_media",
    ),
    "drawing behind a thousand comments": (
        b"<!-- -->" * 1_000 + b"<svg onload=alert(1)>", "a.txt", {}, 415, "unsupported_media",
    ),
    "note of 300 MB in a PNG": (hostile.text_bomb(), "a.png", {}, 415, "unsupported_media"),
    "profile of 300 MB in a PNG": (hostile.profile_bomb(), "a.png", {}, 415, "unsupported_media"),
    "PNG of four thousand million pixels": (
        hostile.png(size=(65_000, 65_000)), "a.png", {}, 415, "unsupported_media",
    ),
    "PNG of a negative size": (hostile.png(size=(2**32 - 1, 2**31)), "a.png", {}, 415, "unsupported_media"),
    "PNG of no size": (hostile.png(size=(0, 0)), "a.png", {}, 415, "unsupported_media"),
    "PNG that is a line": (hostile.png(size=(60_000_000, 1)), "a.png", {}, 415, "unsupported_media"),
    "JPEG of four thousand million pixels": (
        hostile.jpeg_of(65_500, 65_500), "a.jpg", {}, 415, "unsupported_media",
    ),
    "moving sticker of 16,000 by 16,000": (
        hostile.webp_of(16_000, 16_000), "a.webp", {"kind": "sticker"}, 415, "unsupported_media",
    ),
    "moving sticker as a picture": (makers.ANIMATED, "a.webp", {}, 415, "unsupported_media"),
    "moving sticker of 600 KB": (
        hostile.noisy_sticker(5, (200, 200)), "a.webp", {"kind": "sticker"}, 413, "file_too_large",
    ),
    "still sticker of 120 KB": (
        makers.STICKER + b"\0" * 120_000, "a.webp", {"kind": "sticker"}, 413, "file_too_large",
    ),
    "nothing": (b"", "a.pdf", {}, 422, "invalid"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_file_is_refused_and_leaves_nothing(
    cast: Cast, beto: Caller, media: Path, name: str
) -> None:
    data, file_name, fields, status, code = REFUSED[name]
    assert_refused(upload(beto, data, file_name, **fields), status, code, cast, media)


# Files that are what they seem to be, and something else besides. They go to the customer as they came, or cleaned.
KEPT: dict[str, tuple[bytes, str, str]] = {
    "PDF and page": (b"%PDF-1.7\n" + SCRIPT + b"<html>" + makers.PDF, "document", "application/pdf"),
    "text and page": (b"Hola\n" + makers.HTML, "document", "text/plain"),
    "archives in a document": (
        hostile.document_with(hostile.nested()),
        "document",
        f"{OFFICE}.wordprocessingml.document",
    ),
    "sizes in the long way": (hostile.long_way(), "document", f"{OFFICE}.spreadsheetml.sheet"),
    "PNG and page": (makers.picture(kind="PNG") + SCRIPT, "image", "image/png"),
    "JPEG and archive": (makers.picture() + makers.office("word/document.xml"), "image", "image/jpeg"),
    "notes in circles": (hostile.with_notes(hostile.CIRCLE), "image", "image/jpeg"),
    "notes without an end": (hostile.with_notes(hostile.ENDLESS), "image", "image/jpeg"),
    "notes of 4 MB": (hostile.with_notes(hostile.CIRCLE + b"x" * 65_000, 62), "image", "image/jpeg"),
    "sound said to be a page": (makers.SONG, "audio", "audio/mpeg"),
}


@pytest.mark.parametrize("name", KEPT)
def test_what_is_two_things_at_once_is_served_as_what_it_was_taken_for(
    cast: Cast, beto: Caller, name: str
) -> None:
    data, kind, mime_type = KEPT[name]
    answer = upload(beto, data, "a.html", "text/html")
    assert answer.status_code == 201, answer.json()
    got = answer.json()
    assert (got["kind"], got["mime_type"]) == (kind, mime_type)
    with tenant_scope(cast.organization.pk):
        row = Attachment.objects.get(pk=got["id"])
    kept = storage.path_of(row.organization_id, row.storage_key).read_bytes()
    if kind == "document":
        assert kept == data, "nothing of it was unpacked or made anew"
    assert b"Exif" not in kept
    inside = max(0, kept.find(SCRIPT))
    for header in ("", f"bytes={inside}-", f"bytes=-{len(SCRIPT)}", "bytes=" + "0-0," * 2_000 + "0-0"):
        served = beto.get(got["url"], **({"Range": header} if header else {}))
        assert served.status_code == (206 if header and "," not in header else 200)
        assert served["Content-Type"] == mime_type
        assert served["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in served["Content-Security-Policy"]
        assert served["Content-Disposition"].startswith("attachment" if kind == "document" else "inline")


def test_a_table_of_contents_is_read_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(hostile.many_entries(80_000))
    tracemalloc.start()
    try:
        assert archives.names_in(path) == frozenset()
        assert tracemalloc.get_traced_memory()[1] < 12 * MB
    finally:
        tracemalloc.stop()


def part(data: bytes = makers.PDF, headers: bytes = DISPOSITION, boundary: bytes = BOUNDARY) -> bytes:
    return b"--" + boundary + b"\r\n" + headers + b"\r\n\r\n" + data + b"\r\n"


def field(name: bytes, value: bytes) -> bytes:
    return part(value, b'Content-Disposition: form-data; name="' + name + b'"')


FORMS: dict[str, tuple[str, bytes, int, str]] = {
    "no boundary": ("multipart/form-data", part() + END, 400, "malformed"),
    "empty boundary": ("multipart/form-data; boundary=", part() + END, 400, "malformed"),
    "boundary of 5,000 signs": (f"multipart/form-data; boundary={'x' * 5_000}", part() + END, 400, "malformed"),
    "boundary with an ñ": ("multipart/form-data; boundary=\xf1", part() + END, 400, "malformed"),
    "another boundary": ("multipart/form-data; boundary=otra", part() + END, 400, "malformed"),
    "two boundaries": (f"{FORM}; boundary=otra", part() + END, 400, "malformed"),
    "no end": (FORM, part(), 400, "malformed"),
    "end cut off": (FORM, part() + END[:-4], 400, "malformed"),
    "file cut off": (FORM, part()[:-300], 400, "malformed"),
    "head cut off": (FORM, part()[:60], 400, "malformed"),
    "nothing at all": (FORM, b" ", 400, "malformed"),
    "no parts": (FORM, END, 422, "invalid"),
    "fifty thousand beginnings": (FORM, b"--frontera\r\n" * 50_000 + END, 400, "malformed"),
    "200 KB before the first part": (FORM, b"x" * 200_000 + b"\r\n" + part() + END, 400, "malformed"),
    "head of 100 KB": (FORM, part(headers=DISPOSITION + b"\r\nX: " + b"x" * 100_000) + END, 400, "malformed"),
    "head without an end": (FORM, b"--frontera\r\n" + DISPOSITION + b"x" * 300_000, 400, "malformed"),
    "no file": (FORM, field(b"kind", b"image") + END, 422, "invalid"),
    "file that is a field": (FORM, field(b"file", b"hola") + END, 422, "invalid"),
    "file and a field of its name": (FORM, field(b"file", b"hola") + part() + END, 422, "invalid"),
    "two files": (FORM, part() + part() + END, 422, "invalid"),
    "five hundred files": (FORM, part(b"x") * 500 + END, 422, "invalid"),
    "file in another field": (FORM, part(headers=DISPOSITION.replace(b"file", b"otro", 1)) + END, 422, "invalid"),
    "file without a field": (FORM, part(headers=DISPOSITION.replace(b' name="file";', b"")) + END, 422, "invalid"),
    "form in the form": (
        FORM,
        part(
            b"--in\r\nContent-Disposition: file; filename=a.pdf\r\n\r\n%PDF-\r\n--in--",
            b'Content-Disposition: form-data; name="file"\r\nContent-Type: multipart/mixed; boundary=in',
        )
        + END,
        422, "invalid",
    ),
    "two thousand fields": (
        FORM, b"".join(field(b"f%d" % n, b"x") for n in range(2_000)) + part() + END, 400, "malformed",
    ),
    "field of 3 MB": (FORM, field(b"kind", b"x" * 3_000_000) + part() + END, 400, "malformed"),
    "field that is no text": (FORM, field(b"kind", b"\xed\xa0\x80\x00") + part() + END, 422, "invalid"),
    "name in a charset that is none": (
        FORM,
        part(headers=b"Content-Disposition: form-data; name=\"file\"; filename*=undefined''x.pdf") + END,
        422, "invalid",
    ),
    "a program's data": ("application/json", b"{}", 415, "unsupported_media_type"),
    "a short form": ("application/x-www-form-urlencoded", b"file=x", 415, "unsupported_media_type"),
    "mixed parts": ("multipart/mixed; boundary=frontera", part() + END, 415, "unsupported_media_type"),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_a_hostile_form_is_refused_and_leaves_nothing(
    cast: Cast, beto: Caller, media: Path, name: str
) -> None:
    kind, body, status, code = FORMS[name]
    assert_refused(post(beto, body, kind), status, code, cast, media)


@pytest.mark.parametrize("charset", ["base64", "undefined", "idna", "utf-16", "nada"])
def test_the_charset_that_a_form_names_is_not_looked_at(beto: Caller, charset: str) -> None:
    answer = post(beto, field(b"kind", b"document") + part() + END, f"{FORM}; charset={charset}")
    assert answer.status_code == 201, answer.json()


NAMES = [
    (b'filename="../../../etc/cron.d/x.pdf"', "x.pdf"),
    (b'filename="..\\\\..\\\\x.pdf"', "x.pdf"),
    (b'filename="/etc/passwd"', "passwd"),
    (b'filename="a\x00b.pdf"', "ab.pdf"),
    (b"filename*=UTF-8''a%00%0d%0aSet-Cookie%3a%20x%3d1.pdf", "aSet-Cookie_ x=1.pdf"),
    ('filename="factura\u202efdp.exe"'.encode(), "facturafdp.exe"),
    (b'filename="' + b"x" * 300 + b'.pdf"', "x" * 176 + ".pdf"),
    (b'filename="<img src=x onerror=alert(1)>.pdf"', "_img src=x onerror=alert(1)_.pdf"),
    (b'filename="&lt;b&gt;.pdf"', "_b_.pdf"),
    (b'filename="a.pdf"; filename="b.pdf"', "b.pdf"),
    (b'filename="con.pdf"', "_con.pdf"),
]


@pytest.mark.parametrize(("told", "name"), NAMES)
def test_a_hostile_name_names_no_place(beto: Caller, media: Path, told: bytes, name: str) -> None:
    headers = b'Content-Disposition: form-data; name="file"; ' + told + b"\r\nContent-Type: image/png"
    answer = post(beto, part(headers=headers) + END)
    assert answer.status_code == 201, answer.json()
    got = answer.json()
    assert (got["file_name"], got["mime_type"]) == (name, "application/pdf")
    assert len(on_disk(media)) == 1
    assert on_disk(media)[0] not in (name, "")
    served = beto.get(got["url"])
    assert not {"\r", "\n", "\0"} & set(served["Content-Disposition"])


@pytest.mark.django_db(transaction=True)
async def test_uploads_that_break_off_leave_nothing_and_hold_nothing(key: str, media: Path) -> None:
    """More of them than are allowed at one time; then a whole one, in pieces and without a length."""
    handler, body = Handler(), part() + END
    pieces = [body[at : at + 500] for at in range(0, len(body), 500)]

    async def send(*sent: bytes) -> Any:
        client = asking(handler, "/api/v1/media", "POST", authorization=f"Bearer {key}", content_type=FORM)
        for number, piece in enumerate(sent, start=1):
            message = {"type": "http.request", "body": piece, "more_body": number < len(pieces)}
            await client.send_input(message)
        if len(sent) < len(pieces):
            await client.send_input({"type": "http.disconnect"})
            await client.wait(5)
            return await client.receive_nothing()
        begun = await client.receive_output(20)
        await client.wait(5)
        return begun["status"]

    for count in range(2 * MOST_UPLOADS_AT_ONCE):
        assert await send(*pieces[: count % len(pieces)]) is True
    assert on_disk(media) == []
    assert await send(*pieces) == 201
    assert len(on_disk(media)) == 1
