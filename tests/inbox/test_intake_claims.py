from typing import Any

import pytest

from inbox.intake import journal
from integrations.whatsapp import payloads
from tests.conftest import Cast
from tests.inbox.webhooks import body, status, store


def test_a_full_batch_reads_no_body_in_vain(scope: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        store(scope.app, body(statuses=[status(f"wamid.{number}", "sent") for number in range(2)]))
    reads: list[bytes] = []

    def noting(raw: bytes, **options: Any) -> Any:
        reads.append(raw)
        return payloads.read(raw, **options)

    monkeypatch.setattr(journal, "read", noting)

    assert len(journal.claim(items=4)) == 2
    assert len(reads) == 2
