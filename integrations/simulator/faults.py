"""Faults that a control switches on: what goes wrong, for whom, how often."""

import itertools
import random
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from integrations.simulator.http import BadRequest
from integrations.simulator.people import variants

# kind → the moments it may name; the first one is meant when none is named.
_MOMENTS: dict[str, tuple[str, ...]] = {
    "error": ("before_accept",),
    "delay": ("before_accept", "after_accept"),
    "reset": ("after_accept", "before_body", "half_response"),
    "silent": ("after_accept", "before_accept"),
    "html": ("before_accept", "after_accept"),
    "garbage": ("after_accept",),
    "drip": ("after_accept",),
    "stall": ("after_accept",),
    "status_failed": ("after_accept",),
    "gone": ("before_accept",),
    "wrong_type": ("after_accept",),
    "changed_bytes": ("after_accept",),
}
# Only what a link to a file can do.
_OF_LINKS = ("gone", "wrong_type", "changed_bytes")
_OPERATIONS = ("send", "read", "upload", "media", "download", "any")
_BODIES = ("empty", "html", "cut", "no_id")


@dataclass(slots=True)
class Fault:
    """One trouble. `count` is how many times are left, None for always; `hits` how often it struck.

    `details` are what an error says beside its usual words, those of its code when not given.
    """

    kind: str
    when: str = ""
    code: int | None = None
    status: int = 502
    seconds: float = 1.0
    body: str = "empty"
    count: int | None = None
    probability: float = 1.0
    seed: int | None = None
    phone_number_id: str | None = None
    customer: str | None = None
    on: str = "send"
    mime_type: str = "text/html"
    details: str | None = None
    id: int = 0
    hits: int = 0
    _dice: random.Random | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, data: Mapping[str, Any]) -> "Fault":
        """Read a fault from a control's body.

        Raises:
            BadRequest: it names something that does not exist.
        """
        known = set(cls.__slots__) - {"id", "hits", "_dice"}
        if unknown := set(data) - known:
            raise BadRequest(
                f"A fault has no {sorted(unknown)[0]!r}; it may have {', '.join(sorted(known))}."
            )
        kind = data.get("kind")
        if kind not in _MOMENTS:
            raise BadRequest(f"'kind' must be one of {', '.join(_MOMENTS)}.")
        try:
            fault = cls(**{"on": "download" if kind in _OF_LINKS else "send", **data})
            fault.seconds, fault.probability = float(fault.seconds), float(fault.probability)
            fault.status = int(fault.status)
            fault.count = None if fault.count is None else int(fault.count)
            fault.code = None if fault.code is None else int(fault.code)
        except (TypeError, ValueError) as error:
            raise BadRequest(f"Not a fault: {error}") from error
        fault.when = fault.when or _MOMENTS[kind][0]
        fault._check()
        return fault

    def _check(self) -> None:
        if self.when not in _MOMENTS[self.kind]:
            raise BadRequest(f"'when' of {self.kind} must be one of {', '.join(_MOMENTS[self.kind])}.")
        if self.kind in ("error", "status_failed") and self.code is None:
            raise BadRequest(f"{self.kind} needs a 'code'.")
        if self.details is not None and not (self.kind == "error" and isinstance(self.details, str)):
            raise BadRequest("'details' are the words of an error.")
        if self.on not in _OPERATIONS:
            raise BadRequest(f"'on' must be one of {', '.join(_OPERATIONS)}.")
        if self.kind in _OF_LINKS and self.on not in ("media", "download", "any"):
            raise BadRequest(f"{self.kind} happens to downloads only.")
        if self.body not in _BODIES:
            raise BadRequest(f"'body' must be one of {', '.join(_BODIES)}.")
        if self.when == "before_body" and self.kind == "reset" and (self.customer or self.on == "read"):
            raise BadRequest("Before the body it is not known whose message it is, nor what it says.")
        if not 100 <= self.status <= 599:
            raise BadRequest("'status' must be an HTTP status.")

    @property
    def name(self) -> str:
        """The fault in one word, for the ledger."""
        detail = {"error": str(self.code), "status_failed": str(self.code), "html": str(self.status)}
        return ":".join(part for part in (self.kind, self.when, detail.get(self.kind, "")) if part)

    def as_json(self) -> dict[str, Any]:
        data = asdict(self)
        del data["_dice"]
        return data

    def matches(self, *, operation: str, phone_number_id: str | None, addresses: frozenset[str]) -> bool:
        """Tell whether this call is meant; `operation` is send, read, upload, media, download or other."""
        is_of_media = self.on == "media" and operation == "download"
        if self.on not in ("any", operation) and not is_of_media:
            return False
        if self.phone_number_id is not None and self.phone_number_id != phone_number_id:
            return False
        return self.customer is None or not addresses.isdisjoint(_spellings(self.customer))

    def strike(self) -> bool:
        """Throw the dice and count."""
        if self.probability < 1:
            if self._dice is None:
                self._dice = random.Random(self.seed)  # noqa: S311  a repeatable test, not a secret
            if self._dice.random() >= self.probability:
                return False
        self.hits += 1
        if self.count is not None:
            self.count -= 1
        return True


def _spellings(customer: str) -> set[str]:
    return {customer} if "." in customer else variants(customer.lstrip("+"))


class Faults:
    """The faults that are switched on, oldest first."""

    def __init__(self) -> None:
        self._ids = itertools.count(1)
        self._active: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        fault.id = next(self._ids)
        self._active.append(fault)
        return fault

    def remove(self, fault_id: int) -> None:
        self._active = [fault for fault in self._active if fault.id != fault_id]

    def clear(self) -> None:
        self._active = []

    def all(self) -> list[Fault]:
        return list(self._active)

    def take(
        self, kinds: Mapping[str, str | None], *, operation: str, phone_number_id: str | None,
        addresses: frozenset[str] = frozenset(),
    ) -> Fault | None:  # fmt: skip
        """Give the first fault of these kinds (with their moment, None for any) that strikes now."""
        for fault in self._active:
            if fault.kind not in kinds or kinds[fault.kind] not in (None, fault.when):
                continue
            meant = fault.matches(operation=operation, phone_number_id=phone_number_id, addresses=addresses)
            if not meant or not fault.strike():
                continue
            if fault.count == 0:
                self.remove(fault.id)
            return fault
        return None
