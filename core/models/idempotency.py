"""Answers kept so that a repeated request has its effect once."""

from __future__ import annotations

from django.db import models

from core.tenancy import TenantModel


class IdempotencyKey(TenantModel):
    """One Idempotency-Key of one actor, with the answer that it got; kept for 24 hours."""

    principal = models.CharField(max_length=40)
    key = models.CharField(max_length=200)
    body_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.TextField(default="")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "principal", "key"], name="idempotency_unique")
        ]
        indexes = [models.Index(fields=["created_at"], name="idempotency_created")]

    def __str__(self) -> str:
        return f"idempotency key {self.pk}"
