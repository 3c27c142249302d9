"""The recorded calls for files get the recorded answers: each recording of one has its test here."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from integrations.simulator.media import samples
from integrations.simulator.testing import RunningSimulator
from tests.integrations.simulator.conftest import call
from tests.integrations.simulator.files import form, movie
from tests.integrations.simulator.recorded import ALL, FILES, play, recorded, shape, stock, store


@pytest.fixture
def stocked(simulator: RunningSimulator) -> RunningSimulator:
    stock(simulator)
    return simulator


def test_every_recording_of_a_file_is_played() -> None:
    here = Path(__file__).read_text()
    assert {name for name in ALL if name.startswith(FILES)} == set(re.findall(r'"(media_[a-z0-9_]+)"', here))


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
