"""I5: replies posted a second by one process: stored, queued, fanned out to sockets, answered with 201.

A manager's browser posts, with session, CSRF token and idempotency key; 50 sockets of the organisation are open on
the same process. First one client, which shows how long a reply takes; then eight. The target is by the processor time
of the web process: database and load work beside it on the same two cores. There is no floor.
"""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Callable
from itertools import count

from bench import seed
from bench.figures import Latencies, Line, median
from bench.loads import http
from bench.loads.sockets import Crowd, seat_of
from bench.options import SERVERS, Bench, say
from bench.stage import Running

CLIENTS, SECONDS, WARM_SECONDS, SOCKETS, MANAGERS_SOCKETS = 8, 4.0, 1.0, 50, 10
TARGET_RATE, TARGET_P50 = 300, 8.0
_TOKEN = "b" * 32


def measure(bench: Bench) -> list[Line]:
    return [line for server in SERVERS for line in _on(bench, server)]


def _on(bench: Bench, server: str) -> list[Line]:
    rates, alone, a_second_of_cpu = [], [], []
    seed.clear()
    with bench.stage.web(server) as web:
        for _ in range(bench.options.rounds):
            one, many, cpu = asyncio.run(_post(bench, web))
            rates.append(many.rate)
            alone.append(Latencies.of(one.latencies).p50)
            a_second_of_cpu.append(many.answered / cpu if cpu else 0.0)
            say(f"  I5 {server}: {rates[-1]:,.0f}/s, one client p50 {alone[-1]:.1f} ms")
    rate, by_core, p50 = median(rates), median(a_second_of_cpu), median(alone)
    return [
        Line(
            "I5",
            f"replies posted, 8 clients, {server}",
            f"{rate:,.0f}/s ({by_core:,.0f} a second of its core)",
            target=f"≥ {TARGET_RATE}/s a core",
            is_met=by_core >= TARGET_RATE,
        ),
        Line(
            "I5",
            f"reply posted, one client, {server}",
            f"p50 {p50:.1f} ms",
            target=f"p50 ≤ {TARGET_P50:.0f} ms",
            is_met=p50 <= TARGET_P50,
        ),
    ]


async def _post(bench: Bench, web: Running) -> tuple[http.Load, http.Load, float]:
    """Post by one client and by many; the last is the processor time that the many took."""
    tenant, crowd = bench.tenant, Crowd()
    sessions = [tenant.manager_session] * MANAGERS_SOCKETS + list(
        tenant.sessions[: SOCKETS - MANAGERS_SOCKETS]
    )
    await crowd.open([seat_of(web.port, tenant.slug, session) for session in sessions])
    await crowd.greeted()
    next_request = replies(bench, web)
    warm = await http.closed([web.port], next_request, clients=CLIENTS, seconds=WARM_SECONDS)
    one = await http.closed([web.port], next_request, clients=1, seconds=SECONDS / 2)
    before = web.cpu_seconds()
    many = await http.closed([web.port], next_request, clients=CLIENTS, seconds=SECONDS)
    cpu = web.cpu_seconds() - before
    warm.check()
    one.check()
    many.check()
    await crowd.until(lambda: crowd.frames > 0)
    crowd.leave()
    return one, many, cpu


def replies(bench: Bench, web: Running) -> Callable[[], bytes]:
    """Replies of the manager to chats that somebody has, each to another one."""
    tenant, numbers = bench.tenant, count()
    cookies = f"sessionid_{web.port}={tenant.manager_session}; csrftoken={_TOKEN}"
    headers = {
        "Content-Type": "application/json",
        "Cookie": cookies,
        "X-CSRFToken": _TOKEN,
        "X-Organization": tenant.slug,
        "Origin": f"http://127.0.0.1:{web.port}",
    }

    def next_request() -> bytes:
        number = next(numbers) % (tenant.sizes.conversations // 10)
        conversation = tenant.first_conversation + 10 * number
        client_id = str(uuid.uuid4())
        body = {"type": "text", "text": "Sí, nos queda una. ¿Te la guardo?", "client_id": client_id}
        address = f"/api/v1/conversations/{conversation}/messages"
        sent = {**headers, "Idempotency-Key": client_id, "Host": f"127.0.0.1:{web.port}"}
        return http.request("POST", address, sent, json.dumps(body).encode())

    return next_request
