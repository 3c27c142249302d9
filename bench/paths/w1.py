"""W1: webhooks answered a second, one status a body, each stored before its 200, by one process.

Floor: an ASGI program with nothing but HMAC and a grouped INSERT, on the same server. 32 clients ask as
fast as answers come; afterwards there must be a row for each 200.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from itertools import count

from django.db import connection

from bench import seed
from bench.figures import Line, median, per_second, ratio_of_rounds
from bench.loads import bodies, http
from bench.options import SERVERS, Bench, say
from bench.stage import Running

CLIENTS = 32
SECONDS = 3.0
WARM_SECONDS = 1.0
TARGET = 0.70


def measure(bench: Bench) -> list[Line]:
    return [_on(bench, server) for server in SERVERS]


def _on(bench: Bench, server: str) -> Line:
    bench.stage.environment.update(floor_settings(bench))
    floors, ours = [], []
    with bench.stage.floor(server, "webhook") as floor, bench.stage.web(server) as product:
        for _ in range(bench.options.rounds):
            floors.append(answered([floor]))
            ours.append(answered([product]))
            say(f"  W1 {server}: floor {floors[-1]:,.0f}/s, ours {ours[-1]:,.0f}/s")
    ratio = ratio_of_rounds(ours, floors)
    return Line(
        "W1",
        f"webhooks answered, {server}",
        f"{median(ours):,.0f}/s",
        f"{median(floors):,.0f}/s",
        ratio,
        f"ratio ≥ {TARGET:.2f}",
        ratio >= TARGET,
    )


def floor_settings(bench: Bench) -> dict[str, str]:
    """What the floor program has to know."""
    return {
        "BENCH_APP_SECRET": seed.APP_SECRET,
        "BENCH_ORGANIZATION": str(bench.tenant.id),
        "BENCH_APP": str(bench.tenant.app_id),
    }


def answered(servers: list[Running], *, places: Sequence[int] = (0,)) -> float:
    """Webhooks a second that the servers together answered and stored.

    Args:
        places: of the organisations that they are for; the large one is the first.

    Raises:
        RuntimeError: a 200 has no row, or something was refused.
    """
    seed.clear()
    ports = [server.port for server in servers]
    next_request = statuses(places)
    warm = asyncio.run(http.closed(ports, next_request, clients=CLIENTS, seconds=WARM_SECONDS))
    load = asyncio.run(http.closed(ports, next_request, clients=CLIENTS, seconds=SECONDS))
    warm.check()
    load.check()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM integrations_inbounddelivery")
        (stored,) = cursor.fetchone()
    if stored != warm.answered + load.answered:
        raise RuntimeError(f"{warm.answered + load.answered} answers of 200, but {stored} rows")
    return per_second(load.answered, load.seconds)


def statuses(places: Sequence[int]) -> Callable[[], bytes]:
    """Requests that bring one status each, in turn for the organisations; made before, as signing takes time."""
    made = []
    for number in range(2_000):
        place = places[number % len(places)]
        statuses = [bodies.status(number + 1, "sent")]
        made.append(bodies.post(bodies.body(statuses=statuses, tenant=place), place))
    numbers = count()
    return lambda: made[next(numbers) % len(made)]
