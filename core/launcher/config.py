"""The launcher's settings, read from the environment and checked at once."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from core.launcher.errors import LauncherError

ROOT = Path(__file__).resolve().parents[2]
SERVERS = ("daphne", "uvicorn")
ENVIRONMENTS = ("development", "production", "test")


@dataclass(frozen=True)
class Config:
    """What one copy is started with. Empty URLs mean: start our own."""

    host: str
    port: int
    simulator_port: int
    data_dir: Path
    database_url: str
    redis_url: str
    server: str
    environment: str
    public_url: str = ""

    @classmethod
    def from_environment(cls, env: Mapping[str, str] = os.environ) -> Config:
        """Read the settings.

        Raises:
            LauncherError: one of them makes no sense; the sentence names it.
        """
        config = cls(
            host=env.get("HOST", "").strip() or "127.0.0.1",
            port=_port(env, "PORT", 8000),
            simulator_port=_port(env, "SIMULATOR_PORT", 8001),
            data_dir=_folder(env),
            database_url=env.get("DATABASE_URL", "").strip(),
            redis_url=env.get("REDIS_URL", "").strip(),
            server=_choice(env, "BANDEJA_SERVER", SERVERS),
            environment=_choice(env, "BANDEJA_ENV", ENVIRONMENTS),
            public_url=env.get("BANDEJA_URL", "").strip().rstrip("/"),
        )
        if config.has_simulator and config.port == config.simulator_port:
            raise LauncherError(f"PORT and SIMULATOR_PORT are both {config.port}: give each its own.")
        return config

    @property
    def is_production(self) -> bool:
        return self.environment == "production"

    @property
    def has_simulator(self) -> bool:
        return not self.is_production

    @property
    def local_address(self) -> str:
        """Where this machine itself reaches the web process."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 - compared, not bound

    @property
    def url(self) -> str:
        """The address for people."""
        if self.public_url:
            return self.public_url
        shown = f"[{self.local_address}]" if ":" in self.local_address else self.local_address
        return f"http://{shown}:{self.port}"

    @property
    def simulator_url(self) -> str:
        return f"http://127.0.0.1:{self.simulator_port}"

    def child_environment(self, urls: Mapping[str, str]) -> dict[str, str]:
        """The environment of the processes: ours, with every setting written out."""
        binaries = str(Path(sys.executable).parent)
        return {
            **os.environ,
            "PATH": f"{binaries}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "HOST": self.host,
            "PORT": str(self.port),
            "SIMULATOR_PORT": str(self.simulator_port),
            "BANDEJA_DATA_DIR": str(self.data_dir),
            "BANDEJA_SERVER": self.server,
            "BANDEJA_ENV": self.environment,
            "DATABASE_URL": urls["database_url"],
            "REDIS_URL": urls["redis_url"],
            "PYTHONUNBUFFERED": "1",
            # Without a locale Python would read and write ASCII in places.
            "PYTHONUTF8": "1",
            # Small machines: one arena less per thread, and no thread pool per process for arithmetic.
            "MALLOC_ARENA_MAX": os.environ.get("MALLOC_ARENA_MAX", "2"),
            "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", "1"),
        }


def _port(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name, "").strip()
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise LauncherError(f"{name} is “{text}”, but has to be a number from 1 to 65535.")
    return int(text)


def _choice(env: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    text = env.get(name, "").strip() or allowed[0]
    if text not in allowed:
        raise LauncherError(f"{name} is “{text}”, but has to be one of: {', '.join(allowed)}.")
    return text


def _folder(env: Mapping[str, str]) -> Path:
    text = env.get("BANDEJA_DATA_DIR", "").strip()
    return (ROOT / "var") if not text else Path(text).expanduser().resolve()
