"""A private PostgreSQL and Valkey for the tests, started before Django reads its settings.

Loaded by `-p tests.services`. `DATABASE_URL` and `REDIS_URL` in the environment name others to use instead.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from core.launcher.services import Services

_scratch = tempfile.TemporaryDirectory(prefix="bandeja-tests-")
_services = Services(
    Path(_scratch.name) / "services",
    database_url=os.environ.get("DATABASE_URL"),
    redis_url=os.environ.get("REDIS_URL"),
    durable=False,
)

os.environ["BANDEJA_ENV"] = "test"
os.environ["BANDEJA_DATA_DIR"] = f"{_scratch.name}/var"
os.environ.update({name.upper(): url for name, url in _services.start().items()})


def pytest_unconfigure() -> None:
    _services.stop()
    _scratch.cleanup()
