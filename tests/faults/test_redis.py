"""Redis forgets, dies, is away and hangs: slower, but everything goes on, and afterwards all is as it was."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis

from tests.calls import Api, Broken, call, sign_in
from tests.copy import Copy, wait_for
from tests.faults.away import frozen, gone, queue_socket
from tests.faults.following import Follower, following
from tests.faults.meta import Meta, said
from tests.faults.traffic import Traffic
from tests.faults.trials import Trial
from tests.simulated import Phones

MARTA = "marta@aurora.example"
SLUG = "tienda-aurora"
REST_SECONDS = 2.0
# What is promised after its return; the deadline is for slow machines.
CAUGHT_UP_SECONDS = 60.0
PATIENCE_SECONDS = 300.0


@pytest.mark.scenario("redis")
def test_without_redis_everything_goes_on(trial: Trial, copy: Copy, phones: Phones, api: Api) -> None:
    """BEY-01, BEY-03, CHAT-33: webhooks get their 200, people sign in and read, the screen moves, replies leave."""
    away, hanging = trial.part(120, short=4), trial.part(30, short=4)
    flushes, restarts = trial.part(3, short=1), trial.part(2, short=1)
    troubles = _troubles(copy, away, hanging, flushes, restarts)
    trial.dice.shuffle(troubles)
    seconds = away + hanging + 2 * REST_SECONDS * len(troubles)
    traffic = Traffic(copy, phones, api, trial.seed, has_deaths=False)
    traffic.open_chats(8)
    is_over = threading.Event()
    people = People(copy, phones, trial)
    marta = sign_in(copy.url, MARTA, copy.password(MARTA), SLUG)
    slowest = 0.0
    with following(copy, marta.headers, SLUG) as follower, ThreadPoolExecutor(3) as pool:
        works = [
            pool.submit(
                traffic.run,
                replies=round(2 * seconds),
                inbound=0,
                clients=4,
                seconds=seconds,
                until=is_over.is_set,
            ),
            pool.submit(people.write),
            pool.submit(people.look, marta),
        ]
        try:
            for name, trouble in troubles:
                time.sleep(REST_SECONDS)
                trouble()
                took = _catch_up(people, traffic, follower)
                slowest = max(slowest, took)
                if took > CAUGHT_UP_SECONDS:
                    trial.hold("caught up late", [f"{took:.0f} s after {name}"])
        finally:
            people.stop()
            is_over.set()
        for work in works:
            work.result()
        trial.hold_all(traffic.findings())
        wait_for(lambda: follower.has_heard("message.created", traffic.replied), "events of the replies")
        wait_for(lambda: follower.has_heard("message.received", people.written), "the last messages")
        trial.hold("heard twice on the socket", follower.doubled())
        assert follower.resyncs == 0
    trial.hold("webhooks not answered with 200", people.unanswered)
    trial.hold("sign-ins and readings refused", people.refused)
    trial.hold("caught up late", [])
    trial.size = f"{len(people.written)} webhooks, {len(traffic.replied)} replies, {people.looks} sign-ins with reading"
    trial.injected = f"{flushes} × FLUSHALL, {restarts} × killed, away for {away} s, frozen for {hanging} s"
    trial.remark(f"all caught up {slowest:.1f} s after each at the latest")
    trial.verdict()


class People:
    """Customers who write without a pause, and colleagues who sign in and read, whatever happens to Redis."""

    def __init__(self, copy: Copy, phones: Phones, trial: Trial) -> None:
        self._copy = copy
        self._meta = Meta(copy)
        self._customers = [phones.person() for _ in range(6)]
        self._seed = trial.seed
        self._stopping = threading.Event()
        self.written: list[str] = []
        self.unanswered: list[str] = []
        self.refused: list[str] = []
        self.looks = 0

    def stop(self) -> None:
        self._stopping.set()

    def write(self) -> None:
        while not self._stopping.wait(0.1):
            text = f"pregunta sin Redis {self._seed}/{len(self.written) + len(self.unanswered)}"
            person = self._customers[len(self.written) % len(self._customers)]
            body = self._meta.body([self._meta.messages([(person, said(person, text))])])
            if self._meta.post(body) == 200:
                self.written.append(text)
            else:
                self.unanswered.append(text)

    def look(self, reader: Api) -> None:
        while not self._stopping.wait(1.0):
            self.looks += 1
            try:
                sign_in(self._copy.url, MARTA, self._copy.password(MARTA), SLUG)
                statuses = {
                    reader.get("/conversations").status,
                    call("GET", f"{self._copy.url}/health/ready").status,
                }
                if statuses != {200}:
                    self.refused.append(f"answered {statuses}")
            except (AssertionError, Broken) as error:
                self.refused.append(str(error))


def _troubles(
    copy: Copy, away: float, hanging: float, flushes: int, restarts: int
) -> list[tuple[str, Callable[[], None]]]:
    def flush() -> None:
        with redis.Redis(unix_socket_path=str(queue_socket(copy))) as own:
            own.flushall()

    def restart() -> None:
        copy.wait_for_return("valkey", copy.kill("valkey"))

    def leave() -> None:
        with gone(copy):
            time.sleep(away)

    def freeze() -> None:
        with frozen(copy):
            time.sleep(hanging)

    return [
        *[("FLUSHALL", flush)] * flushes,
        *[("a restart", restart)] * restarts,
        ("being away", leave),
        ("being frozen", freeze),
    ]


def _catch_up(people: People, traffic: Traffic, follower: Follower) -> float:
    """Wait until the screen shows all that was written until now, and all replies that were begun have arrived.

    Returns:
        The seconds it took.
    """
    began = time.monotonic()
    texts, replies = list(people.written), list(traffic.asked)

    def has_caught_up() -> bool:
        return (
            not traffic.waiting(replies)
            and follower.has_heard("message.received", texts)
            and follower.has_heard("message.created", replies)
        )

    wait_for(has_caught_up, "the screen and the replies to catch up", PATIENCE_SECONDS)
    return time.monotonic() - began
