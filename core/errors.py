"""Expected trouble, in the one shape in which the API answers it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _


class AppError(Exception):
    """Trouble that a caller may expect, answered as `{"error": {"code", "message", "details"}}`.

    Attributes:
        code: stable name that clients decide on.
        status: HTTP status of the answer.
        message: sentence for people, translated when it is rendered.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400
    message: ClassVar[Any] = _("The request could not be carried out.")

    def __init__(self, **details: Any) -> None:
        super().__init__(self.code)
        self.details = details


class NotFound(AppError):
    """The id does not exist, or the actor may not see it: both answer alike."""

    code = "not_found"
    status = 404
    message = _("There is no such thing here.")


class NotAuthenticated(AppError):
    code = "not_authenticated"
    status = 401
    message = _("Sign in, or send a valid API key.")


class PermissionDenied(AppError):
    code = "permission_denied"
    status = 403
    message = _("Your role does not allow this.")


class LastOwner(AppError):
    """An organisation keeps one active owner, who can change its settings and its team."""

    code = "last_owner"
    status = 409
    message = _("An organisation needs an owner. Make somebody else an owner first.")


class CsrfFailed(AppError):
    code = "csrf_failed"
    status = 403
    message = _("The request carries no valid protection against forgery. Load the page again.")


class OrganizationRequired(AppError):
    code = "organization_required"
    status = 400
    message = _("Name the organisation in the X-Organization header.")


class Malformed(AppError):
    code = "malformed"
    status = 400
    message = _("The body is not valid JSON.")


class NotAnObject(Malformed):
    """The body is JSON, though a list or a single value."""

    message = _("The body must be a JSON object.")


class MalformedForm(Malformed):
    """The body is no form, or ends within one."""

    message = _("The body is not a valid form.")


class Invalid(AppError):
    """A field has a value that cannot be taken; `details` maps field names to lists of sentences."""

    code = "invalid"
    status = 422
    message = _("Some fields need to be corrected.")


class IdempotencyConflict(AppError):
    code = "idempotency_conflict"
    status = 409
    message = _("This Idempotency-Key was used before with another request.")


class TooManyRequests(AppError):
    """The caller is over a limit; `retry_after_seconds` is in the details and in Retry-After."""

    code = "too_many_requests"
    status = 429
    message = _("Too many requests. Wait a moment and try again.")


class Resync(AppError):
    """The event number asked for is too old, or belongs to another stream."""

    code = "resync"
    status = 410
    message = _("Those events are no longer kept. Load the present state again.")


class Unavailable(AppError):
    code = "unavailable"
    status = 503
    message = _("The service cannot do this right now. Try again shortly.")


class Internal(AppError):
    """Nobody expected it; the log has the particulars."""

    code = "internal"
    status = 500
    message = _("Something went wrong on our side. Try again.")
