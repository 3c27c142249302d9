"""A web process as it is before the first request."""

from __future__ import annotations

import subprocess
import sys

from core.launcher.config import ROOT


def test_views_are_loaded_before_anybody_asks() -> None:
    look = "import sys, core.project.asgi; print('api.views.conversations' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", look], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.stdout.split()[-1:] == ["True"], done.stderr
