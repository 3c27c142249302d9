"""Two copies of bandeja on one machine."""

from __future__ import annotations

import signal

from tests.calls import Api
from tests.copy import Copy, running_copy, wait_for
from tests.faults.traffic import conversation_of, post_until_taken
from tests.simulated import Phones


def test_two_copies_run_side_by_side_and_one_that_is_stopped_leaves_nothing(
    copy: Copy, phones: Phones, api: Api
) -> None:
    """IMPL-03: own ports, own data, own secrets; SIGTERM ends every process, and the other goes on."""
    with running_copy() as other:
        others = Phones(other)
        person = others.person()
        others.writes(person, "Solo para la otra")
        foreign = Api.by_key(other.url, other.organization()["api_key"])
        post_until_taken(foreign, conversation_of(foreign, person), "Desde la otra")
        wait_for(lambda: others.sent_to(person), "the answer to leave")
        others.wait_idle()

        assert api.get("/conversations", q=person.phone).json()["results"] == []
        assert phones.sent_to(person) == []
        assert Api.by_key(copy.url, other.organization()["api_key"]).get("/me").status == 401

        assert other.stop(signal.SIGTERM) == 0
        assert other.left_behind() == []
        assert "killed" not in other.said().split("Stopping.")[-1]
    assert copy.is_ready()
