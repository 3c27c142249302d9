"""Secrets decrypt where they were written, and nowhere else."""

from __future__ import annotations

import base64
import os
from typing import Any

import pytest
from pytest_django import Settings

from core import crypto
from core.tenancy import all_tenants, tenant_scope
from integrations.models import Channel, MetaApp
from tests.conftest import Cast
from tests.factories import ACCESS_TOKEN, APP_SECRET

PLACE: dict[str, Any] = {"organization_id": 7, "place": "integrations.MetaApp.app_secret"}


def test_what_was_encrypted_decrypts() -> None:
    for text in ("secret", "ñ 👩‍👩‍👧", "x" * 10_000):
        assert crypto.decrypt(crypto.encrypt(text, **PLACE), **PLACE) == text


def test_the_same_text_never_looks_the_same() -> None:
    assert crypto.encrypt("secret", **PLACE) != crypto.encrypt("secret", **PLACE)


@pytest.mark.parametrize(
    "elsewhere",
    [
        {**PLACE, "organization_id": 8},
        {**PLACE, "place": "integrations.MetaApp.verify_token"},
        {**PLACE, "place": "integrations.Channel.app_secret"},
        # The parts of the place are not merely run together.
        {"organization_id": 71, "place": "|integrations.MetaApp.app_secret"},
    ],
)
def test_a_ciphertext_that_was_moved_does_not_decrypt(elsewhere: dict[str, Any]) -> None:
    with pytest.raises(crypto.DecryptionFailed):
        crypto.decrypt(crypto.encrypt("secret", **PLACE), **elsewhere)


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "plain",
        "v1:k1",
        "v1:k1:***",
        "v1:k1:",
        "v1:gone:AAAA",
        "v2:k1:AAAA",
        "v1:k1:" + base64.b64encode(b"x" * 40).decode(),
    ],
)
def test_a_damaged_value_fails_in_one_way(broken: str) -> None:
    with pytest.raises(crypto.DecryptionFailed):
        crypto.decrypt(broken, **PLACE)


def test_one_changed_byte_is_noticed() -> None:
    head, body = crypto.encrypt("secret", **PLACE).rsplit(":", 1)
    raw = bytearray(base64.b64decode(body))
    raw[-1] ^= 1
    with pytest.raises(crypto.DecryptionFailed):
        crypto.decrypt(f"{head}:{base64.b64encode(raw).decode()}", **PLACE)


def test_a_new_key_encrypts_and_the_old_one_still_decrypts(settings: Settings) -> None:
    old = {"old": os.urandom(32)}
    settings.ENCRYPTION_KEYS = old
    before = crypto.encrypt("secret", **PLACE)
    settings.ENCRYPTION_KEYS = {"new": os.urandom(32), **old}
    after = crypto.encrypt("secret", **PLACE)
    assert after.startswith("v1:new:")
    assert crypto.decrypt(before, **PLACE) == crypto.decrypt(after, **PLACE) == "secret"
    settings.ENCRYPTION_KEYS = {"new": settings.ENCRYPTION_KEYS["new"]}
    assert crypto.decrypt(after, **PLACE) == "secret"
    with pytest.raises(crypto.DecryptionFailed):
        crypto.decrypt(before, **PLACE)


def test_a_model_keeps_its_secret_encrypted(scope: Cast) -> None:
    app = MetaApp.objects.get(pk=scope.app.pk)
    assert app.app_secret == APP_SECRET
    assert APP_SECRET not in app.app_secret_ciphertext
    assert scope.channel.access_token == ACCESS_TOKEN


def test_a_ciphertext_copied_to_another_row_does_not_decrypt(cast: Cast) -> None:
    with all_tenants():
        MetaApp.objects.filter(pk=cast.other_app.pk).update(
            app_secret_ciphertext=cast.app.app_secret_ciphertext
        )
        stolen = MetaApp.objects.get(pk=cast.other_app.pk)
    with pytest.raises(crypto.DecryptionFailed):
        _ = stolen.app_secret


def test_a_ciphertext_copied_to_another_field_does_not_decrypt(scope: Cast) -> None:
    scope.app.verify_token_ciphertext = scope.app.app_secret_ciphertext
    with pytest.raises(crypto.DecryptionFailed):
        _ = scope.app.verify_token


def test_no_secret_is_an_empty_one(scope: Cast) -> None:
    scope.app.app_secret = ""
    assert scope.app.app_secret_ciphertext == scope.app.app_secret == ""


def test_a_secret_needs_an_organisation() -> None:
    with tenant_scope(1), pytest.raises(ValueError, match="organisation"):
        Channel().access_token = "x"
