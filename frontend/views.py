"""The page in which the browser client lives."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from core.models import MembershipStatus
from frontend import errors, languages
from frontend.manifest import client

_RENEWED_ON = "renewed_on"


@require_safe
@ensure_csrf_cookie
def shell(request: HttpRequest, path: str = "") -> HttpResponse:
    """Serve the client to someone who is signed in; which organisation and page it shows, the client reads itself."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
    user = request.user
    if not user.memberships.filter(status=MembershipStatus.ACTIVE).exists():
        logout(request)
        return errors.no_organization(request)
    with translation.override(user.language):
        build = client.build()
        if build is None:
            return errors.client_missing(request)
        _renew_session(request)
        page = {"build": build, "language": user.language, "texts": build.texts.get(user.language, ())}
        response = render(request, "frontend/shell.html", page)
    if request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) != user.language:
        languages.remember(response, user.language)
    response.headers["Content-Language"] = user.language
    return response


def _renew_session(request: HttpRequest) -> None:
    """Begin the session's fourteen days anew, once a day: nobody who works daily is thrown out in the middle."""
    today = timezone.now().date().isoformat()
    if request.session.get(_RENEWED_ON) != today:
        request.session[_RENEWED_ON] = today
