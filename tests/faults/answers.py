"""A sender whose calls have been answered, in a process beside a running copy: `python -m tests.faults.answers`.

Reads lines of JSON, each a list of attempts that are «sending» with the wamid that Meta gave, and writes each list down
in one transaction, as the product's sender does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from tests.copy import Copy
from tests.faults.beside import Beside, beside, serve
from tests.faults.team import SLUG


@dataclass(frozen=True, slots=True)
class Answered:
    """An attempt that Meta accepted."""

    attempt_id: int
    message_id: int
    conversation_id: int
    wamid: str


class Answers:
    """Gives answers to the process."""

    def __init__(self, process: Beside) -> None:
        self._process = process

    def write(self, answered: Sequence[Answered]) -> None:
        """Return when they are committed."""
        rows = [[one.attempt_id, one.message_id, one.conversation_id, one.wamid] for one in answered]
        assert self._process.ask(rows) == len(rows)


@contextmanager
def answers_of(copy: Copy) -> Iterator[Answers]:
    """The process while the block lasts."""
    with beside(copy, "tests.faults.answers") as process:
        yield Answers(process)


def _write(answered: Sequence[Answered]) -> None:
    from core.models import Organization
    from core.tenancy import tenant_scope
    from inbox.models import SendAttempt
    from inbox.sending import outcomes
    from inbox.sending.letters import Letter
    from integrations.whatsapp.errors import Accepted

    with tenant_scope(Organization.objects.get(slug=SLUG).pk):
        channel_id = SendAttempt.objects.get(pk=answered[0].attempt_id).channel_id
        outcomes.write(
            channel_id,
            [
                outcomes.Outcome(
                    Letter(one.attempt_id, one.message_id, one.conversation_id, 1, 0.0, {"type": "text"}),
                    Accepted(one.wamid),
                )
                for one in answered
            ],
        )


def _answer(rows: list[list[Any]]) -> int:
    _write([Answered(*row) for row in rows])
    return len(rows)


if __name__ == "__main__":
    serve(_answer)
