"""The ASGI application: Graph API, controls, phone page."""

import asyncio
import logging

from integrations.simulator.controls import Controls
from integrations.simulator.core import Simulator
from integrations.simulator.graph.api import Graph
from integrations.simulator.guard import PAGE_HEADERS, refusal
from integrations.simulator.http import (
    BadRequest,
    ClientGone,
    Receive,
    Reply,
    Request,
    Router,
    Scope,
    Send,
    json_reply,
)
from integrations.simulator.phone import Phone
from integrations.simulator.wire import send_reply

log = logging.getLogger("simulator")


class Application:
    """Routes requests; starts and stops the simulator with the server's lifespan."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self._graph = Graph(simulator)
        self._phone = Phone(simulator)
        self._router = Router()
        Controls(simulator).route(self._router)
        self._phone.route(self._router)
        self._streams = {"/_sim/events": self._phone.stream}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI scope."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            await self._serve(Request(scope, receive), send)

    async def _serve(self, request: Request, send: Send) -> None:
        try:
            stream = self._streams.get(request.path) if request.method == "GET" else None
            if stream is not None and refusal(request) is None:
                await stream(request, send)
                return
            reply = await self._answer(request)
            await send_reply(request, reply, send, self.simulator.stopping)
        except ClientGone:
            return

    async def _answer(self, request: Request) -> Reply:
        self.simulator.refresh()
        if self._graph.serves(request.path):
            return await self._graph.answer(request)
        try:
            if reason := refusal(request):
                return json_reply({"error": reason}, 403)
            handler = self._router.find(request)
            if handler is not None:
                reply = await handler(request)
                reply.headers = {**PAGE_HEADERS, **reply.headers}
                return reply
        except BadRequest as error:
            return json_reply({"error": str(error)}, 400)
        allowed = self._router.methods(request.path)
        if allowed:
            return json_reply({"error": f"Use {', '.join(allowed)}."}, 405)
        return json_reply({"error": "The simulator has no such path."}, 404)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.simulator.start()
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await asyncio.shield(self.simulator.stop())
                await send({"type": "lifespan.shutdown.complete"})
                return
