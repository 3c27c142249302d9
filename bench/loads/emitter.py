"""`python -m bench.loads.emitter product|floor RATE SECONDS ORGANIZATION…`: a process that makes events at a pace.

`product` commits events as a service does and rings the bell; `floor` publishes the finished frame. It says `ready`,
begins when it is given a line, and then says of each event: organisation, number, and the moment it could be sent from.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import django
import orjson
import psycopg
import redis

FLOOR_CHANNEL = "bench-floor"
_TIME = "2026-11-22T12:47:39Z"
_PEOPLE = {"id": 1, "name": "Laura Restrepo", "phone": "+573005550101", "username": None}
_ACTOR = '{"kind":"contact","id":1,"name":"Laura Restrepo"}'
_CONVERSATION: dict[str, Any] = {
    "id": 1,
    "contact": _PEOPLE,
    "channel": {"id": 1, "name": "Tienda Aurora", "phone": "+573005550190"},
    "status": "unassigned",
    "assignee": None,
    "ticket": {"id": 1, "opened_at": _TIME},
    "unread_count": 1,
    "last_message": {
        "id": 1,
        "direction": "inbound",
        "type": "text",
        "preview": "Hola, ¿tienen esta blusa en talla M?",
        "status": None,
        "occurred_at": _TIME,
    },
    "last_activity_at": _TIME,
    "last_inbound_at": _TIME,
    "window_closes_at": _TIME,
    "created_at": _TIME,
}
_MESSAGE: dict[str, Any] = {
    "id": 1,
    "conversation_id": 1,
    "direction": "inbound",
    "type": "text",
    "raw_type": None,
    "text": "Hola, ¿tienen esta blusa en talla M? Gracias",
    "author": {"kind": "contact", "id": 1, "name": "Laura Restrepo"},
    "status": None,
    "error": None,
    "reply_to": None,
    "client_id": None,
    "is_late": False,
    "occurred_at": _TIME,
    "created_at": _TIME,
    "sent_at": None,
    "delivered_at": None,
    "read_at": None,
}
_DATA = orjson.dumps({"conversation": _CONVERSATION, "message": _MESSAGE}).decode()
_INSERT = """
INSERT INTO core_event (organization_id, seq, type, version, at, actor, audience, data)
VALUES (%s, %s, 'message.received', 1, now(), %s, %s, %s)
"""
# Makes one event of an organisation; returns its number.
Emit = Callable[[int], int]


def product() -> tuple[Emit, Callable[[int, int], None]]:
    """How an event is committed, and how the bell is rung for it."""
    from core import bells

    database = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
    # All agents see it, now and when they come back.
    found = database.execute(
        "SELECT organization_id, min(id) FROM inbox_conversation WHERE status = 'unassigned' GROUP BY 1"
    ).fetchall()
    audiences = {
        organization_id: f'{{"kind":"conversation","id":{pk},"now":{{"status":"unassigned","assignee":null}}}}'
        for organization_id, pk in found
    }

    def commit(organization_id: int) -> int:
        with database.transaction():
            counted = database.execute(
                "UPDATE core_eventcounter SET seq = seq + 1 WHERE organization_id = %s RETURNING seq",
                [organization_id],
            ).fetchone()
            seq = int(counted[0]) if counted else 0
            database.execute(_INSERT, [organization_id, seq, _ACTOR, audiences[organization_id], _DATA])
        return seq

    return commit, bells.events_at


def floor() -> tuple[Emit, Callable[[int, int], None]]:
    """How a frame gets its number, and how it is published."""
    client = redis.Redis.from_url(os.environ["REDIS_URL"])
    numbers: Counter[int] = Counter()

    def number(organization_id: int) -> int:
        numbers[organization_id] += 1
        return numbers[organization_id]

    def publish(organization_id: int, seq: int) -> None:
        event = (
            f'{{"seq":{seq},"type":"message.received","version":1,"at":"{_TIME}",'
            f'"actor":{_ACTOR},"data":{_DATA}}}'
        )
        client.publish(FLOOR_CHANNEL, f'{{"type":"events","events":[{event}],"through":{seq}}}')

    return number, publish


def main() -> None:
    kind, rate, seconds, *organizations = sys.argv[1:]
    os.environ["DJANGO_SETTINGS_MODULE"] = "core.project.settings"
    django.setup()
    make, send = {"product": product, "floor": floor}[kind]()
    ids = [int(one) for one in organizations]
    print("ready", flush=True)
    sys.stdin.readline()
    started = time.monotonic()
    for place in range(int(float(rate) * float(seconds))):
        time.sleep(max(0.0, started + place / float(rate) - time.monotonic()))
        organization_id = ids[place % len(ids)]
        seq = make(organization_id)
        sent_at = time.monotonic()
        send(organization_id, seq)
        print(organization_id, seq, sent_at)
    print("done", flush=True)


if __name__ == "__main__":
    main()
