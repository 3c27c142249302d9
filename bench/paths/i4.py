"""I4: pages of 50 conversations a second over the REST API, with session, tenant and access, by one process.

Floor: the product's handler without middleware, and a view that gives `values()` of the same rows through orjson,
without any of these. Beside it a lower floor without a target, which has the statement of `values()` prepared. All have
to give the same conversations. Eight clients ask as fast as answers come. Then the number of queries of a page, at
most 4.
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
    lines = [line for server in SERVERS for line in _on(bench, server)]
    queries = queries_of(bench.tenant, "/api/v1/conversations?limit=50")
    is_met = queries <= MOST_QUERIES
    return [*lines, Line("I4", "queries of a page of 50", str(queries), target="≤ 4", is_met=is_met)]


def _on(bench: Bench, server: str) -> list[Line]:
    floors, lowest, ours = [], [], []
    with bench.stage.floor(server, "lists") as floor, bench.stage.web(server) as web:
        cookie = f"sessionid_{web.port}={bench.tenant.manager_session}"
        headers = {"Cookie": cookie, "X-Organization": bench.tenant.slug}
        page = "/api/v1/conversations?limit=50"
        values, prepared = (f"/{name}?organization={bench.tenant.id}" for name in ("values", "prepared"))
        wanted = _ids(web.port, page, headers)
        if any(_ids(floor.port, address, {}) != wanted for address in (values, prepared)):
            raise RuntimeError("floor and product give different conversations")
        for _ in range(bench.options.rounds):
            floors.append(_rate(floor.port, http.request("GET", values)))
            lowest.append(_rate(floor.port, http.request("GET", prepared)))
            ours.append(_rate(web.port, http.request("GET", page, headers)))
            say(
                f"  I4 {server}: floor {floors[-1]:,.0f}/s, prepared {lowest[-1]:,.0f}/s, "
                f"ours {ours[-1]:,.0f}/s"
            )
    ratio = ratio_of_rounds(ours, floors)
    what, rate = f"pages of 50 conversations, {server}", f"{median(ours):,.0f}/s"
    return [
        Line("I4", what, rate, f"{median(floors):,.0f}/s", ratio, f"ratio ≥ {TARGET:.2f}", ratio >= TARGET),
        Line(
            "I4",
            f"{what}, floor prepared",
            rate,
            f"{median(lowest):,.0f}/s",
            ratio_of_rounds(ours, lowest),
        ),
    ]


def _ids(port: int, address: str, headers: dict[str, str]) -> list[int]:
    with urlopen(Request(f"http://127.0.0.1:{port}{address}", headers=headers)) as answer:
        return [row["id"] for row in json.load(answer)["results"]]


def _rate(port: int, request: bytes) -> float:
    asyncio.run(http.closed([port], lambda: request, clients=CLIENTS, seconds=0.5)).check()
    load = asyncio.run(http.closed([port], lambda: request, clients=CLIENTS, seconds=SECONDS))
    load.check()
    return load.rate
