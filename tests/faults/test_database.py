"""The database is cut off or hangs while webhooks arrive: what got its 200 is there, once."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from inbox.sending.channel import MOST_IN_FLIGHT
from tests.calls import Api
from tests.copy import Copy, wait_for
from tests.faults.intake import is_taken_in
from tests.faults.meta import Meta, said
from tests.faults.traffic import Traffic
from tests.faults.trials import Trial
from tests.simulated import Phones

CLIENTS = 24
CUTS = 4
REST_SECONDS = 2.0
SHORTEST_CUT_SECONDS, LONGEST_CUT_SECONDS = 20.0, 90.0
PATIENCE_SECONDS = 600.0


@pytest.mark.scenario("database")
def test_nothing_acknowledged_is_lost_when_the_database_is_cut_off(
    trial: Trial, copy: Copy, phones: Phones, api: Api
) -> None:
    """BEY-01, BEY-02: a webhook that could not be stored gets an error, and comes again."""
    count, share = trial.part(5_000, short=400), trial.part(100, short=5) / 100
    lengths = [share * trial.dice.uniform(SHORTEST_CUT_SECONDS, LONGEST_CUT_SECONDS) for _ in range(CUTS)]
    seconds = sum(lengths) + REST_SECONDS * len(lengths)
    traffic = Traffic(copy, phones, api, trial.seed)
    traffic.open_chats(8)
    people = [phones.person() for _ in range(40)]
    texts = [f"corte {trial.seed}/{number}" for number in range(count)]
    meta = Meta(copy)
    writers = [(trial.dice.choice(people), text) for text in texts]
    bodies = [meta.body([meta.messages([(person, said(person, text))])]) for person, text in writers]
    is_over = threading.Event()
    with ThreadPoolExecutor(2) as pool:
        rest = CLIENTS * seconds / count
        posting = pool.submit(meta.deliver_all, bodies, trial.seed, clients=CLIENTS, rest=rest)
        replying = pool.submit(
            traffic.run,
            replies=trial.part(200, short=40),
            inbound=0,
            clients=4,
            seconds=seconds,
            until=is_over.is_set,
        )
        try:
            for number, length in enumerate(lengths):
                time.sleep(REST_SECONDS)
                with _cut(copy) if number % 2 == 0 else _frozen(copy):
                    time.sleep(length)
        finally:
            is_over.set()
        posting.result()
        replying.result()
    wait_for(copy.is_ready, "everything to work again")
    wait_for(lambda: is_taken_in(copy), "all to be taken in", PATIENCE_SECONDS)
    rows = copy.sql("SELECT text FROM inbox_message WHERE text LIKE %s", f"corte {trial.seed}/%")
    taken = Counter(text for (text,) in rows)
    trial.hold("webhooks acknowledged and lost", [text for text in texts if not taken[text]])
    trial.hold("webhooks taken in twice", [text for text in texts if taken[text] > 1])
    trial.hold_all(traffic.findings(lambda unsent: unsent.was_stopped))
    # A cut takes one answer of a sender at most: that to its last word before a batch of calls, which it then does not
    # make.
    batches = sorted({one.sending_at for one in traffic.unconfirmed if one.sending_at is not None})
    trial.hold("unconfirmed more than cuts explain", batches[CUTS:])
    trial.hold(
        "unconfirmed more than are in flight",
        [one.text for one in traffic.unconfirmed[CUTS * MOST_IN_FLIGHT :]],
    )
    trial.size = f"{count} webhooks, {len(traffic.replied)} replies"
    cuts = ", ".join(f"{'hung' if n % 2 else 'cut off'} {length:.0f} s" for n, length in enumerate(lengths))
    trial.injected = f"database {cuts}; webhooks come again until they get a 200"
    trial.remark(f"answers: {meta.told()}")
    trial.remark(f"{len(traffic.unconfirmed)} replies never reached Meta and say «sin confirmar»")
    trial.verdict()


@contextmanager
def _cut(copy: Copy) -> Iterator[None]:
    """Nobody reaches it any more, and every connection ends."""
    path = _socket(copy)
    hidden = path.parent / "hidden" / path.name
    hidden.parent.mkdir(mode=0o711, exist_ok=True)
    path.rename(hidden)
    try:
        with psycopg.connect(f"host={hidden.parent} user=bandeja dbname=bandeja", autocommit=True) as own:
            own.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            )
        yield
    finally:
        hidden.rename(path)


@contextmanager
def _frozen(copy: Copy) -> Iterator[None]:
    """It takes connections and statements, and never answers."""
    server = copy.pid("postgres")
    pids = [server, *_children(server)]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def _children(parent: int) -> list[int]:
    found = []
    for thread in Path(f"/proc/{parent}/task").iterdir():
        found += [int(pid) for pid in (thread / "children").read_text().split()]
    return found


def _socket(copy: Copy) -> Path:
    return next((copy.data / "run" / "pg").glob(".s.PGSQL.*[0-9]"))
