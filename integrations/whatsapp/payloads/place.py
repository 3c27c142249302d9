"""Where in a body we are, and whom it is for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from integrations.whatsapp.payloads.types import Other
from integrations.whatsapp.payloads.values import json_safe


@dataclass(frozen=True, slots=True)
class Place:
    """A part of a change.

    Attributes:
        own_phone: digits of the business number; what comes from it is an echo of ours.
        told_at: Meta's time of the entry as it came; only account events have one.
    """

    pointer: str
    field: str
    phone_number_id: str | None
    waba_id: str | None
    received_at: datetime
    own_phone: str | None = None
    told_at: Any = None

    def at(self, pointer: str) -> Place:
        """Return the place of a part of this one."""
        return replace(self, pointer=pointer)

    def other(self, kind: str, data: dict[str, Any]) -> Other:
        """Return what is recognised and has no effect."""
        return Other(self.pointer, self.field, kind, self.phone_number_id, self.waba_id, json_safe(data))
