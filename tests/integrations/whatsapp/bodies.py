"""The recorded bodies of `tests/payloads/whatsapp`, and what reading each of them must give.

`python -m tests.integrations.whatsapp.bodies` writes the expected readings anew; look at the difference
before you keep it.
"""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from integrations.whatsapp.payloads import Other, Reading, read

FOLDER = Path(__file__).parents[2] / "payloads" / "whatsapp"
WEBHOOKS = sorted((FOLDER / "webhooks").glob("*.json"))
REQUESTS = sorted((FOLDER / "requests").glob("*.json"))
EXPECTED = FOLDER / "expected"
RECEIVED_AT = datetime(2026, 11, 24, 12, tzinfo=UTC)  # after everything that the bodies tell


def body_of(name: str) -> bytes:
    return (FOLDER / "webhooks" / f"{name}.json").read_bytes()


def request_of(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / "requests" / f"{name}.json").read_text("utf-8"))
    return found


def message_body(**message: Any) -> bytes:
    """Return a body with one message, which is Laura's unless it says otherwise."""
    return value_body(
        messages=[{"id": "wamid.1", "from": "573005550101", "timestamp": "1795341600"} | message]
    )


def value_body(**value: Any) -> bytes:
    """Return a body with one change of the field `messages`."""
    value = {"metadata": {"display_phone_number": "573005550190", "phone_number_id": "4173"}} | value
    change = {"field": "messages", "value": value}
    document = {"object": "whatsapp_business_account", "entry": [{"id": "3892", "changes": [change]}]}
    return json.dumps(document).encode()


def only(body: bytes) -> Any:
    """Read a body and return its only item."""
    reading = read(body, received_at=RECEIVED_AT)
    assert not reading.problems
    assert len(reading.items) == 1
    return reading.items[0]


def summary(reading: Reading) -> str:
    """Return a reading as lines of JSON, one per item or problem, without what is empty."""
    lines = [_line(type(part).__name__, part) for part in (*reading.items, *reading.problems)]
    return "".join(f"{line}\n" for line in lines)


def _line(kind: str, part: Any) -> str:
    values = {field.name: _plain(getattr(part, field.name)) for field in dataclasses.fields(part)}
    if isinstance(part, Other):
        values["data"] = sorted(part.data)  # the data is the element itself, tested on its own
    kept = {name: value for name, value in values.items() if value not in (None, "", {}, [])}
    return json.dumps({"is": kind} | kept, ensure_ascii=True)


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        inner = {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
        return {name: item for name, item in inner.items() if item not in (None, "", False)}
    return value.isoformat() if isinstance(value, datetime) else value


def main() -> None:
    EXPECTED.mkdir(exist_ok=True)
    for path in WEBHOOKS:
        text = summary(read(path.read_bytes(), received_at=RECEIVED_AT))
        (EXPECTED / f"{path.stem}.jsonl").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
