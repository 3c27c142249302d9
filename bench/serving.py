"""`python -m bench.serving bench.floors.webhook`: serve a floor as the product is served.

It is the product's own entry with another application: the same server with the same options, and on daphne the same
handling of bodies and answers. Production has no way here.
"""

from __future__ import annotations

import sys

from core.launcher import web


def main() -> None:
    web.main(f"{sys.argv[1]}:application")


if __name__ == "__main__":
    main()
