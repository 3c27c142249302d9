"""Each recorded call is made as Meta had it, and each recorded answer is understood: over the wire, file by file."""

from __future__ import annotations

import io
import json
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from integrations.whatsapp.client import GraphClient, open_session
from integrations.whatsapp.errors import Accepted, Done, Outcome, Refused, Unknown, classify_call
from integrations.whatsapp.media import Downloaded, DownloadFailed, MediaInfo, Uploaded
from tests.integrations.whatsapp.bodies import REQUESTS, request_of
from tests.integrations.whatsapp.raw_server import Peer, RawServer, raw_server

NUMBER = "417398204718336"
PHOTO = b"\xff\xd8\xff" + b"x" * 303_830
# What is answered so may have been taken all the same; no send is repeated after it.
UNCLEAR = {1, 2, 131000}
DOWNLOADS = {200: Downloaded(len(PHOTO)), 401: "refused", 404: "gone"}


def _is_ours(name: str) -> bool:
    """Tell whether the product makes this call: it sends, marks as read, asks for its number, and handles files."""
    request = request_of(name)["request"]
    what = urlsplit(request["path"]).path.rpartition("/")[2]
    if request["method"] == "POST":
        return what in ("messages", "media")
    return request["method"] == "GET" and name.startswith(("phone_number_get", "media_"))


OURS = [path.stem for path in REQUESTS if _is_ours(path.stem)]
OTHERS = [path.stem for path in REQUESTS if not _is_ours(path.stem)]


async def _make(client: GraphClient, name: str, server: RawServer) -> Any:
    """Make the call of a recording, as the product would."""
    request = request_of(name)["request"]
    path, body = urlsplit(request["path"]), request["body"] or {}
    last = path.path.rpartition("/")[2]
    if last == "media":
        file = io.BytesIO(PHOTO)
        return await client.upload_media(
            NUMBER, file, mime_type=body["__multipart"]["type"], file_name="f.jpg"
        )
    if body.get("status") == "read":
        return await client.mark_read(NUMBER, body["message_id"], typing="typing_indicator" in body)
    if body:
        return await client.send_message(NUMBER, body)
    if path.hostname:
        taken = bytearray()
        found = await client.download(
            f"{server.url}{path.path}?{path.query}", taken.extend, max_bytes=len(PHOTO)
        )
        assert bytes(taken) == (PHOTO if isinstance(found, Downloaded) else b"")
        return found
    if name.startswith("phone_number_get"):
        return await client.phone_number(last)
    return await client.media_url(last, NUMBER)


def _bytes_of(name: str) -> bytes:
    body = request_of(name)["response"]["body"]
    if name == "media_download_ok":
        return PHOTO
    return body.encode() if isinstance(body, str) else json.dumps(body).encode()


@pytest.mark.parametrize("name", OURS)
async def test_a_call_is_made_as_recorded_and_its_answer_understood(name: str) -> None:
    recorded = request_of(name)
    status = recorded["response"]["status"]

    async def answers(peer: Peer) -> None:
        await peer.request()
        await peer.answer(_bytes_of(name), f"{status} {HTTPStatus(status).phrase}")

    async with raw_server(answers) as server, open_session() as session:
        found = await _make(GraphClient(server.url, "v26.0", "EAAB_TEST_TOKEN", session), name, server)
    assert len(server.requests) == 1
    _assert_asked_as(recorded["request"], *server.requests[0])
    _assert_understood(name, found, recorded["response"])


def _assert_asked_as(request: dict[str, Any], head: bytes, body: bytes) -> None:
    method, target, _ = head.split(b"\r\n", 1)[0].decode().split(" ")
    path, wanted = urlsplit(target), urlsplit(request["path"])
    assert (method, path.path) == (request["method"], wanted.path)
    query = dict(parse_qsl(path.query))
    asked = request.get("query") or dict(parse_qsl(wanted.query))
    if fields := asked.pop("fields", None):
        # One that is asked for elsewhere may be missing here, and none may be new.
        assert set(query.pop("fields").split(",")) >= set(fields.split(",")) - {"health_status"}
    assert query.items() >= asked.items()
    assert b"\r\nAuthorization: Bearer EAAB_TEST_TOKEN\r\n" in head
    assert b"\r\nUser-Agent: " in head
    if form := (request["body"] or {}).get("__multipart"):
        for part in ("messaging_product", "type", "file"):
            assert f'name="{part}"'.encode() in body
        assert f"\r\n\r\n{form['type']}\r\n".encode() in body
        assert PHOTO in body
    elif request["body"]:
        assert json.loads(body) == request["body"]


def _assert_understood(name: str, found: Any, response: dict[str, Any]) -> None:
    status, body = response["status"], response["body"]
    if name.startswith("media_download"):
        wanted = DOWNLOADS[status]
        assert found == wanted or (isinstance(found, DownloadFailed) and found.reason == wanted)
    elif status != 200:
        _assert_refused(name, found, body)
    elif "messages" in body:
        contact, message = body["contacts"][0], body["messages"][0]
        assert found == Accepted(
            message["id"], contact.get("wa_id"), contact.get("user_id"), message.get("message_status")
        )
    elif name == "media_get_url":
        assert found == MediaInfo(body["url"], body["mime_type"], body["sha256"], int(body["file_size"]))
    elif name == "media_upload_ok":
        assert found == Uploaded(body["id"])
    else:
        assert found == Done(body)


def _assert_refused(name: str, found: Any, body: Any) -> None:
    error = body["error"] if isinstance(body, dict) else None
    if error is None or (error["code"] in UNCLEAR and name.startswith("err_")):
        assert isinstance(found, Unknown)
        return
    assert isinstance(found, Refused)
    # What Meta has written for people goes before what it has written for us.
    title = error.get("error_user_title") or error["message"]
    detail = error.get("error_user_msg") or error.get("error_data", {}).get("details", "")
    assert (found.code, found.title, found.detail) == (error["code"], title[:500], detail)


@pytest.mark.parametrize("name", OTHERS)
def test_the_answer_to_any_other_call_is_understood_too(name: str) -> None:
    response = request_of(name)["response"]
    headers = response.get("headers") or {}
    found = classify_call(Outcome("after_body", response["status"], headers, _bytes_of(name)))
    if response["status"] == 200:
        assert found == Done(response["body"])
    else:
        _assert_refused("", found, response["body"])
