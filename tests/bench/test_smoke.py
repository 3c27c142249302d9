import os
import subprocess
import sys

import pytest

from core.launcher.config import ROOT


@pytest.mark.timeout(300)
def test_a_path_is_measured_from_nothing_to_its_table() -> None:
    """The one that loads least: what is asserted is that the bench works, never how fast the product is."""
    page = (ROOT / "docs" / "benchmarks.md").read_text()
    kept = ("HOME", "TMPDIR", "LD_LIBRARY_PATH")
    environment = {"PATH": os.defpath, **{name: os.environ[name] for name in kept if name in os.environ}}

    done = subprocess.run(
        [sys.executable, "-m", "bench", "--only", "I6", "--scale", "0.001"],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=280,
    )

    assert done.returncode == 0, done.stderr
    assert "I6    queries at 50 rows against 5" in done.stdout
    assert "equal on 13 lists" in done.stdout
    assert (ROOT / "docs" / "benchmarks.md").read_text() == page
