"""What customers do to messages afterwards: reactions, edits, deletions; and people who turn out to be one."""

from __future__ import annotations

from django.db import models

from core.models import Membership
from core.tenancy import SameTenant, TenantModel, tenant_key
from inbox.models.contacts import Contact
from inbox.models.messages import Message
from integrations.models import Channel


class ReactionSide(models.TextChoices):
    """WhatsApp keeps one reaction of each side for a message."""

    CONTACT = "contact"
    US = "us"


class Reaction(TenantModel):
    """The present reaction of one side to a message. A removed one is kept with an empty emoji, for its time."""

    message = models.ForeignKey(
        Message, on_delete=models.PROTECT, related_name="reactions", db_constraint=False
    )
    side = models.CharField(max_length=8, choices=ReactionSide.choices)
    emoji = models.CharField(max_length=64, default="", blank=True)
    member = models.ForeignKey(
        Membership,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_constraint=False,
        db_index=False,
    )
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "side"], name="reaction_one_of_each_side"),
            SameTenant(field="message", to="inbox_message", name="reaction_same_tenant_message"),
            SameTenant(field="member", to="core_membership", name="reaction_same_tenant_member"),
        ]

    def __str__(self) -> str:
        return f"reaction of {self.side}"


class MessageEdit(TenantModel):
    """What a message said before the customer changed it."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="edits", db_constraint=False)
    text_before = models.TextField(default="", blank=True)
    wa_message_id = models.CharField(max_length=250, default="", blank=True)
    edited_at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "wa_message_id"], name="messageedit_once"),
            SameTenant(field="message", to="inbox_message", name="messageedit_same_tenant_message"),
        ]
        # A later edit may name the earlier one instead of the message.
        indexes = [models.Index(fields=["wa_message_id"], name="messageedit_wamid")]

    def __str__(self) -> str:
        return f"edit {self.pk}"


class ChangeKind(models.TextChoices):
    EDIT = "edit"
    REVOKE = "revoke"
    REACTION = "reaction"


class ParkedChange(TenantModel):
    """A change to a message that is not known yet, applied when it appears; kept for 8 days.

    Attributes:
        wa_message_id: of the message that is changed.
        own_wa_message_id: of the change itself.
    """

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    kind = models.CharField(max_length=8, choices=ChangeKind.choices)
    wa_message_id = models.CharField(max_length=250)
    own_wa_message_id = models.CharField(max_length=250)
    at = models.DateTimeField()
    data = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "own_wa_message_id"], name="parkedchange_unique"),
            SameTenant(field="channel", to="integrations_channel", name="parkedchange_same_tenant_channel"),
        ]
        indexes = [
            models.Index(fields=["channel", "wa_message_id"], name="parkedchange_target"),
            models.Index(fields=["created_at"], name="parkedchange_created"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} parked"


class ProposalState(models.TextChoices):
    OPEN = "open"
    MERGED = "merged"
    DISMISSED = "dismissed"


class MergeProposal(TenantModel):
    """Two contacts that may be one person. Only a person decides.

    Attributes:
        undo: what the merge moved, so that it can be taken back.
    """

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    other = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    reason = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=ProposalState.choices, default=ProposalState.OPEN)
    decided_by = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_constraint=False
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    undo = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            tenant_key("mergeproposal_tenant_key"),
            models.UniqueConstraint(
                fields=["contact", "other"], condition=models.Q(state="open"), name="mergeproposal_one_open"
            ),
            SameTenant(field="contact", to="inbox_contact", name="mergeproposal_same_tenant_contact"),
            SameTenant(field="other", to="inbox_contact", name="mergeproposal_same_tenant_other"),
            SameTenant(field="decided_by", to="core_membership", name="mergeproposal_same_tenant_member"),
        ]

    def __str__(self) -> str:
        return f"merge proposal {self.pk}"
