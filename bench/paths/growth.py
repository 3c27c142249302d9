"""growth: how cost grows: with sockets (50 to 1,000), organisations (1 and 20), and web processes (1 and 2).

Processor time a frame should not depend on how many sockets there are. The organisations are small ones of the same
size, and 200 people have one socket each, in one organisation or ten in each of twenty: there each event reaches fewer
sockets, so that what an event costs shows in its frames. One web process and two are measured alike, free to use both
cores, which they share with the load and the database: what a second one brings shows on a machine with more.
"""

from __future__ import annotations

from bench.delivery import deliver
from bench.figures import Latencies, Line
from bench.options import SERVERS, Bench, say
from bench.paths import w1
from bench.seed import Tenant

SOCKETS, ORGANIZATIONS, PROCESSES = (50, 200, 1_000), (1, 20), (1, 2)
RATE, SECONDS = 20.0, 4.0


def measure(bench: Bench) -> list[Line]:
    bench.stage.environment.update(w1.floor_settings(bench))
    lines = [_frames(bench, f"with {count:,} sockets", sockets=count) for count in SOCKETS]
    for count in ORGANIZATIONS:
        what = f"with 200 sockets of {_counted(count, 'organisation')}"
        lines.append(_frames(bench, what, tenants=bench.tenants[1 : count + 1]))
    cases = [(server, count) for server in SERVERS for count in PROCESSES]
    lines += [_frames_by_processes(bench, server, count) for server, count in cases]
    lines += [_webhooks_by_organizations(bench, count) for count in ORGANIZATIONS]
    return lines + [_webhooks(bench, server, count) for server, count in cases]


def _frames_by_processes(bench: Bench, server: str, count: int) -> Line:
    what = f"with 200 sockets and {_counted(count, 'web process', 'es')}"
    return _frames(bench, what, server=server, processes=count, pinned=False)


def _frames(
    bench: Bench,
    what: str,
    *,
    server: str = "uvicorn",
    sockets: int = 200,
    processes: int = 1,
    tenants: list[Tenant] | None = None,
    pinned: bool = True,
) -> Line:
    result = deliver(
        bench,
        "product",
        server,
        processes=processes,
        sockets=sockets,
        rate=RATE,
        seconds=SECONDS,
        tenants=tenants or (),
        pinned=pinned,
    )
    result.check()
    microseconds, late = result.microseconds_a_frame, Latencies.of(result.delays)
    say(f"  growth, frames {what}, {server}: {microseconds:.1f} µs")
    return Line("growth", f"frames {what}, {server}", f"{microseconds:.1f} µs a frame, last socket {late}")


def _webhooks_by_organizations(bench: Bench, count: int) -> Line:
    with bench.stage.web("uvicorn") as web:
        rate = w1.answered([web], places=range(1, count + 1))
    return Line("growth", f"webhooks of {_counted(count, 'organisation')}, uvicorn", f"{rate:,.0f}/s")


def _webhooks(bench: Bench, server: str, count: int) -> Line:
    with bench.stage.webs(server, count, pinned=False) as webs:
        rate = w1.answered(webs)
    return Line("growth", f"webhooks with {_counted(count, 'web process', 'es')}, {server}", f"{rate:,.0f}/s")


def _counted(count: int, noun: str, plural: str = "s") -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}{plural}"
