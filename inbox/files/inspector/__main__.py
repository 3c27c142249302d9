"""One job: read from the input, done within limits, answered on the output."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import sys

_MEMORY_BYTES = 2 * 1024**3
_LARGEST_FILE_BYTES = 256 * 1024**2
_MOST_FILES = 64
_NICENESS = 10


def main() -> None:
    job = json.load(sys.stdin)
    _limit(int(job["seconds"]))
    # The libraries are loaded within the limits, and only when there is something to do.
    from inbox.files.inspector import jobs

    json.dump(jobs.do(job), sys.stdout)


def _limit(seconds: int) -> None:
    """Bound what a file can make the libraries do."""
    os.nice(_NICENESS)
    limits: dict[int, int] = {
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_AS: _MEMORY_BYTES,
        resource.RLIMIT_FSIZE: _LARGEST_FILE_BYTES,
        resource.RLIMIT_NOFILE: _MOST_FILES,
        resource.RLIMIT_CORE: 0,
    }
    for name, most in limits.items():
        # Some systems do not know one of them, or allow less already.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(name, (most, most))


if __name__ == "__main__":
    main()
