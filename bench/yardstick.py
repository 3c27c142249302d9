"""How fast a core is at the moment: the time of a fixed piece of Python.

Shared machines change their pace by half within an hour. A ratio to a floor does not mind; where a figure has none,
this tells how much of a change is the machine's.
"""

from __future__ import annotations

import time

_STEPS, _TRIALS = 400_000, 9


def measure() -> float:
    """Return the milliseconds of processor time that the piece took, the median of some trials."""
    return sorted(_trial() for _ in range(_TRIALS))[_TRIALS // 2]


def _trial() -> float:
    started = time.process_time()
    total = 0
    for step in range(_STEPS):
        total += step * step % 7
    return (time.process_time() - started) * 1e3
