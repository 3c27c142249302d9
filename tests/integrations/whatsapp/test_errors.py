"""What each answer of Meta proves about a message."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from integrations.whatsapp.error_codes import (
    NOT_CONNECTED,
    RETRYABLE_SENDS,
    TABLE,
    ErrorClass,
    is_listed,
    lookup,
)
from integrations.whatsapp.errors import (
    Accepted,
    Done,
    NotSent,
    Outcome,
    Refused,
    Unknown,
    Verdict,
    classify_call,
    classify_send,
    retry_delay,
)
from tests.integrations.whatsapp.bodies import REQUESTS, request_of

SENDS = [path.stem for path in REQUESTS if path.stem.startswith(("send_", "marketing_messages_ok"))]
ERRORS = [path.stem for path in REQUESTS if path.stem.startswith(("err_", "marketing_messages_"))]
UNKNOWN = {"err_1_api_unknown", "err_2_api_service", "err_131000_something_wrong", "err_html_502"}
RETRYABLE = {
    "err_4_app_rate_limit",
    "err_80007_waba_rate_limit",
    "err_130429_throughput",
    "err_131016_service_unavailable",
    "err_131056_pair_rate_limit",
    "err_131057_maintenance",
    "marketing_messages_syncing",
}
CHANNEL_WIDE = {
    "err_0_auth",
    "err_3_capability",
    "err_4_app_rate_limit",
    "err_10_permission",
    "err_33_number_deleted",
    "err_190_expired",
    "err_200_permission",
    "err_368_policy",
    "err_80007_waba_rate_limit",
    "err_130429_throughput",
    "err_131005_access_denied",
    "err_131016_service_unavailable",
    "err_131031_account_locked",
    "err_131037_display_name",
    "err_131042_payment",
    "err_131045_certificate",
    "err_131048_spam_limit",
    "err_131057_maintenance",
    "err_131064_classification_limit",
    "err_133010_not_registered",
}
GOOD = json.dumps({"messages": [{"id": "wamid.1"}]}).encode()


def _outcome(name: str) -> Outcome:
    response = request_of(name)["response"]
    body = response["body"]
    raw = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return Outcome("after_body", response["status"], response.get("headers") or {}, raw)


def _answer(status: int, body: Any, **headers: str) -> Verdict:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return classify_send(Outcome("after_body", status, headers, raw))


def _error(code: Any, status: int = 400, **more: Any) -> Verdict:
    return _answer(status, {"error": {"code": code, "message": "m"} | more})


@pytest.mark.parametrize("name", SENDS)
def test_a_message_that_meta_took_is_accepted_with_its_ids(name: str) -> None:
    body = request_of(name)["response"]["body"]
    contact, message = body["contacts"][0], body["messages"][0]
    assert classify_send(_outcome(name)) == Accepted(
        wamid=message["id"],
        wa_id=contact.get("wa_id"),
        user_id=contact.get("user_id"),
        message_status=message.get("message_status"),
    )


@pytest.mark.parametrize("name", [name for name in ERRORS if name != "marketing_messages_ok"])
def test_a_recorded_refusal_is_classified(name: str) -> None:
    verdict = classify_send(_outcome(name))
    if name in UNKNOWN:
        assert isinstance(verdict, Unknown)
        return
    error = request_of(name)["response"]["body"]["error"]
    assert isinstance(verdict, Refused)
    assert (verdict.code, verdict.title) == (error["code"], error["message"])
    assert verdict.detail == error.get("error_data", {}).get("details", "")
    assert is_listed(verdict.code)
    assert verdict.retryable == (name in RETRYABLE)
    assert verdict.channel_wide == (name in CHANNEL_WIDE)


def test_the_recorded_rate_limit_says_how_long_to_wait() -> None:
    verdict = classify_send(_outcome("err_80007_waba_rate_limit"))
    assert isinstance(verdict, Refused)
    assert verdict.retry_after_seconds == 14 * 60


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"<html><body>ok</body></html>",
        b'{"messaging_product":"whatsapp","messages":[{"id":"wam',
        b"null",
        b"[]",
        b'"wamid.1"',
        b"{}",
        b'{"success":true}',
        b'{"messages":[]}',
        b'{"messages":null}',
        b'{"messages":{"id":"wamid.1"}}',
        b'{"messages":["wamid.1"]}',
        b'{"messages":[{}]}',
        b'{"messages":[{"id":null}]}',
        b'{"messages":[{"id":""}]}',
        b'{"messages":[{"id":" "}]}',
        b'{"messages":[{"id":7}]}',
        b'{"messages":[{"id":"a\\u0000b"}]}',
        b'{"messages":[{"id":"' + b"w" * 300 + b'"}]}',
        b'{"messages":[{"id":"wamid.1"}],"error":{"code":131026}}',
        b'{"error":{"code":131026}}',
        b"\xff\xfe",
    ],
)
def test_a_200_without_a_message_id_is_unknown(body: bytes) -> None:
    assert isinstance(_answer(200, body), Unknown)


@pytest.mark.parametrize(
    "status", [301, 302, 304, 400, 401, 403, 404, 408, 413, 429, 500, 502, 503, 504, 520]
)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"{}",
        b'{"error":null}',
        b'{"error":"no"}',
        b'{"error":{}}',
        b'{"error":{"code":null}}',
        b'{"error":{"code":"x"}}',
        b'{"error":{"code":true}}',
        b'{"error":{"code":131026.5}}',
        GOOD,
    ],
)
def test_an_answer_without_a_code_is_unknown_whatever_its_status(status: int, body: bytes) -> None:
    assert isinstance(_answer(status, body), Unknown)


@pytest.mark.parametrize("status", [400, 403, 429, 500, 503])
@pytest.mark.parametrize("code", [1, 2, 131000])
def test_codes_that_say_nothing_are_unknown_with_any_status(code: int, status: int) -> None:
    assert isinstance(_error(code, status, is_transient=True), Unknown)


def test_an_unlisted_code_is_a_refusal_below_500_and_unknown_above() -> None:
    assert _error(139999, 400) == Refused(139999, "never", False, None, False, "m", "")
    assert isinstance(_error(139999, 500), Unknown)
    assert isinstance(_error(139999, 503, is_transient=True), Unknown)


def test_is_transient_alone_makes_nothing_retryable() -> None:
    verdict = _error(139999, 400, is_transient=True)
    assert isinstance(verdict, Refused)
    assert not verdict.retryable


@pytest.mark.parametrize("code", sorted(RETRYABLE_SENDS))
@pytest.mark.parametrize("status", [400, 429, 500, 503])
def test_a_listed_passing_refusal_is_retryable_with_any_status(code: int, status: int) -> None:
    verdict = _error(str(code), status)
    assert isinstance(verdict, Refused)
    assert verdict.retryable


def test_the_retryable_codes_are_those_of_the_design_and_of_the_later_class() -> None:
    assert {4, 613, 80007, 130429, 131016, 131056, 131057, 133004, 133015, 134101} == RETRYABLE_SENDS
    assert all(TABLE[code].error_class is ErrorClass.LATER for code in RETRYABLE_SENDS)


def test_stage_decides_when_no_answer_came() -> None:
    assert classify_send(Outcome("before_body", failure="refused")) == NotSent("refused")
    assert classify_send(Outcome("after_body", failure="reset")) == Unknown("reset")
    assert isinstance(classify_send(Outcome("before_body", 200, {}, GOOD)), Accepted)


def test_subcode_33_says_that_the_number_is_not_ours() -> None:
    verdict = _error(100, 400, error_subcode=33)
    assert isinstance(verdict, Refused)
    assert (verdict.error_class, verdict.channel_wide) == ("configuration", True)


def test_every_permission_code_is_a_matter_of_configuration() -> None:
    assert {lookup(code).error_class for code in range(200, 300)} == {ErrorClass.CONFIGURATION}


def test_details_may_be_a_string_and_are_cut() -> None:
    verdict = _error(131026, error_data="d" * 9000)
    assert isinstance(verdict, Refused)
    assert verdict.detail == "d" * 500


class TestWaits:
    @pytest.mark.parametrize(
        ("headers", "seconds"),
        [
            ({"Retry-After": "7"}, 7.0),
            ({"retry-after": " 7 "}, 7.0),
            ({"Retry-After": "999999999999"}, 86400.0),
            ({"Retry-After": "soon"}, None),
            ({"Retry-After": "-3"}, None),
            ({}, None),
            ({"X-Business-Use-Case-Usage": "not json"}, None),
            ({"X-Business-Use-Case-Usage": '{"1": [{"estimated_time_to_regain_access": 0}], "2": 7}'}, None),
            (
                {
                    "X-Business-Use-Case-Usage": '{"1": [{"estimated_time_to_regain_access": 2}]}',
                    "Retry-After": "5",
                },
                120.0,
            ),
        ],
    )
    def test_what_the_headers_ask_for_is_read(self, headers: dict[str, str], seconds: float | None) -> None:
        verdict = _answer(400, {"error": {"code": 80007}}, **headers)
        assert isinstance(verdict, Refused)
        assert verdict.retry_after_seconds == seconds

    def test_a_date_is_read_too(self) -> None:
        at = datetime.now(UTC) + timedelta(seconds=90)
        verdict = _answer(400, {"error": {"code": 4}}, **{"Retry-After": format_datetime(at, usegmt=True)})
        assert isinstance(verdict, Refused)
        assert 80 < (verdict.retry_after_seconds or 0) <= 90

    def test_the_pair_limit_backs_off_by_four(self) -> None:
        delays = [retry_delay(131056, number, chance=lambda: 0.0) for number in range(1, 6)]
        assert delays == [1, 4, 16, 64, 256]

    def test_others_double_up_to_five_minutes(self) -> None:
        delays = [retry_delay(None, number, chance=lambda: 0.0) for number in (1, 2, 3, 9, 10, 60)]
        assert delays == [1, 2, 4, 256, 300, 300]

    def test_maintenance_waits_a_minute_at_least(self) -> None:
        assert retry_delay(131057, 1, chance=lambda: 0.0) == 60

    def test_what_meta_asks_for_is_honoured(self) -> None:
        assert retry_delay(130429, 1, retry_after_seconds=90, chance=lambda: 0.0) == 90

    def test_attempts_are_spread_but_never_early(self) -> None:
        assert retry_delay(131056, 3, chance=lambda: 1.0) == 20
        assert all(16 <= (retry_delay(131056, 3) or 0) <= 20 for _ in range(50))

    def test_a_chat_gives_up_within_an_hour(self) -> None:
        assert retry_delay(131056, 7, chance=lambda: 0.0) is None
        assert retry_delay(131056, 5, waited_seconds=3400, chance=lambda: 0.0) is None
        assert retry_delay(130429, 1, retry_after_seconds=3601, chance=lambda: 0.0) is None
        assert retry_delay(131056, 7, give_up_after_seconds=86400, chance=lambda: 0.0) == 4096


class TestOtherCalls:
    def test_marking_as_read_is_done(self) -> None:
        assert classify_call(_outcome("mark_read_ok")) == Done({"success": True})

    def test_a_bad_message_id_is_a_refusal(self) -> None:
        verdict = classify_call(_outcome("mark_read_bad_wamid"))
        assert isinstance(verdict, Refused)
        assert (verdict.code, verdict.retryable) == (131009, False)

    @pytest.mark.parametrize(
        ("name", "code", "error_class"),
        [
            ("phone_number_get_token_expired", 190, "configuration"),
            ("phone_number_get_token_malformed", 190, "configuration"),
            ("phone_number_get_unknown_id", 100, "configuration"),
            ("graph_no_token", 2500, "configuration"),
            ("graph_unknown_version", 2500, "configuration"),
        ],
    )
    def test_wrong_credentials_are_told_apart(self, name: str, code: int, error_class: str) -> None:
        verdict = classify_call(_outcome(name))
        assert isinstance(verdict, Refused)
        assert (verdict.code, verdict.error_class) == (code, error_class)

    @pytest.mark.parametrize("name", ["err_1_api_unknown", "err_2_api_service", "err_131000_something_wrong"])
    def test_a_read_may_be_repeated_after_an_unclear_error(self, name: str) -> None:
        verdict = classify_call(_outcome(name))
        assert isinstance(verdict, Refused)
        assert verdict.retryable


class TestWords:
    @pytest.mark.parametrize("code", sorted(TABLE))
    def test_every_code_is_explained_in_both_languages(self, code: int) -> None:
        meaning = TABLE[code]
        owners = (meaning.owner_advice("es"), meaning.owner_advice("en"))
        for text in (*meaning.titles, *meaning.advices, *owners):
            assert text.endswith(".")
            assert 10 < len(text) < 120
        assert meaning.titles[0] != meaning.titles[1]
        assert meaning.title("es") == meaning.titles[0]
        assert meaning.advice("en") == meaning.advices[1]

    @pytest.mark.parametrize("code", [*sorted(TABLE), NOT_CONNECTED, None])
    def test_owners_are_not_told_to_ask_an_owner(self, code: int | None) -> None:
        meaning = lookup(code)
        assert "propietario" not in meaning.owner_advice("es")
        assert "owner" not in meaning.owner_advice("en")
        if "propietario" not in meaning.advice("es"):
            assert meaning.owner_advice("es") == meaning.advice("es")

    def test_nobody_is_sent_to_a_screen_that_is_not_there(self) -> None:
        for meaning in TABLE.values():
            for text in (meaning.advice("es"), meaning.owner_advice("es")):
                assert "Ajustes" not in text

    def test_every_code_of_a_recorded_status_is_explained(self) -> None:
        for code in (130429, 130472, 131026, 131042, 131047, 131048, 131049, 131050, 131053, 132015):
            assert is_listed(code)

    def test_an_unknown_code_has_words_too(self) -> None:
        assert lookup(139999).title("es") == "WhatsApp no aceptó el mensaje."
        assert lookup(None).error_class is ErrorClass.NEVER


def test_what_the_database_cannot_hold_is_cleaned_here() -> None:
    verdict = _error(131026, error_user_msg="no\0 llega", error_user_title="\0")
    assert isinstance(verdict, Refused)
    assert (verdict.title, verdict.detail) == ("\ufffd", "no\ufffd llega")
    assert isinstance(_error(2**31), Unknown)
    assert isinstance(_error("99999999999"), Unknown)
