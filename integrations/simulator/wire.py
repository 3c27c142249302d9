"""Puts a reply on the wire: plainly, or cut, silent or slow as a fault asks."""

import asyncio
import mmap
import socket
import struct

from integrations.simulator.http import Reply, Request, Send

# Long enough for the peer to read what came before the reset discards it.
BEFORE_RESET_SECONDS = 0.05
_CHUNK = 256 * 1024


async def send_reply(request: Request, reply: Reply, send: Send, stopping: asyncio.Event) -> None:
    """Send the reply in the way that `reply.wire` names."""
    waited = not _gone(request)
    if reply.wire == "reset":
        await _reset(request)
        waited = False
    elif reply.wire == "silent":
        await _until_gone(request, stopping)
        await _reset(request)
        waited = False
    elif reply.wire == "half_response":
        await _start(reply, send)
        await send(
            {
                "type": "http.response.body",
                "body": bytes(reply.body[: len(reply.body) // 2]),
                "more_body": True,
            }
        )
        await asyncio.sleep(BEFORE_RESET_SECONDS)
        await _reset(request)
        waited = False
    elif reply.wire == "stall":
        await _start(reply, send)
        half = bytes(reply.body[: len(reply.body) // 2])
        await send({"type": "http.response.body", "body": half, "more_body": True})
        await _until_gone(request, stopping)
        await _reset(request)
        waited = False
    elif reply.wire == "drip":
        waited = await _drip(request, reply, send, stopping)
    else:
        # Noted first: a client that has the answer may kill this process before the next line.
        if reply.after is not None:
            reply.after(waited)
        await _start(reply, send)
        await _body(b"" if request.method == "HEAD" else reply.body, send)
        return
    if reply.after is not None:
        reply.after(waited)


async def _start(reply: Reply, send: Send) -> None:
    await send({"type": "http.response.start", "status": reply.status, "headers": reply.head()})


async def _body(body: bytes | mmap.mmap, send: Send) -> None:
    size = len(body)
    for start in range(0, max(size, 1), _CHUNK):
        part = body[start : start + _CHUNK]
        await send({"type": "http.response.body", "body": part, "more_body": start + _CHUNK < size})


async def _drip(request: Request, reply: Reply, send: Send, stopping: asyncio.Event) -> bool:
    await _start(reply, send)
    for index in range(len(reply.body)):
        last = index == len(reply.body) - 1
        await send(
            {"type": "http.response.body", "body": reply.body[index : index + 1], "more_body": not last}
        )
        if last:
            return True
        if await _pause(stopping, reply.drip_seconds) or _gone(request):
            await _reset(request)
            return False
    return True


async def _pause(stopping: asyncio.Event, seconds: float) -> bool:
    """Wait, and tell whether the process was asked to stop meanwhile."""
    try:
        async with asyncio.timeout(seconds):
            await stopping.wait()
    except TimeoutError:
        return False
    return True


def _gone(request: Request) -> bool:
    transport = request.transport
    return transport is not None and transport.is_closing()


async def _until_gone(request: Request, stopping: asyncio.Event) -> None:
    leaving = asyncio.ensure_future(_disconnected(request))
    ending = asyncio.ensure_future(stopping.wait())
    await asyncio.wait((leaving, ending), return_when=asyncio.FIRST_COMPLETED)
    for task in (leaving, ending):
        task.cancel()


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _reset(request: Request) -> None:
    """Close the connection with a TCP reset, the way a crashed machine or a firewall does."""
    transport = request.transport
    if transport is None:
        raise RuntimeError("This server does not give its transport away; run integrations.simulator.server.")
    raw: socket.socket | None = transport.get_extra_info("socket")
    if raw is not None and not transport.is_closing():
        # With a linger time of zero, close() answers RST instead of FIN.
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
    # The server notes the loss in its next turn; returning earlier would look like a forgotten answer.
    await _disconnected(request)
