"""The nine who call, and how each of them asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any

import orjson
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from psycopg import sql

from core.models import Membership, Organization
from tests.access.sides import ABOUTS, Side, World
from tests.access.table import CALLERS, Row
from tests.api.client import CSRF, Caller
from tests.factories import make_key


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    headers: Mapping[str, str]

    def json(self) -> Any:
        return orjson.loads(self.body)


@dataclass
class Asker:
    """One of the nine.

    Attributes:
        side: whose organisation they speak for.
        me: the member that «me» is; a key gives chats to the agent.
        sees: whose things are theirs to read, of their own side.
        waiting: whether agents of the organisation see what nobody has (TICK-08).
    """

    name: str
    caller: Caller
    side: Side
    me: Membership
    sees: frozenset[str]
    waiting: bool = False
    cookies: dict[str, str] = field(default_factory=dict)

    def ids(self, side: Side, about: str) -> dict[str, int | str]:
        """What stands for `{…}` in a row about somebody's things."""
        whose = about or "own"
        return {**side.ids[whose], "me": self.me.pk, "phone": side.phones[whose], "path": "nothing/here"}

    def prepare(self) -> None:
        """Set the organisation as this one finds it."""
        if self.waiting:
            Organization.objects.filter(pk=self.side.cast.organization.pk).update(agents_see_unassigned=True)

    def ask(self, row: Row, ids: Mapping[str, int | str], **headers: str) -> Answer:
        """Make the call of a row."""
        self.prepare()
        # Whoever is signed out by an answer has not been for the next call.
        self.caller.http.cookies = SimpleCookie(self.cookies)
        data, content_type = body_of(row, ids)
        response = self.caller.http.generic(
            row.method,
            row.address.format(**ids),
            data,
            content_type=content_type,
            headers={**self.caller.headers, **headers},
        )
        if response.streaming:
            # As its `close` does, without the signal upon which connections are closed.
            for close in getattr(response, "_resource_closers", ()):
                close()
        body = b"" if response.streaming else response.content
        return Answer(response.status_code, body, dict(response.items()))


def filled(value: Any, ids: Mapping[str, int | str]) -> Any:
    """Put ids in the place of `{…}`, as numbers where a value is nothing else."""
    if isinstance(value, Mapping):
        return {name: filled(part, ids) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [filled(part, ids) for part in value]
    if isinstance(value, str) and value.startswith("{"):
        return ids[value[1:-1]]
    return value


def body_of(row: Row, ids: Mapping[str, int | str]) -> tuple[bytes, str]:
    """The body of a row and its type."""
    if row.form:
        fields: dict[str, Any] = dict(row.form)
        if "file" in fields:
            fields["file"] = SimpleUploadedFile(fields["file"], b"Notas\n")
        return encode_multipart(BOUNDARY, fields), MULTIPART_CONTENT
    return b"" if row.body is None else orjson.dumps(filled(row.body, ids)), "application/json"


def make_askers(world: World) -> dict[str, Asker]:
    here, there = world.here, world.there
    cast = here.cast
    everything = frozenset(ABOUTS)
    agents = frozenset({"own", "everyone", "suspended"})

    def member(one: Membership) -> Caller:
        return Caller(member=one)

    def key(organization: Organization) -> Caller:
        return Caller(key=make_key(organization, "programa"))

    askers = [
        Asker("owner", member(cast.ana), here, cast.ana, everything),
        Asker("manager", member(cast.marta), here, cast.marta, everything - {"restricted"}),
        Asker("agent", member(cast.beto), here, cast.beto, agents),
        Asker("agent, TICK-08", member(cast.beto), here, cast.beto, agents | {"waiting"}, True),
        Asker("API key", key(cast.organization), here, cast.beto, everything),
        Asker("signed out", Caller(), here, cast.beto, frozenset()),
        Asker("owner elsewhere", member(there.cast.ana), there, there.cast.ana, everything),
        Asker("key elsewhere", key(there.cast.organization), there, there.cast.beto, everything),
        Asker("suspended", member(world.suspended), here, world.suspended, frozenset({"suspended"})),
    ]
    for one in askers:
        # So that whoever is refused is refused for who they are, and not as a forged request.
        one.caller.http.cookies["csrftoken"] = CSRF
        one.caller.headers.setdefault("X-CSRFToken", CSRF)
        one.cookies = {name: morsel.value for name, morsel in one.caller.http.cookies.items()}
    assert tuple(one.name for one in askers) == CALLERS
    return {one.name: one for one in askers}


def written() -> list[tuple[Any, ...]]:
    """A fingerprint of every row of every table; sessions, and tries to sign in, are not counted."""
    tables = sorted(set(connection.introspection.table_names()) - {"django_session", "axes_accessattempt"})
    counted = sql.SQL(
        "SELECT {}, count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) FROM {} t"
    )
    parts = [counted.format(sql.Literal(name), sql.Identifier(name)) for name in tables]
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(" UNION ALL ").join(parts))
        return sorted(cursor.fetchall())
