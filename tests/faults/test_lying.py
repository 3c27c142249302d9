"""A network that lies about sends: what Meta accepted looks like a failure, and half an answer like none."""

from __future__ import annotations

from typing import Any

import pytest

from tests.calls import Api
from tests.copy import Copy
from tests.faults.traffic import Traffic, Unsent
from tests.faults.trials import Trial
from tests.simulated import Phones

LIES: tuple[dict[str, Any], ...] = (
    {"kind": "reset", "when": "after_accept"},
    {"kind": "silent", "when": "after_accept"},
    {"kind": "reset", "when": "half_response"},
    {"kind": "garbage", "body": "html"},
    {"kind": "html", "status": 502, "when": "before_accept"},
    {"kind": "html", "status": 502, "when": "after_accept"},
    {"kind": "drip", "seconds": 1},
)
SHARE = 0.08
CLIENTS = 16


@pytest.mark.scenario("lying")
def test_a_lying_network_loses_nothing_and_sends_nothing_twice(
    trial: Trial, copy: Copy, phones: Phones, api: Api
) -> None:
    """BEY-02, CHAT-23: whatever Meta's answer looked like, its statuses settle what it accepted."""
    replies = trial.part(5_000, short=400)
    traffic = Traffic(copy, phones, api, trial.seed, has_deaths=False)
    traffic.open_chats(trial.part(200, short=40))
    for number, lie in enumerate(LIES):
        phones.fault(**lie, probability=SHARE / len(LIES), seed=trial.seed + number)
    traffic.run(replies=replies, inbound=0, clients=CLIENTS, seconds=0)
    trial.hold_all(traffic.findings(_was_told))
    struck = {_name(fault): fault["hits"] for fault in phones.faults()}
    trial.size = f"{len(traffic.replied)} replies by {CLIENTS} clients"
    trial.injected = ", ".join(f"{hits} × {name}" for name, hits in struck.items())
    # Each call that Meta did not accept is one reply that stays «sin confirmar»: fewer would mean a second attempt.
    refused = struck["502 before accepting"]
    trial.hold("unconfirmed too many", [one.text for one in traffic.unconfirmed[refused:]])
    trial.hold("tried again without a word", range(len(traffic.unconfirmed), refused))
    trial.remark(f"{len(traffic.unconfirmed)} never reached Meta and say «sin confirmar»")
    trial.verdict()


def _was_told(unsent: Unsent) -> bool:
    """The answer was the one that comes before accepting, and the sender lived to note it."""
    return unsent.state == "unknown" and unsent.reason.startswith("HTTP 502")


def _name(fault: dict[str, Any]) -> str:
    kinds = {"html": fault["status"], "garbage": "200 with HTML", "drip": "a byte a second"}
    moments = {
        "before_accept": "before accepting",
        "after_accept": "after accepting",
        "half_response": "in the body",
    }
    return f"{kinds.get(fault['kind'], fault['kind'])} {moments[fault['when']]}"
