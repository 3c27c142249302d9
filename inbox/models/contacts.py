"""People who write to the organisation, and the identities under which they are known."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.db import models

from core.tenancy import SameTenant, TenantModel, tenant_key


class IdentityKind(models.TextChoices):
    PHONE = "phone"
    BSUID = "bsuid"
    PARENT_BSUID = "parent_bsuid"


class Contact(TenantModel):
    """A customer. The phone is optional: a person may be known by a business-scoped id alone.

    Attributes:
        name: what the screen shows: the name given by the team, else the profile's, else username or phone.
        phone: E.164 with +, as it is dialled; the canonical form stands in the identity.
        bsuid: the business-scoped id that they last wrote from; without a phone, answers go there.
        opted_out_at: since when the person wants no marketing; `opt_out_source` says how we know.
        preference_at: when they last said what they want, by Meta's clock: older news changes nothing.
        merged_into: the contact that this one turned out to be.
        search_text: lower case without accents: name, username and digits of the phone.
    """

    name = models.CharField(max_length=250)
    first_name = models.CharField(max_length=120, default="", blank=True)
    last_name = models.CharField(max_length=120, default="", blank=True)
    profile_name = models.CharField(max_length=250, default="", blank=True)
    username = models.CharField(max_length=120, null=True, blank=True)
    phone = models.CharField(max_length=20, null=True, blank=True)
    bsuid = models.CharField(max_length=200, null=True, blank=True)
    search_text = models.TextField(default="")
    opted_out_at = models.DateTimeField(null=True, blank=True)
    opt_out_source = models.CharField(max_length=20, default="", db_default="", blank=True)
    preference_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_constraint=False
    )
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            tenant_key("contact_tenant_key"),
            SameTenant(field="merged_into", to="inbox_contact", name="contact_same_tenant_merged"),
        ]
        indexes = [GinIndex(fields=["search_text"], opclasses=["gin_trgm_ops"], name="contact_search_trgm")]

    def __str__(self) -> str:
        return f"contact {self.pk}"


class ContactIdentity(TenantModel):
    """One canonical identity of a contact: unique in the organisation.

    Attributes:
        value: digits of the phone in its canonical form, or the whole BSUID.
        provider_id: the spelling that WhatsApp last used, to answer to.
    """

    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, related_name="identities", db_constraint=False
    )
    kind = models.CharField(max_length=12, choices=IdentityKind.choices)
    value = models.CharField(max_length=200)
    provider_id = models.CharField(max_length=200, default="", blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "kind", "value"], name="identity_unique"),
            SameTenant(field="contact", to="inbox_contact", name="identity_same_tenant_contact"),
        ]

    def __str__(self) -> str:
        return f"identity {self.pk}"
