"""What people see: our own lines, and those of the processes with their names in front."""

from __future__ import annotations

import os
import select
import sys

LONGEST_LINE_BYTES = 64 * 1024
COLOURS = (36, 33, 32, 35, 34, 31)
OURS = "bandeja"


class Output:
    """Writes whole lines to standard output, and goes on in silence when nobody listens any more."""

    def __init__(self) -> None:
        self._names: list[str] = []
        self._on_terminal = sys.stdout.isatty()
        self._is_lost = False
        self._coloured = self._on_terminal and "NO_COLOR" not in os.environ

    def say(self, text: str) -> None:
        for line in text.splitlines():
            self.line(OURS, line.encode())

    def line(self, name: str, line: bytes) -> None:
        self.raw(self._label(name).encode() + line + b"\n")

    def raw(self, data: bytes) -> None:
        try:
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
        except OSError:
            # The terminal or the pipe is gone; what we keep alive matters more than what we say.
            self._is_lost = True
            devnull = os.open(os.devnull, os.O_WRONLY)
            os.dup2(devnull, sys.stdout.fileno())
            os.close(devnull)

    def has_lost_its_terminal(self) -> bool:
        """Tell whether the terminal on which we began has been closed."""
        if not self._on_terminal or self._is_lost:
            return self._on_terminal
        watch = select.poll()
        watch.register(sys.stdout.fileno(), 0)
        return any(events & (select.POLLHUP | select.POLLERR) for _, events in watch.poll(0))

    def _label(self, name: str) -> str:
        if name not in self._names:
            self._names.append(name)
        label = f"{name:<9} | "
        if not self._coloured:
            return label
        return f"\x1b[{COLOURS[self._names.index(name) % len(COLOURS)]}m{label}\x1b[0m"


class LineBuffer:
    """Cuts what a process writes into lines."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        lines = (self._rest + data).split(b"\n")
        self._rest = lines.pop()
        if len(self._rest) > LONGEST_LINE_BYTES:
            lines.append(self._rest)
            self._rest = b""
        return [line.rstrip(b"\r") for line in lines]

    def flush(self) -> list[bytes]:
        rest, self._rest = self._rest, b""
        return [rest] if rest else []
