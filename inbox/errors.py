"""Expected trouble with conversations and messages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import AppError


class WindowClosed(AppError):
    """More than 24 hours since the customer last wrote; `last_inbound_at` is in the details."""

    code = "window_closed"
    status = 409
    message = _(
        "More than 24 hours have passed since the customer last wrote. Only a template may be sent now."
    )


class AlreadyAssigned(AppError):
    """Somebody else has taken the chat; `assignee` is in the details."""

    code = "already_assigned"
    status = 409
    message = _("Somebody else has taken this chat.")


class NotAMember(AppError):
    code = "not_a_member"
    status = 422
    message = _("That person is not an active member of the organisation.")


class NotRetryable(AppError):
    """The message was not refused, or its outcome is not known and the caller did not accept the risk."""

    code = "not_retryable"
    status = 409
    message = _("This message cannot be sent again as it stands.")


class ChannelInactive(AppError):
    code = "channel_inactive"
    status = 409
    message = _("The number of this chat is not connected any more.")


class NotReactable(AppError):
    """The message is deleted, is no message of WhatsApp's, or is older than WhatsApp allows."""

    code = "not_reactable"
    status = 409
    message = _("WhatsApp takes no reaction to this message.")
