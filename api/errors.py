"""One shape for every error of the API."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404
from django.http.multipartparser import MultiPartParserError
from rest_framework import exceptions
from rest_framework.response import Response

from core import errors

logger = logging.getLogger(__name__)


def body_of(error: errors.AppError) -> dict[str, Any]:
    return {"error": {"code": error.code, "message": str(error.message), "details": error.details}}


def handle(error: Exception, context: dict[str, Any]) -> Response:
    """Turn whatever a view raises into `{"error": {"code", "message", "details"}}`."""
    known = _known(error)
    if known is not None:
        response = Response(body_of(known), status=known.status)
        if "retry_after_seconds" in known.details:
            response["Retry-After"] = str(max(1, round(known.details["retry_after_seconds"])))
        if known.status == 401:
            response["WWW-Authenticate"] = "Bearer"
        return response
    if isinstance(error, exceptions.APIException):
        code = {405: "method_not_allowed", 406: "not_acceptable", 415: "unsupported_media_type"}
        body = {"code": code.get(error.status_code, "error"), "message": str(error.detail), "details": {}}
        return Response({"error": body}, status=error.status_code)
    logger.error("api.unexpected", extra={"path": context["request"].path}, exc_info=error)
    return Response(body_of(errors.Internal()), status=500)


def _known(error: Exception) -> errors.AppError | None:
    if isinstance(error, errors.AppError):
        return error
    if isinstance(error, OperationalError | InterfaceError):
        # Away, or too busy: a client may well try again.
        logger.warning("api.no_database", extra={"reason": type(error).__name__})
        return errors.Unavailable()
    if isinstance(error, Http404):
        return errors.NotFound()
    if isinstance(error, exceptions.ValidationError):
        return errors.Invalid(**_fields(error.detail))
    if isinstance(error, MultiPartParserError):
        # The protection against forgery looks for its token in a form, whatever the view takes.
        return errors.MalformedForm()
    if isinstance(error, exceptions.ParseError | BadRequest | SuspiciousOperation):
        return errors.Malformed()
    if isinstance(error, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        return errors.NotAuthenticated()
    if isinstance(error, exceptions.PermissionDenied):
        return errors.PermissionDenied()
    return None


def _fields(detail: Any) -> dict[str, Any]:
    if isinstance(detail, dict):
        return {str(name): [str(one) for one in _flat(value)] for name, value in detail.items()}
    return {"body": [str(one) for one in _flat(detail)]}


def _flat(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [one for part in value.values() for one in _flat(part)]
    if isinstance(value, list):
        return [one for part in value for one in _flat(part)]
    return [value]
