"""An organisation's app at Meta, and the numbers that it speaks through."""

from __future__ import annotations

from django.db import models

from core.crypto import Encrypted
from core.tenancy import SameTenant, TenantModel, tenant_key


class MetaApp(TenantModel):
    """An app at Meta. It exists before any credential, so that the GET handshake works first.

    Attributes:
        webhook_key: opaque part of the callback address.
        previous_secret_until: until when signatures made with the previous secret hold.
    """

    app_id = models.CharField(max_length=40, default="", blank=True)
    webhook_key = models.CharField(max_length=64, unique=True)
    verify_token_ciphertext = models.TextField(default="")
    app_secret_ciphertext = models.TextField(default="")
    previous_secret_ciphertext = models.TextField(default="")
    previous_secret_until = models.DateTimeField(null=True, blank=True)
    handshake_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    verify_token = Encrypted("verify_token_ciphertext")
    app_secret = Encrypted("app_secret_ciphertext")
    previous_secret = Encrypted("previous_secret_ciphertext")

    class Meta:
        constraints = [tenant_key("metaapp_tenant_key")]

    def __str__(self) -> str:
        return f"Meta app {self.pk}"


class Channel(TenantModel):
    """A WhatsApp number. A phone_number_id belongs to one active channel of the whole installation.

    Attributes:
        trouble_code: Meta's code of what stops this number's sends (token, payment, restriction); they wait meanwhile.
        resumed_at: when they last went on.
        probes: how often they went on by themselves and were stopped again, with nothing accepted in between.
    """

    meta_app = models.ForeignKey(
        MetaApp, on_delete=models.PROTECT, related_name="channels", db_constraint=False
    )
    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=20)
    phone_number_id = models.CharField(max_length=40)
    waba_id = models.CharField(max_length=40)
    access_token_ciphertext = models.TextField(default="")
    is_active = models.BooleanField(default=True)
    trouble_code = models.IntegerField(null=True, blank=True)
    trouble_detail = models.CharField(max_length=300, default="", blank=True)
    trouble_since = models.DateTimeField(null=True, blank=True)
    resumed_at = models.DateTimeField(null=True, blank=True)
    probes = models.PositiveSmallIntegerField(default=0, db_default=0)
    quality = models.CharField(max_length=12, default="", blank=True)
    throughput = models.CharField(max_length=20, default="", blank=True)
    messaging_limit = models.CharField(max_length=20, default="", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    access_token = Encrypted("access_token_ciphertext")

    class Meta:
        constraints = [
            tenant_key("channel_tenant_key"),
            SameTenant(field="meta_app", to="integrations_metaapp", name="channel_same_tenant_app"),
            models.UniqueConstraint(
                fields=["phone_number_id"], condition=models.Q(is_active=True), name="channel_number_once"
            ),
        ]
        indexes = [models.Index(fields=["waba_id"], name="channel_waba")]

    def __str__(self) -> str:
        return f"channel {self.pk}"


class ChannelAlert(TenantModel):
    """What Meta told about an account, a number or a template: quality, limits, reviews, restrictions."""

    meta_app = models.ForeignKey(MetaApp, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    channel = models.ForeignKey(
        Channel, on_delete=models.PROTECT, related_name="alerts", null=True, blank=True, db_constraint=False
    )
    kind = models.CharField(max_length=60)
    severity = models.CharField(max_length=12, default="info")
    data = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "digest"], name="channelalert_once"),
            SameTenant(field="meta_app", to="integrations_metaapp", name="channelalert_same_tenant_app"),
            SameTenant(field="channel", to="integrations_channel", name="channelalert_same_tenant_channel"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} alert"
