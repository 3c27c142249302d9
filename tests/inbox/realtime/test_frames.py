"""What a client may say, and what it may not."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.realtime.frames import Ack, BadFrame, Signal, Unknown, parse
from inbox.realtime.limits import FRAME_BYTES


def said(text: str) -> dict[str, object]:
    return {"type": "websocket.receive", "text": text}


def test_an_acknowledgement_and_a_signal_are_understood() -> None:
    assert parse(said('{"type":"ack","through":12}')) == Ack(12)
    assert parse(said('{"type":"signal","signal":"typing","conversation":3}')) == Signal("typing", 3)


def test_a_kind_that_a_newer_client_knows_is_passed_over() -> None:
    assert parse(said('{"type":"wave","to":"everyone"}')) == Unknown()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hola",
        "[]",
        '"ack"',
        "null",
        "{}",
        '{"type":1}',
        '{"type":"ack"}',
        '{"type":"ack","through":"12"}',
        '{"type":"ack","through":true}',
        '{"type":"ack","through":-1}',
        '{"type":"ack","through":1.0}',
        '{"type":"ack","through":9223372036854775808}',
        '{"type":"ack","through":1e400}',
        '{"type":"signal","signal":"shouting","conversation":3}',
        '{"type":"signal","signal":["typing"],"conversation":3}',
        '{"type":"signal","signal":"typing"}',
        '{"type":"signal","signal":"typing","conversation":null}',
        "[" * 5000,
        '{"type":"ack","through":1,"x":"' + "a" * FRAME_BYTES + '"}',
        '{"type":"ack","through":1,"x":"' + "ñ" * (FRAME_BYTES // 2) + '"}',
    ],
)
def test_anything_else_is_a_bad_frame(text: str) -> None:
    with pytest.raises(BadFrame):
        parse(said(text))


def test_a_binary_frame_is_a_bad_frame() -> None:
    with pytest.raises(BadFrame):
        parse({"type": "websocket.receive", "bytes": b'{"type":"ack","through":1}'})


@given(st.text(max_size=200))
def test_no_text_is_more_than_a_bad_frame(text: str) -> None:
    with suppress(BadFrame):
        parse(said(text))
