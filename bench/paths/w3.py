"""W3: 300 webhooks a second, while 50 agents browse and 200 sockets are open, all on one process of the default server.

Nine of ten bring a status, the tenth a customer's message; a worker takes them in. Each agent opens something every two
seconds: the list, a chat's messages, the counts. There is no floor. Lasts a sixth of its 5 minutes unless FULL=1.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from itertools import count

from bench import seed
from bench.delivery import seats_on
from bench.figures import Latencies, Line
from bench.loads import bodies, http
from bench.loads.sockets import Crowd
from bench.options import Bench, say
from bench.stage import Running

SERVER = "daphne"
RATE, SECONDS, AGENTS, SOCKETS = 300.0, 300.0, 50, 200
CLIENTS, PAGES_A_SECOND = 32, 25.0
P50, P99 = 10.0, 60.0


def measure(bench: Bench) -> list[Line]:
    seconds = SECONDS if bench.options.is_full else SECONDS / 6
    seed.clear()
    seed.put_back(bench.tenant, bench.tenant.sizes.outbound)
    seed.vacuum("inbox_message")
    with bench.stage.web(SERVER) as web, bench.stage.worker("inbound"):
        time.sleep(3)
        hooks, pages = asyncio.run(_work(bench, web, seconds))
    found, browsed = Latencies.of(hooks.latencies), Latencies.of(pages.latencies)
    say(f"  W3: webhooks {found}; pages {browsed}")
    return [
        Line(
            "W3",
            f"300 webhooks/s for {seconds:.0f} s under load, {SERVER}",
            str(found),
            target=f"p50 ≤ {P50:.0f}, p99 ≤ {P99:.0f} ms",
            is_met=found.p50 <= P50 and found.p99 <= P99,
        ),
        Line("W3", "pages of the agents meanwhile", str(browsed)),
    ]


async def _work(bench: Bench, web: Running, seconds: float) -> tuple[http.Load, http.Load]:
    crowd = Crowd()
    await crowd.open(seats_on([web], [bench.tenant], SOCKETS))
    await crowd.greeted()
    hooks, pages = await asyncio.gather(
        http.paced([web.port], traffic(bench), rate=RATE, seconds=seconds, clients=CLIENTS),
        http.paced([web.port], browsing(bench, web), rate=PAGES_A_SECOND, seconds=seconds, clients=AGENTS),
    )
    hooks.check()
    pages.check()
    crowd.leave()
    return hooks, pages


def traffic(bench: Bench) -> Callable[[], bytes]:
    """Statuses, and a message among ten; in turn by conversation."""
    numbers, mark, sizes = count(1), time.time_ns(), bench.tenant.sizes

    def next_request() -> bytes:
        number = next(numbers)
        if number % 10:
            statuses = [bodies.status(1 + number % sizes.outbound, "delivered")]
            return bodies.post(bodies.body(statuses=statuses))
        chat = 1 + number // 10 % sizes.conversations
        message = bodies.text(chat, f"wamid.w3.{mark}.{number}", "¿Sigue disponible?")
        return bodies.post(bodies.body(messages=[message]))

    return next_request


def browsing(bench: Bench, web: Running) -> Callable[[], bytes]:
    """What the agents open: list, messages of one of their chats, counts."""
    tenant, numbers = bench.tenant, count()

    def next_request() -> bytes:
        turn, agent = divmod(next(numbers), AGENTS)
        # Every tenth chat is unassigned, which all agents see.
        chat = tenant.first_conversation + 9 + 10 * (agent % (tenant.sizes.conversations // 10))
        address = ("conversations?limit=50", f"conversations/{chat}/messages", "conversations/counts")[
            turn % 3
        ]
        cookie = f"sessionid_{web.port}={tenant.sessions[agent]}"
        return http.request("GET", f"/api/v1/{address}", {"Cookie": cookie, "X-Organization": tenant.slug})

    return next_request
