"""Installs lock files into the virtual environment: `python -m core.launcher.install requirements.lock`.

pip's own settings are honoured (mirrors, certificates), except for those that would install elsewhere.
"""

from __future__ import annotations

import os
import subprocess
import sys

from core.launcher import stamps
from core.launcher.config import ROOT
from core.launcher.errors import LauncherError

MISLEADING = ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_NO_DEPS", "PYTHONPATH", "PYTHONHOME")


def install(name: str) -> None:
    """Install one lock file, every hash checked, unless it is installed already."""
    lock = ROOT / name
    stamp = stamps.FOLDER / name
    value = stamps.digest([lock], sys.version)
    with stamps.one_at_a_time("install"):
        if stamps.is_current(stamp, value):
            return
        print(f"Installing the Python packages of {name} ...", flush=True)
        env = {key: text for key, text in os.environ.items() if key not in MISLEADING}
        env |= {"PIP_USER": "0", "PIP_ROOT_USER_ACTION": "ignore", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
        command = [sys.executable, "-m", "pip", "install", "-qq", "--no-input", "--progress-bar", "off"]
        with stamps.renewing(stamp, value):
            if subprocess.run([*command, "--require-hashes", "-r", str(lock)], env=env, cwd=ROOT).returncode:
                raise LauncherError(
                    f"The packages of {name} could not be installed; the lines above say why."
                )


def main() -> None:
    try:
        for name in sys.argv[1:]:
            install(name)
    except LauncherError as error:
        sys.exit(f"bandeja: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
