"""Keys of the REST API."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Self

from django.db import models

from core.models.organizations import Organization

_MARK = "bdj"


class ApiKey(models.Model):
    """A key of one organisation: 256 random bits, of which only a digest is stored.

    Authentication looks a key up before it knows the organisation, so no tenant scope guards it.
    """

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="api_keys")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "id"], name="apikey_tenant_key")]

    def __str__(self) -> str:
        return f"{_MARK}_{self.prefix}…"

    @staticmethod
    def digest_of(secret: str) -> str:
        """Return the SHA-256 (hex) under which a key is stored."""
        return hashlib.sha256(secret.encode()).hexdigest()

    @classmethod
    def build(cls, *, organization: Organization, name: str, secret: str | None = None) -> tuple[Self, str]:
        """Make an unsaved key; the second value is the secret, which cannot be had again.

        Args:
            secret: the whole key for the demo, where it is derived; random otherwise.
        """
        whole = secret or f"{_MARK}_{secrets.token_urlsafe(32)}"
        return cls(
            organization=organization, name=name, prefix=whole[4:10], digest=cls.digest_of(whole)
        ), whole

    def is_usable(self, now: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > now)
