"""Runs the application under uvicorn, with the connection within reach of the faults."""

import asyncio
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


def build_server(simulator: Simulator, *, host: str = "127.0.0.1", port: int = 0) -> uvicorn.Server:
    """Prepare a server for the simulator; the caller serves it."""
    config = uvicorn.Config(
        Application(simulator), host=host, port=port, http=Protocol, ws="none", loop="asyncio", lifespan="on",
        log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=1,
        timeout_keep_alive=75, backlog=1024,
    )  # fmt: skip
    return Server(config, simulator)


class Server(uvicorn.Server):
    """Tells answers that wait on purpose, and open pages, that the end has come."""

    def __init__(self, config: uvicorn.Config, simulator: Simulator) -> None:
        super().__init__(config)
        self._simulator = simulator

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop what would hold the shutdown up, then stop."""
        self._simulator.stopping.set()
        await super().shutdown(sockets)


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
    await build_server(Simulator(folder), port=port).serve()
