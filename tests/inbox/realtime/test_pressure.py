"""Whoever does not keep up is let go; the others notice nothing."""

from __future__ import annotations

import json
import time
from contextlib import suppress

import pytest
from websockets.exceptions import ConnectionClosed

from inbox.models import Conversation
from inbox.realtime.limits import OUTSTANDING_BYTES, REPLAY_PATIENCE_SECONDS
from tests.inbox.realtime.conftest import Inbox
from tests.inbox.realtime.lines import PATIENCE_SECONDS, Line, line, sign_in
from tests.inbox.realtime.servers import Server
from tests.silent import open_unread

SILENT_SOCKETS = 15
LONG = "x" * 4_000


def pour(inbox: Inbox, row: Conversation, *, kilobytes: int, reader: Line | None = None) -> int:
    """Let events of about 5 kB each happen, while somebody reads."""
    head = 0
    for _ in range(kilobytes // 100):
        head = inbox.receive(*[row] * 20, text=LONG)
        if reader is not None:
            reader.until_through(head)
    return head


def test_a_client_that_never_acknowledges_is_told_to_load_anew(server: Server, inbox: Inbox) -> None:
    row = inbox.chat()
    with (
        line(server, inbox.cast.ana, acknowledges=False) as silent,
        line(server, inbox.cast.marta) as other,
    ):
        silent.hello(), other.hello()
        head = pour(inbox, row, kilobytes=1_500, reader=other)
        assert silent.closed(REPLAY_PATIENCE_SECONDS + PATIENCE_SECONDS) == 4410
        assert len(silent.text) <= OUTSTANDING_BYTES
        assert silent.frames[-1] == {"type": "resync", "reason": "overflow"}
        assert len(other.events) == head
        # Whoever has fallen behind hears that we live, and how far they are.
        alive = [frame for frame in silent.frames if frame["type"] == "heartbeat"]
        assert alive
        assert all(frame["through"] == silent.through < frame["seq"] for frame in alive)


def test_a_burst_of_long_messages_is_no_reason_to_load_anew(server: Server, inbox: Inbox) -> None:
    """Whoever acknowledges keeps up, however much comes at once."""
    row = inbox.chat()
    with line(server, inbox.cast.ana) as ana, line(server, inbox.cast.marta) as marta:
        ana.hello(), marta.hello()
        head = inbox.receive(*[row] * 600, text=LONG)
        for one in (ana, marta):
            assert [event["seq"] for event in one.until_through(head)] == list(range(1, head + 1))
        # They are live again.
        last = inbox.receive(row)
        for one in (ana, marta):
            assert one.until_through(last)[-1]["seq"] == last


def test_sockets_that_never_read_cost_bounded_memory(server: Server, inbox: Inbox) -> None:
    row = inbox.chat()
    cookie = {"Cookie": f"{server.cookie_name}={sign_in(inbox.cast.ana)}"}
    silent = [open_unread(server.port, "tienda-aurora", cookie) for _ in range(SILENT_SOCKETS)]
    try:
        with line(server, inbox.cast.marta) as other:
            other.hello()
            before = server.memory_bytes()
            head = pour(inbox, row, kilobytes=4_000, reader=other)
            assert len(other.events) == head
            # Each of them missed 4 MB, and may hold one.
            assert server.memory_bytes() - before < SILENT_SOCKETS * 2 * 1024 * 1024
    finally:
        for one in silent:
            one.close()


def test_a_replay_waits_for_a_client_that_takes_its_time(server: Server, inbox: Inbox) -> None:
    row = inbox.chat()
    head = pour(inbox, row, kilobytes=1_500)
    with line(server, inbox.cast.ana, query=inbox.query(0), acknowledges=False) as slow:
        slow.hello()
        while slow.through < head:
            slow.read()
            if sum(len(json.dumps(frame)) for frame in slow.frames[-3:]) > 300_000:
                time.sleep(0.1)
            slow.say({"type": "ack", "through": slow.through})
        assert [event["seq"] for event in slow.events] == list(range(1, head + 1))


@pytest.mark.parametrize(
    "frame", ["hola", "[1]", "{}", '{"type":"ack","through":"all"}', b"\x00\x01", "x" * 70_000]
)
def test_a_bad_frame_closes_the_socket(server: Server, inbox: Inbox, frame: str | bytes) -> None:
    with line(server, inbox.cast.ana) as ana:
        ana.hello()
        ana.connection.send(frame)
        assert ana.closed() == 4400


def test_a_huge_frame_does_not_reach_us(server: Server, inbox: Inbox) -> None:
    before = server.memory_bytes()
    with line(server, inbox.cast.ana) as ana:
        ana.hello()
        with suppress(ConnectionClosed):
            ana.connection.send("x" * 10_000_000)
        assert ana.closed() in (1009, 1006)
    assert server.memory_bytes() - before < 30 * 1024 * 1024


def test_a_flood_of_frames_closes_the_socket(server: Server, inbox: Inbox) -> None:
    with line(server, inbox.cast.ana) as ana, line(server, inbox.cast.marta) as marta:
        ana.hello(), marta.hello()
        with suppress(ConnectionClosed):
            for _ in range(1_000):
                ana.say({"type": "ack", "through": 0})
        assert ana.closed() == 4429
        marta.until_through(inbox.receive(inbox.chat()))


def test_what_a_newer_client_says_is_passed_over(server: Server, inbox: Inbox) -> None:
    with line(server, inbox.cast.ana) as ana:
        ana.hello()
        ana.say({"type": "wave"})
        ana.until_through(inbox.receive(inbox.chat()))


def test_an_acknowledgement_for_each_of_many_frames_is_no_flood(one_server: Server, inbox: Inbox) -> None:
    row = inbox.chat()
    with line(one_server, inbox.cast.ana) as ana:
        ana.hello()
        ana.acknowledges = False
        head = inbox.touch(*[row] * 500)
        ana.until_through(head)
        for seq in range(1, head + 1):
            ana.say({"type": "ack", "through": seq})
        ana.until_through(inbox.receive(row))
