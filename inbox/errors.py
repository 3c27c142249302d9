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


class FileTooLarge(AppError):
    """More bytes than WhatsApp takes of this kind; `limits` in the details says how many it takes."""

    code = "file_too_large"
    status = 413
    message = _("The file is larger than WhatsApp allows.")


class TooMuchUnsent(AppError):
    """The organisation keeps `max_bytes` (in the details) or more of files that were uploaded and not sent."""

    code = "too_much_unsent"
    status = 409
    message = _("Too many files have been uploaded and not sent. Send some of them, or wait until tomorrow.")


class UnsupportedMedia(AppError):
    """WhatsApp takes no files of this type; `limits` in the details lists those that it takes."""

    code = "unsupported_media"
    status = 415
    message = _("WhatsApp does not take files of this type.")


class KindMismatch(AppError):
    """The file can be sent, though not as what was asked for; `kind` in the details says as what."""

    code = "kind_mismatch"
    status = 422
    message = _("The file is of another kind than it is to be sent as.")


class FileBusy(AppError):
    """Too many files are being fetched for this caller's organisation right now."""

    code = "unavailable"
    status = 503
    message = _("Too many files are being worked on right now. Try again shortly.")


class ChannelInactive(AppError):
    code = "channel_inactive"
    status = 409
    message = _("The number of this chat is not connected any more.")


class NotMergeable(AppError):
    """The contacts are one already, or one of them is not there any more."""

    code = "not_mergeable"
    status = 409
    message = _("These two contacts cannot be merged.")


class AlreadyDecided(AppError):
    """Somebody has decided about the proposal; `state` in the details says how."""

    code = "already_decided"
    status = 409
    message = _("This proposal has been decided already.")


class NotUndoable(AppError):
    """There was no merge, or what it made has become part of another one."""

    code = "not_undoable"
    status = 409
    message = _("This merge cannot be undone any more.")


class ContactExists(AppError):
    """Somebody has that number; `contact` in the details is their id, null when they are not the caller's to see."""

    code = "contact_exists"
    status = 409
    message = _("There is a contact with this number already.")


class NotReactable(AppError):
    """The message is deleted, is no message of WhatsApp's, or is older than WhatsApp allows."""

    code = "not_reactable"
    status = 409
    message = _("WhatsApp takes no reaction to this message.")
