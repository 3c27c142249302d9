"""growth: how cost grows: with sockets (50 to 1,000), organisations (1 and 20), and web processes (1 and 2).

Processor time a frame should not depend on how many sockets there are. With more organisations each event reaches fewer
sockets, so that what an event costs shows in its frames. Two web processes share two cores with the load and the
database here: what a second one brings shows on a machine with more.
"""

from __future__ import annotations

from bench.delivery import deliver
from bench.figures import Latencies, Line
from bench.options import SERVERS, Bench, say
from bench.paths import w1

SOCKETS, ORGANIZATIONS, PROCESSES = (50, 200, 1_000), (1, 20), (1, 2)
RATE, SECONDS = 20.0, 4.0


def measure(bench: Bench) -> list[Line]:
    bench.stage.environment.update(w1.floor_settings(bench))
    lines = [_sockets(bench, count) for count in SOCKETS]
    lines += [_organizations(bench, count) for count in ORGANIZATIONS]
    lines += [_webhooks_by_organizations(bench, count) for count in ORGANIZATIONS]
    return lines + [_webhooks(bench, server, count) for server in SERVERS for count in PROCESSES]


def _sockets(bench: Bench, count: int) -> Line:
    result = deliver(bench, "product", "uvicorn", sockets=count, rate=RATE, seconds=SECONDS)
    return _line(f"frames with {count:,} sockets, uvicorn", result.microseconds_a_frame, result.delays)


def _organizations(bench: Bench, count: int) -> Line:
    result = deliver(bench, "product", "uvicorn", sockets=200, rate=RATE, seconds=SECONDS, tenants=count)
    what = f"frames with 200 sockets of {count} organisations, uvicorn"
    return _line(what, result.microseconds_a_frame, result.delays)


def _line(what: str, microseconds: float, delays: tuple[float, ...]) -> Line:
    say(f"  growth, {what}: {microseconds:.1f} µs")
    return Line("growth", what, f"{microseconds:.1f} µs a frame, last socket {Latencies.of(delays)}")


def _webhooks_by_organizations(bench: Bench, count: int) -> Line:
    with bench.stage.web("uvicorn") as web:
        rate = w1.answered([web], tenants=count)
    return Line("growth", f"webhooks of {count} organisations, uvicorn", f"{rate:,.0f}/s")


def _webhooks(bench: Bench, server: str, count: int) -> Line:
    with bench.stage.webs(server, count) as webs:
        rate = w1.answered(webs)
    return Line("growth", f"webhooks with {count} web processes, {server}", f"{rate:,.0f}/s")
