"""What happened, numbered per organisation without gaps."""

from __future__ import annotations

import uuid

from django.db import models

from core.tenancy import TenantModel


class EventCounter(models.Model):
    """The newest event number of an organisation, locked as the last write of a transaction.

    A row of its own, so that numbering never waits for an edit of the organisation. `stream_id` changes when a
    backup is restored: numbers of two streams say nothing about each other.
    """

    organization = models.OneToOneField("core.Organization", on_delete=models.PROTECT, primary_key=True)
    stream_id = models.UUIDField(default=uuid.uuid4)
    seq = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.organization_id}@{self.seq}"


class Event(TenantModel):
    """One numbered event. `data` is JSON text, rendered once and sent to every reader as it is."""

    seq = models.BigIntegerField()
    type = models.CharField(max_length=60)
    version = models.PositiveSmallIntegerField(default=1)
    at = models.DateTimeField()
    actor = models.JSONField()
    audience = models.JSONField()
    data = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "seq"], name="event_number_unique")]
        indexes = [models.Index(fields=["at"], name="event_at")]

    def __str__(self) -> str:
        return f"{self.type}#{self.seq}"
