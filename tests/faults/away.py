"""Redis that is away, or hangs."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from tests.copy import Copy


@contextmanager
def gone(copy: Copy) -> Iterator[None]:
    """Nobody listens any more, every connection is cut, and what was queued is forgotten."""
    path = queue_socket(copy)
    hidden = path.with_name("hidden.sock")
    path.rename(hidden)
    try:
        with redis.Redis(unix_socket_path=str(hidden)) as own:
            own.flushall()
            for kind in ("normal", "pubsub"):
                own.client_kill_filter(_type=kind, skipme=True)
        yield
    finally:
        hidden.rename(path)


@contextmanager
def frozen(copy: Copy) -> Iterator[None]:
    """It takes connections and commands, and never answers."""
    pid = copy.pid("valkey")
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def queue_socket(copy: Copy) -> Path:
    return copy.data / "run" / "vk" / "valkey.sock"
