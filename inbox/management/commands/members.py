"""`manage.py members`: who works in an organisation, and what they may do."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import team
from core.actors import Actor, system_actor
from core.errors import AppError
from core.models import Membership, Organization, Role
from core.people import member_resources, members
from core.tenancy import tenant_scope
from inbox import suspension


class Command(BaseCommand):
    help = "List, suspend, reactivate, give another role to, or sign out the members of an organisation."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        listing = actions.add_parser("list", help="name, role and status of all")
        listing.add_argument("organization", help="its slug, as in its address")
        for name, meaning in _MEANINGS.items():
            action = actions.add_parser(name, help=meaning)
            action.add_argument("organization", help="its slug, as in its address")
            action.add_argument("email")
            if name == "role":
                action.add_argument("role", choices=Role.values)

    def handle(self, *args: Any, **options: Any) -> None:
        organization = Organization.objects.filter(slug=options["organization"]).first()
        if organization is None:
            raise CommandError(f"There is no organisation “{options['organization']}”.")
        with tenant_scope(organization.pk):
            if options["action"] == "list":
                for one in member_resources(members(organization.pk).order_by("user__name", "id")):
                    self.stdout.write(f"{one['email']}  {one['role']}  {one['status']}  {one['name']}")
                return
            member = _member(organization, options["email"])
            try:
                _ACTIONS[options["action"]](member, system_actor(organization.pk), options)
            except AppError as error:
                raise CommandError(str(error.message)) from error
        member.refresh_from_db()
        self.stdout.write(f"{member.user.email}  {member.role}  {member.status}")


def _member(organization: Organization, email: str) -> Membership:
    rows = Membership.objects.select_related("user").filter(organization_id=organization.pk)
    found = rows.filter(user__email__iexact=email).first()
    if found is None:
        raise CommandError(f"Nobody in “{organization.slug}” has the address {email}.")
    return found


_Action = Callable[[Membership, Actor, dict[str, Any]], object]
_MEANINGS = {
    "suspend": "let them in no more, and hand their open chats back",
    "reactivate": "let them in again",
    "role": "give them another role",
    "sign-out": "end all their sessions, in all organisations",
}
_ACTIONS: dict[str, _Action] = {
    "suspend": lambda member, by, _: suspension.suspend(member, by=by),
    "reactivate": lambda member, by, _: suspension.reactivate(member, by=by),
    "role": lambda member, by, options: team.change_role(member, to=Role(options["role"]), by=by),
    "sign-out": lambda member, _by, _: team.sign_out_everywhere(member.user),
}
