"""The businesses: numbers, their WABA and app, and the accounts file that names them."""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from integrations.simulator.people import digits
from integrations.simulator.store import Store

SCOPES = ("whatsapp_business_management", "whatsapp_business_messaging")


@dataclass(frozen=True, slots=True)
class Account:
    """One business number with all that its app needs to talk to it."""

    app_id: str
    app_secret: str
    waba_id: str
    phone_number_id: str
    display_phone_number: str
    verified_name: str
    access_token: str
    webhook_url: str
    verify_token: str
    waba_name: str = ""
    app_name: str = "bandeja"
    scopes: tuple[str, ...] = SCOPES
    token_expires_at: int = 0
    """Unix seconds; 0 for a token that never expires."""
    registered: bool = True
    country: str = "CO"

    @property
    def wa_id(self) -> str:
        """The number's digits, as webhooks give it."""
        return digits(self.display_phone_number)

    @classmethod
    def parse(cls, data: Mapping[str, Any]) -> "Account":
        """Read one entry of the accounts file.

        Raises:
            ValueError: a needed value is missing or empty.
        """
        values: dict[str, Any] = {}
        for spec in fields(cls):
            if spec.name not in data:
                continue
            value = data[spec.name]
            values[spec.name] = tuple(value) if spec.name == "scopes" else value
        for name in (
            "app_id",
            "app_secret",
            "waba_id",
            "phone_number_id",
            "display_phone_number",
            "access_token",
        ):
            values[name] = str(values.get(name) or "")
            if not values[name]:
                raise ValueError(f"An account needs {name}.")
        for name in ("verified_name", "webhook_url", "verify_token"):
            values[name] = str(values.get(name) or "")
        return cls(**values)


class Accounts:
    """The businesses that this simulator plays Meta for."""

    def __init__(self, store: Store, path: Path | None) -> None:
        self._store = store
        self._path = path
        self._stamp: tuple[int, int] | None = None
        self._by_number: dict[str, Account] = {}

    def __iter__(self) -> Iterator[Account]:
        return iter(self._by_number.values())

    def __len__(self) -> int:
        return len(self._by_number)

    def first(self) -> Account | None:
        return next(iter(self._by_number.values()), None)

    def by_phone_number_id(self, phone_number_id: str) -> Account | None:
        return self._by_number.get(phone_number_id)

    def of_waba(self, waba_id: str) -> list[Account]:
        return [account for account in self._by_number.values() if account.waba_id == waba_id]

    def of_token(self, token: str) -> list[Account]:
        return [account for account in self._by_number.values() if account.access_token == token]

    def of_app(self, app_id: str) -> list[Account]:
        return [account for account in self._by_number.values() if account.app_id == app_id]

    def put(self, accounts: list[Account], *, replace: bool = False) -> None:
        """Add accounts or change those with the same phone_number_id."""
        if replace:
            self._by_number = {}
        self._by_number.update({account.phone_number_id: account for account in accounts})

    def changed_file(self) -> dict[str, Any] | None:
        """Read the accounts file if it changed since the last look; None otherwise.

        A file that is half written or broken is looked at again at the next call.
        """
        if self._path is None:
            return None
        try:
            status = os.stat(self._path)
            stamp = (status.st_mtime_ns, status.st_size)
            if stamp == self._stamp:
                return None
            content = json.loads(self._path.read_bytes())
        except (OSError, ValueError):
            return None
        self._stamp = stamp
        return content if isinstance(content, dict) else None

    def save(
        self, customers: list[dict[str, Any]], chats: list[dict[str, Any]], files: list[dict[str, Any]]
    ) -> None:
        """Write the accounts file, so that a restart finds what a control changed."""
        if self._path is None:
            return
        accounts = [asdict(account) for account in self._by_number.values()]
        content = {"accounts": accounts, "customers": customers, "chats": chats, "media": files}
        temporary = self._path.with_suffix(".tmp")
        temporary.write_text(json.dumps(content, ensure_ascii=False, indent=1))
        temporary.chmod(0o600)
        temporary.replace(self._path)
        status = os.stat(self._path)
        self._stamp = (status.st_mtime_ns, status.st_size)

    def is_subscribed(self, account: Account) -> bool:
        """Tell whether the app gets the webhooks of the account's WABA."""
        return self._subscription(account).get("subscribed", True) is True

    def override(self, account: Account) -> str | None:
        """The WABA's own callback, if one was set."""
        found: str | None = self._subscription(account).get("override")
        return found

    def webhook_url(self, account: Account) -> str:
        """Where the account's webhooks go."""
        return self.override(account) or account.webhook_url

    def subscribe(self, account: Account, *, subscribed: bool, override: str | None = None) -> None:
        """Remember a call of subscribed_apps."""
        self._store.set_setting(
            f"subscription:{account.waba_id}:{account.app_id}",
            json.dumps({"subscribed": subscribed, "override": override}),
        )

    def _subscription(self, account: Account) -> dict[str, Any]:
        stored = self._store.setting(f"subscription:{account.waba_id}:{account.app_id}")
        found: dict[str, Any] = json.loads(stored) if stored else {}
        return found
