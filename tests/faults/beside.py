"""A module of these tests in a process beside a running copy, with the product's code: it answers lines with lines."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.copy import ROOT, Copy


class Beside:
    """Asks the process."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(self, question: Any) -> Any:
        """Return its answer; both are what JSON can say."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


@contextmanager
def beside(copy: Copy, module: str) -> Iterator[Beside]:
    """The process while the block lasts."""
    with subprocess.Popen(
        [sys.executable, "-m", module],
        env=copy.environment(),
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Beside(process)
        finally:
            process.communicate()


def serve(answer: Callable[[Any], Any]) -> None:
    """Be that process, until nobody asks any more."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.project.settings")
    django.setup()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
        sys.stdout.flush()
