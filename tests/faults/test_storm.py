"""The same messages again and again, in ever other groups, to two web processes that die under way."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.copy import Copy, wait_for
from tests.faults.intake import is_taken_in
from tests.faults.meta import Meta, in_groups, said
from tests.faults.trials import Trial
from tests.faults.webs import SecondWeb, second_web
from tests.simulated import Phones

CLIENTS = 12


@pytest.mark.scenario("storm")
def test_many_copies_of_a_message_have_one_effect(trial: Trial, copy: Copy, phones: Phones) -> None:
    """BEY-01, BEY-06: one contact, one conversation, one message and one event of each."""
    count, copies = trial.part(1_000, short=60), trial.part(100, short=20)
    people = [phones.person() for _ in range(count)]
    written = [(person, said(person, f"tormenta {trial.seed}/{n}")) for n, person in enumerate(people)]
    everything = [one for one in written for _ in range(copies)]
    trial.dice.shuffle(everything)
    with second_web(copy) as web:
        meta = Meta(copy, ports=(copy.port, web.port))
        bodies = [meta.body([meta.messages(group)]) for group in in_groups(everything, trial.dice)]
        with ThreadPoolExecutor(1) as pool:
            posting = pool.submit(meta.deliver_all, bodies, trial.seed, clients=CLIENTS)
            wait_for(lambda: meta.answers[200] > len(bodies) / 3, "a third of the bodies to be taken")
            _restart(copy, web)
            posting.result()
    wait_for(lambda: is_taken_in(copy), "all copies to be taken in", 600)
    trial.size = f"{count} messages of as many people × {copies} copies in {len(bodies)} bodies of 1 to 40"
    trial.injected = "two web processes, both and the worker and the scheduler killed under way"
    wamids = [message["id"] for _, message in written]
    for what, counts in _counts(copy, wamids).items():
        trial.hold("missing", [f"{what} of {wamid}" for wamid in wamids if counts[wamid] == 0])
        trial.hold("doubled", [f"{what} of {wamid}" for wamid in wamids if counts[wamid] > 1])
    trial.remark("looked at: message, contact, conversation, ticket, unread, event")
    trial.remark(f"answers: {meta.told()}")
    trial.verdict()


def _restart(copy: Copy, web: SecondWeb) -> None:
    names = ("web", "worker", "scheduler")
    before = {name: copy.kill(name) for name in names}
    web.kill()
    time.sleep(1)
    web.start()
    for name, pid in before.items():
        copy.wait_for_return(name, pid)


def _counts(copy: Copy, wamids: list[str]) -> dict[str, Counter[str]]:
    """For each kind of row, how many there are of each message."""
    of_messages = "FROM inbox_message m JOIN inbox_conversation c ON c.id = m.conversation_id"
    theirs = "WHERE m.wa_message_id = ANY(%s) GROUP BY 1"
    queries = {
        "messages": f"SELECT m.wa_message_id, count(*) {of_messages} {theirs}",
        "contacts": f"SELECT m.wa_message_id, count(DISTINCT p.id) {of_messages} "
        f"JOIN inbox_contact mine ON mine.id = c.contact_id JOIN inbox_contact p ON p.phone = mine.phone {theirs}",
        "conversations": f"SELECT m.wa_message_id, count(DISTINCT o.id) {of_messages} "
        f"JOIN inbox_conversation o ON o.contact_id = c.contact_id {theirs}",
        "tickets": f"SELECT m.wa_message_id, count(DISTINCT t.id) {of_messages} "
        f"JOIN inbox_ticket t ON t.conversation_id = c.id {theirs}",
        "unread": f"SELECT m.wa_message_id, sum(c.unread_count) {of_messages} {theirs}",
        "events": "SELECT m.wa_message_id, count(*) FROM core_event e JOIN inbox_message m "
        "ON m.id = (e.data::jsonb->'message'->>'id')::bigint WHERE e.type = 'message.received' "
        "AND m.wa_message_id = ANY(%s) GROUP BY 1",
    }
    return {what: Counter(dict(copy.sql(query, wamids))) for what, query in queries.items()}
