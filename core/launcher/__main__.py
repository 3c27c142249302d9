"""The launcher's command line: `python -m core.launcher run`."""

from __future__ import annotations

import sys

from core.launcher import run

COMMANDS = {"run": run.main}


def main() -> int:
    name = sys.argv[1] if len(sys.argv) == 2 else ""
    if name not in COMMANDS:
        print(f"usage: python -m core.launcher {'|'.join(COMMANDS)}", file=sys.stderr)
        return 2
    return COMMANDS[name]()


if __name__ == "__main__":
    sys.exit(main())
