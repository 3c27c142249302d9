"""Runs the application under uvicorn, with the connection within reach of the faults."""

import asyncio
import contextlib
import os
import socket
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from integrations.simulator.app import Application
from integrations.simulator.core import Simulator


class Protocol(H11Protocol):
    """Puts the connection's transport into each request's state: a fault may want to reset it."""

    def connection_made(self, transport: Any) -> None:
        """Remember the transport for the requests of this connection."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


def build_server(simulator: Simulator, *, host: str = "127.0.0.1", port: int = 0) -> "Server":
    """Prepare a server for the simulator; the caller serves it."""
    config = uvicorn.Config(
        Application(simulator),
        host=host,
        port=port,
        http=Protocol,
        ws="none",
        loop="asyncio",
        lifespan="on",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=75,
        backlog=1024,
    )
    return Server(config, simulator)


class Server(uvicorn.Server):
    """Ends at once: answers that wait on purpose, and open pages, do not hold it up."""

    def __init__(self, config: uvicorn.Config, simulator: Simulator) -> None:
        super().__init__(config)
        self._simulator = simulator
        self._ending = asyncio.Event()

    def end(self) -> None:
        """Stop serving; to be called in the server's loop."""
        self.should_exit = True
        self._ending.set()

    async def main_loop(self) -> None:
        """Keep the Date header fresh until the end."""
        counter = 0
        while not await self.on_tick(counter):
            counter = (counter + 1) % 864_000
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.1):
                    await self._ending.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let answers that are on their way leave, for a second at most."""
        self._simulator.stopping.set()
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        tasks = set(self.server_state.tasks)
        for connection in list(self.server_state.connections):
            connection.shutdown()
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=1)
            for task in late:
                task.cancel()
        await self.lifespan.shutdown()


def run(environment: dict[str, str] | None = None) -> str | None:
    """Serve until told to stop; gives a sentence when it will not start.

    Reads BANDEJA_ENV, BANDEJA_DATA_DIR and SIMULATOR_PORT.
    """
    values = dict(os.environ) if environment is None else environment
    if values.get("BANDEJA_ENV") == "production":
        return "The WhatsApp simulator does not run in production (BANDEJA_ENV=production)."
    port = values.get("SIMULATOR_PORT") or "8001"
    if not port.isdigit() or not 0 < int(port) < 65536:
        return f"SIMULATOR_PORT must be a port number, not {port!r}."
    folder = Path(values.get("BANDEJA_DATA_DIR") or "var") / "simulator"
    folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(_serve(folder, int(port)))
    return None


async def _serve(folder: Path, port: int) -> None:
    simulator = Simulator(folder)
    simulator.base_url = f"http://127.0.0.1:{port}"
    simulator.shelf.sweep()
    await build_server(simulator, port=port).serve()
