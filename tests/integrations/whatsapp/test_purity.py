from __future__ import annotations

import subprocess
import sys

PURE = ("payloads", "signatures", "error_codes", "errors", "messages", "client")


def test_what_is_pure_knows_nothing_of_django() -> None:
    lines = [f"import integrations.whatsapp.{name}" for name in PURE]
    program = "\n".join(["import sys", *lines, "assert 'django' not in sys.modules"])
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
