"""Whether the ports we are about to open are free."""

from __future__ import annotations

import errno
import socket

from core.launcher.errors import LauncherError
from core.launcher.processes import wait_until

GRACE_SECONDS = 2.0


def require_free(host: str, port: int, setting: str) -> None:
    """Make sure that the port can be opened.

    Raises:
        LauncherError: it cannot, with the name of the setting that chooses another one.
    """
    reasons: list[OSError] = []

    def is_free() -> bool:
        reasons[:] = [error for error in [_try(host, port)] if error is not None]
        return not reasons

    # A moment of grace: a copy that was stopped just now may still be letting go.
    if wait_until(is_free, GRACE_SECONDS, every=0.1):
        return
    if reasons[0].errno == errno.EADDRINUSE:
        raise LauncherError(
            f"Port {port} is taken by another program: stop it, or choose another port with {setting}, "
            f"for example {setting}={min(port + 10, 65535)}."
        )
    raise LauncherError(
        f"Port {port} on {host} cannot be opened ({reasons[0].strerror}): change {setting} or HOST."
    )


def accepts(host: str, port: int) -> bool:
    """Tell whether somebody listens there."""
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False


def _try(host: str, port: int) -> OSError | None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen(1)
        except OSError as error:
            return error
    return None
