"""What the system says of processes: processor time, memory, family."""

from __future__ import annotations

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_CORES = sorted(os.sched_getaffinity(0))


def cpu_seconds(pid: int) -> float:
    """Processor time of a process so far, its own and the kernel's for it."""
    fields = _stat(pid)
    return (int(fields[11]) + int(fields[12])) / _TICKS


def family(pid: int) -> list[int]:
    """A process and all that it has started, directly or not."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                children.setdefault(int(_stat(int(entry.name))[1]), []).append(int(entry.name))
            except (OSError, IndexError):
                continue  # it has just ended
    found, look = [], [pid]
    while look:
        found.append(look.pop())
        look += children.get(found[-1], [])
    return found


def pss_bytes(pid: int) -> int:
    """Memory of a process; what several share counts for each in part."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        name, _, value = line.partition(":")
        if name == "Pss":
            return int(value.split()[0]) * 1024
    return 0


def pin(pid: int, place: int | None) -> None:
    """Keep a process, with the threads that it makes later, on one core, or let it use all of them (None).

    Server on one core and load on the other: so neither takes the other's time. On a single core nothing is done.
    """
    if len(_CORES) > 1:
        os.sched_setaffinity(pid, _CORES if place is None else {_CORES[place % len(_CORES)]})


def _stat(pid: int) -> list[str]:
    # The name stands in parentheses and may hold anything, so fields are counted from the last one.
    return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
