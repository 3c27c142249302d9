"""Every part is asked to end and started again, in turn, as a deployment does: nobody loses anything."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from tests.calls import Api
from tests.copy import Copy, wait_for
from tests.faults.following import Follower, following
from tests.faults.killing import SENDER, ask_to_end
from tests.faults.traffic import Traffic, slow_down
from tests.faults.trials import Trial
from tests.simulated import Phones

PARTS = ("web", "worker", "bulk", "scheduler")
SOCKETS = 20
CLIENTS = 6
EXIT_SECONDS = 30.0
# What tells a client to come back soon: uvicorn's own code, and ours through daphne.
RESTARTS = (1012, 4012)


@pytest.mark.scenario("rolling")
def test_parts_that_are_asked_to_end_lose_nothing(trial: Trial, copy: Copy, phones: Phones, api: Api) -> None:
    """BEY-01, BEY-02, BEY-03: what is under way is finished or left to the next one, and sockets are told."""
    rounds, pause = trial.part(8, short=1), trial.part(20, short=2)
    # Whoever is asked to end finishes its calls: nobody is to leave anything unconfirmed, nor a lease to run out.
    traffic = Traffic(copy, phones, api, trial.seed, has_deaths=False)
    traffic.open_chats(12)
    slow_down(phones, trial.seed)
    seconds = rounds * len(PARTS) * (pause / len(PARTS) + 1.5)
    writes = trial.part(1_000, short=80)
    with ExitStack() as stack, ThreadPoolExecutor(1) as pool:
        followers = [stack.enter_context(following(copy, api.headers)) for _ in range(SOCKETS)]
        is_over = threading.Event()
        working = pool.submit(
            traffic.run,
            replies=writes,
            inbound=writes,
            clients=CLIENTS,
            seconds=seconds,
            until=is_over.is_set,
        )
        began = time.monotonic()
        try:
            exits = [ask_to_end(copy, name) for name in _turns(rounds, pause)]
        finally:
            is_over.set()
        took = time.monotonic() - began
        working.result()
        assert traffic.last_reply_at is not None
        trial.hold(
            "exits after the last reply", [one.name for one in exits if one.at > traffic.last_reply_at]
        )
        trial.hold("calls left under way", [number for one in exits for number in one.left])
        trial.hold_all(traffic.findings())
        for follower in followers:
            _compare(trial, traffic, follower)
    late = [f"{one.name}: {one.seconds:.0f} s" for one in exits if one.seconds >= EXIT_SECONDS]
    trial.hold(f"exits of {EXIT_SECONDS:.0f} s or more", late)
    trial.size = f"{len(traffic.replied)} replies, {len(traffic.written)} questions, {SOCKETS} sockets"
    every = took / len(exits)
    trial.injected = (
        f"SIGTERM to {', '.join(PARTS)} in turn, {rounds} times, one each {every:.1f} s on average"
    )
    slowest = {name: max(one.seconds for one in exits if one.name == name) for name in PARTS}
    trial.remark("slowest exits: " + ", ".join(f"{name} {took:.1f} s" for name, took in slowest.items()))
    met = [one.met for one in exits if one.name == SENDER]
    trial.remark(
        f"{sum(map(bool, met))} of {len(met)} exits of the {SENDER} met calls under way, {sum(met)} in all"
    )
    codes = Counter(code for follower in followers for code in follower.closes)
    trial.remark(f"{sum(codes[code] for code in RESTARTS)} sockets told to come back")
    trial.verdict()


def _turns(rounds: int, pause: float) -> Iterator[str]:
    """Each part once a round, spread over it."""
    for _ in range(rounds):
        for name in PARTS:
            time.sleep(pause / len(PARTS))
            yield name


def _compare(trial: Trial, traffic: Traffic, follower: Follower) -> None:
    """Each socket has heard of everything, once, and was told whenever it had to come back."""
    wait_for(lambda: follower.has_heard("message.created", traffic.replied), "events of the replies")
    wait_for(lambda: follower.has_heard("message.received", traffic.written), "events of the questions")
    trial.hold("heard twice on a socket", follower.doubled())
    trial.hold("sockets sent to load anew", range(follower.resyncs))
    trial.hold("sockets cut without a word", [code for code in follower.closes if code not in RESTARTS])
