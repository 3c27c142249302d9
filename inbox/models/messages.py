"""Messages, the attempts to send them, and statuses that came too early."""

from __future__ import annotations

from django.db import models

from core.models import ApiKey, Membership
from core.tenancy import SameTenant, TenantModel, tenant_key
from inbox.models.conversations import Conversation
from integrations.models import Channel


class Direction(models.TextChoices):
    INBOUND = "inbound"
    OUTBOUND = "outbound"


class MessageStatus(models.TextChoices):
    """Of outbound messages; `unknown` is shown as «sin confirmar»."""

    QUEUED = "queued"
    SENDING = "sending"
    ACCEPTED = "accepted"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    PLAYED = "played"
    FAILED = "failed"
    UNKNOWN = "unknown"


class AttemptState(models.TextChoices):
    PENDING = "pending"
    CLAIMED = "claimed"
    SENDING = "sending"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"


OPEN_ATTEMPTS = (AttemptState.PENDING, AttemptState.CLAIMED, AttemptState.SENDING)


class Message(TenantModel):
    """One message of a thread; it is never deleted.

    Attributes:
        occurred_at: place on screen, whole seconds: Meta's second for inbound, our creation for outbound.
        text: what it says in plain words, also for kinds that are shown as a card.
        wa_message_id: the wamid; for outbound that of the current attempt.
        quoted_wa_message_id: the wamid that it answers, also when we do not know that message.
        status_at: Meta's time of the present status.
        forwarded: "", "forwarded" or "frequently".
        origin: "phone" for one that was written in the WhatsApp Business app of the number, else "".
        referral: the ad or post that the customer came from.
        edited_at, deleted_at: when the customer changed or deleted it; what it said before is never shown.
    """

    conversation = models.ForeignKey(
        Conversation, on_delete=models.PROTECT, related_name="messages", db_constraint=False, db_index=False
    )
    channel = models.ForeignKey(
        Channel, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    direction = models.CharField(max_length=8, choices=Direction.choices)
    type = models.CharField(max_length=20, default="text")
    raw_type = models.CharField(max_length=60, null=True, blank=True)
    text = models.TextField(default="", blank=True)
    content = models.JSONField(default=dict, blank=True)
    member = models.ForeignKey(
        Membership,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_constraint=False,
        db_index=False,
    )
    api_key = models.ForeignKey(
        ApiKey,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_constraint=False,
        db_index=False,
    )
    wa_message_id = models.CharField(max_length=250, null=True, blank=True)
    quoted_message = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_constraint=False,
        db_index=False,
    )
    quoted_wa_message_id = models.CharField(max_length=250, null=True, blank=True)
    client_id = models.UUIDField(null=True, blank=True)
    is_late = models.BooleanField(default=False)
    status = models.CharField(max_length=10, choices=MessageStatus.choices, null=True, blank=True)
    status_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    error_code = models.IntegerField(null=True, blank=True)
    error_detail = models.CharField(max_length=500, default="", blank=True)
    forwarded = models.CharField(max_length=12, default="", db_default="", blank=True)
    origin = models.CharField(max_length=8, default="", db_default="", blank=True)
    referral = models.JSONField(null=True, blank=True)
    edited_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    occurred_at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            tenant_key("message_tenant_key"),
            models.UniqueConstraint(fields=["channel", "wa_message_id"], name="message_wamid_unique"),
            models.UniqueConstraint(fields=["conversation", "client_id"], name="message_client_id_unique"),
            SameTenant(
                field="conversation", to="inbox_conversation", name="message_same_tenant_conversation"
            ),
            SameTenant(field="channel", to="integrations_channel", name="message_same_tenant_channel"),
            SameTenant(field="member", to="core_membership", name="message_same_tenant_member"),
            SameTenant(field="api_key", to="core_apikey", name="message_same_tenant_key"),
            SameTenant(field="quoted_message", to="inbox_message", name="message_same_tenant_quoted"),
        ]
        indexes = [models.Index(fields=["conversation", "occurred_at", "id"], name="message_thread")]

    def __str__(self) -> str:
        return f"message {self.pk}"


class SendAttempt(TenantModel):
    """One try to hand a message to Meta; at most one of a message is open.

    pending → claimed (lease) → sending (committed before the call) → accepted | refused | unknown

    Attributes:
        callback_id: random, sent as `biz_opaque_callback_data`, by which a status finds an unknown attempt.
        lane: `interactive` for replies, `bulk` for campaigns.
        due_at: not before this moment, by the database's clock.
        lease_until: when a claimed or sending attempt may be taken for abandoned.
    """

    message = models.ForeignKey(
        Message, on_delete=models.PROTECT, related_name="attempts", db_constraint=False
    )
    conversation = models.ForeignKey(
        Conversation, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    channel = models.ForeignKey(
        Channel, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    number = models.PositiveSmallIntegerField(default=1)
    lane = models.CharField(max_length=12, default="interactive")
    state = models.CharField(max_length=10, choices=AttemptState.choices, default=AttemptState.PENDING)
    callback_id = models.UUIDField(unique=True)
    wa_message_id = models.CharField(max_length=250, null=True, blank=True)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    sending_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    error_code = models.IntegerField(null=True, blank=True)
    error_detail = models.CharField(max_length=500, default="", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["message"],
                condition=models.Q(state__in=["pending", "claimed", "sending"]),
                name="attempt_one_open",
            ),
            models.UniqueConstraint(fields=["message", "number"], name="attempt_number_unique"),
            models.UniqueConstraint(fields=["channel", "wa_message_id"], name="attempt_wamid_unique"),
            SameTenant(field="message", to="inbox_message", name="attempt_same_tenant_message"),
            SameTenant(
                field="conversation", to="inbox_conversation", name="attempt_same_tenant_conversation"
            ),
            SameTenant(field="channel", to="integrations_channel", name="attempt_same_tenant_channel"),
        ]
        indexes = [
            models.Index(
                fields=["channel", "lane", "due_at", "id"],
                condition=models.Q(state="pending"),
                name="attempt_due",
            ),
            models.Index(
                fields=["conversation", "id"],
                condition=models.Q(state__in=["pending", "claimed", "sending", "unknown"]),
                name="attempt_unsettled",
            ),
            models.Index(
                fields=["lease_until"],
                condition=models.Q(state__in=["claimed", "sending"]),
                name="attempt_leases",
            ),
        ]

    def __str__(self) -> str:
        return f"attempt {self.pk}"


class ParkedStatus(TenantModel):
    """A status for a wamid that is not known yet, applied when the message appears; kept for 8 days."""

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    wa_message_id = models.CharField(max_length=250)
    status = models.CharField(max_length=10)
    at = models.DateTimeField()
    error_code = models.IntegerField(null=True, blank=True)
    error_detail = models.CharField(max_length=500, default="", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "wa_message_id", "status"], name="parkedstatus_unique"
            ),
            SameTenant(field="channel", to="integrations_channel", name="parkedstatus_same_tenant_channel"),
        ]
        indexes = [models.Index(fields=["created_at"], name="parkedstatus_created")]

    def __str__(self) -> str:
        return f"{self.status} parked"
