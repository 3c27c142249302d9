"""Effects outside the database that a transaction has decided on."""

from __future__ import annotations

from django.db import models

from core.tenancy import TenantModel


class OutboxState(models.TextChoices):
    PENDING = "pending"
    DONE = "done"
    DEAD = "dead"


class OutboxItem(TenantModel):
    """One effect to carry out, at least once: only for effects that a repetition does not harm.

    Attributes:
        lane: what is carried out together and by one runner, such as `channel:12`.
        key: within kind, a newer item with the same key replaces the waiting one.
        due_at: not before this moment, by the database's clock; moved ahead as a lease when claimed.
    """

    kind = models.CharField(max_length=40)
    lane = models.CharField(max_length=60)
    key = models.CharField(max_length=120)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=OutboxState.choices, default=OutboxState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    last_error = models.CharField(max_length=200, default="", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "kind", "key"],
                condition=models.Q(state="pending"),
                name="outbox_one_waiting",
            )
        ]
        indexes = [
            models.Index(fields=["lane", "due_at"], condition=models.Q(state="pending"), name="outbox_due")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
