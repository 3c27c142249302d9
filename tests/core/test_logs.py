"""No secret, message or phone number comes into a log, whatever a call site gives."""

from __future__ import annotations

import io
import json
import logging
import logging.config
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
import structlog
from django.test import RequestFactory

from core.logs import logging_settings, without_secrets

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """What a logger writes in production, as dictionaries."""
    settings = logging_settings("production")
    stream = io.StringIO()
    formatter = logging.config.DictConfigurator(settings).configure_formatter(
        settings["formatters"]["structured"]
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    logger = logging.getLogger("tests.logs")
    logger.addHandler(handler)
    logger.propagate = False
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logger.removeHandler(handler)
    logger.propagate = True


log = logging.getLogger("tests.logs")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("access_token", "EAAB123456789012"),
        ("app_secret", "abc"),
        ("password", "una-clave-larga-9"),
        ("Authorization", "Bearer bdj_abcdefghijkl"),
        ("cookie", "sessionid=abc"),
        ("api_key", "bdj_abcdefghijkl"),
        ("signature", "sha256=abc"),
        ("text", "Hola, quiero un pastel"),
        ("body", b'{"text": "Hola"}'),
        ("phone", "573005550101"),
        ("wa_id", "573005550101"),
        ("email", "ana@example.com"),
        ("headers", {"Authorization": "abc", "X-Api-Key": "abc"}),
        ("payload", [{"text": "Hola"}]),
        ("request_parts", {"inner": [{"password": "una-clave-larga-9"}]}),
    ],
)
def test_values_are_masked_by_their_name(name: str, value: object) -> None:
    masked = str(without_secrets(None, "info", {name: value})[name])
    assert "…" in masked
    for secret in ("EAAB", "abc", "clave", "Hola", "5730055", "ana@"):
        assert secret not in masked


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("called with Bearer abcdefgh12345678", "called with Bearer …"),
        ("token EAABsbCS1iHgBAKZC", "token EAA…"),
        ("key bdj_abcdefghijklmnop used", "key bdj_… used"),
        ("openai sk-proj-abcdefgh12345", "openai sk-…"),
        ("customer +573005550101 wrote", "customer +… wrote"),
        ("GET /x?access_token=abc&after=2", "GET /x?access_token=…&after=2"),
        ("GET /webhook?hub.verify_token=abc HTTP", "GET /webhook?hub.verify_token=… HTTP"),
    ],
)
def test_values_are_masked_by_their_shape(text: str, kept: str) -> None:
    assert without_secrets(None, "info", {"event": text})["event"] == kept


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("tokens", 512),
        ("has_secret", True),
        ("text", None),
        ("context", "harmless"),
        ("count", 3),
        ("wamids", ["wamid.a"]),
    ],
)
def test_what_is_harmless_stays(name: str, value: object) -> None:
    assert without_secrets(None, "info", {name: value})[name] == value


def test_a_line_of_production_is_json_with_its_context(lines: Lines) -> None:
    with structlog.contextvars.bound_contextvars(request_id="r1", organization_id=7):
        log.warning("inbox.sent", extra={"message_id": 5, "token": "abc"})
    (line,) = lines()
    assert line["event"] == "inbox.sent"
    assert line["level"] == "warning"
    assert line["logger"] == "tests.logs"
    assert (line["request_id"], line["organization_id"], line["message_id"]) == ("r1", 7, 5)
    assert line["token"] == "…"


def test_arguments_of_a_message_are_masked(lines: Lines) -> None:
    log.warning("calling %s for %s", "https://graph/?access_token=abc", "+573005550101")
    assert lines()[0]["event"] == "calling https://graph/?access_token=… for +…"


def test_a_request_is_logged_without_its_query(lines: Lines) -> None:
    request = RequestFactory().get("/api/v1/contacts", {"q": "573005550101"})
    log.warning("Not found", extra={"request": request, "status_code": 404})
    assert lines()[0]["request"] == "GET /api/v1/contacts"


def test_an_error_of_the_database_does_not_tell_the_row(lines: Lines) -> None:
    try:
        raise psycopg.IntegrityError(
            'null value in column "status" violates not-null constraint\n'
            "DETAIL:  Failing row contains (12, 7, Hola Laura\nte espero, 573005550101).\n"
            'CONTEXT:  SQL statement "INSERT"'
        )
    except psycopg.Error:
        log.exception("inbox.failed")
    told = lines()[0]["exception"]
    assert "violates not-null constraint" in told
    assert "Hola" not in told
    assert "espero" not in told
    assert "5730055" not in told


def test_a_traceback_keeps_its_cause(lines: Lines) -> None:
    try:
        try:
            raise psycopg.IntegrityError("duplicate key\nDETAIL:  Key (value)=(573005550101) already exists.")
        except psycopg.Error as error:
            raise RuntimeError("identity clash of 573005550101") from error
    except RuntimeError:
        log.exception("inbox.failed")
    told = lines()[0]["exception"]
    assert "The above exception was the direct cause" in told
    assert "RuntimeError: identity clash of …" in told
    assert "5730055" not in told


def test_objects_that_are_not_json_do_not_break_the_line(lines: Lines) -> None:
    log.warning("odd", extra={"thing": object(), "when": {1, 2}, "raw": b"Bearer abcdefgh12345678"})
    (line,) = lines()
    assert "object object" in line["thing"]
    assert line["raw"] == "b'Bearer …'"
