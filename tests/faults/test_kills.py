"""Parts are killed without a warning while people write: nothing promised is lost, nothing leaves twice."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.calls import Api
from tests.copy import Copy, wait_for
from tests.faults.following import following
from tests.faults.traffic import Traffic, conversation_of, new_seed, note, post_until_taken
from tests.simulated import Phones

SECONDS = 14.0
KILLED = ("web", "web", "worker", "worker", "worker", "scheduler", "simulator", "simulator", "bulk")


@pytest.mark.timeout(240)
def test_kills_at_random_moments_lose_nothing_and_send_nothing_twice(
    copy: Copy, phones: Phones, api: Api
) -> None:
    """BEY-01, BEY-02, BEY-03: judged by the simulator's ledger, the database and a client of the socket."""
    seed = new_seed()
    traffic = Traffic(copy, phones, api, seed)
    traffic.open_chats(12)
    _slow_down(phones)
    with following(copy, api.headers) as follower, ThreadPoolExecutor(1) as pool:
        killing = pool.submit(_kill, copy, phones, random.Random(seed))
        traffic.run(replies=150, inbound=150, clients=6, seconds=SECONDS)
        note("\n".join(killing.result()))
        traffic.judge()
        wait_for(lambda: follower.has_heard("message.created", traffic.replied), "events of the replies")
        wait_for(lambda: follower.has_heard("message.received", traffic.written), "events of the questions")
        assert follower.doubled() == []
        note(f"{follower.connections} connections, {len(follower.events)} events")
        assert follower.resyncs == 0


def test_a_sender_killed_during_its_calls_sends_nothing_twice(copy: Copy, phones: Phones, api: Api) -> None:
    """BEY-02: what Meta had taken stays «sin confirmar» until Meta's status tells, and is never sent again."""
    texts = [f"Durante la llamada {number}" for number in range(8)]
    people = [phones.person() for _ in texts]
    for person in people:
        phones.writes(person, "Hola")
    chats = [conversation_of(api, person) for person in people]
    phones.fault(kind="delay", when="after_accept", seconds=6)
    # No status tells before the leases have run out.
    phones.control("webhooks", {"hold": True})
    for chat, text in zip(chats, texts, strict=True):
        post_until_taken(api, chat, text)
    wait_for(lambda: all(phones.sent_to(person) for person in people), "Meta to take them all")
    copy.wait_for_return("worker", copy.kill("worker"))
    phones.clear_faults()

    def statuses() -> list[str]:
        rows = copy.sql(
            "SELECT status FROM inbox_message WHERE text = ANY(%s) AND direction = 'outbound'", texts
        )
        return [status for (status,) in rows]

    def are_unconfirmed() -> bool:
        copy.sql("UPDATE inbox_sendattempt SET lease_until = now() WHERE state = 'sending'")
        return statuses() == ["unknown"] * len(texts)

    wait_for(are_unconfirmed, "«sin confirmar»")
    phones.control("webhooks", {"hold": False})
    wait_for(lambda: statuses() == ["delivered"] * len(texts), "the statuses to settle them")
    phones.wait_idle()
    assert [len(phones.sent_to(person)) for person in people] == [1] * len(people)


def _slow_down(phones: Phones) -> None:
    """Let calls of the Graph API take a while, before and after accepting, so that a kill meets some of them."""
    for when in ("before_accept", "after_accept"):
        phones.fault(kind="delay", when=when, seconds=0.4, probability=0.3)


def _kill(copy: Copy, phones: Phones, dice: random.Random) -> list[str]:
    """Kill one part after the other, at moments of the dice; each is back before it dies again."""
    diary: list[str] = []
    begun = time.monotonic()
    order = list(KILLED)
    dice.shuffle(order)
    for name in order:
        time.sleep(dice.uniform(0, 2 * SECONDS / len(KILLED)))
        wait_for(lambda: copy.pid(name), f"{name} to be there")  # noqa: B023 - called at once
        pid = copy.kill(name)
        diary.append(f"{time.monotonic() - begun:5.1f} s  {name} killed ({pid})")
        copy.wait_for_return(name, pid)
        diary.append(f"{time.monotonic() - begun:5.1f} s  {name} is back")
        if name == "simulator":
            wait_for(phones.is_up, "the simulator to answer")
            _slow_down(phones)
    return diary
