"""The web process: `python -m core.launcher.web` runs daphne, or uvicorn when BANDEJA_SERVER says so.

Both run in this process, under the same name, so that the launcher recognises it after a crash.
"""

from __future__ import annotations

import runpy
import sys

from core.launcher.config import Config
from core.launcher.errors import LauncherError

APPLICATION = "core.project.asgi:application"
STOP_SECONDS = 5
# The application answers frames over 64 KiB itself; this only bounds memory.
MAX_FRAME_BYTES = 256 * 1024
# As with these: the application's own limits are far below for most addresses. It bounds the disk.
MAX_BODY_BYTES = 110 * 1024 * 1024


def arguments(config: Config, application: str = APPLICATION) -> list[str]:
    """The server's command line, its own name first. Neither believes forwarded headers."""
    address = {"daphne": ["-b", config.host], "uvicorn": ["--host", config.host]}[config.server]
    if config.server == "daphne":
        return [
            "daphne",
            *address,
            *("-p", str(config.port)),
            # Requests are logged by the application, with the tenant; an access log would hold addresses twice.
            *("-v", "0"),
            *("--ping-interval", "20", "--ping-timeout", "30"),
            *("--websocket-max-message-size", str(MAX_FRAME_BYTES)),
            *("--websocket-max-frame-size", str(MAX_FRAME_BYTES)),
            *("--application-close-timeout", str(STOP_SECONDS)),
            "--no-server-name",
            application,
        ]
    return [
        "uvicorn",
        *address,
        *("--port", str(config.port)),
        # Named, so that what is installed besides changes nothing; h11 would answer an eighth as many requests.
        *("--http", "httptools", "--loop", "asyncio"),
        # The application dates its answers itself; two dates in one answer would be none.
        *("--no-date-header", "--no-server-header", "--no-proxy-headers"),
        *("--log-level", "warning", "--no-access-log"),
        *("--ws", "websockets-sansio", "--ws-max-size", str(MAX_FRAME_BYTES)),
        *("--ws-ping-interval", "20", "--ws-ping-timeout", "30"),
        # Frames are rendered once for many sockets; compressing them would be done for each anew.
        *("--ws-per-message-deflate", "false"),
        *("--timeout-graceful-shutdown", str(STOP_SECONDS), "--timeout-keep-alive", "30"),
        *("--lifespan", "off"),
        application,
    ]


def main(application: str = APPLICATION) -> None:
    """Become the server, of another application for those who test or measure it."""
    try:
        config = Config.from_environment()
    except LauncherError as error:
        sys.exit(f"bandeja: {error}")
    if config.server == "daphne":
        from core.launcher import flow

        flow.install()
    sys.argv = arguments(config, application)
    runpy.run_module(config.server, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
