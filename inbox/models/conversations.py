"""The present of a chat (conversation), its episodes (tickets), and how many there are of each kind."""

from __future__ import annotations

from django.db import models

from core.models import Membership
from core.tenancy import SameTenant, TenantModel, tenant_key
from inbox.models.contacts import Contact
from integrations.models import Channel


class ConversationStatus(models.TextChoices):
    """`none`: begun by us and not answered yet, so it stands in no queue."""

    NONE = "none"
    UNASSIGNED = "unassigned"
    OPEN = "open"
    CLOSED = "closed"


class Conversation(TenantModel):
    """The one chat of a contact and a channel, as it is now.

    Attributes:
        last_message: the newest on screen, with preview, kind and direction kept beside it for the list.
        last_activity_at: when the latest thing happened that moves the chat up in the list, or its beginning: the
            sort key of the list. Finer than Meta's whole seconds for what comes in time.
        last_inbound_at: Meta's time of the latest message that opens the 24-hour window.
        unread_count: messages of the customer that nobody in charge has seen.
    """

    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, related_name="conversations", db_constraint=False
    )
    channel = models.ForeignKey(
        Channel, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    status = models.CharField(
        max_length=12, choices=ConversationStatus.choices, default=ConversationStatus.NONE
    )
    assignee = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_constraint=False
    )
    ticket = models.ForeignKey(
        "inbox.Ticket", on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_constraint=False
    )
    unread_count = models.PositiveIntegerField(default=0)
    last_message = models.ForeignKey(
        "inbox.Message",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_constraint=False,
        db_index=False,
    )
    last_activity_at = models.DateTimeField()
    last_inbound_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            tenant_key("conversation_tenant_key"),
            models.UniqueConstraint(fields=["contact", "channel"], name="conversation_unique"),
            models.CheckConstraint(
                condition=~models.Q(status="unassigned") | models.Q(assignee__isnull=True),
                name="conversation_unassigned_has_nobody",
            ),
            SameTenant(field="contact", to="inbox_contact", name="conversation_same_tenant_contact"),
            SameTenant(field="channel", to="integrations_channel", name="conversation_same_tenant_channel"),
            SameTenant(field="assignee", to="core_membership", name="conversation_same_tenant_assignee"),
            SameTenant(field="ticket", to="inbox_ticket", name="conversation_same_tenant_ticket"),
            SameTenant(field="last_message", to="inbox_message", name="conversation_same_tenant_message"),
        ]
        indexes = [
            models.Index(fields=["organization", "last_activity_at", "id"], name="conversation_newest"),
            models.Index(
                fields=["organization", "status", "last_activity_at", "id"], name="conversation_by_status"
            ),
            models.Index(
                fields=["organization", "assignee", "last_activity_at", "id"], name="conversation_by_assignee"
            ),
        ]

    def __str__(self) -> str:
        return f"conversation {self.pk}"


class Ticket(TenantModel):
    """One episode of a conversation, from opening to closing; at most one is open."""

    conversation = models.ForeignKey(
        Conversation, on_delete=models.PROTECT, related_name="tickets", db_constraint=False
    )
    number = models.PositiveIntegerField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", null=True, blank=True, db_constraint=False
    )

    class Meta:
        constraints = [
            tenant_key("ticket_tenant_key"),
            models.UniqueConstraint(
                fields=["conversation"], condition=models.Q(closed_at__isnull=True), name="ticket_one_open"
            ),
            models.UniqueConstraint(fields=["conversation", "number"], name="ticket_number_unique"),
            SameTenant(field="conversation", to="inbox_conversation", name="ticket_same_tenant_conversation"),
            SameTenant(field="closed_by", to="core_membership", name="ticket_same_tenant_closer"),
        ]

    def __str__(self) -> str:
        return f"ticket {self.number}"


class ConversationCounter(TenantModel):
    """How many conversations have a status and an assignee: kept by deltas, never counted on a page.

    `assignee_id` is a plain number here: 0 stands for nobody, so that the unique key holds.
    """

    assignee_id = models.BigIntegerField(default=0)
    status = models.CharField(max_length=12, choices=ConversationStatus.choices)
    count = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "status", "assignee_id"], name="conversationcounter_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.status} {self.count}"
