"""Secrets of tenants, encrypted in the database.

AES-256-GCM with the organisation, model and field as associated data: a ciphertext that is copied into another row
or field does not decrypt. A value is `v1:<key id>:<base64 of nonce and ciphertext>`, so that keys can be rotated.
"""

from __future__ import annotations

import base64
import os
from typing import TYPE_CHECKING, overload

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

if TYPE_CHECKING:
    from core.tenancy import TenantModel


class DecryptionFailed(RuntimeError):
    """The value was made for another row or field, with an unknown key, or was damaged."""


def _associated_data(organization_id: int, place: str) -> bytes:
    return f"{organization_id}|{place}".encode()


def encrypt(text: str, *, organization_id: int, place: str) -> str:
    """Encrypt with the newest key.

    Args:
        place: `app.Model.field` in which the value will stand.
    """
    key_id, key = next(iter(settings.ENCRYPTION_KEYS.items()))
    nonce = os.urandom(12)
    sealed = AESGCM(key).encrypt(nonce, text.encode(), _associated_data(organization_id, place))
    return f"v1:{key_id}:{base64.b64encode(nonce + sealed).decode()}"


def decrypt(ciphertext: str, *, organization_id: int, place: str) -> str:
    """Return the text that `encrypt` was given.

    Raises:
        DecryptionFailed: it was made for another place, or its key is not known.
    """
    try:
        _, key_id, packed = ciphertext.split(":", 2)
        raw = base64.b64decode(packed, validate=True)
        opened = AESGCM(settings.ENCRYPTION_KEYS[key_id]).decrypt(
            raw[:12], raw[12:], _associated_data(organization_id, place)
        )
    except (ValueError, KeyError, InvalidTag) as error:
        raise DecryptionFailed(place) from error
    return opened.decode()


class Encrypted:
    """Property of a tenant's model that keeps its text encrypted in another column.

    Set it after the organisation is known. Empty text is stored as empty: there is nothing to hide.
    """

    def __init__(self, column: str) -> None:
        self.column = column
        self.place = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.place = f"{owner.__module__.split('.', 1)[0]}.{owner.__name__}.{name}"

    @overload
    def __get__(self, row: None, owner: type) -> Encrypted: ...
    @overload
    def __get__(self, row: TenantModel, owner: type) -> str: ...
    def __get__(self, row: TenantModel | None, owner: type) -> str | Encrypted:
        if row is None:
            return self
        ciphertext: str = getattr(row, self.column)
        if not ciphertext:
            return ""
        return decrypt(ciphertext, organization_id=row.organization_id, place=self.place)

    def __set__(self, row: TenantModel, text: str) -> None:
        if text and not row.organization_id:
            raise ValueError("set the organisation before a secret")
        sealed = encrypt(text, organization_id=row.organization_id, place=self.place) if text else ""
        setattr(row, self.column, sealed)
