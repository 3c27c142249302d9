"""Where a page may send a browser that asked to be sent somewhere."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.utils.http import url_has_allowed_host_and_scheme


def safe_path(wanted: str | None) -> str | None:
    """Return the address if it is a path of this site that makes sense after signing in, else None."""
    if not wanted or not wanted.startswith("/"):
        return None
    if not url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return None
    path = urlsplit(wanted).path
    # Signing out, or choosing a language, is nothing to come back to.
    return None if path.startswith(("/accounts/logout", "/accounts/language", "/static/")) else wanted
