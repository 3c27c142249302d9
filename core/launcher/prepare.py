"""Brings the database up to date and fills in the demo, in one process: `python -m core.launcher.prepare FILE`.

Each interpreter that loads Django costs a second or two of every start. The demo's description (addresses,
people, passwords) is left in FILE as JSON, readable by us alone. Production has no demo, and gathers the
client's files instead, which elsewhere are served from where they were built.
"""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

from core.launcher import database
from core.launcher.config import Config
from core.launcher.errors import LauncherError
from core.launcher.records import write_private


def prepare(demo_file: Path | None) -> None:
    """Check the database, migrate it, and make the demo when a file is named."""
    database.check(os.environ["DATABASE_URL"])

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.project.settings")
    import django
    from django.core.management import call_command

    try:
        django.setup()
    except RuntimeError as error:
        # Ours say in a sentence what to set; anything else is a surprise and shows where it comes from.
        if not type(error).__module__.startswith("core."):
            raise
        raise LauncherError(str(error)) from None
    call_command("migrate", interactive=False, verbosity=0)
    if demo_file is None:
        call_command("collectstatic", interactive=False, verbosity=0)
    else:
        description = io.StringIO()
        call_command("demo", "--json", stdout=description)
        write_private(demo_file, description.getvalue())


def main() -> None:
    try:
        prepare(None if Config.from_environment().is_production else Path(sys.argv[1]))
    except LauncherError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
