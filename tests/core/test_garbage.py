"""The collector of cycles is set in a process of its own: what is frozen stays so."""

from __future__ import annotations

import subprocess
import sys

from core.launcher.config import ROOT

_SETTLES = """
import gc
from core import garbage
garbage.settle()
assert gc.isenabled() and gc.get_freeze_count() > 0
print(*gc.get_threshold())
"""


def test_a_settled_process_looks_less_often_and_still_looks() -> None:
    said = subprocess.run(
        [sys.executable, "-c", _SETTLES], cwd=ROOT, capture_output=True, text=True, check=True
    )
    young, middle, old = map(int, said.stdout.split())
    assert young > 700
    assert (middle, old) == (10, 10)
