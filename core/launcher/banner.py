"""The few lines at the end of a start."""

from __future__ import annotations

from typing import Any

from core.launcher.config import Config


def banner(config: Config, demo: dict[str, Any] | None) -> str:
    """Say where bandeja is and who may sign in.

    Args:
        demo: what `manage.py demo --json` prints; None in production.
    """
    lines = ["", f"  bandeja is ready: {config.url}"]
    if demo is not None:
        lines += ["", *_people(demo)]
    if config.has_simulator:
        lines += ["", f"  Customers' phones (simulator): {config.simulator_url}"]
    lines += ["", "  Ctrl-C stops it.", ""]
    return "\n".join(lines)


def _people(demo: dict[str, Any]) -> list[str]:
    rows = [
        (user["email"], user["password"], f"{user['role']}, {organization['name']}")
        for organization in demo["organizations"]
        for user in organization["users"]
    ]
    emails = max((len(row[0]) for row in rows), default=0)
    passwords = max((len(row[1]) for row in rows), default=0)
    return [f"  {email:<{emails}}  {password:<{passwords}}  {who}" for email, password, who in rows]
