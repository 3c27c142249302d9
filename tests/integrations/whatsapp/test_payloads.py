"""Every recorded body is read exactly as its expected reading says."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from integrations.whatsapp.payloads import Echo, InboundMessage, Other, Reading, read
from integrations.whatsapp.payloads.values import json_safe
from tests.integrations.whatsapp.bodies import (
    EXPECTED,
    RECEIVED_AT,
    WEBHOOKS,
    body_of,
    message_body,
    only,
    summary,
    value_body,
)

# Told another way (times, types, spellings that become one), said twice, or of no use to an inbox.
LEFT_OUT = re.compile(
    r"messaging_product|metadata\.(display_phone_number|waac_id)|.*timestamp|.*\.type|.*href|reason"
    # Files are asked for by their id; a digest is kept in one spelling, a type without parameters.
    r"|messages\.(image|video|audio|document|sticker)\.(url|sha256|mime_type)|messages\.edit\.message\.image\..*"
    # Whom a change or an echo is about; names travel with messages.
    r"|contacts\.(wa_id|user_id|identity_key_hash|profile\.(name|username))|messages\.(from|from_user_id)"
    r"|message_echoes\.(from|to|to_user_id)|messages\.context\.from|messages\.identity\..*|messages\.system\.body"
    r"|user_id_update\.detail|user_preferences\.(category|detail|signup_id)"
    r"|messages\.contacts\.vcard|messages\.referral\.welcome_message\.text"
    r"|messages\.interactive\.(call_permission_reply\.response_source|nfm_reply\.(body|response_json))"
    r"|statuses\.(conversation\.id|pricing\.(billable|category))"
    r"|alert_info\.alert_severity|message_template_language|max_daily_conversations?_per_(phone|business)"
)


def _read(name: str) -> Reading:
    return read(body_of(name), received_at=RECEIVED_AT)


def test_every_recorded_body_is_here() -> None:
    assert len(WEBHOOKS) == 182
    assert {path.stem for path in WEBHOOKS} == {path.stem for path in EXPECTED.glob("*.jsonl")}


@pytest.mark.parametrize("path", WEBHOOKS, ids=lambda path: path.stem)
def test_a_recorded_body_is_read_as_expected(path: Path) -> None:
    expected = (EXPECTED / f"{path.stem}.jsonl").read_text("utf-8")
    assert summary(read(path.read_bytes(), received_at=RECEIVED_AT)) == expected


@pytest.mark.parametrize("path", WEBHOOKS, ids=lambda path: path.stem)
def test_content_and_data_fit_every_json_column(path: Path) -> None:
    for item in read(path.read_bytes(), received_at=RECEIVED_AT).items:
        message = item.message if isinstance(item, Echo) else item
        kept = message.content if isinstance(message, InboundMessage) else getattr(message, "data", {})
        assert b"\\u0000" not in orjson.dumps(kept)


@pytest.mark.parametrize("path", WEBHOOKS, ids=lambda path: path.stem)
def test_what_has_no_effect_keeps_all_that_meta_said(path: Path) -> None:
    document = json.loads(path.read_bytes())
    for item in read(path.read_bytes(), received_at=RECEIVED_AT).items:
        if isinstance(item, Other):
            assert item.data == _at(document, item.pointer), item.pointer


@pytest.mark.parametrize("path", WEBHOOKS, ids=lambda path: path.stem)
def test_nothing_that_meta_said_is_left_out_unnoticed(path: Path) -> None:
    """Each value stands in the reading as it came, or its place is among those that are left out on purpose."""
    reading = read(path.read_bytes(), received_at=RECEIVED_AT)
    kept = repr([dataclasses.asdict(item) for item in reading.items])
    changes = [change for entry in _document(path).get("entry", []) for change in entry.get("changes", [])]
    lost = {
        place
        for change in changes
        for place, value in _leaves(change.get("value"))
        if value not in kept and repr(value)[1:-1] not in kept
    }
    assert {place for place in lost if not LEFT_OUT.fullmatch(place)} == set()


def _document(path: Path) -> Any:
    """Return what a body says, with the signs in it that no column holds as the reading has them."""
    return json.loads(path.read_text("utf-8").replace("\\u0000", "\\ufffd").replace("\\ud83d ", "\\ufffd "))


def _at(document: Any, pointer: str) -> Any:
    for step in filter(None, pointer.split("/")):
        document = document[int(step)] if step.isdigit() else document[step]
    return document


def _leaves(value: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Give each value below with the names that lead to it; those of a list are all alike."""
    if isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else ((None, one) for one in value)
        for name, child in pairs:
            yield from _leaves(child, place if name is None else (*place, name))
    elif value not in (None, ""):
        yield ".".join(place), str(value)


def test_both_spellings_of_a_body_read_alike() -> None:
    escaped, plain = _read("raw_escaped_compact"), _read("raw_utf8_compact")
    assert escaped == plain


def test_nul_and_lone_surrogate_become_replacement_characters() -> None:
    message = _read("raw_nul_and_lone_surrogate").items[0]
    assert isinstance(message, InboundMessage)
    assert message.text == "corte \ufffd y nulo \ufffd fin"


