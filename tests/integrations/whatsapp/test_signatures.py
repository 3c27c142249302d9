from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest

from integrations.whatsapp.signatures import is_valid, sign
from tests.integrations.whatsapp.bodies import FOLDER

VECTORS: dict[str, Any] = json.loads((FOLDER / "signatures.json").read_text("utf-8"))
BODY = '{"object":"whatsapp_business_account","text":"é"}'.encode()
SECRET = b"test_app_secret"
GOOD = sign(BODY, SECRET)


@pytest.mark.parametrize("vector", VECTORS["files"], ids=lambda vector: vector["file"])
def test_the_recorded_signature_of_a_file_holds(vector: dict[str, Any]) -> None:
    body = (FOLDER / vector["file"]).read_bytes()
    assert len(body) == vector["bytes"]
    assert is_valid(body, vector["x_hub_signature_256"].encode(), [vector["app_secret"].encode()])
    reserialised = json.dumps(json.loads(body)).encode()
    assert not is_valid(reserialised, vector["x_hub_signature_256"].encode(), [vector["app_secret"].encode()])


@pytest.mark.parametrize("vector", VECTORS["inline"], ids=lambda vector: vector["x_hub_signature_256"][-8:])
def test_the_recorded_signature_of_a_text_holds(vector: dict[str, Any]) -> None:
    body = vector["body_utf8"].encode()
    assert is_valid(body, vector["x_hub_signature_256"].encode(), [b"another", vector["app_secret"].encode()])


@pytest.mark.parametrize("vector", VECTORS["reject"], ids=repr)
def test_a_recorded_bad_header_is_refused(vector: dict[str, Any]) -> None:
    header = vector["header"]
    body = vector.get("against", BODY.decode()).encode()
    assert not is_valid(body, None if header is None else header.encode(), [SECRET])


BAD: dict[str, bytes | None] = {
    "no header": None,
    "empty": b"",
    "prefix alone": b"sha256=",
    "without prefix": GOOD[7:],
    "sha1": b"sha1=" + hmac.new(SECRET, BODY, hashlib.sha1).hexdigest().encode(),
    "sha1 digest under the sha256 prefix": b"sha256="
    + hmac.new(SECRET, BODY, hashlib.sha1).hexdigest().encode(),
    "sha512": b"sha512=" + hmac.digest(SECRET, BODY, "sha512").hex().encode(),
    "truncated": GOOD[:-1],
    "one digit too many": GOOD + b"0",
    "two joined": GOOD + b", " + GOOD,
    "upper case digits": b"sha256=" + GOOD[7:].upper(),
    "upper case prefix": b"SHA256=" + GOOD[7:],
    "leading space": b" " + GOOD,
    "trailing space": GOOD + b" ",
    "trailing newline": GOOD + b"\n",
    "NUL inside": GOOD[:20] + b"\0" + GOOD[21:],
    "not hexadecimal": b"sha256=" + b"z" * 64,
    "all zeros": b"sha256=" + b"0" * 64,
    "digits of another script": b"sha256=" + "٣".encode() * 32,
    "another secret": sign(BODY, b"otro_secreto"),
    "empty secret": sign(BODY, b""),
    "another body": sign(BODY + b" ", SECRET),
    "plain hash without a key": b"sha256=" + hashlib.sha256(BODY).hexdigest().encode(),
    "base64": b"sha256=" + b"8GJCVj8yE0kE3mYV1mFkqj3v9E8y0U6b0Yp5cJw3V0g=",
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_header_is_refused(name: str) -> None:
    assert is_valid(BODY, GOOD, [SECRET])
    assert not is_valid(BODY, BAD[name], [SECRET])


def test_an_app_without_a_secret_takes_nothing_in() -> None:
    assert not is_valid(BODY, sign(BODY, b""), [b""])
    assert not is_valid(BODY, GOOD, [])


def test_either_of_two_secrets_holds_during_a_rotation() -> None:
    assert is_valid(BODY, GOOD, [b"new", SECRET])
    assert is_valid(BODY, sign(BODY, b"new"), [b"new", SECRET])
