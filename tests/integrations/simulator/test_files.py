"""Uploads, links and what goes wrong with them."""

import hashlib
import http.client
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from integrations.simulator.media import samples
from integrations.simulator.media.sniff import sniff
from integrations.simulator.testing import LAURA, RunningSimulator, account, running
from tests.integrations.simulator.conftest import MESSAGES, NUMBER_ID, TOKEN, Answer, Graph, call, text
from tests.integrations.simulator.files import form, movie, ogg, png, webp

UPLOAD = f"/v26.0/{NUMBER_ID}/media"
KB, MB = 1024, 1024 * 1024
BEARER = {"Authorization": f"Bearer {TOKEN}"}


def upload(simulator: RunningSimulator, data: bytes, mime_type: str, **options: Any) -> Answer:
    body, content_type = form(data, mime_type, **options)
    return call("POST", simulator.base_url + UPLOAD, body, headers={**BEARER, "Content-Type": content_type})


def link_of(simulator: RunningSimulator, media_id: str) -> str:
    return str(call("GET", f"{simulator.base_url}/v26.0/{media_id}", headers=BEARER).json["url"])


GOOD = [
    ("image/jpeg", samples.data("photo")), ("image/png", png()), ("image/png", png(colour=6)),
    ("image/webp", samples.data("sticker")), ("image/webp", samples.data("sticker_animated")),
    ("video/mp4", samples.data("video")), ("video/3gpp", movie(brand=b"3gp4")),
    ("audio/ogg", samples.data("voice")), ("audio/ogg; codecs=opus", ogg()), ("audio/mpeg", samples.data("song")),
    ("audio/aac", b"\xff\xf1" + b"\0" * 50), ("audio/amr", b"#!AMR\n" + b"\0" * 50),
    ("audio/mp4", b"\0\0\0\x18ftypM4A " + b"\0" * 50), ("application/pdf", samples.data("invoice")),
    ("text/plain", "año;1\n".encode()), ("application/msword", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK\x03\x04..xl/workbook.xml"),
    ("video/mp4", movie(16 * MB)), ("audio/mpeg", b"ID3" + b"\0" * (16 * MB - 3)),
    ("image/webp", webp(100 * KB)), ("image/webp", webp(500 * KB, animated=True)),
]  # fmt: skip
BAD = [
    ("image/jpeg", png()), ("image/png", samples.data("photo")), ("image/jpeg", b"<svg onload=alert(1)>"),
    ("image/png", png(colour=3)), ("image/png", png(depth=16)), ("image/jpeg", b"\xff\xd8\xff\xe0\0\x10JFIF"),
    ("audio/ogg", ogg(b"\x01vorbis\0")), ("audio/ogg", ogg(channels=2)), ("audio/mp4", samples.data("video")),
    ("audio/aac", samples.data("song")), ("video/mp4", movie(codec=b"hvc1")), ("video/mp4", b"\x1a\x45\xdf\xa3V_VP8"),
    ("application/pdf", b"PK\x03\x04"), ("text/plain", b"\0\1\2"), ("image/jpeg", b""),
    ("image/jpeg", samples.data("photo") + b"\0" * 5 * MB), ("video/mp4", movie(16 * MB + 1)),
    ("audio/mpeg", b"ID3" + b"\0" * 16 * MB), ("image/webp", webp(100 * KB + 1)),
    ("image/webp", webp(500 * KB + 1, animated=True)),
]  # fmt: skip


@pytest.mark.parametrize(("mime_type", "data"), GOOD, ids=[f"{i} {one[0]}" for i, one in enumerate(GOOD)])
def test_files_that_whatsapp_takes_are_taken(
    simulator: RunningSimulator, mime_type: str, data: bytes
) -> None:
    answer = upload(simulator, data, mime_type)
    assert answer.status == 200, answer.json
    assert simulator.file(answer.json["id"]) == data


@pytest.mark.parametrize(("mime_type", "data"), BAD, ids=[f"{i} {one[0]}" for i, one in enumerate(BAD)])
def test_files_that_are_something_else_or_too_large_are_not(
    simulator: RunningSimulator, mime_type: str, data: bytes
) -> None:
    assert upload(simulator, data, mime_type).code == 131053


@pytest.mark.parametrize(
    "mime_type", ["image/gif", "text/html", "application/zip", "application/octet-stream", "x"]
)
def test_types_that_whatsapp_does_not_have_are_named(simulator: RunningSimulator, mime_type: str) -> None:
    answer = upload(simulator, b"GIF89a", mime_type)
    assert answer.code == 100
    assert f"Received file of type '{mime_type}'." in answer.json["error"]["message"]


@pytest.mark.parametrize("field", ["messaging_product", "type", "file"])
def test_every_field_of_the_form_is_needed(simulator: RunningSimulator, field: str) -> None:
    answer = upload(simulator, png(), "image/png", leave_out=field)
    assert (answer.code, answer.json["error"]["message"]) == (
        100,
        f"(#100) The parameter {field} is required.",
    )


@pytest.mark.parametrize(
    "body", [b"", b"x", b"--limit", b"--limit\r\n", b"--limit\r\n\r\nx", b"--limit\r\nA: b\r\n\r\n"]
)
def test_broken_forms_are_refused(simulator: RunningSimulator, body: bytes) -> None:
    headers = {**BEARER, "Content-Type": "multipart/form-data; boundary=limit"}
    assert call("POST", simulator.base_url + UPLOAD, body, headers=headers).code == 100
    headers["Content-Type"] = "application/json"
    assert call("POST", simulator.base_url + UPLOAD, b"{}", headers=headers).code == 100


def test_the_type_of_the_part_counts_not_that_of_the_form(simulator: RunningSimulator) -> None:
    assert upload(simulator, png(), "image/png", told="image/jpeg").status == 200
    assert upload(simulator, png(), "application/octet-stream", told="image/png").code == 100


def test_a_document_of_100_mb_is_taken_and_kept_on_disk(tmp_path: Path) -> None:
    with running(folder=tmp_path) as simulator:
        data = b"%PDF-1.7\n" + b"\n" * (100 * MB - 9)
        answer = upload(simulator, data, "application/pdf")
        assert answer.status == 200
        downloaded = call("GET", link_of(simulator, answer.json["id"]), headers=BEARER, timeout=60)
        assert downloaded.body == data
        larger = upload(simulator, data + b"\n", "application/pdf")
        assert larger.json["error"]["error_data"]["details"] == "Document file size exceeds the 100MB limit"
        assert [path.stat().st_size for path in (tmp_path / "media").iterdir()] == [100 * MB]


def test_a_link_needs_the_token_and_ends_after_five_minutes(
    simulator: RunningSimulator, graph: Graph
) -> None:
    media_id = upload(simulator, png(), "image/png").json["id"]
    url = link_of(simulator, media_id)
    assert call("GET", url, headers=BEARER).headers["content-type"] == "image/png"
    assert call("GET", url).status == 401
    assert call("GET", url, headers={"Authorization": "Bearer nobody's"}).status == 401
    assert call("GET", f"{url}&access_token={TOKEN}").status == 401
    assert call("POST", url, {}, headers=BEARER).status == 405
    query = dict(parse_qsl(urlsplit(url).query))
    for name, value in (("mid", "1"), ("ext", str(int(query["ext"]) + 9)), ("hash", "x"), ("ext", "soon")):
        forged = url.partition("?")[0] + "?" + urlencode({**query, name: value})
        assert call("GET", forged, headers=BEARER).status == 404
    simulator.media_clock(299)
    assert call("GET", url, headers=BEARER).status == 200
    simulator.media_clock(301)
    assert call("GET", url, headers=BEARER).status == 404
    assert call("GET", link_of(simulator, media_id), headers=BEARER).status == 200


def test_ids_live_7_days_when_received_and_30_when_uploaded(
    simulator: RunningSimulator, graph: Graph
) -> None:
    uploaded = upload(simulator, png(), "image/png").json["id"]
    received = simulator.inbound({"from": LAURA["wa_id"], "type": "image"})["media_id"]
    for days, alive in ((6, [True, True]), (8, [True, False]), (29, [True, False]), (31, [False, False])):
        answer = call("POST", simulator.base_url + "/_sim/media-clock", {"ahead_seconds": days * 86_400})
        assert answer.json == {"ahead_seconds": days * 86_400.0}
        found = [graph("GET", f"/v26.0/{one}").status == 200 for one in (uploaded, received)]
        assert found == alive
    assert call("POST", simulator.base_url + "/_sim/media-clock", {"ahead_seconds": "x"}).status == 400


def test_a_file_belongs_to_its_number(simulator: RunningSimulator, graph: Graph, open_window: str) -> None:
    simulator.accounts(
        [
            account(phone_number_id="2", display_phone_number="+57 300 5550191"),
            account(phone_number_id="3", waba_id="30", display_phone_number="+57 1", access_token="OTHER"),
        ]
    )
    media_id = upload(simulator, png(), "image/png").json["id"]
    image = {**text(text=...), "type": "image", "image": {"id": media_id}}
    answer = graph("POST", MESSAGES.replace(NUMBER_ID, "2"), image)
    sentence = "Param image['id'] is not a valid whatsapp business account media attachment ID"
    assert (answer.code, answer.json["error"]["message"]) == (100, f"(#100) {sentence}")
    assert graph("GET", f"/v26.0/{media_id}?phone_number_id=2").json["error"]["error_subcode"] == 33
    assert graph("GET", f"/v26.0/{media_id}", token="OTHER").json["error"]["error_subcode"] == 33
    assert graph("DELETE", f"/v26.0/{media_id}", token="OTHER").code == 100
    url = link_of(simulator, media_id)
    assert call("GET", url, headers={"Authorization": "Bearer OTHER"}).status == 404
    assert graph("POST", MESSAGES, image).status == 200
    assert graph("DELETE", f"/v26.0/{media_id}").json == {"success": True}
    assert call("GET", url, headers=BEARER).status == 404
    assert graph("DELETE", "/v26.0/12345").code == 100


class _Web(BaseHTTPRequestHandler):
    """A web server of the business's own."""

    seen: list[str] = []

    def do_GET(self) -> None:
        self.seen.append(self.path)
        name = self.path.strip("/")
        if name == "moved":
            self.send_response(302)
            self.send_header("location", "/photo.jpg")
            self.send_header("content-length", "0")
            self.end_headers()
            return
        files = {"photo.jpg": ("image/jpeg", samples.data("photo")), "lie.jpg": ("image/jpeg", b"<html>"),
                 "photo.heic": ("image/heic", b"\0\0\0\x18ftypheic")}  # fmt: skip
        mime_type, data = files.get(name, ("text/plain", b""))
        self.send_response(200 if data else 404)
        self.send_header("content-type", mime_type)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def web() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Web)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    _Web.seen = []
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_links_of_the_business_are_fetched_once_in_ten_minutes(
    simulator: RunningSimulator, graph: Graph, open_window: str, web: str
) -> None:
    def send(name: str) -> Answer:
        return graph(
            "POST", MESSAGES, {**text(text=...), "type": "image", "image": {"link": f"{web}/{name}"}}
        )

    assert [send(name).status for name in ("photo.jpg", "photo.jpg", "moved")] == [200] * 3
    assert _Web.seen == ["/photo.jpg", "/moved", "/photo.jpg"]
    simulator.media_clock(601)
    assert send("photo.jpg").status == 200
    assert len(_Web.seen) == 4
    entry = simulator.ledger()[0]
    photo = samples.data("photo")
    assert entry["media"] == {
        "id": None, "link": f"{web}/photo.jpg", "mime_type": "image/jpeg", "file_name": "photo.jpg",
        "sha256": hashlib.sha256(photo).hexdigest(), "size": len(photo),
    }  # fmt: skip
    assert [send(name).code for name in ("nothing", "lie.jpg", "photo.heic")] == [131052, 131053, 131053]
    nobody = {**text(text=...), "type": "image", "image": {"link": "http://127.0.0.1:1/x.jpg"}}
    assert graph("POST", MESSAGES, nobody).code == 131052
    assert len(simulator.ledger()) == 4


