"""How fast a core is at the moment: the time of a fixed piece of work of the product's kind.

Shared machines change their pace by half within an hour, mostly by what others do to the caches: counting in a loop
does not feel it. A ratio to a floor does not mind; where a figure has none, this tells how much of a change is the
machine's.
"""

from __future__ import annotations

import json
import random
import socket
import time

_ROWS, _WRITTEN, _CALLS, _TRIALS = 60_000, 4_000, 4_000, 7


def measure() -> float:
    """Return the milliseconds of processor time that the work took, the median of some trials."""
    return sorted(_trial() for _ in range(_TRIALS))[_TRIALS // 2]


def _trial() -> float:
    started = time.process_time()
    rows = [{"id": number, "text": f"¿Sigue disponible? {number}", "read": False} for number in range(_ROWS)]
    # Out of the order in which they lie in memory, as rows of many requests are.
    random.Random(1).shuffle(rows)
    for row in rows:
        row["read"] = len(str(row["text"])) > 20
    json.loads(json.dumps(rows[:_WRITTEN]))
    here, there = socket.socketpair()
    with here, there:
        for _ in range(_CALLS):
            here.send(b"x")
            there.recv(1)
    return (time.process_time() - started) * 1e3
