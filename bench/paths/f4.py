"""F4: from the webhook to the frame in the last of 200 agents' sockets, commits included.

The whole product works: web process, worker, bells. Customers of unassigned chats write, ten a second; each message is
timed from the moment its webhook is posted until the last agent has it. There is no floor.
"""

from __future__ import annotations

import asyncio
import re
import time

from bench import seed
from bench.delivery import seats_on
from bench.figures import Latencies, Line
from bench.loads import bodies, http
from bench.loads.sockets import Crowd
from bench.options import SERVERS, Bench, say
from bench.stage import Running

SOCKETS, RATE, SECONDS, WARM = 200, 10.0, 15.0, 20
# By server: milliseconds of the median and of the 99th percentile.
TARGETS = {"uvicorn": (15.0, 60.0), "daphne": (30.0, 120.0)}
_WORDS = re.compile(rb'"text":"bench (\d+)"')


def measure(bench: Bench) -> list[Line]:
    return [_on(bench, server) for server in SERVERS]


def _on(bench: Bench, server: str) -> Line:
    seed.clear()
    with bench.stage.web(server) as web, bench.stage.worker("inbound"):
        found = Latencies.of(asyncio.run(_follow(bench, web)))
    say(f"  F4 {server}: {found}")
    p50, p99 = TARGETS[server]
    return Line(
        "F4",
        f"webhook to the last of 200 sockets, {server}",
        str(found),
        target=f"p50 ≤ {p50:.0f}, p99 ≤ {p99:.0f} ms",
        is_met=found.p50 <= p50 and found.p99 <= p99,
    )


async def _follow(bench: Bench, web: Running) -> list[float]:
    posted: dict[int, float] = {}
    heard: dict[int, list[float]] = {}
    crowd = Crowd(listen=lambda frame: _note(frame, heard))
    await crowd.open(seats_on([web], [bench.tenant], SOCKETS))
    await crowd.greeted()
    mark = time.time_ns()

    def next_request() -> bytes:
        number = len(posted)
        # Every tenth chat is unassigned, which all agents see.
        chat = 10 * (1 + number % (bench.tenant.sizes.conversations // 10))
        message = bodies.text(chat, f"wamid.f4.{mark}.{number}", f"bench {number}")
        request = bodies.post(bodies.body(messages=[message]))
        posted[number] = time.monotonic()
        return request

    load = await http.paced([web.port], next_request, rate=RATE, seconds=SECONDS + WARM / RATE, clients=4)
    load.check()
    await crowd.until(lambda: sum(map(len, heard.values())) >= len(posted) * SOCKETS)
    crowd.leave()
    return [max(heard[number]) - at for number, at in posted.items() if number >= WARM]


def _note(frame: bytes, heard: dict[int, list[float]]) -> None:
    now = time.monotonic()
    for number in _WORDS.findall(frame):
        heard.setdefault(int(number), []).append(now)
