"""W2: Meta's sizing for its top tier, 3,300 webhooks a second of one status each, their rows final 2 s after the last.

They say sent, delivered and read of the same messages in turn, and a worker applies them meanwhile. Latency counts
from the moment when a request is due, so whoever waits for a free connection has waited. There is no floor. It lasts
a quarter of its 60 s unless FULL=1.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

from django.db import connection

from bench import seed
from bench.figures import Latencies, Line
from bench.loads import bodies, http
from bench.options import Bench, say

RATE, SECONDS, CLIENTS = 3_300.0, 60.0, 64
PROCESSES = {"uvicorn": 1, "daphne": 2}
STEPS = ("sent", "delivered", "read")
P50, P99, LONGEST, FINAL_SECONDS = 6.0, 50.0, 250.0, 2.0
# Statuses of a message follow one another after so many others.
_BETWEEN = 3_300


def measure(bench: Bench) -> list[Line]:
    return [line for server, processes in PROCESSES.items() for line in _on(bench, server, processes)]


def _on(bench: Bench, server: str, processes: int) -> list[Line]:
    seconds = SECONDS if bench.options.is_full else SECONDS / 4
    messages = int(RATE * seconds) // len(STEPS)
    seed.clear()
    seed.put_back(bench.tenant, messages)
    seed.vacuum("inbox_message")
    with ExitStack() as stack:
        webs = stack.enter_context(bench.stage.webs(server, processes))
        stack.enter_context(bench.stage.worker("inbound"))
        time.sleep(3)
        load = asyncio.run(
            http.paced(
                [web.port for web in webs], steps(messages), rate=RATE, seconds=seconds, clients=CLIENTS
            )
        )
        load.check()
        time.sleep(FINAL_SECONDS)
        behind = _not_final(bench, messages)
    found = Latencies.of(load.latencies)
    say(f"  W2 {server}: {found}, {behind} rows not final")
    return [
        Line(
            "W2",
            f"3,300 webhooks/s for {seconds:.0f} s, {processes} {server}",
            str(found),
            target=f"p50 ≤ {P50:.0f}, p99 ≤ {P99:.0f}, max ≤ {LONGEST:.0f} ms",
            is_met=found.p50 <= P50 and found.p99 <= P99 and found.longest <= LONGEST,
        ),
        Line(
            "W2",
            f"rows not final 2 s later, {processes} {server}",
            f"{behind:,} of {messages:,}",
            target="0",
            is_met=not behind,
        ),
    ]


def steps(messages: int) -> Callable[[], bytes | None]:
    """Requests that bring sent, delivered and read of each message, in the order of a lasting campaign."""
    order = _order(messages)

    def next_request() -> bytes | None:
        found = next(order, None)
        return bodies.post(bodies.body(statuses=[bodies.status(*found)])) if found else None

    return next_request


def _order(messages: int) -> Iterator[tuple[int, str]]:
    for first in range(1, messages + 1, _BETWEEN):
        for step in STEPS:
            for number in range(first, min(first + _BETWEEN, messages + 1)):
                yield number, step


def _not_final(bench: Bench, messages: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM inbox_message WHERE channel_id = %s AND status <> 'read' "
            "AND wa_message_id IN (SELECT 'wamid.bench.' || n FROM generate_series(1, %s) n)",
            [bench.tenant.channel_id, messages],
        )
        return int(cursor.fetchone()[0])
