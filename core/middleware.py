"""Middleware of ours, and Django's as far as pages alone need them.

Requests under `/api/v1/` pass the page middleware by: on a busy core the whole stack costs a millisecond a request,
and none of it serves a JSON answer (the API checks CSRF itself, where it authenticates by session).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import structlog
from csp.middleware import CSPMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.http import HttpRequest, HttpResponseBase
from django.middleware.common import CommonMiddleware
from django.middleware.csrf import CsrfViewMiddleware
from django.middleware.locale import LocaleMiddleware
from django.middleware.security import SecurityMiddleware

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def is_page(request: HttpRequest) -> bool:
    return not request.path_info.startswith(("/api/v1/", "/health/"))


class RequestContextMiddleware:
    """Name the request in every log line, and forbid caches to keep private answers."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request_id = uuid.uuid4().hex[:16]
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
        response.headers.setdefault("X-Request-Id", request_id)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        if not request.path_info.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class _PagesOnly:
    """Mixin: step aside for requests that are not for pages."""

    get_response: Any

    def __call__(self, request: HttpRequest) -> Any:
        if is_page(request):
            return super().__call__(request)  # type: ignore[misc]  # the middleware mixed into
        return self.get_response(request)


class PageSecurityMiddleware(_PagesOnly, SecurityMiddleware):
    pass


class PageCspMiddleware(_PagesOnly, CSPMiddleware):
    pass


class PageLocaleMiddleware(_PagesOnly, LocaleMiddleware):
    pass


class PageCommonMiddleware(_PagesOnly, CommonMiddleware):
    pass


class PageMessageMiddleware(_PagesOnly, MessageMiddleware):
    pass


class PageCsrfMiddleware(_PagesOnly, CsrfViewMiddleware):
    def process_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return super().process_view(request, *args, **kwargs) if is_page(request) else None
