"""I4: pages of 50 conversations a second over the REST API, with session, tenant and access, by one process.

Floor: the product's handler without middleware, and a view that gives `values()` of the same rows through orjson by a
prepared statement, without any of these. Both have to give the same conversations. Eight clients ask as fast as answers
come. Beside it the number of queries of a page, at most 4.
"""

from __future__ import annotations

import asyncio
import json
from urllib.request import Request, urlopen

from bench.counting import queries_of
from bench.figures import Line, median, ratio_of_rounds
from bench.loads import http
from bench.options import SERVERS, Bench, say

CLIENTS, SECONDS = 8, 3.0
TARGET, MOST_QUERIES = 0.80, 4


def measure(bench: Bench) -> list[Line]:
    lines = [_on(bench, server) for server in SERVERS]
    queries = queries_of(bench.tenant, "/api/v1/conversations?limit=50")
    is_met = queries <= MOST_QUERIES
    return [*lines, Line("I4", "queries of a page of 50", str(queries), target="≤ 4", is_met=is_met)]


def _on(bench: Bench, server: str) -> Line:
    floors, ours = [], []
    with bench.stage.floor(server, "lists") as floor, bench.stage.web(server) as web:
        cookie = f"sessionid_{web.port}={bench.tenant.manager_session}"
        headers = {"Cookie": cookie, "X-Organization": bench.tenant.slug}
        addresses = f"/conversations?organization={bench.tenant.id}", "/api/v1/conversations?limit=50"
        if _ids(floor.port, addresses[0], {}) != _ids(web.port, addresses[1], headers):
            raise RuntimeError("floor and product give different conversations")
        bare, page = http.request("GET", addresses[0]), http.request("GET", addresses[1], headers)
        for _ in range(bench.options.rounds):
            floors.append(_rate(floor.port, bare))
            ours.append(_rate(web.port, page))
            say(f"  I4 {server}: floor {floors[-1]:,.0f}/s, ours {ours[-1]:,.0f}/s")
    ratio = ratio_of_rounds(ours, floors)
    return Line(
        "I4",
        f"pages of 50 conversations, {server}",
        f"{median(ours):,.0f}/s",
        f"{median(floors):,.0f}/s",
        ratio,
        f"ratio ≥ {TARGET:.2f}",
        ratio >= TARGET,
    )


def _ids(port: int, address: str, headers: dict[str, str]) -> list[int]:
    with urlopen(Request(f"http://127.0.0.1:{port}{address}", headers=headers)) as answer:
        return [row["id"] for row in json.load(answer)["results"]]


def _rate(port: int, request: bytes) -> float:
    asyncio.run(http.closed([port], lambda: request, clients=CLIENTS, seconds=0.5)).check()
    load = asyncio.run(http.closed([port], lambda: request, clients=CLIENTS, seconds=SECONDS))
    load.check()
    return load.rate
