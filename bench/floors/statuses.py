"""W4's floor: `UPDATE … FROM unnest` of 500 statuses at a time, a transaction each, on the same rows.

`python -m bench.floors.statuses CHANNEL MESSAGES`: says `ready`, begins when given a line, and says how long it took.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime

import psycopg

BATCH = 500
_UPDATE = """
UPDATE inbox_message m SET status = i.status, status_at = i.at, delivered_at = i.at
FROM unnest(%s::text[], %s::text[], %s::timestamptz[]) AS i (wamid, status, at)
WHERE m.channel_id = %s AND m.wa_message_id = i.wamid
"""


def main() -> None:
    channel_id, messages = int(sys.argv[1]), int(sys.argv[2])
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        print("ready", flush=True)
        sys.stdin.readline()
        started = time.monotonic()
        for first in range(1, messages + 1, BATCH):
            wamids = [f"wamid.bench.{number}" for number in range(first, min(first + BATCH, messages + 1))]
            times = [datetime.now(UTC)] * len(wamids)
            connection.execute(_UPDATE, [wamids, ["delivered"] * len(wamids), times, channel_id])
        print(time.monotonic() - started)
        print("done", flush=True)


if __name__ == "__main__":
    main()
