"""Who is at the door, and whether those inside may still stay."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils.crypto import constant_time_compare

from core.actors import Actor, RoleName
from core.models import Organization, User
from core.models.users import session_mark
from inbox.realtime.batcher import Batcher
from inbox.realtime.database import Database
from inbox.realtime.frames import Close
from inbox.sight import Viewer, viewer_of

_SESSIONS = (
    "SELECT session_key, session_data FROM django_session WHERE session_key = ANY(%s) AND expire_date > now()"
)
_MEMBERS = """
SELECT asked.user_id, asked.slug, u.password, u.sign_outs, u.name, m.id, m.role, o.id, o.ticket_management,
       o.agents_see_unassigned
FROM unnest(%s::bigint[], %s::text[]) AS asked (user_id, slug)
JOIN core_user u ON u.id = asked.user_id AND u.is_active
LEFT JOIN core_organization o ON o.slug = asked.slug
LEFT JOIN core_membership m ON m.user_id = u.id AND m.organization_id = o.id AND m.status = 'active'
"""
_KEYS = """
SELECT k.digest, k.id, k.name, o.id, o.slug FROM core_apikey k JOIN core_organization o ON o.id = k.organization_id
WHERE k.digest = ANY(%s) AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
"""
# The password is compared where it lies: it never travels again after the sign-in.
_STANDING = """
SELECT asked.place,
       CASE WHEN asked.key_id = 0 THEN s.session_key IS NOT NULL AND u.id IS NOT NULL ELSE k.id IS NOT NULL END,
       m.role, o.ticket_management, o.agents_see_unassigned
FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::text[], %s::bigint[], %s::bigint[]) WITH ORDINALITY
     AS asked (organization_id, session_key, user_id, session_mark, member_id, key_id, place)
LEFT JOIN core_organization o ON o.id = asked.organization_id
LEFT JOIN django_session s ON s.session_key = asked.session_key AND s.expire_date > now()
LEFT JOIN core_user u ON u.id = asked.user_id AND u.is_active
     AND encode(sha256(convert_to(u.password || ':' || u.sign_outs, 'UTF8')), 'hex') = asked.session_mark
LEFT JOIN core_membership m ON m.id = asked.member_id AND m.user_id = asked.user_id
     AND m.organization_id = asked.organization_id AND m.status = 'active'
LEFT JOIN core_apikey k ON k.id = asked.key_id AND k.organization_id = asked.organization_id
     AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
"""

_SEES_ALL = Viewer(member_id=None, sees_all=True, sees_unassigned=True)


class Refused(Exception):
    """The door stays shut; `code` says why."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class CookieCredentials:
    """A session, and the organisation that the address names."""

    session_key: str
    slug: str


@dataclass(frozen=True, slots=True)
class KeyCredentials:
    """An API key's digest. The key knows its organisation; `slug`, if given, must agree."""

    digest: str
    slug: str


Credentials = CookieCredentials | KeyCredentials


@dataclass(frozen=True, slots=True)
class Principal:
    """Someone inside, and what they are allowed to stay by. A member has a session, a key has none.

    Attributes:
        session_mark: SHA-256 of what the person's sessions hold on to: another one ends those of the old.
        member_id, key_id: one of the two is 0.
    """

    organization_id: int
    name: str
    role: RoleName | None
    session_key: str = ""
    user_id: int = 0
    session_mark: str = ""
    member_id: int = 0
    key_id: int = 0

    @property
    def person(self) -> str:
        """Whose sockets are counted together."""
        return f"user:{self.user_id}" if self.user_id else f"key:{self.key_id}"

    def viewer(self, *, ticket_management: bool, agents_see_unassigned: bool) -> Viewer:
        """Say what they see under the organisation's settings. For those who see all, the others do not count."""
        actor = Actor(
            kind="member" if self.member_id else "api",
            organization_id=self.organization_id,
            id=self.member_id or self.key_id,
            role=self.role,
        )
        settings_now = Organization(
            ticket_management=ticket_management, agents_see_unassigned=agents_see_unassigned
        )
        viewer = viewer_of(actor, settings_now)
        return replace(viewer, sees_unassigned=True) if viewer.sees_all else viewer


@dataclass(frozen=True, slots=True)
class Admitted:
    """A principal with what they see now."""

    principal: Principal
    viewer: Viewer


@dataclass(frozen=True, slots=True)
class Standing:
    """How someone inside stands now: shut out with a code, or with a role and a view."""

    code: int | None
    role: RoleName | None = None
    viewer: Viewer | None = None


