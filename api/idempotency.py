"""A repeated request has its effect once, and gets the same answer."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

import orjson
from django.http import RawPostDataException
from django.utils.translation import gettext as _
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.request import Request
from rest_framework.response import Response

from core import jsons, statements
from core.errors import IdempotencyConflict, Invalid
from core.events import service
from core.models import IdempotencyKey
from core.rows import change

HEADER = "Idempotency-Key"
_LONGEST_KEY = 200

Handler = Callable[..., Response]


def idempotent(handler: Handler) -> Handler:
    """Let a POST handler of a `ResourceView` honour `Idempotency-Key`.

    The key belongs to the actor, and is written in the transaction of the effect: either both are there or neither.
    The same key with another request is refused (409); while the first is under way, the second waits for it.
    """

    @wraps(handler)
    def wrapper(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get(HEADER, "")
        if not key:
            return handler(view, request, *args, **kwargs)
        if len(key) > _LONGEST_KEY:
            raise Invalid(**{HEADER: [_("{count} characters at most.").format(count=_LONGEST_KEY)]})
        digest = hashlib.sha256(
            b"\n".join([str(request.method).encode(), request.path.encode(), _body(request)])
        ).hexdigest()
        with service():
            if not _reserve(view.actor.organization_id, view.actor.principal, key, digest):
                return _answered_before(view.actor.principal, key, digest)
            response = handler(view, request, *args, **kwargs)
            change(
                "UPDATE core_idempotencykey SET status = %s, answer = %s "
                "WHERE organization_id = %s AND principal = %s AND key = %s",
                [
                    response.status_code,
                    jsons.dumps(response.data).decode(),
                    view.actor.organization_id,
                    view.actor.principal,
                    key,
                ],
            )
        return response

    return wrapper


def _body(request: Request) -> bytes:
    try:
        return request._request.body
    except RawPostDataException as error:
        # A form, in which the check against forgery has looked for its token.
        raise UnsupportedMediaType(request.content_type) from error


def keep_body(request: Request) -> None:
    """Keep the bytes that a key stands for, where a view reads them before its idempotent part."""
    if HEADER in request.headers:
        _body(request)


def was_answered(view: Any, request: Request) -> bool:
    """Tell whether the key of a request was used before: what it needs from elsewhere need not be fetched again."""
    key = request.headers.get(HEADER, "")
    return bool(key) and IdempotencyKey.objects.filter(principal=view.actor.principal, key=key).exists()


def _reserve(organization_id: int, principal: str, key: str, digest: str) -> bool:
    """Insert the key; False if it was there. Waits for another transaction that has just inserted it."""
    with statements.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_idempotencykey (organization_id, principal, key, body_digest, answer, created_at) "
            "VALUES (%s, %s, %s, %s, '', now()) ON CONFLICT (organization_id, principal, key) DO NOTHING "
            "RETURNING id",
            [organization_id, principal, key, digest],
        )
        return cursor.fetchone() is not None


def _answered_before(principal: str, key: str, digest: str) -> Response:
    row = IdempotencyKey.objects.get(principal=principal, key=key)
    if row.body_digest != digest or row.status is None:
        raise IdempotencyConflict
    return Response(orjson.loads(row.answer), status=row.status, headers={"Idempotent-Replay": "true"})
