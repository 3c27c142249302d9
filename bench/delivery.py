"""Events at a pace into open sockets: what F1, F3 and the growth of cost are made of."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from django.db import connection

from bench import seed
from bench.figures import is_flat
from bench.loads.sockets import Crowd, Seat, seat_of
from bench.options import Bench
from bench.seed import Tenant
from bench.stage import SERVER_CORE, Running

SETTLE_SECONDS = 1.0
# Beyond twice the earlier delays: what a machine that does other things adds.
_SLACK_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Delivery:
    """What came of one measurement.

    Attributes:
        frames: of events, over all sockets.
        missing, doubled: events that a socket did not get, or got twice.
        delays: seconds from the event to the last socket that got it, in the order of the events.
        cpu_seconds: of all web processes together, while events came.
    """

    frames: int
    missing: int
    doubled: int
    delays: tuple[float, ...]
    cpu_seconds: float

    @property
    def microseconds_a_frame(self) -> float:
        return self.cpu_seconds / max(1, self.frames) * 1e6

    @property
    def is_flat(self) -> bool:
        return is_flat(self.delays, slack=_SLACK_SECONDS)

    def check(self) -> None:
        """Nothing may be lost or doubled in a measurement.

        Raises:
            RuntimeError: something was.
        """
        if self.missing or self.doubled:
            raise RuntimeError(f"{self.missing} missing, {self.doubled} doubled")


def seats_on(servers: Sequence[Running], tenants: Sequence[Tenant], count: int) -> list[Seat]:
    """Seats of agents: in turn by server, organisation and person."""
    seats = []
    for place in range(count):
        group = place % len(tenants)
        tenant = tenants[group]
        session = tenant.sessions[place // len(tenants) % len(tenant.sessions)]
        seats.append(seat_of(servers[place % len(servers)].port, tenant.slug, session, group=group))
    return seats


def deliver(
    bench: Bench,
    kind: str,
    server: str,
    *,
    processes: int = 1,
    sockets: int,
    rate: float,
    seconds: float,
    tenants: Sequence[Tenant] = (),
    pinned: bool = True,
) -> Delivery:
    """Open sockets on fresh web processes and send events through them.

    Args:
        kind: `product` or `floor`.
        tenants: whom the sockets and events are shared among; the large one if not given.
        pinned: a process that is alone has a core to itself. Two never have.
    """
    seed.clear()
    asked = tenants or [bench.tenant]
    with ExitStack() as stack:
        core = SERVER_CORE if pinned and processes == 1 else None
        servers = [
            stack.enter_context(
                bench.stage.web(server, core=core)
                if kind == "product"
                else bench.stage.floor(server, "hub", core=core)
            )
            for _ in range(processes)
        ]
        words = [kind, str(rate), str(seconds), *(str(tenant.id) for tenant in asked)]
        emitter = stack.enter_context(bench.stage.helper("bench.loads.emitter", *words))
        return asyncio.run(_deliver(servers, emitter, asked, seats_on(servers, asked, sockets)))


def make_events(bench: Bench, tenant: Tenant, count: int) -> None:
    """Have so many events of an organisation committed."""
    words = ["product", "1000", str(count / 1000), str(tenant.id)]
    with bench.stage.helper("bench.loads.emitter", *words) as emitter:
        emitter.say("go")
        emitter.lines_until("done")


def stream_of(tenant: Tenant) -> tuple[int, str]:
    """The number of an organisation's newest event, and the name of its stream."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq, stream_id::text FROM core_eventcounter WHERE organization_id = %s", [tenant.id]
        )
        head, stream_id = cursor.fetchone()
    return int(head), str(stream_id)


async def _deliver(
    servers: list[Running], emitter: Running, tenants: Sequence[Tenant], seats: list[Seat]
) -> Delivery:
    crowd = Crowd()
    await crowd.open(seats)
    await crowd.greeted()
    said = asyncio.get_running_loop().run_in_executor(None, emitter.lines_until, "done")
    await asyncio.sleep(SETTLE_SECONDS)
    crowd.frames, before = 0, sum(server.cpu_seconds() for server in servers)
    emitter.say("go")
    emitted = [line.split() for line in await said]
    groups = {tenant.id: place for place, tenant in enumerate(tenants)}
    sent = {(groups[int(one[0])], int(one[1])): float(one[2]) for one in emitted if len(one) == 3}
    sizes = [sum(seat.group == group for seat in seats) for group in range(len(tenants))]
    expected = sum(sizes[group] for group, _ in sent)
    ends = time.monotonic() + 20
    while _arrived(crowd) < expected and time.monotonic() < ends:
        await asyncio.sleep(0.05)
    cpu = sum(server.cpu_seconds() for server in servers) - before
    crowd.leave()
    delays = [crowd.arrivals[key][1] - at for key, at in sent.items() if key in crowd.arrivals]
    return Delivery(crowd.frames, expected - _arrived(crowd), crowd.doubled, tuple(delays), cpu)


def _arrived(crowd: Crowd) -> int:
    return sum(count for count, _ in crowd.arrivals.values())
