"""What the environment says, read in one place and loudly."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Literal, get_args

from psycopg.conninfo import conninfo_to_dict

Mode = Literal["development", "production", "test"]

ROOT = Path(__file__).resolve().parents[2]


class SettingsError(RuntimeError):
    """A setting is missing or cannot be understood; the text says which and what to do."""


def text(name: str, default: str) -> str:
    return os.environ.get(name, "") or default


def listed(name: str, default: str) -> list[str]:
    """Return what stands between commas; blanks around it do not count."""
    return [one.strip() for one in text(name, default).split(",") if one.strip()]


def number(name: str, default: int) -> int:
    value = text(name, str(default))
    if not value.isdigit():
        raise SettingsError(f"{name} must be a whole number, not {value!r}.")
    return int(value)


def flag(name: str, default: str = "0") -> bool:
    value = text(name, default).lower()
    if value not in ("0", "1", "false", "true", "no", "yes"):
        raise SettingsError(f"{name} must be 1 or 0, not {value!r}.")
    return value in ("1", "true", "yes")


def development_flag(name: str) -> bool:
    """Return a flag that production refuses.

    Raises:
        SettingsError: it is set in production.
    """
    value = flag(name)
    if value and mode() == "production":
        raise SettingsError(f"{name} is for development and may not be set in production.")
    return value


def mode() -> Mode:
    value = text("BANDEJA_ENV", "development")
    for known in get_args(Mode):
        if value == known:
            return known  # type: ignore[no-any-return]  # get_args is not typed
    raise SettingsError(f"BANDEJA_ENV must be one of {', '.join(get_args(Mode))}, not {value!r}.")


def data_dir() -> Path:
    return Path(text("BANDEJA_DATA_DIR", str(ROOT / "var"))).expanduser().resolve()


def service_url(name: str) -> str:
    """Return `DATABASE_URL` or `REDIS_URL`: from the environment, else as the running copy wrote it down.

    Raises:
        SettingsError: neither is there.
    """
    given = os.environ.get(name, "")
    if given:
        return given
    url = _of_running_copy(name)
    if not url:
        raise SettingsError(
            f"{name} is not set and nothing runs in {data_dir()}. Start bandeja with `make run`."
        )
    return str(url)


def port(name: str, default: int) -> int:
    """Return `PORT` or `SIMULATOR_PORT`: from the environment, else that of the running copy.

    What `manage.py` says of a copy, and tells its simulator, has to hold for the copy that runs.
    """
    return number(name, int(_of_running_copy(name) or default))


def _of_running_copy(name: str) -> str:
    """Return what the launcher wrote down under this name; empty when nothing runs."""
    try:
        known = json.loads((data_dir() / "run" / "services.json").read_text())
    except (OSError, ValueError):
        return ""
    return str(known.get(name.lower(), ""))


def prepares() -> bool:
    """Whether statements may be prepared. A pooler that gives each transaction another connection loses them."""
    return flag("BANDEJA_PREPARED_STATEMENTS", "1")


def database(url: str) -> dict[str, object]:
    """Turn a PostgreSQL URL into Django's settings, with a pool that is opened at start.

    `CONN_MAX_AGE` stays 0: under ASGI kept connections would exhaust PostgreSQL within seconds.
    """
    parts = conninfo_to_dict(url)
    known = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    settings: dict[str, object] = {key: str(parts.pop(name, "") or "") for key, name in known.items()}
    pool = {"min_size": 1, "max_size": number("BANDEJA_DATABASE_POOL", 16), "timeout": 10}
    if prepares():
        # For what binds its values on the server: `core.statements`, the sockets, the webhook's writer.
        parts["options"] = f"{parts.get('options') or ''} -c plan_cache_mode=force_generic_plan".strip()
    return {
        "ENGINE": "django.db.backends.postgresql",
        **settings,
        "CONN_MAX_AGE": 0,
        "OPTIONS": {**parts, "pool": pool},
        "TEST": {"NAME": text("BANDEJA_TEST_DATABASE", "test_bandeja")},
    }
