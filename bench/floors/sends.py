"""The floor of sending: one aiohttp session, attempts marked in batches before their calls, results in batches after.

`python -m bench.floors.sends CHANNEL PHONE_NUMBER_ID GRAPH`: says `ready`, begins when given a line, sends what
waits on the channel, and says how long it took. No look at the window, no order within a conversation, no reading of
what came back beyond its id, no events, and nothing that would find out after a crash what has left.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from contextlib import suppress
from typing import Any

import aiohttp
import orjson
import psycopg

BATCH, IN_FLIGHT, WRITE_EVERY_SECONDS = 500, 150, 0.05
_START = """
WITH due AS (
    SELECT id FROM inbox_sendattempt WHERE channel_id = %s AND state = 'pending' ORDER BY id LIMIT %s
    FOR UPDATE SKIP LOCKED)
UPDATE inbox_sendattempt a SET state = 'sending', sending_at = now(), lease_until = now() + interval '45 s'
FROM due, inbox_message m, inbox_conversation c, inbox_contact p
WHERE a.id = due.id AND m.id = a.message_id AND c.id = a.conversation_id AND p.id = c.contact_id
RETURNING a.id, a.message_id, a.callback_id, p.phone, m.text
"""
_FINISH = """
WITH told AS (SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) AS t (id, message_id, wamid)),
ended AS (
    UPDATE inbox_sendattempt a
    SET state = 'accepted', wa_message_id = told.wamid, finished_at = now(), lease_until = NULL
    FROM told WHERE a.id = told.id)
UPDATE inbox_message m SET status = 'accepted', wa_message_id = told.wamid FROM told WHERE m.id = told.message_id
"""

Row = tuple[Any, ...]
Told = tuple[int, int, str]


class Sender:
    def __init__(
        self, connection: psycopg.AsyncConnection[Row], session: aiohttp.ClientSession, address: str
    ) -> None:
        self._connection, self._session, self._address = connection, session, address
        self._places = asyncio.Semaphore(IN_FLIGHT)
        self._told: list[Told] = []

    async def drain(self, channel_id: int) -> None:
        writer = asyncio.create_task(self._write_at_times())
        async with asyncio.TaskGroup() as calls:
            while batch := await self._started(channel_id):
                for row in batch:
                    await self._places.acquire()
                    calls.create_task(self._send(*row))
        writer.cancel()
        with suppress(asyncio.CancelledError):
            await writer
        await self._write()

    async def _started(self, channel_id: int) -> list[Row]:
        cursor = await self._connection.execute(_START, [channel_id, BATCH])
        return await cursor.fetchall()

    async def _send(self, attempt_id: int, message_id: int, callback_id: Any, phone: str, text: str) -> None:
        body = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": phone[1:],
            "type": "text",
            "text": {"body": text},
            "biz_opaque_callback_data": callback_id.hex,
        }
        try:
            async with self._session.post(self._address, data=orjson.dumps(body)) as answer:
                answer.raise_for_status()
                wamid = orjson.loads(await answer.read())["messages"][0]["id"]
        finally:
            self._places.release()
        self._told.append((attempt_id, message_id, wamid))

    async def _write_at_times(self) -> None:
        while True:
            await asyncio.sleep(WRITE_EVERY_SECONDS)
            # A write under way is finished: what it has taken would be lost otherwise.
            await asyncio.shield(self._write())

    async def _write(self) -> None:
        told, self._told = self._told, []
        if told:
            ids, messages, wamids = (list(column) for column in zip(*told, strict=True))
            await self._connection.execute(_FINISH, [ids, messages, wamids])


async def _main(channel_id: int, phone_number_id: str, graph: str) -> None:
    headers = {"Authorization": "Bearer bench_token", "Content-Type": "application/json"}
    async with (
        await psycopg.AsyncConnection.connect(os.environ["DATABASE_URL"], autocommit=True) as connection,
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=IN_FLIGHT), headers=headers) as session,
    ):
        sender = Sender(connection, session, f"{graph}/v26.0/{phone_number_id}/messages")
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        started = time.monotonic()
        await sender.drain(channel_id)
        print(time.monotonic() - started)
        print("done", flush=True)


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1]), *sys.argv[2:]))
