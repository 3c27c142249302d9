"""`manage.py texts`: compile the Spanish catalogue, and tell which sentences it lacks."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core import catalogues

APPS = ["core", "integrations", "inbox", "api", "frontend", "demo"]


class Command(BaseCommand):
    help = "Compile locale/es; fails when a sentence of the program has no Spanish."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        folder = settings.BASE_DIR / "locale" / "es" / "LC_MESSAGES"
        said = catalogues.sentences(settings.BASE_DIR, APPS)
        entries = catalogues.read(folder / "django.po")
        for text in catalogues.unused(said, entries):
            self.stderr.write(f"Nobody says any more: {text!r}")
        without = catalogues.missing(said, entries)
        for sentence in without:
            self.stderr.write(f"{sentence.place}: no Spanish for {sentence.text!r}")
        (folder / "django.mo").write_bytes(catalogues.compiled(said, entries))
        if without:
            raise CommandError(f"{len(without)} sentences have no Spanish.")
