"""The recorded calls for files, and the recorded messages that carry them, get the recorded answers."""

import json
from pathlib import Path
from typing import Any

import pytest

from integrations.simulator.media import samples
from integrations.simulator.media.sniff import sniff
from integrations.simulator.testing import LAURA, NOA, RunningSimulator
from tests.integrations.simulator.conftest import NUMBER_ID, Answer, call
from tests.integrations.simulator.files import form, movie
from tests.integrations.simulator.test_fixtures import READ_WAMID, shape

FOLDER = Path(__file__).parents[2] / "payloads" / "whatsapp" / "requests"
MESSAGES = [
    "send_image_id", "send_image_link", "send_video", "send_audio_file", "send_audio_voice", "send_document",
    "send_sticker", "send_location", "send_contacts", "send_reaction", "send_reaction_remove",
    "send_interactive_buttons", "send_interactive_list", "send_interactive_cta_url",
    "send_interactive_location_request", "send_interactive_contact_request", "send_interactive_flow",
    "send_interactive_product", "send_interactive_product_list",
    "err_131052_media_download", "err_131053_media_upload",
]  # fmt: skip
# What lies under the ids that the recorded requests name.
STORED = {"6256201916127942": "photo", "4166945417908205": "voice", "5173812404774954": "invoice",
          "7259314725855273": "sticker", "7280500399171166": "video", "7061116131335078": "photo"}  # fmt: skip


def recorded(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    pair = json.loads((FOLDER / f"{name}.json").read_text())
    return pair["request"], pair["response"]


def store(simulator: RunningSimulator, media_id: str, sample: str, origin: str = "upload") -> None:
    """Put a sample under an id of the recordings."""

    def put() -> None:
        shelf, data = simulator.simulator.shelf, samples.data(sample)
        media = shelf.add(NUMBER_ID, origin, shelf.blobs.put(data), len(data), sniff(data))
        simulator.simulator.store.run(
            "UPDATE media SET media_id = ? WHERE media_id = ?", media_id, media.media_id
        )

    simulator.call(put)


@pytest.fixture
def stocked(simulator: RunningSimulator) -> RunningSimulator:
    """Laura and Noa have written, and the files of the recordings are there."""
    for media_id, sample in STORED.items():
        store(simulator, media_id, sample)
    simulator.inbound({"from": LAURA["wa_id"], "text": "Hola"})
    simulator.inbound({"from": NOA["user_id"], "text": "Hola"})
    message = {"id": READ_WAMID, "from": LAURA["wa_id"], "type": "text", "text": {"body": "Hola"}}
    at = simulator.call(lambda: int(simulator.simulator.shelf.now()))
    simulator.inbound({"value": {"messages": [{**message, "timestamp": str(at)}]}})
    return simulator


def play(simulator: RunningSimulator, request: dict[str, Any], body: Any = None, **headers: str) -> Answer:
    kept = {key: value for key, value in request["headers"].items() if key == "Authorization"}
    query = "&".join(f"{key}={value}" for key, value in (request.get("query") or {}).items())
    return call(
        request["method"], f"{simulator.base_url}{request['path']}?{query}", body, headers={**kept, **headers}
    )


@pytest.mark.parametrize("name", MESSAGES)
def test_recorded_messages_get_the_recorded_answers(stocked: RunningSimulator, name: str) -> None:
    request, expected = recorded(name)
    answer = play(stocked, request, request["body"])
    assert answer.status == expected["status"]
    assert shape(answer.json) == shape(expected["body"])
    if expected["status"] != 200:
        assert stocked.ledger() == []
        return
    (entry,) = stocked.ledger()
    kind = request["body"]["type"]
    content = request["body"][kind]
    assert entry["type"] == kind
    assert entry["content"] == (content if isinstance(content, dict) else {"contacts": content})
    if "id" in content:
        assert entry["media"]["id"] == content["id"]
        assert stocked.file(content["id"]) == samples.data(STORED[content["id"]])


def test_a_file_is_uploaded(simulator: RunningSimulator) -> None:
    request, expected = recorded("media_upload_ok")
    body, content_type = form(samples.data("photo"), "image/jpeg", "foto.jpg")
    answer = play(simulator, request, body, **{"Content-Type": content_type})
    assert answer.status == expected["status"]
    assert list(answer.json) == ["id"]
    assert answer.json["id"].isdigit()
    assert simulator.file(answer.json["id"]) == samples.data("photo")


def test_a_file_of_a_wrong_type_is_refused(simulator: RunningSimulator) -> None:
    request, expected = recorded("media_upload_bad_mime")
    body, content_type = form(b"\0\0\0\x18ftypheic", "image/heic", "foto.heic")
    answer = play(simulator, request, body, **{"Content-Type": content_type})
    assert (answer.status, shape(answer.json)) == (expected["status"], shape(expected["body"]))


def test_a_file_that_is_too_large_is_refused(simulator: RunningSimulator) -> None:
    request, expected = recorded("media_upload_too_big")
    body, content_type = form(movie(20 * 1024 * 1024), "video/mp4", "largo.mp4")
    answer = play(simulator, request, body, **{"Content-Type": content_type})
    assert (answer.status, shape(answer.json)) == (expected["status"], shape(expected["body"]))


def test_a_file_is_looked_up(stocked: RunningSimulator) -> None:
    request, expected = recorded("media_get_url")
    answer = play(stocked, request)
    assert answer.status == expected["status"]
    found, wanted = answer.json, expected["body"]
    assert list(found) == list(wanted)
    assert (found["id"], found["mime_type"]) == (wanted["id"], wanted["mime_type"])
    assert (len(found["sha256"]), found["file_size"]) == (64, str(len(samples.data("photo"))))
    path = "/whatsapp_business/attachments/?mid=7061116131335078&source=webhook&ext="
    assert found["url"].startswith(stocked.base_url + path)


def test_an_id_that_is_too_old_is_none(stocked: RunningSimulator) -> None:
    request, expected = recorded("media_get_url_expired_id")
    store(stocked, "1000000000000001", "photo", "inbound")
    assert play(stocked, request).status == 200
    stocked.media_clock(8 * 86_400)
    answer = play(stocked, request)
    assert (answer.status, shape(answer.json)) == (expected["status"], shape(expected["body"]))


def test_a_file_is_deleted(stocked: RunningSimulator) -> None:
    request, expected = recorded("media_delete_ok")
    answer = play(stocked, request)
    assert (answer.status, answer.json) == (expected["status"], expected["body"])
    assert play(stocked, request).code == 100
    again, _ = recorded("send_image_id")
    assert play(stocked, again, again["body"]).code == 100


@pytest.mark.parametrize("name", ["media_download_ok", "media_download_401_no_token", "media_download_404"])
def test_downloads_answer_as_recorded(stocked: RunningSimulator, name: str) -> None:
    request, expected = recorded(name)
    look_up, _ = recorded("media_get_url")
    url = play(stocked, look_up).json["url"]
    headers = {"Authorization": request["headers"]["Authorization"]}
    if name == "media_download_401_no_token":
        headers = {}
    if name == "media_download_404":
        stocked.media_clock(301)
    answer = call("GET", url, headers=headers)
    assert answer.status == expected["status"]
    if expected["status"] == 200:
        assert answer.headers["content-type"] == "image/jpeg"
        assert answer.body == samples.data("photo")
    else:
        assert answer.body == b""
