"""A database that would lose text is refused, whoever runs it."""

from __future__ import annotations

import psycopg
import pytest

from core.launcher.database import check
from core.launcher.errors import LauncherError


def test_ours_is_accepted(server_urls: dict[str, str]) -> None:
    check(server_urls["database_url"])


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("ascii", "ENCODING 'SQL_ASCII' LOCALE_PROVIDER libc LOCALE 'C'", "encoding SQL_ASCII"),
        ("ctype_c", "ENCODING 'UTF8' LOCALE_PROVIDER libc LOCALE 'C'", "character type C"),
        ("builtin_c", "ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C'", "never find accented"),
    ],
)
def test_one_that_loses_letters_is_refused(
    server_urls: dict[str, str], name: str, options: str, words: str
) -> None:
    url = server_urls["database_url"]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 {options}".encode())
    with pytest.raises(LauncherError, match=words):
        check(url.replace("/bandeja?", f"/{name}?"))


def test_one_that_does_not_answer_is_told_without_its_password() -> None:
    with pytest.raises(LauncherError, match="does not answer") as caught:
        check("postgresql://ana:secreta@127.0.0.1:1/bandeja")
    assert "secreta" not in str(caught.value)
