"""F7: how long 1,000 sockets that reconnect at once take until each has the 100 events that it missed.

They belong to 200 agents, five each, and come to one web process. There is no floor.
"""

from __future__ import annotations

import asyncio
import time

from bench import seed
from bench.delivery import make_events, stream_of
from bench.figures import Line, median
from bench.loads.sockets import Crowd, seat_of
from bench.options import SERVERS, Bench, say
from bench.stage import Running

SOCKETS, MISSED = 1_000, 100
TARGET_SECONDS = 5.0


def measure(bench: Bench) -> list[Line]:
    return [_on(bench, server) for server in SERVERS]


def _on(bench: Bench, server: str) -> Line:
    taken = []
    for _ in range(bench.options.rounds):
        seed.clear()
        with bench.stage.web(server) as web:
            make_events(bench, bench.tenant, MISSED)
            taken.append(asyncio.run(_reconnect(bench, web, *stream_of(bench.tenant))))
        say(f"  F7 {server}: {taken[-1]:.2f} s")
    seconds = median(taken)
    return Line(
        "F7",
        f"1,000 sockets caught up, {server}",
        f"{seconds:.2f} s",
        target=f"≤ {TARGET_SECONDS:.0f} s",
        is_met=seconds <= TARGET_SECONDS,
    )


async def _reconnect(bench: Bench, web: Running, head: int, stream_id: str) -> float:
    tenant, crowd = bench.tenant, Crowd()
    query = f"&since={head - MISSED}&stream={stream_id}"
    seats = [
        seat_of(web.port, tenant.slug, tenant.sessions[place % len(tenant.sessions)], query=query)
        for place in range(SOCKETS)
    ]
    started = time.monotonic()
    await crowd.open(seats, pause_seconds=0)
    await crowd.until(lambda: all(client.through >= head for client in crowd.clients))
    taken = time.monotonic() - started
    crowd.leave()
    got = sum(count for count, _ in crowd.arrivals.values())
    if got != SOCKETS * MISSED or crowd.doubled:
        raise RuntimeError(f"{got} of {SOCKETS * MISSED} events, {crowd.doubled} doubled")
    return taken
