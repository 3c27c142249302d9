"""F3: how late the last of 1,000 sockets gets an event, 20 events a second, one uvicorn process or two of daphne.

Floor: the bare hub in as many processes. Nothing may be missing or doubled, and the delays may not grow while it lasts.
"""

from __future__ import annotations

from bench.delivery import Delivery, deliver
from bench.figures import Latencies, Line, median, ratio_of_rounds
from bench.options import Bench, say

SOCKETS, RATE, SECONDS = 1_000, 20.0, 5.0
PROCESSES = {"uvicorn": 1, "daphne": 2}
TARGET = 2.5


def measure(bench: Bench) -> list[Line]:
    return [_on(bench, server, count) for server, count in PROCESSES.items()]


def _on(bench: Bench, server: str, processes: int) -> Line:
    floors: list[float] = []
    ours: list[float] = []
    found: list[Delivery] = []
    for _ in range(bench.options.rounds):
        for kind, late in (("floor", floors), ("product", ours)):
            result = deliver(
                bench, kind, server, processes=processes, sockets=SOCKETS, rate=RATE, seconds=SECONDS
            )
            if kind == "floor":
                result.check()
            late.append(Latencies.of(result.delays).p99)
        found.append(result)
        say(f"  F3 {server}: floor p99 {floors[-1]:.0f} ms, ours {ours[-1]:.0f} ms, {_troubles(found)}")
    ratio = ratio_of_rounds(ours, floors)
    return Line(
        "F3",
        f"last of 1,000 sockets, {processes} {server}",
        f"p99 {median(ours):.0f} ms, {_troubles(found)}",
        f"p99 {median(floors):.0f} ms",
        ratio,
        f"ratio ≤ {TARGET:.1f}, 0 missing, 0 doubled, flat",
        ratio <= TARGET and all(not one.missing and not one.doubled and one.is_flat for one in found),
    )


def _troubles(found: list[Delivery]) -> str:
    missing, doubled = sum(one.missing for one in found), sum(one.doubled for one in found)
    flat = "flat" if all(one.is_flat for one in found) else "growing"
    return f"{missing} missing, {doubled} doubled, {flat}"
