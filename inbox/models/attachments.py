"""Files of messages: what Meta delivered, and what we send."""

from __future__ import annotations

from django.db import models

from core.models import Membership
from core.tenancy import SameTenant, TenantModel, tenant_key
from inbox.models.messages import Message
from integrations.models import Channel


class AttachmentKind(models.TextChoices):
    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    DOCUMENT = "document"
    STICKER = "sticker"


class AttachmentState(models.TextChoices):
    """`waiting`: still to be fetched from Meta; `failed`: it cannot be had, and `failure_code` says why."""

    WAITING = "waiting"
    STORED = "stored"
    FAILED = "failed"


class Attachment(TenantModel):
    """One file, kept under an id of ours in `media/<organisation>/`.

    Attributes:
        message: None while it has been uploaded and not sent yet.
        mime_type: as sniffed from the bytes; what the sender claimed decides nothing.
        file_name: without path, control signs and tricks of direction.
        media_id: Meta's id, of the inbound file or of our upload to Meta, valid until `media_id_until`.
        thumbnail_key, playable_key: smaller picture, and a copy that every browser plays; empty if there is none.
        waveform: up to 64 levels from 0 to 100.
    """

    message = models.ForeignKey(
        Message,
        on_delete=models.PROTECT,
        related_name="attachments",
        null=True,
        blank=True,
        db_constraint=False,
    )
    channel = models.ForeignKey(
        Channel, on_delete=models.PROTECT, related_name="+", null=True, db_constraint=False, db_index=False
    )
    member = models.ForeignKey(
        Membership,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_constraint=False,
        db_index=False,
    )
    kind = models.CharField(max_length=10, choices=AttachmentKind.choices)
    state = models.CharField(max_length=8, choices=AttachmentState.choices, default=AttachmentState.WAITING)
    is_voice = models.BooleanField(default=False)
    is_animated = models.BooleanField(default=False)
    mime_type = models.CharField(max_length=120, default="", blank=True)
    file_name = models.CharField(max_length=240, default="", blank=True)
    size_bytes = models.BigIntegerField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, default="", blank=True)
    width = models.PositiveIntegerField(null=True, blank=True)
    height = models.PositiveIntegerField(null=True, blank=True)
    duration_ms = models.PositiveIntegerField(null=True, blank=True)
    waveform = models.JSONField(default=list, blank=True)
    media_id = models.CharField(max_length=120, default="", blank=True)
    media_id_until = models.DateTimeField(null=True, blank=True)
    storage_key = models.CharField(max_length=40, default="", blank=True)
    thumbnail_key = models.CharField(max_length=40, default="", blank=True)
    playable_key = models.CharField(max_length=40, default="", blank=True)
    failure_code = models.CharField(max_length=40, default="", blank=True)
    failure_detail = models.CharField(max_length=300, default="", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            tenant_key("attachment_tenant_key"),
            SameTenant(field="message", to="inbox_message", name="attachment_same_tenant_message"),
            SameTenant(field="channel", to="integrations_channel", name="attachment_same_tenant_channel"),
            SameTenant(field="member", to="core_membership", name="attachment_same_tenant_member"),
        ]
        indexes = [
            models.Index(
                fields=["created_at"], condition=models.Q(message__isnull=True), name="attachment_unsent"
            ),
            # By which files on the disk find their row.
            models.Index(
                fields=["storage_key"], condition=~models.Q(storage_key=""), name="attachment_storage"
            ),
        ]

    def __str__(self) -> str:
        return f"attachment {self.pk}"
