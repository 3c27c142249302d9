"""What a message holds beside its text: orders, forms, places, cards; and types that are not understood."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest

from integrations.whatsapp.payloads import StatusUpdate
from tests.integrations.whatsapp.bodies import message_body, only, value_body


class TestTypes:
    @pytest.mark.parametrize("kind", ["unsupported", "unknown", "event_invite", ""])
    def test_what_is_not_understood_is_shown_but_opens_no_window(self, kind: str) -> None:
        message = only(message_body(type=kind))
        assert message.type in ("unsupported", "unknown")
        assert (message.raw_type, message.opens_window) == (kind, False)

    @pytest.mark.parametrize("kind", ["reaction", "edit", "revoke", "system", "request_welcome"])
    def test_a_change_that_does_not_say_of_what_is_kept_aside(self, kind: str) -> None:
        assert only(message_body(type=kind)).kind == kind

    def test_a_message_without_a_type_still_shows_its_text(self) -> None:
        message = only(message_body(text={"body": "hola"}))
        assert (message.type, message.text) == ("unknown", "hola")

    def test_a_group_message_never_reaches_a_thread(self) -> None:
        assert only(message_body(type="text", group_id="Y2FwaV9")).kind == "group_message"

    def test_call_statuses_are_no_message_statuses_in_any_field(self) -> None:
        item = only(value_body(statuses=[{"id": "wacid.1", "type": "call", "status": "failed"}]))
        assert item.kind == "call_status"

    def test_error_texts_and_codes_of_any_shape_are_read(self) -> None:
        errors = [{"code": "131047", "message": "Re-engagement", "error_data": "closed"}]
        status = only(value_body(statuses=[{"id": "1", "status": "failed", "errors": errors}]))
        assert isinstance(status, StatusUpdate)
        assert status.error is not None
        assert (status.error.code, status.error.title, status.error.detail) == (
            131047,
            "Re-engagement",
            "closed",
        )

    def test_a_change_without_a_field_is_still_read(self) -> None:
        assert only(message_body(type="text").replace(b'"field"', b'"felid"')).wamid == "wamid.1"


class TestContents:
    def order(self, *lines: tuple[str, str, str]) -> Any:
        items = ",".join(
            f'{{"product_retailer_id":"A","quantity":{quantity},"item_price":{price},"currency":"{currency}"}}'
            for quantity, price, currency in lines
        )
        body = message_body(type="order", order={"catalog_id": "1", "product_items": "HERE"})
        return only(body.replace(b'"HERE"', f"[{items}]".encode())).content

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
        message = only(
            message_body(type="interactive", interactive={"type": "nfm_reply", "nfm_reply": answer})
        )
        told = [{"name": name, "value": value} for name, value in fields.items()]
        assert message.content == {"kind": "flow", "name": "flow", "fields": told}
        assert "Sent" not in message.text

    def test_a_form_with_very_many_answers_is_bounded(self) -> None:
        answer = {"name": "flow", "response_json": json.dumps({f"f{n}": "x" * 5000 for n in range(10)})}
        message = only(
            message_body(type="interactive", interactive={"type": "nfm_reply", "nfm_reply": answer})
        )
        assert {len(field["value"]) for field in message.content["fields"]} == {1000}

    @pytest.mark.parametrize(
        "url", ["javascript:alert(1)", "data:text/html,x", "//x.test", "http://", "https://a b.test", 7, None]
    )
    def test_an_address_that_is_none_of_the_web_is_left_out(self, url: Any) -> None:
        place = {"latitude": 1, "longitude": 2, "url": url}
        message = only(
            message_body(type="location", location=place, referral={"source_url": url, "body": "x"})
        )
        assert (message.content["url"], message.referral.source_url) == ("", "")

    @pytest.mark.parametrize(
        ("given", "expected"),
        [("4.65", 4.65), (4, 4.0), (91, None), ("norte", None), (None, None), (True, None)],
    )
    def test_coordinates_are_numbers_or_unknown(self, given: Any, expected: float | None) -> None:
        message = only(message_body(type="location", location={"latitude": given, "longitude": 1}))
        assert message.content["latitude"] == expected

    def test_an_answer_of_a_kind_that_is_not_known_is_shown_with_its_raw_name(self) -> None:
        given = {"type": "hologram_reply", "hologram_reply": {"id": "1"}}
        message = only(message_body(type="interactive", interactive=given))
        assert (message.type, message.raw_type, message.opens_window) == ("unknown", "interactive", True)
        assert message.content["raw"] == {"interactive": given}
