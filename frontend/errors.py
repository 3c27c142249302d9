"""Pages for what went wrong, in the look of the sign-in page; under `/api/` the same in the API's shape."""

from __future__ import annotations

import sys
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.errors import AppError, CsrfFailed, Internal, Malformed, NotFound, PermissionDenied, Unavailable

_RETRY_SECONDS = 5


def _answer(request: HttpRequest, error: type[AppError], *, status: int, **page: Any) -> HttpResponse:
    """
    Args:
        page: `title`, `text`, and perhaps `action` and `href` of the button.
    """
    if request.path_info.startswith(("/api/", "/health/")):
        body = {"error": {"code": error.code, "message": str(error.message), "details": {}}}
        return JsonResponse(body, status=status)
    page.setdefault("action", _("Go to the start page"))
    page.setdefault("href", "/")
    # No request goes in: what the template's usual context asks for may be the very thing that is broken.
    context = {**page, "status": status, "LANGUAGE_CODE": get_language() or settings.LANGUAGE_CODE}
    return HttpResponse(render_to_string("frontend/message.html", context), status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(
        request,
        Malformed,
        status=400,
        title=_("That request makes no sense to us"),
        text=_("The address or what was sent with it is not complete. Go back and try again."),
    )


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(
        request,
        PermissionDenied,
        status=403,
        title=_("You may not see this"),
        text=_("Your role does not allow it. Ask the owner of your organisation if you need it."),
    )


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose protection is gone; Django calls it."""
    if request.path_info == settings.LOGIN_URL and request.user.is_authenticated:
        # Signed in from another tab meanwhile: what they wanted has happened.
        return HttpResponseRedirect(settings.LOGIN_REDIRECT_URL)
    return _answer(
        request,
        CsrfFailed,
        status=403,
        title=_("This page has expired"),
        text=_(
            "It was open for too long, or the browser does not keep cookies. Load it again and repeat it."
        ),
        action=_("Load again"),
        href=settings.LOGIN_URL if request.path_info.startswith("/accounts/") else "/",
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(
        request,
        NotFound,
        status=404,
        title=_("There is nothing here"),
        text=_(
            "The address does not exist, or it belongs to someone else. Check it or go back to the start page."
        ),
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer what nobody expected; when the database is away, say that it will pass."""
    if isinstance(sys.exc_info()[1], (OperationalError, InterfaceError)):
        return unavailable(request)
    return _answer(
        request,
        Internal,
        status=500,
        title=_("Something broke on our side"),
        text=_("It has been noted down. Try again; if it happens again, tell whoever runs bandeja for you."),
        action=_("Try again"),
        href="",
    )


def unavailable(request: HttpRequest) -> HttpResponse:
    response = _answer(
        request,
        Unavailable,
        status=503,
        title=_("We will be right back"),
        text=_("bandeja cannot reach its data at this moment. This page loads again by itself."),
        action=_("Try again"),
        href="",
        reload_seconds=_RETRY_SECONDS,
    )
    response["Retry-After"] = str(_RETRY_SECONDS)
    return response


def no_organization(request: HttpRequest) -> HttpResponse:
    """Tell someone with a valid account that no organisation lets them in."""
    return _answer(
        request,
        PermissionDenied,
        status=403,
        title=_("You are in no organisation"),
        text=_(
            "Your account exists, but no organisation gives it access. Ask the owner to invite you again."
        ),
        action=_("Back to sign in"),
        href=settings.LOGIN_URL,
    )


def client_missing(request: HttpRequest) -> HttpResponse:
    """Tell that the browser client has not been built."""
    return _answer(
        request,
        Unavailable,
        status=503,
        title=_("The screen is not built yet"),
        text=_(
            "The server runs, but its browser client is missing. Start bandeja with “make run”, which builds it."
        ),
        action=_("Try again"),
        href="",
        reload_seconds=_RETRY_SECONDS,
    )
