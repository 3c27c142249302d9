"""Webhooks about accounts, numbers and templates, by name: what Meta tells without anybody writing."""

import json
import time
from functools import cache
from pathlib import Path
from typing import Any

from integrations.simulator.accounts import Account
from integrations.simulator.http import BadRequest, Json

# When the examples were written; their times are moved by what has passed since.
_WRITTEN_AT = 1795342100
_NEAR_SECONDS = 30 * 86_400


@cache
def _examples() -> dict[str, Json]:
    found: dict[str, Json] = json.loads(Path(__file__).with_suffix(".json").read_text())
    return found


def names() -> list[str]:
    """The events that there are."""
    return list(_examples())


def event(account: Account, name: str, changes: Json) -> tuple[str, Json, int | None]:
    """Give the field, the value and the entry's time of an event of this account.

    Args:
        changes: keys of the value that shall say something else; None takes a key away.

    Raises:
        BadRequest: there is no such event.
    """
    example = _examples().get(name)
    if example is None:
        raise BadRequest(f"There is no event {name!r}; there are {', '.join(names())}.")
    now = int(time.time())
    words = {"number": account.wa_id, "waba_id": account.waba_id, "name": account.verified_name}
    value: Json = {**_filled(example["value"], words, now), **changes}
    value = {key: one for key, one in value.items() if key not in changes or one is not None}
    return str(example["field"]), value, now if example["of_account"] else None


def _filled(value: Any, words: dict[str, str], now: int) -> Any:
    if isinstance(value, dict):
        return {key: _filled(one, words, now) for key, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, words, now) for one in value]
    if isinstance(value, str):
        for word, text in words.items():
            value = value.replace(f"{{{word}}}", text)
        return value
    is_time = isinstance(value, int) and abs(value - _WRITTEN_AT) < _NEAR_SECONDS
    return value - _WRITTEN_AT + now if is_time else value
