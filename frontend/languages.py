"""Which language the pages speak, and how a person changes it.

A cookie holds it while nobody is signed in; a person's own preference holds afterwards. Who changes the language on
the sign-in page and then signs in has told their preference: a second, short-lived cookie remembers that it was said
just now, and not by whoever used this browser before.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from core.models import User
from frontend.redirects import safe_path

_CHOSEN_COOKIE = "bandeja_language_chosen"
_CHOSEN_SECONDS = 15 * 60


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Change the language of the pages, and go back to where the person was."""
    response = HttpResponseRedirect(safe_path(request.POST.get("next")) or settings.LOGIN_URL)
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        remember(response, language)
        response.set_cookie(_CHOSEN_COOKIE, "1", max_age=_CHOSEN_SECONDS, httponly=True, samesite="Lax")
    return response


def remember(response: HttpResponse, language: str) -> None:
    """Keep the language in this browser."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
    )


def settle_at_sign_in(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Bring the person's preference and the browser's cookie together."""
    shown = request.LANGUAGE_CODE
    if _CHOSEN_COOKIE in request.COOKIES and user.language != shown:
        user.language = shown
        user.save(update_fields=["language"])
    response.delete_cookie(_CHOSEN_COOKIE, samesite="Lax")
    remember(response, user.language)
