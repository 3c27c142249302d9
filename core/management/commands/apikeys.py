"""`manage.py apikeys`: the keys with which programs call the API of an organisation."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core import team
from core.models import ApiKey, Organization


class Command(BaseCommand):
    help = "List, make or revoke the API keys of an organisation."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        for name, meaning in (
            ("list", "number, beginning, name and state of all"),
            ("create", "make one, and print it: it cannot be shown again"),
            ("revoke", "end one"),
        ):
            action = actions.add_parser(name, help=meaning)
            action.add_argument("organization", help="its slug, as in its address")
            if name == "create":
                action.add_argument("name", help="what it is for")
            elif name == "revoke":
                action.add_argument("key", help="its number or its beginning, as listed")

    def handle(self, *args: Any, **options: Any) -> None:
        organization = Organization.objects.filter(slug=options["organization"]).first()
        if organization is None:
            raise CommandError(f"There is no organisation “{options['organization']}”.")
        if options["action"] == "create":
            key, secret = ApiKey.build(organization=organization, name=options["name"])
            key.save()
            self.stdout.write(secret)
        elif options["action"] == "revoke":
            self._tell(team.revoke_key(_key(organization, options["key"])))
        else:
            for key in ApiKey.objects.filter(organization=organization).order_by("pk"):
                self._tell(key)

    def _tell(self, key: ApiKey) -> None:
        state = "usable" if key.is_usable(datetime.now(UTC)) else "ended"
        self.stdout.write(f"{key.pk}  bdj_{key.prefix}  {state}  {key.name}")


def _key(organization: Organization, named: str) -> ApiKey:
    keys = ApiKey.objects.filter(organization=organization)
    begins = named.removesuffix("…")
    found = [key for key in keys if named == str(key.pk) or (key.prefix and begins == f"bdj_{key.prefix}")]
    if len(found) != 1:
        raise CommandError(f"There is no one key “{named}” in “{organization.slug}”.")
    return found[0]
