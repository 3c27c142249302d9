"""Who calls: a person by session, or a program by API key. Both name one organisation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.utils.crypto import constant_time_compare
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework.authentication import BaseAuthentication, CSRFCheck
from rest_framework.request import Request

from core.actors import Actor, api_actor, member_actor
from core.errors import CsrfFailed, NotAuthenticated, NotFound, OrganizationRequired
from core.models import ApiKey, Membership, MembershipStatus, Organization, User
from core.rows import ModelRows, first_row

ORGANIZATION_HEADER = "X-Organization"
ORGANIZATION_PARAMETER = "organization"
_SCHEME = "Bearer "
_MEMBERSHIPS, _USERS = ModelRows(Membership, "m"), ModelRows(User, "u")
_ORGANIZATIONS = ModelRows(Organization, "o")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, and for which organisation; both are None for a person who named none."""

    user: User | None
    actor: Actor | None
    organization: Organization | None
    membership: Membership | None = None


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer bdj_…`"""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, Caller] | None:
        header = request.headers.get("Authorization", "")
        if not header.startswith(_SCHEME):
            return None
        digest = ApiKey.digest_of(header[len(_SCHEME) :].strip())
        key = ApiKey.objects.select_related("organization").filter(digest=digest).first()
        if key is None or not key.is_usable(datetime.now(UTC)):
            raise NotAuthenticated
        named = request.headers.get(ORGANIZATION_HEADER)
        if named and named != key.organization.slug:
            raise NotFound
        return AnonymousUser(), Caller(None, api_actor(key), key.organization)

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class SessionAuthentication(BaseAuthentication):
    """The browser's session. Person, membership and organisation come in one query."""

    def authenticate(self, request: Request) -> tuple[User, Caller] | None:
        session = request._request.session
        user_id = session.get(SESSION_KEY)
        if not user_id or BACKEND_SESSION_KEY not in session:
            return None
        slug = _named_organization(request)
        caller = _member(int(user_id), slug) if slug else _person(int(user_id))
        if (
            caller is None
            or caller.user is None
            or not _is_same_session(caller.user, session.get(HASH_SESSION_KEY))
        ):
            return None
        _check_csrf(request)
        if slug and caller.actor is None:
            raise NotFound
        return caller.user, caller


def _named_organization(request: Request) -> str | None:
    """Return the slug in the header. Images, players and links of a page send none: there the address names it."""
    named = request.headers.get(ORGANIZATION_HEADER)
    if named or request.method not in ("GET", "HEAD"):
        return named
    return request.query_params.get(ORGANIZATION_PARAMETER)


def _member(user_id: int, slug: str) -> Caller | None:
    found = first_row(
        f"SELECT {_MEMBERSHIPS.columns}, {_USERS.columns}, {_ORGANIZATIONS.columns} FROM core_membership m "  # noqa: S608 - columns of models
        "JOIN core_user u ON u.id = m.user_id JOIN core_organization o ON o.id = m.organization_id "
        "WHERE m.user_id = %s AND o.slug = %s AND m.status = %s",
        [user_id, slug, MembershipStatus.ACTIVE.value],
    )
    if found is None:
        return _person(user_id)
    membership, rest = _MEMBERSHIPS.first_of(found)
    membership.user, rest = _USERS.first_of(rest)
    membership.organization, _ = _ORGANIZATIONS.first_of(rest)
    return Caller(membership.user, member_actor(membership), membership.organization, membership)


def _person(user_id: int) -> Caller | None:
    user = User.objects.filter(pk=user_id).first()
    return None if user is None else Caller(user, None, None)


def _is_same_session(user: User, digest: str | None) -> bool:
    """A changed password, or being signed out everywhere, ends the sessions that were begun before.

    A session that an older SECRET_KEY has signed counts for as long as that one stands in SECRET_KEY_FALLBACKS.
    """
    if not user.is_active or not digest:
        return False
    marks = (user.get_session_auth_hash(), *user.get_session_auth_fallback_hash())
    return any(constant_time_compare(digest, mark) for mark in marks)


def _check_csrf(request: Request) -> None:
    check = CSRFCheck(lambda _: None)  # type: ignore[arg-type]  # the response is never asked for
    check.process_request(request._request)
    if check.process_view(request._request, None, (), {}):  # type: ignore[arg-type]  # no view is needed
        raise CsrfFailed


def require_organization(caller: Caller | None) -> tuple[Actor, Organization]:
    """Return who acts in which organisation.

    Raises:
        NotAuthenticated: nobody signed in.
        OrganizationRequired: a person named no organisation.
    """
    if caller is None:
        raise NotAuthenticated
    if caller.actor is None or caller.organization is None:
        raise OrganizationRequired
    return caller.actor, caller.organization


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # drf-spectacular registers it so
    target_class = "api.authentication.BearerAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "An API key of the organisation: `bdj_…`"}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # as above
    target_class = "api.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": "The browser's session, with `X-CSRFToken` on writes and `X-Organization` naming the slug.",
        }
