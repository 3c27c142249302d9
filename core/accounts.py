"""Who may try to sign in, and how often.

Failures are counted in the database, so that the count holds on every process and without Redis. Whether the account
exists makes no difference to what is counted or answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username
from axes.models import AccessAttempt
from django.conf import settings
from django.db import connection
from django.db.models import Max, Q, Sum
from django.http import HttpRequest
from django.utils import timezone

PAUSE: timedelta = settings.AXES_COOLOFF_TIME
_NO_ADDRESS = "::"


@dataclass(frozen=True, slots=True)
class Limit:
    """How many failures of the same kind lead to a pause."""

    name: str
    failures: int


# A forgetful person meets the first one. The second one stops guessing from many addresses at one account, and is
# wide enough that a stranger cannot lock somebody out by a few wrong passwords. The third one stops one address that
# tries many accounts, and leaves room for an office behind one address.
LIMITS = (Limit("account_and_address", 8), Limit("account", 40), Limit("address", 60))


def client_address(request: HttpRequest) -> str | None:
    """Return the address of the browser.

    `X-Forwarded-For` counts only when BANDEJA_TRUSTED_PROXIES says how many proxies stand before us, since anyone
    can send that header: the entry that the outermost of ours has written is taken.
    """
    direct: str | None = request.META.get("REMOTE_ADDR") or None
    proxies: int = settings.TRUSTED_PROXIES
    hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
    if not proxies or len(hops) < proxies:
        return direct
    try:
        return str(ip_address(hops[-proxies]))
    except ValueError:
        return direct


def counted_address(request: HttpRequest) -> str:
    """Return the address under which failures are counted: of IPv6 the network, since one host owns all of a /64."""
    try:
        address = ip_address((client_address(request) or _NO_ADDRESS).split("%", 1)[0])
    except ValueError:
        return _NO_ADDRESS
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(IPv6Address(int(address) >> 64 << 64))


def counted_name(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """Return the name under which failures are counted: the e-mail address as typed, without regard to case."""
    typed = (credentials or {}).get("email") or (credentials or {}).get("username") or ""
    return str(typed).strip().lower()[:255]


def paused_until(name: str, address: str) -> datetime | None:
    """Return until when nobody may sign in under this name from this address; None if they may."""
    same = {
        "account_and_address": Q(username=name, ip_address=address),
        "account": Q(username=name),
        "address": Q(ip_address=address),
    }
    counted = AccessAttempt.objects.filter(
        Q(username=name) | Q(ip_address=address), attempt_time__gt=timezone.now() - PAUSE
    ).aggregate(
        **{f"{kind}_failures": Sum("failures_since_start", filter=which) for kind, which in same.items()},
        **{f"{kind}_last": Max("attempt_time", filter=which) for kind, which in same.items()},
    )
    ends = [
        counted[f"{limit.name}_last"] + PAUSE
        for limit in LIMITS
        if (counted[f"{limit.name}_failures"] or 0) >= limit.failures
    ]
    return max(ends, default=None)


class SignInGuard(AxesDatabaseHandler):  # type: ignore[misc]  # axes is not typed
    """What axes asks and tells at each try; it keeps a count and a time, never what was typed."""

    def is_locked(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> bool:
        name, address = get_client_username(request, credentials), request.axes_ip_address  # type: ignore[attr-defined]
        until = paused_until(name, address)
        request.sign_in_paused_until = until  # type: ignore[attr-defined]  # for the answer
        return until is not None

    def user_login_failed(
        self, sender: object, credentials: dict[str, Any], request: Any = None, **kwargs: Any
    ) -> None:
        if request is None or request.axes_locked_out:
            # A try during the pause does not make it longer.
            return
        name, address = get_client_username(request, credentials), request.axes_ip_address
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO axes_accessattempt AS known (username, ip_address, user_agent, http_accept, path_info,"
                " get_data, post_data, failures_since_start, attempt_time)"
                " VALUES (%s, %s, '', '', '', '', '', 1, %s)"
                " ON CONFLICT (username, ip_address, user_agent) DO UPDATE SET attempt_time = EXCLUDED.attempt_time,"
                " failures_since_start = CASE WHEN known.attempt_time <= %s THEN 1"
                " ELSE known.failures_since_start + 1 END",
                [name, address, timezone.now(), timezone.now() - PAUSE],
            )
        request.axes_locked_out = self.is_locked(request, credentials)

    def user_logged_in(self, sender: object, request: Any, user: Any, **kwargs: Any) -> None:
        """Forgive this account at this address alone: an attacker's own account must not wipe their other tries."""
        AccessAttempt.objects.filter(
            username=counted_name(request, {"email": user.email}), ip_address=request.axes_ip_address
        ).delete()

    def user_logged_out(self, sender: object, request: Any, user: Any, **kwargs: Any) -> None:
        """Signing out says nothing about failures."""
