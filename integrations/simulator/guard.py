"""Keeps the controls and the phone page to the people of this machine.

A web page that someone has open elsewhere must not be able to drive the simulator, neither by posting to it nor
by a host name that it lets point here.
"""

import ipaddress
from urllib.parse import urlsplit

from integrations.simulator.http import Request

PAGE_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        "media-src 'self' blob:; connect-src 'self'; "
        "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-cache",
}


def refusal(request: Request) -> str | None:
    """Say why a control or page may not be used by this request; None when it may."""
    host = request.header("host") or ""
    if not _is_loopback(urlsplit(f"//{host}").hostname or ""):
        return "The simulator's controls answer on loopback names only."
    site = request.header("sec-fetch-site")
    navigates = request.method == "GET" and request.header("sec-fetch-mode") == "navigate"
    if site not in (None, "same-origin", "none") and not navigates:
        return "The simulator's controls do not answer other sites."
    origin = request.header("origin")
    if origin is not None and urlsplit(origin).netloc != host:
        return "The simulator's controls do not answer other sites."
    return None


def _is_loopback(name: str) -> bool:
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
