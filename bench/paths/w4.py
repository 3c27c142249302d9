"""W4: statuses taken in and applied a second, from 100,000 that wait in bodies of 50, by one worker.

Floor: `UPDATE … FROM unnest` of 500 on the same rows, without bodies, events and counters. Neighbouring statuses belong
to different conversations, as a campaign's do, so that each has an event of its own.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime

from django.db import connection

from bench import seed
from bench.figures import Line, median, per_second, ratio_of_rounds
from bench.loads import bodies
from bench.options import Bench, say
from core import jobs

STATUSES, IN_A_BODY = 100_000, 50
TARGET, TARGET_SECONDS = 10_000, 15.0
_PATIENCE_SECONDS = 120.0


def measure(bench: Bench) -> list[Line]:
    amount = min(STATUSES, bench.tenant.sizes.outbound) // IN_A_BODY * IN_A_BODY
    floors, ours = [], []
    with bench.stage.worker("inbound") as _:
        for _ in range(bench.options.rounds):
            _prepare(bench, amount)
            floors.append(per_second(amount, _floor(bench, amount)))
            _prepare(bench, amount)
            ours.append(per_second(amount, _product(bench, amount)))
            say(f"  W4: floor {floors[-1]:,.0f}/s, ours {ours[-1]:,.0f}/s")
    rate, seconds = median(ours), amount / median(ours)
    return [
        Line(
            "W4",
            "statuses applied, one worker",
            f"{rate:,.0f}/s",
            f"{median(floors):,.0f}/s",
            ratio_of_rounds(ours, floors),
            f"≥ {TARGET:,}/s",
            rate >= TARGET,
        ),
        Line(
            "W4",
            f"{amount:,} waiting statuses drained",
            f"{seconds:.1f} s",
            target=f"≤ {TARGET_SECONDS:.0f} s",
            is_met=seconds <= TARGET_SECONDS * amount / STATUSES,
        ),
    ]


def _prepare(bench: Bench, amount: int) -> None:
    seed.clear()
    seed.put_back(bench.tenant, amount)
    seed.vacuum("inbox_message", "inbox_conversation")


def _floor(bench: Bench, amount: int) -> float:
    words = [str(bench.tenant.channel_id), str(amount)]
    with bench.stage.helper("bench.floors.statuses", *words, core=None) as helper:
        helper.say("go")
        return float(helper.lines_until("done")[-1])


def _product(bench: Bench, amount: int) -> float:
    """Store the bodies as the webhook does, ring, and wait until none is left.

    Raises:
        RuntimeError: they were not all applied.
    """
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO integrations_inbounddelivery (organization_id, meta_app_id, body, state, received_at) "
            "VALUES (%s, %s, %s, 'pending', %s)",
            [
                (bench.tenant.id, bench.tenant.app_id, _body(first), datetime.now(UTC))
                for first in range(1, amount + 1, IN_A_BODY)
            ],
        )
    started = time.monotonic()
    jobs.ring("inbox.take_in", organization_id=bench.tenant.id)
    while _count("integrations_inbounddelivery WHERE state = 'pending'"):
        if time.monotonic() - started > _PATIENCE_SECONDS:
            raise RuntimeError("the worker does not take in")
        time.sleep(0.05)
    taken = time.monotonic() - started
    applied = _count("inbox_message WHERE status = 'delivered'")
    if applied != amount:
        raise RuntimeError(f"{applied} of {amount} statuses were applied")
    return taken


def _body(first: int) -> bytes:
    return bodies.body(
        statuses=[bodies.status(number, "delivered") for number in range(first, first + IN_A_BODY)]
    )


def _count(what: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {what}")  # noqa: S608 - constants of this file
        return int(cursor.fetchone()[0])
