"""`X-Hub-Signature-256`: HMAC-SHA256 of the raw body with the app's secret.

Source: Meta, "Webhooks: Validating Payloads".
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable

HEADER = b"x-hub-signature-256"
_SHAPE = re.compile(rb"sha256=[0-9a-f]{64}")


def sign(body: bytes, secret: bytes) -> bytes:
    """Return the header's value for a body, as Meta makes it."""
    return b"sha256=" + hmac.digest(secret, body, "sha256").hex().encode()


def is_well_formed(header: bytes | None) -> bool:
    """Tell whether the header can be a signature at all, before a body is read for it."""
    return header is not None and _SHAPE.fullmatch(header) is not None


def is_valid(body: bytes, header: bytes | None, secrets: Iterable[bytes]) -> bool:
    """Tell whether one of the secrets signed exactly these bytes.

    An empty secret never did: an app that has none yet takes nothing in.
    """
    if header is None or not _SHAPE.fullmatch(header):
        return False
    return any(hmac.compare_digest(sign(body, secret), header) for secret in secrets if secret)
