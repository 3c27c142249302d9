"""Which channel an item of a webhook is for: one of the app that signed it, or none."""

from __future__ import annotations

from dataclasses import dataclass

from core import statements
from core.tenancy import current_organization_id
from integrations.whatsapp.payloads import AccountNotice, Item


@dataclass(frozen=True, slots=True)
class Foreign:
    """The item is for nobody here.

    Attributes:
        reason: a sentence for whoever reads the list of problems.
    """

    reason: str


_NO_NUMBER = Foreign("the number is not an active one of this app")
_NO_ACCOUNT = Foreign("the account has no active number of this app")
_NOT_CLEAR = Foreign("no number is named, and the account has several of this app")


_ACTIVE = """
SELECT id, meta_app_id, phone_number_id, waba_id, phone FROM integrations_channel
WHERE organization_id = %s AND is_active ORDER BY id
"""


class Routes:
    """The active channels of the organisation, by the app that may speak for them."""

    def __init__(self) -> None:
        self._by_number: dict[tuple[int, str], int] = {}
        self._by_account: dict[tuple[int, str], list[int]] = {}
        self._names: dict[int, tuple[str, str]] = {}  # digits of the phone, and the number's id
        with statements.cursor() as cursor:
            cursor.execute(_ACTIVE, [current_organization_id()])
            rows = cursor.fetchall()
        for pk, app_id, number, account, phone in rows:
            self._names[pk] = (phone.lstrip("+"), number)
            self._by_number[app_id, number] = pk
            self._by_account.setdefault((app_id, account), []).append(pk)

    def channel_of(self, app_id: int, item: Item) -> int | Foreign:
        """Return the id of the channel that an item of a body of this app belongs to.

        Everybody can sign bodies with the secret of their own app: what these say of numbers of another one has no
        effect, even when the number is known here.
        """
        if item.phone_number_id is not None:
            return self._by_number.get((app_id, item.phone_number_id), _NO_NUMBER)
        channels = self._by_account.get((app_id, item.waba_id or ""), [])
        if len(channels) == 1:
            return channels[0]
        return _NOT_CLEAR if channels else _NO_ACCOUNT

    def channels_of(self, app_id: int, notice: AccountNotice) -> tuple[int | None, tuple[int, ...]]:
        """Return the channel that a notice is about, None for the account as a whole, and all that it holds for."""
        if notice.phone_number_id is not None:
            channel_id = self._by_number.get((app_id, notice.phone_number_id))
            return channel_id, (channel_id,) if channel_id is not None else ()
        of_account = self._by_account.get((app_id, notice.waba_id or ""), [])
        named = {notice.phone, notice.data.get("entity_id")} - {None}
        meant = [pk for pk in of_account if not named.isdisjoint(self._names[pk])]
        if len(meant) == 1:
            return meant[0], (meant[0],)
        return None, tuple(of_account) if notice.phone is None else ()

    def is_foreign(self, app_id: int, item: Item) -> bool:
        """Whether an item that concerns no thread is about a number or account that is not of this app."""
        if item.phone_number_id is not None:
            return (app_id, item.phone_number_id) not in self._by_number
        return item.waba_id is not None and (app_id, item.waba_id) not in self._by_account
