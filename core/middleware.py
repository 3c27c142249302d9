"""Middleware of ours, and Django's as far as pages alone need them.

Requests under `/api/v1/` and `/health/` pass the page middleware by: on a busy core the whole stack costs a
millisecond a request, and none of it serves a JSON answer (the API checks CSRF itself, where it authenticates by
session).
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.common import CommonMiddleware
from django.middleware.csrf import CsrfViewMiddleware
from django.middleware.security import SecurityMiddleware
from django.utils import translation
from django.utils.http import http_date

logger = logging.getLogger(__name__)

GetResponse = Callable[[HttpRequest], HttpResponseBase]

_CSP = "Content-Security-Policy"
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    # Voice notes are recorded in the page; nothing else of the device is ever asked for.
    "Permissions-Policy": "camera=(), geolocation=(), payment=(), usb=(), microphone=(self)",
}


def is_page(request: HttpRequest) -> bool:
    return not request.path_info.startswith(("/api/v1/", "/health/"))


class RequestContextMiddleware:
    """Name the request in every log line, and give every answer the headers that protect it.

    A host that is not ours is refused here, before anything makes an address of it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request_id = uuid.uuid4().hex[:16]
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = _refused_host(request) or self.get_response(request)
        headers = response.headers
        headers.setdefault("X-Request-Id", request_id)
        for name, value in _HEADERS.items():
            headers.setdefault(name, value)
        if not getattr(response, "_csp_exempt", False):
            # Pages have theirs by now; what is left are data and files, which need to load nothing.
            headers.setdefault(_CSP, "default-src 'none'; frame-ancestors 'none'")
        headers.setdefault("Cache-Control", "no-store")
        # Daphne sends none, and the client's countdowns go by the clock of the server.
        headers.setdefault("Date", http_date())
        return response


def _refused_host(request: HttpRequest) -> HttpResponse | None:
    # Load balancers ask for health by the address of the machine.
    if request.path_info.startswith("/health/"):
        return None
    try:
        request.get_host()
    except DisallowedHost:
        # Scanners send these all day: one line, and not Django's traceback for each.
        logger.warning("request.foreign_host", extra={"host": request.headers.get("Host", "")[:200]})
        response = HttpResponse("This address is not served here.", status=400, content_type="text/plain")
        response._has_been_logged = True  # type: ignore[attr-defined]  # Django's own mark
        return response
    return None


class _PagesOnly:
    """Mixin: step aside for requests that are not for pages."""

    get_response: Any

    def __call__(self, request: HttpRequest) -> Any:
        if is_page(request):
            return super().__call__(request)  # type: ignore[misc]  # the middleware mixed into
        return self.get_response(request)


class PageSecurityMiddleware(_PagesOnly, SecurityMiddleware):
    pass


class PageCommonMiddleware(_PagesOnly, CommonMiddleware):
    pass


class PageCspMiddleware(_PagesOnly, CSPMiddleware):
    """The strict policy of settings; a view changes it for itself with the decorators of `csp.decorators`."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if not report_only and parts.config is None:
            # Older Safari does not count sockets of the own host as 'self'.
            host = request.get_host()
            sockets = [f"ws://{host}", f"wss://{host}"]
            parts.update = {**(parts.update or {})}
            parts.update["connect-src"] = [*parts.update.get("connect-src", []), *sockets]
        return parts


class PageCsrfMiddleware(_PagesOnly, CsrfViewMiddleware):
    def process_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return super().process_view(request, *args, **kwargs) if is_page(request) else None


class PageLanguageMiddleware:
    """Speak the language of the cookie, else Spanish.

    The browser's own preference is not asked: bandeja is Spanish until a person chooses otherwise, and the page of
    someone who is signed in follows their preference.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not is_page(request):
            return self.get_response(request)
        wanted = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or language)
        return response
