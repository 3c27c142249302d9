"""Raw webhooks as they were received, and what of them could not be taken in."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from core.tenancy import SameTenant, TenantModel, tenant_key
from integrations.models.channels import MetaApp


class DeliveryState(models.TextChoices):
    PENDING = "pending"
    PROCESSED = "processed"
    FAILED = "failed"


class InboundDelivery(TenantModel):
    """One signed webhook body, committed before it was answered; kept for 14 days.

    Attributes:
        items: how many messages, statuses and other values it held.
        attempts: how often its processing was begun.
        cut_off: in how many processes in a row that had it in hand the run ended without a word, as by a kill; see
            `InboundRun`.
        cut_off_in: their names.
    """

    meta_app = models.ForeignKey(MetaApp, on_delete=models.PROTECT, db_constraint=False, db_index=False)
    body = models.BinaryField()
    state = models.CharField(max_length=10, choices=DeliveryState.choices, default=DeliveryState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    cut_off = models.PositiveSmallIntegerField(default=0, db_default=0)
    cut_off_in = ArrayField(models.CharField(max_length=32), default=list, db_default=[])
    items = models.PositiveIntegerField(default=0, db_default=0)
    received_at = models.DateTimeField()
    processed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            tenant_key("inbounddelivery_tenant_key"),
            SameTenant(field="meta_app", to="integrations_metaapp", name="inbounddelivery_same_tenant_app"),
        ]
        indexes = [
            models.Index(
                fields=["organization", "id"], condition=models.Q(state="pending"), name="delivery_waiting"
            ),
            models.Index(fields=["received_at"], name="delivery_received"),
            models.Index(fields=["organization"], condition=models.Q(cut_off__gt=0), name="delivery_cut_off"),
        ]

    def __str__(self) -> str:
        return f"delivery {self.pk}"


class InboundRun(TenantModel):
    """The batch of deliveries that an organisation's intake has in hand, committed before any of them is read.

    Attributes:
        runner: random name of the process; empty when the batch was finished. One that still stands there, of another
            process, was cut off, as far as anybody can tell.
    """

    runner = models.CharField(max_length=32, default="", blank=True)
    begun_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization"], name="inboundrun_one")]

    def __str__(self) -> str:
        return f"intake of {self.organization_id}"


class InboundProblem(TenantModel):
    """One item of a delivery that had no effect, with the reason.

    Attributes:
        pointer: where in the body, such as `entry/0/changes/2/value/messages/5`; empty for the whole body.
        code: `unreadable`, `foreign`, `not_yet_handled`, `failed`…
    """

    delivery = models.ForeignKey(
        InboundDelivery, on_delete=models.CASCADE, related_name="problems", db_constraint=False
    )
    pointer = models.CharField(max_length=200, default="", blank=True)
    code = models.CharField(max_length=40)
    reason = models.CharField(max_length=300)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            SameTenant(
                field="delivery",
                to="integrations_inbounddelivery",
                name="inboundproblem_same_tenant_delivery",
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} at {self.pointer}"