def fetch(url: str, timeout: float = 60) -> tuple[str, bytes, str]:
    """Get a link and tell how it ended, what came and as which type."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=timeout)
    try:
        connection.request("GET", f"{parts.path}?{parts.query}", headers=BEARER)
        response = connection.getresponse()
        return str(response.status), response.read(), response.headers["content-type"]
    except http.client.IncompleteRead as error:
        return "IncompleteRead", error.partial, ""
    except OSError as error:
        return type(error).__name__, b"", ""
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("fault", "ends"),
    [
        ({"kind": "silent"}, "TimeoutError"),
        ({"kind": "stall"}, "TimeoutError"),
        ({"kind": "reset", "when": "half_response"}, "ConnectionResetError"),
        ({"kind": "reset", "when": "before_body"}, "ConnectionResetError"),
        ({"kind": "gone"}, "404"),
        ({"kind": "html", "status": 503}, "503"),
        ({"kind": "error", "code": 190}, "401"),
        ({"kind": "wrong_type"}, "200"),
        ({"kind": "changed_bytes"}, "200"),
        ({"kind": "garbage", "body": "cut"}, "200"),
    ],
    ids=str,
)
@pytest.mark.parametrize("on", ["download", "media"])
def test_a_link_can_go_wrong_in_every_way(
    simulator: RunningSimulator, fault: dict[str, Any], ends: str, on: str
) -> None:
    media_id = simulator.inbound({"from": LAURA["wa_id"], "type": "image"})["media_id"]
    url = link_of(simulator, media_id)
    # Before the body it is not known whose file it is.
    whose = {} if fault.get("when") == "before_body" else {"customer": LAURA["wa_id"]}
    simulator.fault(**fault, **whose, on=on, count=1)
    how, body, mime_type = fetch(url, 2 if ends == "TimeoutError" else 60)
    assert how in (ends, "IncompleteRead") if fault["kind"] == "reset" else how == ends
    photo = samples.data("photo")
    if fault["kind"] == "wrong_type":
        assert (body, mime_type) == (photo, "text/html")
    if fault["kind"] in ("changed_bytes", "garbage"):
        assert body != photo
    assert fetch(url)[:2] == ("200", photo)


def test_look_ups_and_uploads_meet_faults_of_their_own(simulator: RunningSimulator, graph: Graph) -> None:
    media_id = simulator.inbound({"from": LAURA["wa_id"], "type": "image"})["media_id"]
    simulator.fault(kind="error", code=131016, on="upload", count=1)
    simulator.fault(kind="error", code=4, on="media", count=1)
    simulator.fault(kind="error", code=2, on="read", count=1)
    assert graph("GET", f"/v26.0/{NUMBER_ID}").status == 200
    assert graph("GET", f"/v26.0/{media_id}").code == 4
    assert upload(simulator, png(), "image/png").code == 131016
    assert graph("GET", f"/v26.0/{media_id}").status == 200
    assert upload(simulator, png(), "image/png").status == 200
    simulator.fault(kind="garbage", body="no_id", on="upload", count=1)
    assert "id" not in upload(simulator, png(), "image/png").json


@pytest.mark.parametrize(
    "fault", [{"kind": "gone", "on": "send"}, {"kind": "gone", "on": "upload"}, {"kind": "x"}]
)
def test_faults_of_links_happen_to_links_only(simulator: RunningSimulator, fault: dict[str, Any]) -> None:
    assert call("POST", simulator.base_url + "/_sim/faults", fault).status == 400


def test_files_survive_a_restart(tmp_path: Path) -> None:
    with running(folder=tmp_path, customers=[LAURA]) as simulator:
        port = int(simulator.base_url.rsplit(":", 1)[1])
        media_id = simulator.inbound({"from": LAURA["wa_id"], "type": "image"})["media_id"]
        url = link_of(simulator, media_id)
    with running(folder=tmp_path, customers=[LAURA], port=port) as simulator:
        assert fetch(url)[:2] == ("200", samples.data("photo"))
        assert len(list((tmp_path / "media").iterdir())) == 1
        simulator.call(lambda: simulator.simulator.shelf.sweep())
        assert fetch(url)[0] == "200"
        simulator.reset()
        assert list((tmp_path / "media").iterdir()) == []
        assert fetch(url)[0] == "404"


def test_samples_are_what_they_are_said_to_be() -> None:
    for name, (_, mime_type, _) in samples.SAMPLES.items():
        found = sniff(samples.data(name))
        assert found.fits(mime_type), name
        assert found.flaw is None, name
    assert (sniff(samples.data("photo")).width, sniff(samples.data("photo")).height) == (900, 1200)
    assert sniff(samples.data("sticker")).width == 512
    assert sniff(samples.data("sticker_animated")).animated
