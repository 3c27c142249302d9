"""`manage.py demo`: make the demonstration's data; `--json` prints what a script needs to drive the running copy."""

from __future__ import annotations

import argparse
import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from demo import loading
from demo.businesses import BUSINESSES, Business


class Command(BaseCommand):
    help = "Make two organisations with people and conversations, and tell how to reach them."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print JSON, and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.IS_PRODUCTION:
            raise CommandError("There is no demonstration in production.")
        loading.ensure()
        if options["json"]:
            self.stdout.write(json.dumps(_description(), ensure_ascii=False, indent=2))
            return
        for business in BUSINESSES:
            self.stdout.write(f"{business.name}")
            for person in business.people:
                self.stdout.write(f"  {person.email}  {business.password_of(person)}  ({person.role})")


def _description() -> dict[str, Any]:
    socket = settings.PUBLIC_URL.replace("http", "ws", 1) + "/ws/v1/events"
    return {
        "url": settings.PUBLIC_URL,
        "websocket_url": socket,
        "simulator_url": f"http://127.0.0.1:{settings.SIMULATOR_PORT}",
        "organizations": [_organization(business) for business in BUSINESSES],
    }


def _organization(business: Business) -> dict[str, Any]:
    account = business.account()
    names = (
        "phone_number_id",
        "waba_id",
        "app_id",
        "app_secret",
        "verify_token",
        "access_token",
        "webhook_url",
    )
    return {
        "name": business.name,
        "slug": business.slug,
        "api_key": business.api_key,
        "users": [
            {"email": person.email, "password": business.password_of(person), "role": person.role}
            for person in business.people
        ],
        "channel": {name: account[name] for name in names},
    }
