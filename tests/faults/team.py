"""The services that take rights away, in a process of their own beside a running copy: `python -m tests.faults.team`.

Reads orders as lines of JSON and answers each with one; what it calls is what every face of the product calls.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from tests.copy import Copy
from tests.faults.beside import Beside, beside, serve

Json = dict[str, Any]
SLUG = "tienda-aurora"


class Team:
    """Gives orders to the process."""

    def __init__(self, process: Beside) -> None:
        self._process = process

    def __call__(self, order: str, number: int = 0) -> Json:
        answer: Json = self._process.ask([order, number])
        return answer


@contextmanager
def team_of(copy: Copy) -> Iterator[Team]:
    """The process while the block lasts."""
    with beside(copy, "tests.faults.team") as process:
        yield Team(process)


def _enlist() -> Json:
    """A manager with a session."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from core.models import Membership, Organization, User

    name = f"prueba-{secrets.token_hex(6)}"
    user = User.objects.create(email=f"{name}@aurora.example", name=name, password="!")
    organization = Organization.objects.get(slug=SLUG)
    member = Membership.objects.create(organization=organization, user=user, role="manager")
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return {"number": member.pk, "session": f"{settings.SESSION_COOKIE_NAME}={session.session_key}"}


def _key() -> Json:
    from core.models import ApiKey, Organization

    key, secret = ApiKey.build(organization=Organization.objects.get(slug=SLUG), name="prueba")
    key.save()
    return {"number": key.pk, "secret": secret}


def _take_away(what: str, number: int) -> Json:
    from core import team
    from core.actors import system_actor
    from core.models import ApiKey, Membership, Role
    from core.tenancy import tenant_scope
    from inbox import suspension

    if what == "revoke":
        team.revoke_key(ApiKey.objects.get(pk=number))
        return {}
    member = Membership.objects.select_related("user").get(pk=number)
    by = system_actor(member.organization_id)
    with tenant_scope(member.organization_id):
        if what == "suspend":
            suspension.suspend(member, by=by)
        elif what == "demote":
            team.change_role(member, to=Role.AGENT, by=by)
        else:
            team.sign_out_everywhere(member.user)
    return {}


def _answer(asked: tuple[str, int]) -> Json:
    order, number = asked
    makers = {"enlist": _enlist, "key": _key}
    return makers[order]() if order in makers else _take_away(order, number)


if __name__ == "__main__":
    serve(_answer)
