"""The judge of statuses itself: which steps it lets pass, and where a message may end."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.faults.steps import wrong_steps
from tests.faults.test_statuses import Way


@pytest.mark.parametrize(
    ("way", "wrong"),
    [
        ("queued sending accepted sent delivered read played", []),
        ("sending accepted played", []),
        ("accepted sent failed", []),
        ("accepted read delivered", ["read to delivered"]),
        ("sent delivered failed", ["delivered to failed"]),
        ("sent failed delivered", ["failed to delivered"]),
    ],
)
def test_steps_go_forward_and_failed_is_final(way: str, wrong: list[str]) -> None:
    names = way.split()
    assert wrong_steps(list(pairwise(names))) == wrong


def test_steps_that_do_not_follow_each_other_are_wrong() -> None:
    assert wrong_steps([("accepted", "sent"), ("delivered", "read")]) == ["sent, and then from delivered"]


@pytest.mark.parametrize(
    ("way", "ends"),
    [
        (Way(("sent", "read", "delivered")), {"read"}),
        (Way(("sent", "failed")), {"failed"}),
        (Way(("sent", "failed", "delivered")), {"failed", "delivered"}),
        (Way(("delivered", "read"), first=("failed",)), {"failed"}),
        (Way(("sent", "failed"), first=("delivered",)), {"delivered"}),
        (Way(("failed", "read"), first=("delivered",)), {"read"}),
    ],
)
def test_a_message_ends_where_its_statuses_put_it(way: Way, ends: set[str]) -> None:
    assert way.ends == ends
