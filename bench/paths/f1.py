"""F1: processor time of the web process for each frame that a socket gets, 200 sockets and 20 events a second.

Floor: a hub that hands the text of a Redis subscription to every socket, on the same server. Each of the 200 agents
has a socket and sees every event; the product also commits it, reads it back and checks who may see it.
"""

from __future__ import annotations

from bench.delivery import deliver
from bench.figures import Line, median, ratio_of_rounds
from bench.options import SERVERS, Bench, say

SOCKETS, RATE, SECONDS = 200, 20.0, 5.0
TARGET = 1.5


def measure(bench: Bench) -> list[Line]:
    return [_on(bench, server) for server in SERVERS]


def _on(bench: Bench, server: str) -> Line:
    floors: list[float] = []
    ours: list[float] = []
    for _ in range(bench.options.rounds):
        for kind, found in (("floor", floors), ("product", ours)):
            result = deliver(bench, kind, server, sockets=SOCKETS, rate=RATE, seconds=SECONDS)
            result.check()
            found.append(result.microseconds_a_frame)
        say(f"  F1 {server}: floor {floors[-1]:.1f} µs, ours {ours[-1]:.1f} µs")
    ratio = ratio_of_rounds(ours, floors)
    return Line(
        "F1",
        f"processor time a frame, {server}",
        f"{median(ours):.1f} µs",
        f"{median(floors):.1f} µs",
        ratio,
        f"ratio ≤ {TARGET:.1f}",
        ratio <= TARGET,
    )
