"""`manage.py tickets`: whether an organisation manages its chats as tickets (TICK-02)."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.actors import system_actor
from core.models import Organization
from core.tenancy import tenant_scope
from inbox import ticketing


class Command(BaseCommand):
    help = "Begin or end to manage chats as tickets, and move those that nobody has."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("organization", help="its slug, as in its address")
        parser.add_argument("state", choices=("on", "off"))

    def handle(self, *args: Any, organization: str, state: str, **options: Any) -> None:
        found = Organization.objects.filter(slug=organization).first()
        if found is None:
            raise CommandError(f"There is no organisation “{organization}”.")
        with tenant_scope(found.pk):
            row = ticketing.switch(on=state == "on", by=system_actor(found.pk))
        self.stdout.write(f"{row.slug}  {'on' if row.ticket_management else 'off'}")
