"""Orders from a catalogue. Amounts are decimals in digits and never floats: customers are charged by them."""

from __future__ import annotations

from decimal import Context, Decimal
from typing import Any

from integrations.whatsapp.payloads.values import decimal, obj, text

_MOST_ITEMS = 500
_ID_LENGTH = 300
_EXACTLY = Context(prec=120)


def read_order(value: Any) -> dict[str, Any]:
    """Return catalogue, items, and what they cost together in each currency.

    A currency of which one amount cannot be read has no total: a sum of the rest would be wrong.
    """
    order = obj(value)
    listed = order.get("product_items")
    lines = [_Line(obj(item)) for item in (listed if isinstance(listed, list) else [])[:_MOST_ITEMS]]
    return {
        "catalog_id": text(order.get("catalog_id"), _ID_LENGTH),
        "items": [line.as_json() for line in lines],
        "totals": _totals(lines),
    }


class _Line:
    """One item of an order."""

    def __init__(self, item: dict[str, Any]) -> None:
        self.id = text(item.get("product_retailer_id"), _ID_LENGTH)
        self.quantity = decimal(item.get("quantity"))
        self.price = decimal(item.get("item_price"))
        self.currency = text(item.get("currency"), 10).upper()

    @property
    def amount(self) -> Decimal | None:
        if self.quantity is None or self.price is None:
            return None
        return _EXACTLY.multiply(self.quantity, self.price)

    def as_json(self) -> dict[str, str]:
        return {
            "id": self.id,
            "quantity": _digits(self.quantity),
            "price": _digits(self.price),
            "currency": self.currency,
        }


def _totals(lines: list[_Line]) -> list[dict[str, str]]:
    sums: dict[str, Decimal | None] = {}
    for line in lines:
        before, amount = sums.get(line.currency, Decimal(0)), line.amount
        sums[line.currency] = None if before is None or amount is None else _EXACTLY.add(before, amount)
    return [
        {"currency": currency, "amount": _digits(amount)}
        for currency, amount in sums.items()
        if amount is not None
    ]


def _digits(value: Decimal | None) -> str:
    return "" if value is None else format(value, "f")
