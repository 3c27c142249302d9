"""Who wrote, when, and what they changed: of a message, or of themselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from integrations.whatsapp.payloads import Change, Echo, IdentityChange, InboundMessage, Other, read
from tests.integrations.whatsapp.bodies import RECEIVED_AT, message_body, only, value_body


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
        reading = read(value_body(contacts=contacts, messages=messages))
        senders = [item.sender for item in reading.items if isinstance(item, InboundMessage)]
        assert [sender.profile_name for sender in senders] == ["Laura", "Noa", "Andrés", ""]
        assert [sender.bsuid for sender in senders] == ["CO.2", "CO.1", None, None]
        assert [sender.phone for sender in senders] == ["573005550101", None, "573005550102", "573005550199"]

    def test_a_business_scoped_id_is_never_taken_for_a_phone(self) -> None:
        sender = only(message_body(**{"from": "CO.10482930571648293015"}, type="text")).sender
        assert (sender.phone, sender.bsuid) == (None, "CO.10482930571648293015")

    def test_a_message_of_nobody_is_a_problem(self) -> None:
        reading = read(message_body(**{"from": None}, type="text"))
        assert [problem.code for problem in reading.problems] == ["no_sender"]

    def test_what_the_business_number_itself_wrote_is_an_echo(self) -> None:
        wrote = {"from": "573005550190", "type": "text", "text": {"body": "x"}}
        item = only(message_body(**wrote))
        assert (type(item), item.kind) == (Other, "echo")  # nobody knows to whom
        item = only(message_body(**wrote, to="573005550101"))
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
        message = only(message_body(timestamp=given, type="text"))
        assert (message.sent_at, message.is_time_certain, message.opens_window) == (expected, True, True)

    @pytest.mark.parametrize(
        "given", [None, "", "ayer", 0, -5, "-", "--5", [], {}, True, 10**30, "9" * 30, "²"]
    )
    def test_an_unreadable_time_is_the_reception_and_opens_no_window(self, given: Any) -> None:
        message = only(message_body(timestamp=given, type="text"))
        assert (message.sent_at, message.is_time_certain, message.opens_window) == (RECEIVED_AT, False, False)


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
        item = only(message_body(type="system", system=system))
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
        item = only(message_body(**{"from": None}, type="system", system=system))
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
        assert only(message_body(type="system", system=system)).kind == "system"

    @pytest.mark.parametrize("reaction", [{"message_id": "wamid.9"}, {"message_id": "wamid.9", "emoji": ""}])
    def test_both_spellings_of_a_removal_read_alike(self, reaction: dict[str, str]) -> None:
        assert only(message_body(type="reaction", reaction=reaction)).emoji == ""

    @pytest.mark.parametrize("kind", ["reaction", "edit", "revoke"])
    def test_what_the_phone_app_changes_is_ours(self, kind: str) -> None:
        content = {
            "message_id": "wamid.9",
            "original_message_id": "wamid.9",
            "message": {"type": "text", "text": {"body": "x"}},
        }
        item = only(message_body(**{"from": "573005550190", kind: content}, type=kind))
        assert isinstance(item, Change)
        assert (item.side, item.target) == ("us", "wamid.9")