def test_a_nul_anywhere_reaches_no_column() -> None:
    reading = read(
        value_body(
            contacts=[{"wa_id": "573005550101", "profile": {"name": "A\0b", "username": "c\0d"}}],
            messages=[
                {
                    "id": "wamid.1",
                    "from": "573005550101",
                    "timestamp": "1795341600",
                    "type": "document",
                    "document": {"filename": "x\0.pdf", "caption": "y\0"},
                },
                {
                    "id": "wamid.2",
                    "from": "573005550101",
                    "timestamp": "1795341600",
                    "type": "hologram",
                    "hologram": {"ke\0y": "\ud800"},
                },
            ],
        )
    )
    assert "\0" not in repr(reading)
    assert "\\x00" not in repr(reading)
    assert "ud800" not in repr(reading)
    assert "ke\ufffdy" in repr(reading)


def test_an_id_with_a_nul_is_a_problem_and_not_another_id() -> None:
    reading = read(message_body(id="wamid.\0", type="text", text={"body": "x"}))
    assert [problem.code for problem in reading.problems] == ["no_id"]
    assert reading.items == []


def test_integers_beyond_64_bits_stay_exact() -> None:
    huge = 123456789012345678901234567890
    status = only(value_body(statuses=[{"id": huge, "status": "sent", "timestamp": 1795342000}]))
    assert status.wamid == str(huge)
    call = only(value_body(messages=[{"group_id": "1", "code": huge, "small": 7, "nested": [huge]}]))
    assert call.data == {"group_id": "1", "code": str(huge), "small": 7, "nested": [str(huge)]}
    notice = only(value_body(errors=[{"code": huge}]))
    assert notice.data == {"code": str(huge)}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "unreadable"),
        (b"{", "unreadable"),
        (b"hola", "unreadable"),
        (b"\xff\xfe\x00", "unreadable"),
        (b"<html></html>", "unreadable"),
        (b"[" * 100_000, "unreadable"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "unreadable"),
        (b"null", "not_an_object"),
        (b"[]", "not_an_object"),
        (b"17", "not_an_object"),
        (b"{}", "not_a_list"),
        (b'{"entry": {"id": "1"}}', "not_a_list"),
        (b'{"entry": [7, null]}', "not_an_object"),
        (b'{"entry": [{"changes": "x"}]}', "not_a_list"),
        (b'{"entry": [{"changes": [{"field": "messages"}]}]}', "not_an_object"),
    ],
)
def test_a_body_that_says_nothing_is_one_visible_problem(body: bytes, code: str) -> None:
    reading = read(body)
    assert reading.items == []
    assert {problem.code for problem in reading.problems} == {code}


@pytest.mark.parametrize(
    "number",
    ["NaN", "-Infinity", "1e400", "1" + "0" * 400, "1" + "0" * 5000, "-99999999999999999999"],
)
def test_odd_numbers_do_not_cost_the_message(number: str) -> None:
    body = message_body(type="location", location={"latitude": "HERE"}).replace(b'"HERE"', number.encode())
    message = only(body)
    assert message.type == "location"
    orjson.dumps(message.content)


def test_a_byte_order_mark_and_broken_utf8_do_not_cost_the_message() -> None:
    body = message_body(type="text", text={"body": "HERE"}).replace(b"HERE", b"a\xffb")
    assert only(b"\xef\xbb\xbf" + body).text == "a\ufffdb"


def test_deep_nesting_in_one_message_leaves_its_neighbours() -> None:
    deep = b'{"x":' * 600 + b"1" + b"}" * 600
    one = b'{"id":"wamid.%d","from":"573005550101","timestamp":"1795341600","type":"t","t":%s}'
    body = value_body(messages="HERE").replace(
        b'"HERE"', b"[" + one % (1, deep) + b"," + one % (2, b"1") + b"]"
    )
    assert [item.wamid for item in read(body).items if isinstance(item, InboundMessage)] == [
        "wamid.1",
        "wamid.2",
    ]


def test_a_reader_that_breaks_on_one_message_says_so_and_reads_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from integrations.whatsapp.payloads import messages

    def breaks_on_one(kind: str, message: dict[str, Any]) -> str:
        if message["id"] == "wamid.2":
            raise ZeroDivisionError
        return "x"

    monkeypatch.setattr(messages, "plain_text", breaks_on_one)
    bodies = [
        {"id": f"wamid.{n}", "from": "573005550101", "timestamp": "1795341600", "type": "text"}
        for n in (1, 2, 3)
    ]
    reading = read(value_body(messages=bodies))
    assert [item.wamid for item in reading.items if isinstance(item, InboundMessage)] == [
        "wamid.1",
        "wamid.3",
    ]
    assert [(p.pointer, p.code) for p in reading.problems] == [
        ("entry/0/changes/0/value/messages/1", "unexpected")
    ]


def test_json_safe_cuts_what_is_nested_beyond_reason() -> None:
    deep: Any = "x"
    for _ in range(500):
        deep = [deep]
    orjson.dumps(json_safe(deep))
