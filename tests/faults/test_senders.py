"""Parts are killed without a warning while people write: nothing promised is lost, nothing leaves twice."""

from __future__ import annotations

import pytest

from inbox.sending.channel import MOST_IN_FLIGHT
from tests.calls import Api
from tests.copy import Copy, wait_for
from tests.faults.following import following
from tests.faults.killing import SENDER, Killer, deal, killing
from tests.faults.traffic import Traffic, Unsent, conversation_of, post_until_taken, slow_down
from tests.faults.trials import Trial, note
from tests.simulated import Phones

SENDERS = ("worker", "web", "scheduler")
OTHERS = ("simulator", "bulk")
CLIENTS = 20
# Seconds from one death of a part to the next, on average; much less, and the launcher would let it rest longer.
REST_SECONDS = 7.0
# How long a connection to a dead simulator may pass for a living one.
BLIND_SECONDS = 5.0


@pytest.mark.scenario("senders")
def test_kills_at_random_moments_lose_nothing_and_send_nothing_twice(
    trial: Trial, copy: Copy, phones: Phones, api: Api
) -> None:
    """BEY-01, BEY-02, BEY-03: judged by the simulator's ledger, the database and a client of the socket."""
    replies, inbound = trial.part(2_000, short=160), trial.part(500, short=80)
    kills, others = trial.part(100, short=6), trial.part(10, short=2)
    traffic = Traffic(copy, phones, api, trial.seed)
    traffic.open_chats(CLIENTS)
    slow_down(phones, trial.seed)

    def revived(name: str) -> None:
        if name == "simulator":
            slow_down(phones, trial.seed)  # a new one knows of no faults

    killer = Killer(copy, trial.seed, rest_seconds=REST_SECONDS, revived=revived)
    with following(copy, api.headers) as follower:
        with killing(killer, deal(kills, SENDERS) | deal(others, OTHERS)) as is_over:
            seconds = 1.2 * REST_SECONDS * kills / len(SENDERS)
            traffic.run(replies=replies, inbound=inbound, clients=CLIENTS, seconds=seconds, until=is_over)
        note("\n".join(killer.diary))
        trial.size = f"{len(traffic.replied)} replies by {CLIENTS} clients, {len(traffic.written)} questions"
        trial.injected = (
            f"{len(killer.of(*SENDERS))} kills of web, worker and scheduler, "
            f"{len(killer.of(*OTHERS))} of the simulator and of bulk"
        )
        assert (len(killer.of(*SENDERS)), len(killer.of(*OTHERS))) == (kills, others)
        trial.hold_all(traffic.findings(lambda unsent: is_explained(unsent, killer)))
        _judge_deaths(trial, traffic, killer)
        wait_for(lambda: follower.has_heard("message.created", traffic.replied), "events of the replies")
        wait_for(lambda: follower.has_heard("message.received", traffic.written), "events of the questions")
        trial.hold("heard twice on the socket", follower.doubled())
        trial.remark(f"one socket, {follower.connections} connections, {len(follower.events)} events")
        assert follower.resyncs == 0
    trial.verdict()


def test_a_sender_killed_during_its_calls_sends_nothing_twice(copy: Copy, phones: Phones, api: Api) -> None:
    """BEY-02: what Meta had taken stays «sin confirmar» until Meta's status tells, and is never sent again."""
    texts = [f"Durante la llamada {number}" for number in range(8)]
    people = [phones.person() for _ in texts]
    for person in people:
        phones.writes(person, "Hola")
    chats = [conversation_of(api, person) for person in people]
    # Longer than it takes on any machine until all have been taken, and than a sender waits for an answer.
    phones.fault(kind="delay", when="after_accept", seconds=60)
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


def is_explained(unsent: Unsent, killer: Killer) -> bool:
    """Only a call during which its sender or Meta died tells nothing of its end."""
    if unsent.was_stopped:
        return unsent.attempt in killer.cut_off()
    deaths = [death.at for death in killer.of("simulator")]
    return bool(unsent.reason) and unsent.was_under_way(deaths, before_seconds=BLIND_SECONDS)


def _judge_deaths(trial: Trial, traffic: Traffic, killer: Killer) -> None:
    """Each kill has met traffic, and no more is «sin confirmar» than they can have cut off."""
    assert traffic.last_reply_at is not None
    late = [f"{death.name} at {death.at}" for death in killer.deaths if death.at > traffic.last_reply_at]
    trial.hold("kills after the last reply", late)
    most = MOST_IN_FLIGHT * len(killer.of(SENDER, "simulator"))
    trial.hold("unconfirmed more than kills can cut off", [one.text for one in traffic.unconfirmed[most:]])
    stopped = [one for one in traffic.unconfirmed if one.was_stopped]
    trial.remark(
        f"{len(traffic.unconfirmed)} never reached Meta and say «sin confirmar»: of {len(stopped)} the sender died "
        f"during the call, of {len(traffic.unconfirmed) - len(stopped)} the simulator"
    )
    cutting = [death for death in killer.of(SENDER) if death.cut_off]
    trial.remark(
        f"{len(cutting)} of {len(killer.of(SENDER))} kills of the {SENDER} left calls under way, "
        f"{len(killer.cut_off())} in all"
    )
