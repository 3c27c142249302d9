"""Files on the phone page: left, turned, shown in parts; and stores that are older than files."""

import sqlite3
import struct
from pathlib import Path

import pytest

from integrations.simulator.media import samples
from integrations.simulator.media.sniff import sniff
from integrations.simulator.media.webm import NotWebm, voice_from_webm
from integrations.simulator.testing import LAURA, RunningSimulator, running
from tests.integrations.simulator.conftest import NUMBER_ID, Receiver, call
from tests.integrations.simulator.files import png

FILES = "/_sim/phone/files"
CHAT = {"phone_number_id": NUMBER_ID, "user_id": LAURA["user_id"]}
HEAD = b"OpusHead\x01\x01" + struct.pack("<HIHB", 312, 48000, 0, 0)


def element(name: int, content: bytes, *, open_ended: bool = False) -> bytes:
    """One EBML element; a recorder leaves the length of the outer ones open."""
    size = b"\x01" + b"\xff" * 7 if open_ended else struct.pack(">Q", len(content) | 1 << 56)
    return name.to_bytes((name.bit_length() + 7) // 8, "big") + size + content


def webm(packets: list[bytes], *, codec: bytes = b"A_OPUS", open_ended: bool = False) -> bytes:
    """A WebM as browsers record it."""
    track = element(0xAE, element(0x86, codec) + element(0x63A2, HEAD))
    blocks = [element(0xA3, b"\x81" + struct.pack(">hB", 0, 0) + packet) for packet in packets]
    clusters = b"".join(element(0x1F43B675, block, open_ended=open_ended) for block in blocks)
    content = element(0x1654AE6B, track) + clusters
    return element(0x1A45DFA3, b"") + element(0x18538067, content, open_ended=open_ended)


def pages(ogg: bytes) -> list[tuple[int, int, bytes]]:
    """The flags, the position and the content of every page."""
    found, place = [], 0
    while place < len(ogg):
        assert ogg[place : place + 4] == b"OggS"
        flags, position = struct.unpack_from("<Bq", ogg, place + 5)
        count = ogg[place + 26]
        size = sum(ogg[place + 27 : place + 27 + count])
        found.append((flags, position, ogg[place + 27 + count : place + 27 + count + size]))
        place += 27 + count + size
    return found


@pytest.mark.parametrize("open_ended", [False, True])
def test_a_recorded_voice_message_becomes_ogg(open_ended: bool) -> None:
    # Each packet is 20 ms (configuration 15), one of them longer than a lace.
    packets = [b"\x78" + bytes([index]) * 40 for index in range(120)] + [b"\x78" + b"x" * 600]
    ogg = voice_from_webm(webm(packets, open_ended=open_ended))
    first, second, *rest = pages(ogg)
    assert (first[0], first[2]) == (2, HEAD)
    assert second[2].startswith(b"OpusTags")
    assert b"".join(content for _, _, content in rest) == b"".join(packets)
    assert rest[-1][:2] == (4, 312 + 121 * 960)
    assert sniff(ogg).fits("audio/ogg")
    assert sniff(ogg).flaw is None


def test_the_checksums_are_those_of_the_format() -> None:
    # A file that another program wrote, its pages summed again.
    from integrations.simulator.media.webm import _checksum

    data = samples.data("voice")
    count = data[26]
    page = data[: 27 + count + sum(data[27 : 27 + count])]
    assert struct.unpack_from("<I", page, 22)[0] == _checksum(page[:22] + b"\0\0\0\0" + page[26:])


@pytest.mark.parametrize(
    "data", [b"", b"\x1a\x45", b"\0\0\0", webm([]), webm([b"\x78"], codec=b"A_VORBIS"), webm([b"\x78x"])[:60]]
)
def test_what_is_no_recording_is_refused(data: bytes) -> None:
    with pytest.raises(NotWebm):
        voice_from_webm(data)


def test_a_file_is_left_and_then_sent(simulator: RunningSimulator, receiver: Receiver) -> None:
    url = simulator.base_url
    left = call("POST", f"{url}{FILES}?type=image/png", png(8, 6))
    assert left.status == 201
    assert (left.json["mime_type"], left.json["kind"], left.json["width"]) == ("image/png", "image", 8)
    message = {**CHAT, "type": "image", "media": {"blob": left.json["blob"], "file_name": "a.png"}}
    sent = call("POST", f"{url}/_sim/phone/messages", message).json["message"]
    assert sent["extras"]["media"]["width"] == 8
    simulator.wait_idle()
    assert simulator.file(receiver.items("messages")[0]["image"]["id"]) == png(8, 6)
    recorded = call("POST", f"{url}{FILES}?voice=1&type=audio/webm", webm([b"\x78x"] * 10))
    assert recorded.json["mime_type"] == "audio/ogg"
    assert call("POST", f"{url}{FILES}?voice=1&type=audio/webm", b"\x1a\x45\xdf\xa3").status == 400
    assert call("POST", f"{url}{FILES}?type=image/png", b"").status == 400
    gone = {**CHAT, "type": "image", "media": {"blob": "0" * 64}}
    assert call("POST", f"{url}/_sim/phone/messages", gone).status == 400


def test_a_file_can_be_had_in_parts(simulator: RunningSimulator) -> None:
    media_id = simulator.inbound({"from": LAURA["wa_id"], "type": "video"})["media_id"]
    url, video = f"{simulator.base_url}{FILES}/{media_id}", samples.data("video")
    assert call("GET", url).body == video
    for asked, start, end in (
        ("0-9", 0, 9),
        ("100-", 100, len(video) - 1),
        ("-5", len(video) - 5, len(video) - 1),
    ):
        answer = call("GET", url, headers={"Range": f"bytes={asked}"})
        assert (answer.status, answer.body) == (206, video[start : end + 1])
        assert answer.headers["content-range"] == f"bytes {start}-{end}/{len(video)}"
    assert call("GET", url, headers={"Range": f"bytes={len(video)}-"}).status == 416
    assert call("GET", url, headers={"Range": "bytes=-"}).status == 200
    assert call("GET", f"{simulator.base_url}{FILES}/1").status == 404
    assert call("GET", f"{simulator.base_url}/_sim/phone/samples/nothing").status == 404


def test_the_phone_shows_files_that_are_too_old_for_the_business(simulator: RunningSimulator) -> None:
    media_id = simulator.inbound({"from": LAURA["wa_id"], "type": "image"})["media_id"]
    simulator.media_clock(400 * 86_400)
    assert call("GET", f"{simulator.base_url}{FILES}/{media_id}").body == samples.data("photo")


def test_a_store_from_before_there_were_files_is_taken_over(tmp_path: Path) -> None:
    with running(folder=tmp_path, customers=[LAURA]) as simulator:
        simulator.inbound({"from": LAURA["wa_id"], "text": "Hola"})
    connection = sqlite3.connect(tmp_path / "simulator.sqlite3")
    for table, column in (("people", "hidden_wa_id"), ("messages", "content"), ("messages", "extras"),
                          ("ledger", "content"), ("ledger", "media"), ("ledger", "context")):  # fmt: skip
        connection.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    connection.close()
    with running(folder=tmp_path, customers=[LAURA]) as simulator:
        overview = simulator.call(lambda: simulator.simulator.chats.overview(NUMBER_ID))
        assert overview[LAURA["user_id"]]["last"]["text"] == "Hola"
        assert simulator.inbound({"from": LAURA["wa_id"], "type": "image"})["media_id"]


def test_earlier_chats_may_hold_every_kind(simulator: RunningSimulator) -> None:
    place = {"latitude": 4.6, "longitude": -74.0, "name": "Aquí"}
    message = {"wamid": "wamid.DEMO1", "direction": "in", "type": "location", "text": "", "at": 1_795_000_000,
               "state": "read", "content": place}  # fmt: skip
    held = simulator.simulator
    simulator.call(lambda: held.chats.load([{**CHAT, "messages": [message]}], held.shelf))
    chat = call(
        "GET", f"{simulator.base_url}/_sim/phone/chat?phone_number_id={NUMBER_ID}&user_id={LAURA['user_id']}"
    )
    assert chat.json["messages"][0]["content"] == place
