"""Organisations and the people in them."""

from __future__ import annotations

from django.db import models

from core.models.users import User


class Role(models.TextChoices):
    OWNER = "owner"
    MANAGER = "manager"
    AGENT = "agent"


class MembershipStatus(models.TextChoices):
    INVITED = "invited"
    ACTIVE = "active"
    SUSPENDED = "suspended"


class Organization(models.Model):
    """A business that uses bandeja: the tenant.

    `agents_see_unassigned` is the setting of TICK-08, `ticket_management` that of TICK-02.
    """

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    timezone = models.CharField(max_length=64, default="America/Bogota")
    ticket_management = models.BooleanField(default=True)
    agents_see_unassigned = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.slug


class Membership(models.Model):
    """A person's place in an organisation. Signing in looks across tenants, so no tenant scope guards it."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.AGENT)
    status = models.CharField(
        max_length=10, choices=MembershipStatus.choices, default=MembershipStatus.ACTIVE
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "user"], name="membership_unique"),
            models.UniqueConstraint(fields=["organization", "id"], name="membership_tenant_key"),
        ]

    def __str__(self) -> str:
        return f"membership {self.pk}"

    @property
    def name(self) -> str:
        """The person's name, as colleagues see it."""
        return self.user.name

    @property
    def is_active(self) -> bool:
        return self.status == MembershipStatus.ACTIVE
