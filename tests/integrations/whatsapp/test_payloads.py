"""Every recorded body is read exactly as its expected reading says."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from integrations.whatsapp.payloads import (
    Change,
    Echo,
    IdentityChange,
    InboundMessage,
    Other,
    Reading,
    StatusUpdate,
    read,
)
from integrations.whatsapp.payloads.values import json_safe
from tests.integrations.whatsapp.bodies import EXPECTED, RECEIVED_AT, WEBHOOKS, body_of, summary


def _read(name: str) -> Reading:
    return read(body_of(name), received_at=RECEIVED_AT)


def _message(**message: Any) -> bytes:
    return _value(messages=[{"id": "wamid.1", "from": "573005550101", "timestamp": "1795341600"} | message])


def _value(**value: Any) -> bytes:
    value = {"metadata": {"display_phone_number": "573005550190", "phone_number_id": "4173"}} | value
    change = {"field": "messages", "value": value}
    document = {"object": "whatsapp_business_account", "entry": [{"id": "3892", "changes": [change]}]}
    return json.dumps(document).encode()


def _only(body: bytes) -> Any:
    reading = read(body, received_at=RECEIVED_AT)
    assert not reading.problems
    assert len(reading.items) == 1
    return reading.items[0]


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


def test_what_has_no_effect_keeps_all_that_meta_said() -> None:
    call = _read("calls_terminate").items[0]
    sent = json.loads(body_of("calls_terminate"))["entry"][0]["changes"][0]["value"]["calls"][0]
    assert isinstance(call, Other)
    assert call.data == sent


def test_both_spellings_of_a_body_read_alike() -> None:
    escaped, plain = _read("raw_escaped_compact"), _read("raw_utf8_compact")
    assert escaped == plain


def test_nul_and_lone_surrogate_become_replacement_characters() -> None:
    message = _read("raw_nul_and_lone_surrogate").items[0]
    assert isinstance(message, InboundMessage)
    assert message.text == "corte \ufffd y nulo \ufffd fin"


def test_a_nul_anywhere_reaches_no_column() -> None:
    reading = read(
        _value(
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
    reading = read(_message(id="wamid.\0", type="text", text={"body": "x"}))
    assert [problem.code for problem in reading.problems] == ["no_id"]
    assert reading.items == []


def test_integers_beyond_64_bits_stay_exact() -> None:
    huge = 123456789012345678901234567890
    status = _only(_value(statuses=[{"id": huge, "status": "sent", "timestamp": 1795342000}]))
    assert status.wamid == str(huge)
    call = _only(_value(messages=[{"group_id": "1", "code": huge, "small": 7, "nested": [huge]}]))
    assert call.data == {"group_id": "1", "code": str(huge), "small": 7, "nested": [str(huge)]}
    notice = _only(_value(errors=[{"code": huge}]))
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
    body = _message(type="location", location={"latitude": "HERE"}).replace(b'"HERE"', number.encode())
    message = _only(body)
    assert message.type == "location"
    orjson.dumps(message.content)


def test_a_byte_order_mark_and_broken_utf8_do_not_cost_the_message() -> None:
    body = _message(type="text", text={"body": "HERE"}).replace(b"HERE", b"a\xffb")
    assert _only(b"\xef\xbb\xbf" + body).text == "a\ufffdb"


def test_deep_nesting_in_one_message_leaves_its_neighbours() -> None:
    deep = b'{"x":' * 600 + b"1" + b"}" * 600
    one = b'{"id":"wamid.%d","from":"573005550101","timestamp":"1795341600","type":"t","t":%s}'
    body = _value(messages="HERE").replace(b'"HERE"', b"[" + one % (1, deep) + b"," + one % (2, b"1") + b"]")
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
    reading = read(_value(messages=bodies))
    assert [item.wamid for item in reading.items if isinstance(item, InboundMessage)] == [
        "wamid.1",
        "wamid.3",
    ]
    assert [(p.pointer, p.code) for p in reading.problems] == [
        ("entry/0/changes/0/value/messages/1", "unexpected")
    ]


class TestPeople:
    def test_profiles_are_found_by_id_and_not_by_position(self) -> None:
        contacts = [
            {"wa_id": "573005550102", "profile": {"name": "Andrés"}},
            {"user_id": "CO.1", "profile": {"name": "Noa"}},
            {"wa_id": "573005550101", "user_id": "CO.2", "profile": {"name": "Laura"}},
        ]
        messages = [
            {"id": "1", "timestamp": "1795341600", "type": "text", "from": "573005550101"},
            {"id": "2", "timestamp": "1795341600", "type": "text", "from_user_id": "CO.1"},
            {"id": "3", "timestamp": "1795341600", "type": "text", "from": "+57 300 555 0102"},
            {"id": "4", "timestamp": "1795341600", "type": "text", "from": "573005550199"},
        ]
        reading = read(_value(contacts=contacts, messages=messages))
        senders = [item.sender for item in reading.items if isinstance(item, InboundMessage)]
        assert [sender.profile_name for sender in senders] == ["Laura", "Noa", "Andrés", ""]
        assert [sender.bsuid for sender in senders] == ["CO.2", "CO.1", None, None]
        assert [sender.phone for sender in senders] == ["573005550101", None, "573005550102", "573005550199"]

    def test_a_business_scoped_id_is_never_taken_for_a_phone(self) -> None:
        sender = _only(_message(**{"from": "CO.10482930571648293015"}, type="text")).sender
        assert (sender.phone, sender.bsuid) == (None, "CO.10482930571648293015")

    def test_a_message_of_nobody_is_a_problem(self) -> None:
        reading = read(_message(**{"from": None}, type="text"))
        assert [problem.code for problem in reading.problems] == ["no_sender"]

    def test_what_the_business_number_itself_wrote_is_an_echo(self) -> None:
        wrote = {"from": "573005550190", "type": "text", "text": {"body": "x"}}
        item = _only(_message(**wrote))
        assert (type(item), item.kind) == (Other, "echo")  # nobody knows to whom
        item = _only(_message(**wrote, to="573005550101"))
        assert (type(item), item.message.sender.phone, item.message.text) == (Echo, "573005550101", "x")


class TestTimes:
    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            ("1795341600", datetime(2026, 11, 22, 10, tzinfo=UTC)),
            (1795341600, datetime(2026, 11, 22, 10, tzinfo=UTC)),
            (1795341600.9, datetime(2026, 11, 22, 10, tzinfo=UTC)),
            ("1795341600000", datetime(2026, 11, 22, 10, tzinfo=UTC)),
            (str(int((RECEIVED_AT + timedelta(minutes=4)).timestamp())), RECEIVED_AT + timedelta(minutes=4)),
            (str(int((RECEIVED_AT + timedelta(minutes=6)).timestamp())), RECEIVED_AT),
            (99_999_999_999, RECEIVED_AT),
        ],
    )
    def test_a_readable_time_is_kept_and_never_lies_in_the_future(
        self, given: Any, expected: datetime
    ) -> None:
        message = _only(_message(timestamp=given, type="text"))
        assert (message.sent_at, message.is_time_certain, message.opens_window) == (expected, True, True)

    @pytest.mark.parametrize(
        "given", [None, "", "ayer", 0, -5, "-", "--5", [], {}, True, 10**30, "9" * 30, "²"]
    )
    def test_an_unreadable_time_is_the_reception_and_opens_no_window(self, given: Any) -> None:
        message = _only(_message(timestamp=given, type="text"))
        assert (message.sent_at, message.is_time_certain, message.opens_window) == (RECEIVED_AT, False, False)


class TestTypes:
    @pytest.mark.parametrize("kind", ["unsupported", "unknown", "event_invite", ""])
    def test_what_is_not_understood_is_shown_but_opens_no_window(self, kind: str) -> None:
        message = _only(_message(type=kind))
        assert message.type in ("unsupported", "unknown")
        assert (message.raw_type, message.opens_window) == (kind, False)

    @pytest.mark.parametrize("kind", ["reaction", "edit", "revoke", "system", "request_welcome"])
    def test_a_change_that_does_not_say_of_what_is_kept_aside(self, kind: str) -> None:
        assert _only(_message(type=kind)).kind == kind

    def test_a_message_without_a_type_still_shows_its_text(self) -> None:
        message = _only(_message(text={"body": "hola"}))
        assert (message.type, message.text) == ("unknown", "hola")

    def test_a_group_message_never_reaches_a_thread(self) -> None:
        assert _only(_message(type="text", group_id="Y2FwaV9")).kind == "group_message"

    def test_call_statuses_are_no_message_statuses_in_any_field(self) -> None:
        item = _only(_value(statuses=[{"id": "wacid.1", "type": "call", "status": "failed"}]))
        assert item.kind == "call_status"

    def test_error_texts_and_codes_of_any_shape_are_read(self) -> None:
        errors = [{"code": "131047", "message": "Re-engagement", "error_data": "closed"}]
        status = _only(_value(statuses=[{"id": "1", "status": "failed", "errors": errors}]))
        assert isinstance(status, StatusUpdate)
        assert status.error is not None
        assert (status.error.code, status.error.title, status.error.detail) == (
            131047,
            "Re-engagement",
            "closed",
        )

    def test_a_change_without_a_field_is_still_read(self) -> None:
        assert _only(_message(type="text").replace(b'"field"', b'"felid"')).wamid == "wamid.1"


class TestContents:
    def order(self, *lines: tuple[str, str, str]) -> Any:
        items = ",".join(
            f'{{"product_retailer_id":"A","quantity":{quantity},"item_price":{price},"currency":"{currency}"}}'
            for quantity, price, currency in lines
        )
        body = _message(type="order", order={"catalog_id": "1", "product_items": "HERE"})
        return _only(body.replace(b'"HERE"', f"[{items}]".encode())).content

    @pytest.mark.parametrize(
        ("lines", "totals"),
        [
            ([("3", "0.1", "USD")], {"USD": "0.3"}),
            ([("1", "1234567890123456.78", "USD"), ("1", "0.01", "USD")], {"USD": "1234567890123456.79"}),
            ([("2", '"19.90"', "usd"), ("1", "100", "EUR")], {"USD": "39.80", "EUR": "100"}),
            ([("1", "1e3", "COP")], {"COP": "1000"}),
            ([("1", "10", "USD"), ("1", '"gratis"', "USD"), ("1", "5", "EUR")], {"EUR": "5"}),
            ([("1", "NaN", "USD"), ("1", "null", "EUR"), ("1", "9" * 30, "COP")], {}),
        ],
    )
    def test_totals_are_exact_per_currency_or_not_there(
        self, lines: list[tuple[str, str, str]], totals: dict[str, str]
    ) -> None:
        found = self.order(*lines)
        assert {one["currency"]: one["amount"] for one in found["totals"]} == totals
        assert len(found["items"]) == len(lines)
        assert all(isinstance(value, str) for item in found["items"] for value in item.values())

    def test_no_float_reaches_an_order(self) -> None:
        assert b"." not in orjson.dumps(self.order(("2", "44950", "COP")))

    @pytest.mark.parametrize(
        ("given", "fields"),
        [
            ('{"flow_token": "x", "talla": "M"}', {"talla": "M"}),
            ('{"a": {"b": [1, 2.50, true]}, "c": null}', {"a.b": "1, 2.50, true", "c": ""}),
            ('{"a": 12345678901234567890}', {"a": "12345678901234567890"}),
            ("{not json", {}),
            ("[1]", {}),
            ("[" * 60_000, {}),
            ('{"a": "' + "x" * 70_000 + '"}', {}),
            (7, {}),
            ({"a": "given as an object"}, {"a": "given as an object"}),
        ],
    )
    def test_the_answers_of_a_form_are_read_safely(self, given: Any, fields: dict[str, str]) -> None:
        answer = {"name": "flow", "body": "Sent", "response_json": given}
        message = _only(_message(type="interactive", interactive={"type": "nfm_reply", "nfm_reply": answer}))
        assert message.content == {"kind": "flow", "name": "flow", "fields": fields}
        assert "Sent" not in message.text

    def test_a_form_with_very_many_answers_is_bounded(self) -> None:
        answer = {"name": "flow", "response_json": json.dumps({f"f{n}": "x" * 5000 for n in range(10)})}
        message = _only(_message(type="interactive", interactive={"type": "nfm_reply", "nfm_reply": answer}))
        assert {len(value) for value in message.content["fields"].values()} == {1000}

    @pytest.mark.parametrize(
        "url", ["javascript:alert(1)", "data:text/html,x", "//x.test", "http://", "https://a b.test", 7, None]
    )
    def test_an_address_that_is_none_of_the_web_is_left_out(self, url: Any) -> None:
        place = {"latitude": 1, "longitude": 2, "url": url}
        message = _only(_message(type="location", location=place, referral={"source_url": url, "body": "x"}))
        assert (message.content["url"], message.referral.source_url) == ("", "")

    @pytest.mark.parametrize(
        ("given", "expected"),
        [("4.65", 4.65), (4, 4.0), (91, None), ("norte", None), (None, None), (True, None)],
    )
    def test_coordinates_are_numbers_or_unknown(self, given: Any, expected: float | None) -> None:
        message = _only(_message(type="location", location={"latitude": given, "longitude": 1}))
        assert message.content["latitude"] == expected

    def test_an_answer_of_a_kind_that_is_not_known_is_shown_with_its_raw_name(self) -> None:
        given = {"type": "hologram_reply", "hologram_reply": {"id": "1"}}
        message = _only(_message(type="interactive", interactive=given))
        assert (message.type, message.raw_type, message.opens_window) == ("unknown", "interactive", True)
        assert message.content["raw"] == {"interactive": given}


class TestChanges:
    @pytest.mark.parametrize(
        "system",
        [
            {"wa_id": "573005550122", "type": "user_changed_number"},
            {"new_wa_id": "573005550122", "customer": "573005550101", "type": "customer_changed_number"},
            {"type": "user_changed_number", "body": "User L changed from 573005550101 to 573005550122."},
        ],
    )
    def test_a_new_number_is_read_in_every_shape(self, system: dict[str, str]) -> None:
        item = _only(_message(type="system", system=system))
        assert isinstance(item, IdentityChange)
        assert item.previous is not None
        assert item.current is not None
        assert (item.kind, item.previous.phone, item.current.phone) == (
            "number_changed",
            "573005550101",
            "573005550122",
        )

    def test_ids_that_stand_in_the_sentence_alone_are_read(self) -> None:
        system = {"type": "user_changed_user_id", "body": "User changed from CO.11111 to CO.22222"}
        item = _only(_message(**{"from": None}, type="system", system=system))
        assert (item.previous.bsuid, item.current.bsuid) == ("CO.11111", "CO.22222")

    @pytest.mark.parametrize(
        "system",
        [
            {"type": "user_changed_number"},
            {"type": "user_changed_number", "body": "User changed from casa to oficina"},
            {"type": "user_flew_away", "wa_id": "573005550122"},
            {},
        ],
    )
    def test_a_change_that_cannot_be_read_is_kept(self, system: dict[str, str]) -> None:
        assert _only(_message(type="system", system=system)).kind == "system"

    @pytest.mark.parametrize("reaction", [{"message_id": "wamid.9"}, {"message_id": "wamid.9", "emoji": ""}])
    def test_both_spellings_of_a_removal_read_alike(self, reaction: dict[str, str]) -> None:
        assert _only(_message(type="reaction", reaction=reaction)).emoji == ""

    @pytest.mark.parametrize("kind", ["reaction", "edit", "revoke"])
    def test_what_the_phone_app_changes_is_ours(self, kind: str) -> None:
        content = {
            "message_id": "wamid.9",
            "original_message_id": "wamid.9",
            "message": {"type": "text", "text": {"body": "x"}},
        }
        item = _only(_message(**{"from": "573005550190", kind: content}, type=kind))
        assert isinstance(item, Change)
        assert (item.side, item.target) == ("us", "wamid.9")


def test_json_safe_cuts_what_is_nested_beyond_reason() -> None:
    deep: Any = "x"
    for _ in range(500):
        deep = [deep]
    orjson.dumps(json_safe(deep))