class Doorkeeper:
    """Admits people; a crowd that comes at once costs a few queries."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._cookies: Batcher[CookieCredentials, Admitted | int] = Batcher(self._admit_cookies)
        self._keys: Batcher[KeyCredentials, Admitted | int] = Batcher(self._admit_keys)

    async def admit(self, credentials: Credentials) -> Admitted:
        """Return who it is.

        Raises:
            Refused: not signed in, or the organisation is not theirs.
            Unreachable: nobody can say now.
        """
        if isinstance(credentials, KeyCredentials):
            admitted = await self._keys.ask(credentials)
        else:
            admitted = await self._cookies.ask(credentials)
        if isinstance(admitted, Admitted):
            return admitted
        raise Refused(admitted or Close.SIGNED_OUT)

    async def _admit_cookies(self, asked: list[CookieCredentials]) -> dict[CookieCredentials, Admitted | int]:
        rows = await self._database.rows(_SESSIONS, [list({one.session_key for one in asked})])
        sessions = {key: _signed_in(data) for key, data in rows}
        people = {
            (int(session["user"]), one.slug)
            for one in asked
            if (session := sessions.get(one.session_key)) is not None
        }
        if not people:
            return {}
        users, slugs = [user for user, _ in people], [slug for _, slug in people]
        found = {(row[0], row[1]): row for row in await self._database.rows(_MEMBERS, [users, slugs])}
        answers: dict[CookieCredentials, Admitted | int] = {}
        for one in asked:
            session = sessions.get(one.session_key)
            row = found.get((int(session["user"]), one.slug)) if session else None
            if session is not None and row is not None:
                answers[one] = _member(one, session["hash"], row)
        return answers

    async def _admit_keys(self, asked: list[KeyCredentials]) -> dict[KeyCredentials, Admitted | int]:
        rows = await self._database.rows(_KEYS, [list({one.digest for one in asked})])
        found = {row[0]: row[1:] for row in rows}
        return {one: _key(one, *found[one.digest]) for one in asked if one.digest in found}


def _signed_in(session_data: str) -> dict[str, str] | None:
    """Return who a session says it belongs to, None if it belongs to nobody."""
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    values: dict[str, Any] = store.decode(session_data)
    user, backend = values.get(SESSION_KEY), values.get(BACKEND_SESSION_KEY)
    if not str(user or "").isdigit() or backend not in settings.AUTHENTICATION_BACKENDS:
        return None
    return {"user": str(user), "hash": str(values.get(HASH_SESSION_KEY) or "")}


def _member(asked: CookieCredentials, session_hash: str, row: Sequence[Any]) -> Admitted | int:
    user_id, _, password, sign_outs, name, member_id, role, organization_id, tickets, unassigned = row
    user = User(pk=user_id, password=password, sign_outs=sign_outs)
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    if not any(constant_time_compare(session_hash, one) for one in hashes):
        return Close.SIGNED_OUT
    if member_id is None:
        return Close.NOT_VISIBLE
    principal = Principal(
        organization_id,
        name,
        role,
        session_key=asked.session_key,
        user_id=user_id,
        session_mark=hashlib.sha256(session_mark(user).encode()).hexdigest(),
        member_id=member_id,
    )
    return Admitted(principal, principal.viewer(ticket_management=tickets, agents_see_unassigned=unassigned))


def _key(asked: KeyCredentials, key_id: int, name: str, organization_id: int, slug: str) -> Admitted | int:
    if asked.slug not in ("", slug):
        return Close.NOT_VISIBLE
    return Admitted(Principal(organization_id, name, None, key_id=key_id), _SEES_ALL)


async def standing_of(database: Database, principals: Sequence[Principal]) -> list[Standing]:
    """Say how those inside stand now, in one query, in their order.

    Raises:
        Unreachable: nobody can say now.
    """
    columns = [
        [getattr(one, name) for one in principals]
        for name in ("organization_id", "session_key", "user_id", "session_mark", "member_id", "key_id")
    ]
    rows = await database.rows(_STANDING, columns)
    found = {row[0]: row[1:] for row in rows}
    return [_standing(one, *found[place]) for place, one in enumerate(principals, start=1)]


def _standing(
    principal: Principal,
    is_signed_in: bool,
    role: RoleName | None,
    tickets: bool | None,
    unassigned: bool | None,
) -> Standing:
    if not is_signed_in:
        return Standing(Close.SIGNED_OUT)
    if tickets is None or (principal.member_id and role is None):
        return Standing(Close.NOT_VISIBLE)
    if principal.key_id:
        return Standing(None, None, _SEES_ALL)
    viewer = replace(principal, role=role).viewer(
        ticket_management=tickets, agents_see_unassigned=bool(unassigned)
    )
    return Standing(None, role, viewer)
