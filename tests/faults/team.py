"""The services that take rights away, in a process of their own beside a running copy: `python -m tests.faults.team`.

Reads orders as lines of JSON and answers each with one; what it calls is what every face of the product calls.
"""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from tests.copy import ROOT, Copy

Json = dict[str, Any]
SLUG = "tienda-aurora"


class Team:
    """Gives orders to the process."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def __call__(self, order: str, number: int = 0) -> Json:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([order, number]) + "\n")
        self._process.stdin.flush()
        answer: Json = json.loads(self._process.stdout.readline())
        return answer


@contextmanager
def team_of(copy: Copy) -> Iterator[Team]:
    """The process while the block lasts."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.faults.team"],
        env=copy.environment(),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Team(process)
        process.communicate()


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


def _serve() -> None:
    for line in sys.stdin:
        order, number = json.loads(line)
        makers = {"enlist": _enlist, "key": _key}
        answer = makers[order]() if order in makers else _take_away(order, number)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    import django

    import_module("os").environ.setdefault("DJANGO_SETTINGS_MODULE", "core.project.settings")
    django.setup()
    _serve()
