"""`python -m bench.loads.graph PORT`: a Graph API that accepts every message at once, and counts.

It says `ready`; for each line that it is given it says how many messages came since the last one and how many different
callback data they carried. The simulator would be what is measured: it keeps a ledger and plays phones.
"""

from __future__ import annotations

import asyncio
import sys
import time
from typing import cast

import orjson

_MARK = time.time_ns()


class Counts:
    def __init__(self) -> None:
        self.messages = 0
        self.callbacks: set[str] = set()
        self._numbers = 0

    def take(self, body: bytes) -> bytes:
        """Note a message, and return the answer to it."""
        message = orjson.loads(body)
        self.messages += 1
        self._numbers += 1
        self.callbacks.add(message["biz_opaque_callback_data"])
        to = message["to"]
        answer = {
            "messaging_product": "whatsapp",
            "contacts": [{"input": to, "wa_id": to}],
            "messages": [{"id": f"wamid.graph.{_MARK}.{self._numbers}"}],
        }
        return orjson.dumps(answer)

    def tell(self) -> str:
        told = f"{self.messages} {len(self.callbacks)}"
        self.messages, self.callbacks = 0, set()
        return told


class Connection(asyncio.Protocol):
    """One kept-alive connection."""

    def __init__(self, counts: Counts) -> None:
        self._counts = counts
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n") + 4) > 3:
            head = self._buffer[:end].lower()
            at = head.find(b"\r\ncontent-length:")
            length = int(head[at + 17 : head.find(b"\r\n", at + 2)]) if at >= 0 else 0
            if len(self._buffer) < end + length:
                return
            body, self._buffer = self._buffer[end : end + length], self._buffer[end + length :]
            self._answer(self._counts.take(body))

    def _answer(self, body: bytes) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        cast(asyncio.Transport, self._transport).write(head.encode() + body)


async def _main(port: int) -> None:
    counts = Counts()
    server = await asyncio.get_running_loop().create_server(lambda: Connection(counts), "127.0.0.1", port)
    async with server:
        print("ready", flush=True)
        while await asyncio.to_thread(sys.stdin.readline):
            print(counts.tell())
            print("done", flush=True)


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1])))
