"""What all resources of the API share."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from typing import Any, cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from api import limits
from api.authentication import BearerAuthentication, Caller, SessionAuthentication, require_organization
from core.actors import Actor
from core.errors import PermissionDenied
from core.models import Organization
from core.tenancy import tenant_scope

Checker = serializers.Serializer[Any]


class ResourceView(APIView):
    """A view within the caller's organisation: authenticates, opens the tenant's scope, answers.

    Attributes:
        owner_only: people other than owners get 403; an API key is let in.
    """

    authentication_classes = [BearerAuthentication, SessionAuthentication]
    owner_only = False

    actor: Actor
    organization: Organization
    caller: Caller

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with ExitStack() as scopes:
            self._scopes = scopes
            if "Authorization" in request.headers:
                # A program; a person's language is known as soon as they are.
                scopes.enter_context(translation.override("en"))
            return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.enter(cast(Caller | None, request.auth))

    def enter(self, caller: Caller | None) -> None:
        """Open the scope of the organisation that the caller named."""
        self.actor, self.organization = require_organization(caller)
        self.caller = cast(Caller, caller)
        limits.take(f"{self.actor.organization_id}:{self.actor.principal}")
        if self.owner_only and self.actor.kind == "member" and self.actor.role != "owner":
            raise PermissionDenied
        if self.caller.user is not None:
            self._scopes.enter_context(translation.override(self.caller.user.language))
        self._scopes.enter_context(tenant_scope(self.actor.organization_id))

    def read(self, kind: type[Checker]) -> dict[str, Any]:
        """Return the body, checked by an input serializer."""
        return _checked(kind, self.request.data)

    def read_query(self, kind: type[Checker]) -> dict[str, Any]:
        """Return the query parameters, checked by a serializer."""
        return _checked(kind, self.request.query_params)


class _Checkers(threading.local):
    """Serializers that check what came: a new one each time would copy all its fields, and checking changes none.

    They are one thread's and of one language, as the messages of their limits keep the words in which they were first
    told.
    """

    def __init__(self) -> None:
        self._made: dict[tuple[type[Checker], str | None], Checker] = {}

    def of(self, kind: type[Checker]) -> Checker:
        key = (kind, translation.get_language())
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = kind()
        return made


_checkers = _Checkers()


def _checked(kind: type[Checker], data: Any) -> dict[str, Any]:
    return cast(dict[str, Any], _checkers.of(kind).run_validation(data))
