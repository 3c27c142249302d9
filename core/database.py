"""How event loops reach Django's database: by connections of their own, as Django's belong to threads."""

from __future__ import annotations

from django.db import connections
from psycopg.conninfo import make_conninfo

_QUICK: dict[str, str | int] = {"connect_timeout": 4, "tcp_user_timeout": 8000}
_DJANGO_ONLY = {"pool", "assume_role", "isolation_level", "server_side_binding"}


def conninfo(*, application_name: str) -> str:
    """Return Django's default database as libpq names it, with time-outs for callers that cannot wait.

    Args:
        application_name: under which the connections are seen in `pg_stat_activity`.
    """
    given = connections["default"].settings_dict
    options = {name: value for name, value in given["OPTIONS"].items() if name not in _DJANGO_ONLY}
    known = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    own = {name: given[key] for name, key in known.items() if given[key]}
    return make_conninfo("", **{**options, **own, **_QUICK, "application_name": application_name})
