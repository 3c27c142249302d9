"""Whether a PostgreSQL will do, whoever runs it."""

from __future__ import annotations

import psycopg

from core.launcher.errors import LauncherError

OLDEST_VERSION = 15
CONNECT_SECONDS = 10


def check(url: str) -> None:
    """Look at version, encoding and character type of the database.

    A database with ctype C takes é, ñ and all other scripts for punctuation: search would lose them.

    Raises:
        LauncherError: it cannot be reached or would lose text; the sentence names what to do.
    """
    try:
        connection = psycopg.connect(
            url, connect_timeout=CONNECT_SECONDS, autocommit=True, client_encoding="utf8"
        )
    except psycopg.Error as error:
        # The first line says what happened; the URL itself may hold a password and is not repeated.
        reason = (str(error).splitlines() or ["no reason given"])[0]
        raise LauncherError(f"The PostgreSQL of DATABASE_URL does not answer: {reason}") from None
    with connection:
        row = connection.execute(
            "SELECT pg_encoding_to_char(encoding), datctype, lower('ÁÑ') = 'áñ', datname"
            " FROM pg_database WHERE datname = current_database()"
        ).fetchone()
        version = connection.info.server_version // 10000
    if version < OLDEST_VERSION:
        raise LauncherError(
            f"The PostgreSQL of DATABASE_URL is version {version}: bandeja needs {OLDEST_VERSION} or newer."
        )
    if row is None:
        raise LauncherError("The PostgreSQL of DATABASE_URL hides its own description from this user.")
    encoding, ctype, knows_letters, name = row
    if encoding != "UTF8" or ctype in ("C", "POSIX") or not knows_letters:
        raise LauncherError(
            f"The database “{name}” has encoding {encoding} and character type {ctype}, which would lose or "
            "never find accented letters: make it anew with "
            f"`CREATE DATABASE {name} ENCODING 'UTF8' LOCALE 'C.UTF-8' TEMPLATE template0`."
        )
